package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.record.GrantSource;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.spi.provider.Derivation;
import dev.evertoken.spi.provider.DerivationOutcome;
import dev.evertoken.spi.provider.DerivedAccount;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.DialectContext.TokenOf;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The call to the provider: its request, the last check before it is sent, and the outcome of a failure. */
class ProviderCallTest {

    private static final TokenOutcome.Overdue OVERDUE = new TokenOutcome.Overdue(
            TokenVerdict.of(TokenVerdict.Kind.TRANSIENT, Problem.NETWORK, "no complete response"),
            new CompletableFuture<>());

    private final EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);
    private final ProviderCall call = engine.parts.providerCall();
    private final RefreshAttempt attempt = engine.attempt(ALICE);

    @Test
    void aRefresherGetsTheRequestOfTheAccount() {
        TokenRecord record = engine.connect(ALICE);
        engine.clock.advance(Duration.ofMinutes(17));
        attempt.startClaim(engine.time.nanos());
        TokenOutcome issued = new TokenOutcome.Issued(engine.response());
        engine.provider.responses(issued);

        assertThat(call.call(attempt, record)).isEqualTo(issued);

        RefreshRequest request = engine.provider.requests.get(0);
        assertThat(request.key()).isEqualTo(ALICE);
        assertThat(request.client()).isEqualTo(engine.client.client());
        assertThat(request.tokens()).isEqualTo(engine.parts.mapper().tokens(record));
        assertThat(request.context())
                .isEqualTo(new DialectContext(
                        EndpointKind.REFRESH, Duration.ofMinutes(17), record.grantedScopes(), TokenOf.USER));
        assertThat(request.callDeadline()).isEqualTo(EngineFixture.CALL);
        assertThat(request.time()).isSameAs(engine.time);
    }

    // ---- the last check of the clock

    @Test
    void aClaimIsUsedIfTheCallEndsWithinIt() {
        assertThat(sentAfter(EngineFixture.CLAIM.minus(EngineFixture.CALL), true))
                .isTrue();
        assertThat(attempt.isWithheld()).isFalse();
    }

    @Test
    void aClaimThatWouldLapseDuringTheCallIsNotUsed() {
        assertThat(sentAfter(EngineFixture.CLAIM.minus(EngineFixture.CALL).plusNanos(1), true))
                .isFalse();
        assertThat(attempt.isWithheld()).isTrue();
    }

    @Test
    void aCallWithoutAClaimIsSentAtAnyTime() {
        assertThat(sentAfter(Duration.ofHours(1), false)).isTrue();
    }

    @Test
    void noCallIsSentDuringClosing() {
        engine.parts.closing().complete(null);

        assertThat(sentAfter(Duration.ZERO, false)).isFalse();
        assertThat(attempt.isWithheld()).isTrue();
    }

    private boolean sentAfter(Duration pause, boolean insideClaim) {
        TokenRecord record = engine.connect(ALICE);
        attempt.startClaim(engine.time.nanos());
        engine.clock.advance(pause);
        engine.provider.responses(new TokenOutcome.Issued(engine.response()));
        attempt.setUsesCopy(!insideClaim); // without a claim
        return call.call(attempt, record) instanceof TokenOutcome.Issued;
    }

    // ---- overdue responses

    @Test
    void aResponseOfARotatingProviderMayBeReadOnWithinTheClaim() {
        TokenRecord record = engine.connect(ALICE);
        attempt.startClaim(engine.time.nanos());
        engine.clock.advance(Duration.ofSeconds(3));
        engine.provider.responses(OVERDUE);

        assertThat(call.call(attempt, record)).isSameAs(OVERDUE);

        assertThat(engine.provider.requests.get(0).readLimit())
                .isEqualTo(EngineFixture.CLAIM.minus(EngineFixture.SETTLE).minusSeconds(3));
    }

    @Test
    void theReadLimitIsNeverShorterThanTheCallDeadline() {
        TokenRecord record = engine.connect(ALICE);
        attempt.startClaim(engine.time.nanos());
        engine.clock.advance(EngineFixture.CLAIM.minus(EngineFixture.CALL));
        engine.provider.responses(OVERDUE);

        call.call(attempt, record);

        assertThat(engine.provider.requests.get(0).readLimit()).isEqualTo(EngineFixture.CALL);
    }

    @Test
    void anOverdueResponseIsMaybeSentForAnAccountWithoutRotation() {
        EngineFixture nonRotating = EngineFixture.of(RefreshModel.STATIC);
        TokenRecord record = nonRotating.connect(ALICE);
        RefreshAttempt other = nonRotating.attempt(ALICE);
        other.startClaim(nonRotating.time.nanos());
        nonRotating.provider.responses(OVERDUE);

        assertThat(nonRotating.parts.providerCall().call(other, record))
                .isEqualTo(new TokenOutcome.MaybeSent(OVERDUE.verdict()));
        assertThat(nonRotating.provider.requests.get(0).readLimit()).isEqualTo(EngineFixture.CALL);
    }

    // ---- refreshers that fail

    @Test
    void aRefresherThatFailsBeforeSendingIsReportedAsNotSent() {
        TokenRecord record = engine.connect(ALICE);
        engine.provider.calls(request -> {
            throw new IllegalStateException("planned by a test");
        });

        assertThat(call.call(attempt, record))
                .isEqualTo(new TokenOutcome.NotSent(
                        Problem.INTERNAL, "the refresher failed with java.lang.IllegalStateException"));
    }

    @Test
    void aRefresherThatFailsAfterItsPermitIsReportedAsMaybeSent() {
        TokenRecord record = engine.connect(ALICE);
        attempt.startClaim(engine.time.nanos());
        engine.provider.calls(request -> {
            assertThat(request.permit().maySend()).isTrue();
            throw new IllegalStateException("planned by a test");
        });

        assertThat(call.call(attempt, record))
                .isEqualTo(new TokenOutcome.MaybeSent(TokenVerdict.of(
                        TokenVerdict.Kind.UNKNOWN,
                        Problem.INTERNAL,
                        "the refresher failed with java.lang.IllegalStateException")));
    }

    @Test
    void aRefresherThatFailsWithoutAPermitIsReportedAsNotSent() {
        TokenRecord record = engine.connect(ALICE);
        attempt.startClaim(engine.time.nanos());
        engine.clock.advance(EngineFixture.CLAIM);
        engine.provider.calls(request -> {
            assertThat(request.permit().maySend()).isFalse();
            throw new IllegalStateException("planned by a test");
        });

        assertThat(call.call(attempt, record)).isInstanceOf(TokenOutcome.NotSent.class);
    }

    // ---- accounts without a grant of their own

    @Test
    void aClientCredentialsTokenIsRequestedAnew() {
        TokenResponse response = engine.response();
        engine.provider.clientCredentialsTokens = request -> new TokenOutcome.Issued(response);
        TokenRecord app = engine.store(engine.first(ALICE, engine.tokens(), Optional.empty(), GrantSource.ofClient()));
        attempt.startClaim(engine.time.nanos());

        assertThat(call.call(attempt, app)).isEqualTo(new TokenOutcome.Issued(response));
        assertThat(engine.provider.requests).isEmpty();
    }

    @Test
    void aClientCredentialsTokenIsNotRequestedTooLate() {
        engine.provider.clientCredentialsTokens = request -> {
            throw new AssertionError("nothing may be sent");
        };
        TokenRecord app = engine.store(engine.first(ALICE, engine.tokens(), Optional.empty(), GrantSource.ofClient()));
        attempt.startClaim(engine.time.nanos());
        engine.clock.advance(EngineFixture.CLAIM);

        assertThat(call.call(attempt, app))
                .isEqualTo(new TokenOutcome.NotSent(Problem.WAIT_TIMEOUT, "the claim is too old to be used"));
    }

    @Test
    void anAccountWithAParentIsDerived() {
        TokenResponse response = engine.response();
        engine.provider.derivation = new OnePage(new DerivationOutcome.Found<>(response));
        TokenRecord page = engine.connectChild(ALICE, BOB);
        HeldTokens bobs = new HeldTokens(BOB, engine.client.client(), engine.tokens(), EngineFixture.CALL, engine.time);
        attempt.parent().hold(bobs);
        attempt.startClaim(engine.time.nanos());

        assertThat(call.call(attempt, page)).isEqualTo(new TokenOutcome.Issued(response));
        assertThat(engine.provider.requests).isEmpty();
    }

    @Test
    void theTextOfARederivationContainsTheParentAndNoTokens() {
        HeldTokens bobs = new HeldTokens(BOB, engine.client.client(), engine.tokens(), EngineFixture.CALL, engine.time);

        assertThat(new Rederivation(new OnePage(new DerivationOutcome.Found<>(engine.response())), bobs, "page-1"))
                .hasToString("Rederivation[page-1 from google/bob]");
    }

    @Test
    void theOutcomeOfADerivationIsKept() {
        TokenVerdict verdict = TokenVerdict.of(TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD, "code 190");
        TokenRecord page = engine.connectChild(ALICE, BOB);
        attempt.parent()
                .hold(new HeldTokens(BOB, engine.client.client(), engine.tokens(), EngineFixture.CALL, engine.time));
        attempt.startClaim(engine.time.nanos());

        engine.provider.derivation = new OnePage(new DerivationOutcome.Refused<>(verdict));
        assertThat(call.call(attempt, page)).isEqualTo(new TokenOutcome.Refused(verdict));
        engine.provider.derivation = new OnePage(new DerivationOutcome.Unanswered<>(Problem.NETWORK, "no route"));
        assertThat(call.call(attempt, page)).isEqualTo(new TokenOutcome.NotSent(Problem.NETWORK, "no route"));
        engine.clock.advance(EngineFixture.CLAIM);
        assertThat(call.call(attempt, page)).isEqualTo(ProviderCall.TOO_LATE);
    }

    @Test
    void anAccountThatCannotBeDerivedIsReported() {
        TokenRecord page = engine.connectChild(ALICE, BOB);
        TokenOutcome none = new TokenOutcome.NotSent(
                Problem.NOT_SUPPORTED, "provider scripted does not derive this account's token from another");

        assertThat(call.call(attempt, page)).as("no derivation").isEqualTo(none);
        engine.provider.derivation = new OnePage(new DerivationOutcome.Found<>(engine.response()));
        assertThat(call.call(attempt, page)).as("no token of the parent").isEqualTo(none);
        attempt.parent()
                .hold(new HeldTokens(BOB, engine.client.client(), engine.tokens(), EngineFixture.CALL, engine.time));
        TokenRecord nameless = page.next().subject(Optional.empty()).build(9, engine.time.now());
        assertThat(call.call(attempt, nameless)).as("no id").isEqualTo(none);
    }

    /** Derives one page. Immutable. */
    private record OnePage(DerivationOutcome<TokenResponse> outcome) implements Derivation {
        @Override
        public DerivationOutcome<List<DerivedAccount>> list(HeldTokens parent) {
            throw new AssertionError("the accounts are not listed here");
        }

        @Override
        public DerivationOutcome<TokenResponse> derive(HeldTokens parent, String id) {
            assertThat(id).isEqualTo("page-1");
            return outcome;
        }
    }
}
