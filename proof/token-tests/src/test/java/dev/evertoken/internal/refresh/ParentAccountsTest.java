package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.ForeignRecords;
import dev.evertoken.internal.refresh.ParentCycles.Request;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Whether an account can be derived from a parent now. Alice is the parent. */
class ParentAccountsTest {

    private static final TokenKey PAGE = TokenKey.of("google", "page");

    private final EngineFixture engine = EngineFixture.of(RefreshModel.STATIC);
    private final ParentAccounts parents = engine.parts.parents();
    private final ParentCycles cycles = new ParentCycles();
    private final RefreshAttempt attempt = engine.attempt(PAGE, cycles.parent());

    // ---- usable parents

    @Test
    void anActiveParentIsUsable() {
        TokenRecord alices = engine.connect(ALICE);

        assertThat(parents.usable(PAGE, ALICE)).isEqualTo(alices);
        assertThat(parents.record(ALICE)).isEqualTo(alices);
    }

    @Test
    void anAbsentOrUnreadableParentIsReported() {
        assertThat(refusal().problem()).isEqualTo(Problem.PARENT_NOT_CONNECTED);
        assertThat(refusal().parent()).contains(ALICE);
        assertThat(EngineFixture.failureOf(() -> parents.usable(ALICE, ALICE)).problem())
                .as("the account as its own parent")
                .isEqualTo(Problem.NOT_CONNECTED);
        engine.connect(ALICE);
        engine.peers.spoil(ALICE, Reason.CORRUPT);
        assertThat(refusal().problem()).isEqualTo(Problem.RECORD_UNREADABLE);
    }

    @Test
    void aDerivedAccountIsNotAUsableParent() {
        engine.connectChild(ALICE, BOB);

        assertThat(refusal().problem()).isEqualTo(Problem.NOT_SUPPORTED);
        assertThat(refusal()).hasMessage("google/page: its parent google/alice: its own token comes from google/bob");
    }

    @Test
    void anAccountOfAnotherRegistrationIsNotAUsableParent() {
        TokenKey otherRegistration = TokenKey.of("tube", "page");
        engine.connect(ALICE);

        TokenException refused = EngineFixture.failureOf(() -> parents.usable(otherRegistration, ALICE));

        assertThat(refused)
                .hasMessage("tube/page: its parent google/alice: a parent is another account of the same registration");
    }

    @Test
    void anAccountOfAnotherEnvironmentIsNotAUsableParent() {
        engine.store(ForeignRecords.ofAnotherStage(engine, ALICE));

        assertThat(refusal().problem()).isEqualTo(Problem.ENVIRONMENT_MISMATCH);
    }

    @Test
    void aParentWithARevokedGrantIsNotUsable() {
        TokenRecord alices = engine.connect(ALICE);
        engine.change(alices.next()
                .failures(new Failures(1, Optional.of(Problem.GRANT_DEAD), Optional.empty(), "answered 400"))
                .health(alices.health().become(ConnectionState.NEEDS_REAUTH, Problem.GRANT_DEAD, engine.time.now())));

        assertThat(refusal().problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(refusal()).hasMessage("google/page: its parent google/alice: answered 400");
        assertThat(refusal().reconnectUrl()).contains(EngineParts.reconnectUrl(ALICE));
    }

    @Test
    void aParentWithoutARefreshTokenIsUsableUntilItsTokenExpires() {
        TokenRecord alices = engine.connect(ALICE);
        engine.change(alices.next()
                .health(alices.health()
                        .become(ConnectionState.NOT_REFRESHABLE, Problem.NO_REFRESH_TOKEN, engine.time.now())));
        engine.clock.advance(EngineFixture.HOUR.minusMillis(1));
        assertThat(parents.usable(PAGE, ALICE)).isNotNull();

        engine.untilEnded();
        assertThat(refusal().problem()).isEqualTo(Problem.NO_REFRESH_TOKEN);
        assertThat(refusal().detail()).isEqualTo("its parent google/alice: " + Problem.NO_REFRESH_TOKEN.advice());
    }

    @Test
    void anExpiredParentThatCanBeRefreshedIsUsable() {
        engine.connect(ALICE);
        engine.untilEnded();

        assertThat(parents.usable(PAGE, ALICE)).isNotNull();
    }

    // ---- the token of the parent

    @Test
    void anAccountWithItsOwnGrantNeedsNoParent() {
        assertThat(parents.require(attempt, engine.connect(PAGE))).isEmpty();

        assertThat(attempt.parent().held()).isEmpty();
    }

    @Test
    void theTokenOfTheParentIsAwaitedAndUsedOrItsFailureThrown() {
        TokenRecord alices = engine.connect(ALICE);
        TokenRecord page = engine.connectChild(PAGE, ALICE);
        CompletableFuture<?> awaited = awaited(parents.require(attempt, page));
        assertThat(cycles.requests).containsExactly(new Request(ALICE, TokenRequirement.usable()));
        assertThat(awaited).isNotDone();

        cycles.fail(engine.parts.exceptions().problem(ALICE, Problem.NETWORK, "no route"));
        assertThat(awaited).isDone();
        assertThat(EngineFixture.failureOf(() -> parents.require(attempt, page)))
                .hasMessage("google/page: its parent google/alice: no route");

        cycles.bring(engine.run(ALICE));
        assertThat(attempt.parent().request(ALICE)).isDone();
        assertThat(parents.require(attempt, page)).isEmpty();
        TokenSet held = attempt.parent().held().orElseThrow().tokens();
        assertThat(held).isEqualTo(engine.parts.mapper().tokens(alices));
    }

    @Test
    void theTokenOfAnotherParentIsIgnored() {
        engine.connect(ALICE);
        TokenRecord page = engine.connectChild(PAGE, ALICE);
        cycles.fail(engine.parts.exceptions().notConnected(BOB));
        assertThat(attempt.parent().request(BOB)).isDone();
        cycles.keepWaiting();
        assertThat(awaited(parents.require(attempt, page))).isNotDone();

        cycles.bring(engine.run(ALICE));
        assertThat(attempt.parent().request(BOB)).isDone();
        cycles.keepWaiting();
        assertThat(awaited(parents.require(attempt, page))).isNotDone();
    }

    @Test
    void theTokenFromTheCycleOfTheParentIsUsedInsteadOfTheStoredOne() {
        TokenRecord first = engine.connect(ALICE);
        engine.peerSaves(ALICE);
        AccessToken newer = engine.run(ALICE);

        HeldTokens held = parents.held(PAGE, first, engine.client.client(), newer);

        TokenSet stored = engine.parts.mapper().tokens(first);
        assertThat(held.key()).isEqualTo(ALICE);
        assertThat(held.callDeadline()).isEqualTo(EngineFixture.CALL);
        assertThat(held.tokens())
                .isEqualTo(stored.toBuilder()
                        .accessToken(newer.value())
                        .tokenType(newer.tokenType())
                        .issuedAt(newer.issuedAt())
                        .expiresAt(newer.expiresAt())
                        .build());
        assertThat(held.tokens().accessToken()).isNotEqualTo(stored.accessToken());
    }

    @Test
    void theTokenOfAnotherGrantIsIgnored() {
        engine.connect(BOB);
        AccessToken otherGrant = engine.run(BOB);
        TokenRecord alices = engine.connect(ALICE);

        assertThat(parents.held(PAGE, alices, engine.client.client(), otherGrant)
                        .tokens())
                .isEqualTo(engine.parts.mapper().tokens(alices));
    }

    // ---- responses to a derivation

    @Test
    void aResponseIsConvertedOnlyIfItConcernsTheParent() {
        TokenRecord own = engine.connect(BOB);
        TokenRecord page = engine.connectChild(PAGE, ALICE);
        TokenOutcome issued = new TokenOutcome.Issued(engine.response());
        TokenOutcome limited =
                EngineFixture.refused(TokenVerdict.Kind.RATE_LIMITED, Problem.RATE_LIMITED, "answered 429");

        assertUnchanged(own, EngineFixture.dead());
        assertUnchanged(page, issued);
        assertUnchanged(page, EngineFixture.unreachable());
        assertUnchanged(page, limited);
    }

    private void assertUnchanged(TokenRecord record, TokenOutcome outcome) {
        List<String> released = new ArrayList<>();
        assertThat(parents.replacedToken(attempt, record, outcome, () -> released.add("claim")))
                .isEmpty();
        assertThat(ParentAccounts.ofChild(record, outcome)).isEqualTo(outcome);
        assertThat(released).isEmpty();
    }

    @Test
    void aRejectedTokenOfTheParentIsReplacedOnceAndTheClientStaysOpen() {
        engine.connect(ALICE);
        TokenRecord page = engine.connectChild(PAGE, ALICE);
        AccessToken token = engine.run(ALICE);
        cycles.bring(token);
        assertThat(attempt.parent().request(ALICE)).isDone();
        engine.client.health().paused(engine.time.now(), Problem.RATE_LIMITED, "slow down", engine.time.now());
        assertThat(engine.client.health().tryProbe(PAGE, engine.time.now())).isTrue();
        List<String> released = new ArrayList<>();

        assertThat(awaited(parents.replacedToken(attempt, page, EngineFixture.dead(), () -> released.add("claim"))))
                .isDone();
        assertThat(cycles.requests).last().isEqualTo(new Request(ALICE, TokenRequirement.insteadOf(token)));
        assertThat(released).containsExactly("claim");
        assertThat(engine.client.health().isOpen()).isTrue();

        assertThat(parents.replacedToken(attempt, page, EngineFixture.dead(), () -> released.add("claim")))
                .isEmpty();
        assertThat(ParentAccounts.ofChild(page, EngineFixture.dead()))
                .isEqualTo(EngineFixture.refused(
                        TokenVerdict.Kind.UNKNOWN,
                        Problem.API_REJECTS_TOKEN,
                        "its parent google/alice: the provider refused its token and then a new one"));
        assertThat(released).hasSize(1);
    }

    private static CompletableFuture<?> awaited(Optional<CycleStep> step) {
        assertThat(step).get().isInstanceOf(CycleStep.WaitFor.class);
        return ((CycleStep.WaitFor) step.orElseThrow()).event();
    }

    private TokenException refusal() {
        return EngineFixture.failureOf(() -> parents.usable(PAGE, ALICE));
    }
}
