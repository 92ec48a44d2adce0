package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static dev.evertoken.SampleRecords.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.spi.Derivation;
import dev.evertoken.spi.DerivationOutcome;
import dev.evertoken.spi.Derived;
import dev.evertoken.spi.DialectContext;
import dev.evertoken.spi.DialectContext.TokenOf;
import dev.evertoken.spi.ExchangeOutcome;
import dev.evertoken.spi.HeldTokens;
import dev.evertoken.spi.RefreshOutcome;
import dev.evertoken.spi.RefreshRequest;
import dev.evertoken.spi.TokenAnswer;
import dev.evertoken.spi.TokenVerdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The one call to the provider: what it is told, when it may be sent, and what a failure amounts to. */
class ProviderCallTest {

    private final EngineBench bench = EngineBench.of(RefreshModel.ROTATING);
    private final ProviderCall call = new ProviderCall(bench.workshop);
    private final Turn turn = bench.turn(ALICE);

    @Test
    void aRefresherIsToldWhatItNeeds() {
        TokenRecord record = bench.connect(ALICE);
        bench.clock.advance(Duration.ofMinutes(17));
        turn.isClaiming(bench.time.nanos());
        RefreshOutcome answered = new RefreshOutcome.Answered(bench.answer());
        bench.provider.answers(answered);

        assertThat(call.ask(turn, record, true)).isEqualTo(answered);

        RefreshRequest request = bench.provider.requests.get(0);
        assertThat(request.key()).isEqualTo(ALICE);
        assertThat(request.client()).isEqualTo(bench.client.client());
        assertThat(request.tokens()).isEqualTo(bench.workshop.records().tokens(record));
        assertThat(request.context())
                .isEqualTo(new DialectContext(
                        EndpointKind.REFRESH, Duration.ofMinutes(17), record.grantedScopes(), TokenOf.USER));
        assertThat(request.callDeadline()).isEqualTo(EngineBench.CALL);
        assertThat(request.time()).isSameAs(bench.time);
    }

    // ---- the last look at the clock

    @Test
    void aClaimIsUsedAsLongAsTheCallEndsInsideIt() {
        assertThat(sentAfter(EngineBench.CLAIM.minus(EngineBench.CALL), true)).isTrue();
        assertThat(turn.isWithheld()).isFalse();
    }

    @Test
    void aClaimThatWouldLapseDuringTheCallIsNotUsed() {
        assertThat(sentAfter(EngineBench.CLAIM.minus(EngineBench.CALL).plusNanos(1), true))
                .isFalse();
        assertThat(turn.isWithheld()).isTrue();
    }

    @Test
    void withoutAClaimThereIsNothingToLapse() {
        assertThat(sentAfter(Duration.ofHours(1), false)).isTrue();
    }

    @Test
    void whileEverythingIsClosingNothingIsSent() {
        bench.workshop.closing().complete(null);

        assertThat(sentAfter(Duration.ZERO, false)).isFalse();
        assertThat(turn.isWithheld()).isTrue();
    }

    private boolean sentAfter(Duration pause, boolean insideClaim) {
        TokenRecord record = bench.connect(ALICE);
        turn.isClaiming(bench.time.nanos());
        bench.clock.advance(pause);
        bench.provider.answers(new RefreshOutcome.Answered(bench.answer()));
        return call.ask(turn, record, insideClaim) instanceof RefreshOutcome.Answered;
    }

    // ---- refreshers that fail

    @Test
    void aRefresherThatFailsBeforeItSendsHasSpentNothing() {
        TokenRecord record = bench.connect(ALICE);
        bench.provider.calls(request -> {
            throw new IllegalStateException("planned by a test");
        });

        assertThat(call.ask(turn, record, true))
                .isEqualTo(new RefreshOutcome.NotSent(
                        Problem.INTERNAL, "the refresher failed with java.lang.IllegalStateException"));
    }

    @Test
    void aRefresherThatFailsAfterItWasLetGoMayHaveSpentTheToken() {
        TokenRecord record = bench.connect(ALICE);
        turn.isClaiming(bench.time.nanos());
        bench.provider.calls(request -> {
            assertThat(request.permit().maySend()).isTrue();
            throw new IllegalStateException("planned by a test");
        });

        assertThat(call.ask(turn, record, true))
                .isEqualTo(new RefreshOutcome.MaybeSent(TokenVerdict.of(
                        TokenVerdict.Kind.UNKNOWN,
                        Problem.INTERNAL,
                        "the refresher failed with java.lang.IllegalStateException")));
    }

    @Test
    void aRefresherThatWasNotLetGoHasSpentNothing() {
        TokenRecord record = bench.connect(ALICE);
        turn.isClaiming(bench.time.nanos());
        bench.clock.advance(EngineBench.CLAIM);
        bench.provider.calls(request -> {
            assertThat(request.permit().maySend()).isFalse();
            throw new IllegalStateException("planned by a test");
        });

        assertThat(call.ask(turn, record, true)).isInstanceOf(RefreshOutcome.NotSent.class);
    }

    // ---- accounts without a grant of their own

    @Test
    void aTokenOfTheApplicationIsAskedForAnew() {
        TokenAnswer answer = bench.answer();
        bench.provider.appTokens = request -> new ExchangeOutcome.Answered(answer);
        TokenRecord app = bench.store(bench.first(ALICE, bench.tokens(), Optional.empty(), Descent.ofClient()));
        turn.isClaiming(bench.time.nanos());

        assertThat(call.ask(turn, app, true)).isEqualTo(new RefreshOutcome.Answered(answer));
        assertThat(bench.provider.requests).isEmpty();
    }

    @Test
    void aTokenOfTheApplicationIsNotAskedForTooLate() {
        bench.provider.appTokens = request -> {
            throw new AssertionError("nothing may be sent");
        };
        TokenRecord app = bench.store(bench.first(ALICE, bench.tokens(), Optional.empty(), Descent.ofClient()));
        turn.isClaiming(bench.time.nanos());
        bench.clock.advance(EngineBench.CLAIM);

        assertThat(call.ask(turn, app, true))
                .isEqualTo(new RefreshOutcome.NotSent(Problem.WAIT_TIMEOUT, "the claim is too old to be used"));
    }

    @Test
    void anAccountThatLivesOffAnotherOneIsDerived() {
        TokenAnswer answer = bench.answer();
        bench.provider.derivation = new OnePage(new DerivationOutcome.Answered<>(answer));
        TokenRecord page = bench.connectChild(ALICE, BOB);
        HeldTokens bobs = new HeldTokens(BOB, bench.client.client(), bench.tokens(), EngineBench.CALL, bench.time);
        turn.parent().hold(bobs);
        turn.isClaiming(bench.time.nanos());

        assertThat(call.ask(turn, page, true)).isEqualTo(new RefreshOutcome.Answered(answer));
        assertThat(bench.provider.requests).isEmpty();
    }

    @Test
    void aDerivationShowsItsParentAndNotItsParentsTokens() {
        HeldTokens bobs = new HeldTokens(BOB, bench.client.client(), bench.tokens(), EngineBench.CALL, bench.time);

        assertThat(new Rederivation(new OnePage(new DerivationOutcome.Answered<>(bench.answer())), bobs, "page-1"))
                .hasToString("Rederivation[page-1 from google/bob]");
    }

    @Test
    void whatADerivationSaysKeepsItsMeaning() {
        TokenVerdict verdict = TokenVerdict.of(TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD, "code 190");
        TokenRecord page = bench.connectChild(ALICE, BOB);
        turn.parent().hold(new HeldTokens(BOB, bench.client.client(), bench.tokens(), EngineBench.CALL, bench.time));
        turn.isClaiming(bench.time.nanos());

        bench.provider.derivation = new OnePage(new DerivationOutcome.Refused<>(verdict));
        assertThat(call.ask(turn, page, true)).isEqualTo(new RefreshOutcome.Refused(verdict));
        bench.provider.derivation = new OnePage(new DerivationOutcome.Unanswered<>(Problem.NETWORK, "no route"));
        assertThat(call.ask(turn, page, true)).isEqualTo(new RefreshOutcome.NotSent(Problem.NETWORK, "no route"));
        bench.clock.advance(EngineBench.CLAIM);
        assertThat(call.ask(turn, page, true)).isEqualTo(ProviderCall.TOO_LATE);
    }

    @Test
    void whatCannotBeDerivedIsSaidSo() {
        TokenRecord page = bench.connectChild(ALICE, BOB);
        RefreshOutcome none = new RefreshOutcome.NotSent(
                Problem.NOT_SUPPORTED, "provider scripted does not derive this account's token from another");

        assertThat(call.ask(turn, page, true)).as("no derivation").isEqualTo(none);
        bench.provider.derivation = new OnePage(new DerivationOutcome.Answered<>(bench.answer()));
        assertThat(call.ask(turn, page, true)).as("no parent's token").isEqualTo(none);
        turn.parent().hold(new HeldTokens(BOB, bench.client.client(), bench.tokens(), EngineBench.CALL, bench.time));
        TokenRecord nameless = page.next().subject(Optional.empty()).build(9, bench.time.now());
        assertThat(call.ask(turn, nameless, true)).as("no id").isEqualTo(none);
    }

    /** Derives one page. Immutable. */
    private record OnePage(DerivationOutcome<TokenAnswer> outcome) implements Derivation {
        @Override
        public DerivationOutcome<List<Derived>> list(HeldTokens parent) {
            throw new AssertionError("nobody asks for a list here");
        }

        @Override
        public DerivationOutcome<TokenAnswer> derive(HeldTokens parent, String id) {
            assertThat(id).isEqualTo("page-1");
            return outcome;
        }
    }
}
