package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.refresh.ParentCycles.Request;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.provider.Derivation;
import dev.evertoken.spi.provider.DerivationOutcome;
import dev.evertoken.spi.provider.DerivedAccount;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The cycle of an account whose token is derived from that of a parent. */
class RefreshCycleParentTest {

    private static final TokenKey PAGE = TokenKey.of("google", "page");

    private final EngineFixture engine = EngineFixture.of(RefreshModel.STATIC);
    private final ParentCycles cycles = new ParentCycles();
    private final Pages pages = new Pages();

    @Test
    void aPageIsNotClaimedBeforeTheTokenOfItsParentIsAvailable() {
        pageWithValidParent();
        TokenRecord before = engine.record(PAGE);

        assertThat(firstStep()).isInstanceOf(CycleStep.WaitFor.class);

        assertThat(cycles.requests).containsExactly(new Request(ALICE, TokenRequirement.usable()));
        assertThat(engine.record(PAGE)).isEqualTo(before);
    }

    @Test
    void aPageIsDerivedAnewWithTheTokenOfItsParent() {
        AccessToken alices = pageWithValidParent();
        cycles.bring(alices);
        pages.script.add(new DerivationOutcome.Found<>(engine.accessTokenOnly()));

        assertThat(run().generation()).isEqualTo(2);

        assertThat(engine.record(PAGE).generation()).isEqualTo(2);
        assertThat(pages.calls).hasSize(1);
        assertThat(pages.calls.get(0).tokens().accessToken()).hasValue(alices.value());
        assertThat(pages.ids).containsExactly("page-1");
    }

    @Test
    void aValidTokenOfAPageIsServedUntilItsParentRetries() {
        pageWithValidParent();
        Instant later = engine.time.now().plusSeconds(77);
        cycles.fail(networkFailure(later));

        AccessToken token = run();

        assertThat(token.generation()).isEqualTo(1);
        assertThat(engine.cell(PAGE).fresh(later.toEpochMilli() - 1)).isEqualTo(token);
        assertThat(engine.cell(PAGE).fresh(later.toEpochMilli())).isNull();
    }

    @Test
    void aParentFailureWithoutARetryTimeIsRetriedAfterHalfAMinute() {
        pageWithValidParent();
        cycles.fail(networkFailure(null));

        AccessToken token = run();

        long nextCheck = engine.time.millis() + 30_000;
        assertThat(engine.cell(PAGE).fresh(nextCheck - 1)).isEqualTo(token);
        assertThat(engine.cell(PAGE).fresh(nextCheck)).isNull();
    }

    @Test
    void anExpiredPageReportsTheFailureOfItsParentAndStaysUnchanged() {
        pageWithValidParent();
        engine.untilEnded();
        TokenRecord before = engine.record(PAGE);
        cycles.fail(networkFailure(null));

        TokenException failure = EngineFixture.failureOf(this::run);

        assertThat(failure).hasMessage("google/page: its parent google/alice: connection refused");
        assertThat(failure.problem()).isEqualTo(Problem.NETWORK);
        assertThat(failure.parent()).contains(ALICE);
        assertThat(engine.record(PAGE)).isEqualTo(before);
    }

    @Test
    void theFailureOfTheParentIsThrownIfANewTokenOfAPageIsRequired() {
        pageWithValidParent();
        cycles.fail(networkFailure(null));

        assertThat(EngineFixture.failureOf(() -> engine.run(PAGE, TokenRequirement.anew(), cycles.parent()))
                        .problem())
                .isEqualTo(Problem.NETWORK);
    }

    @Test
    void aRejectedTokenOfTheParentIsReplacedOnceAndThePageIsNotMarked() {
        AccessToken alices = pageWithValidParent();
        engine.untilEnded();
        refreshAlice();
        cycles.bring(alices);
        refuseAsRevoked();
        refuseAsRevoked();
        TokenException failure = EngineFixture.failureOf(this::run);

        assertThat(cycles.requests)
                .containsExactly(
                        new Request(ALICE, TokenRequirement.usable()),
                        new Request(ALICE, TokenRequirement.insteadOf(alices)));
        assertThat(engine.record(PAGE).claim()).isEmpty();
        assertThat(failure.problem()).isEqualTo(Problem.API_REJECTS_TOKEN);
        assertThat(failure)
                .hasMessage(
                        "google/page: its parent google/alice: the provider refused its token and then" + " a new one");
        assertThat(engine.record(PAGE).health().state()).isNotEqualTo(ConnectionState.NEEDS_REAUTH);
    }

    /** Returns the first step of a flight. */
    private CycleStep firstStep() {
        RefreshCycle cycle = engine.cycle;
        try (RefreshAttempt attempt = cycle.attempt(
                engine.cell(PAGE), engine.client, TokenRequirement.usable(), cycles.parent(), engine.events::add)) {
            return cycle.step(attempt);
        }
    }

    // ---- helpers

    private AccessToken run() {
        return engine.run(PAGE, TokenRequirement.usable(), cycles.parent());
    }

    /** Connects parent and page, advances the clock until both are due, and returns the token of the parent. */
    private AccessToken pageWithValidParent() {
        engine.provider.derivation = pages;
        engine.connect(ALICE);
        AccessToken alices = engine.run(ALICE);
        engine.connectChild(PAGE, ALICE);
        engine.untilDue();
        return alices;
    }

    private void refreshAlice() {
        engine.provider.responses(new TokenOutcome.Issued(engine.accessTokenOnly()));
        engine.run(ALICE);
    }

    private void refuseAsRevoked() {
        pages.script.add(new DerivationOutcome.Refused<>(
                TokenVerdict.of(TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD, "190")));
    }

    private static TokenException networkFailure(Instant retryAt) {
        return TokenException.about(Problem.NETWORK)
                .key(ALICE)
                .detail("connection refused")
                .retryAt(retryAt)
                .build();
    }

    /** Returns the planned outcomes. Not thread-safe. */
    private static final class Pages implements Derivation {
        final Deque<DerivationOutcome<TokenResponse>> script = new ArrayDeque<>();
        final List<HeldTokens> calls = new ArrayList<>();
        final List<String> ids = new ArrayList<>();

        @Override
        public DerivationOutcome<List<DerivedAccount>> list(HeldTokens held) {
            throw new AssertionError("the accounts are not listed here");
        }

        @Override
        public DerivationOutcome<TokenResponse> derive(HeldTokens held, String id) {
            calls.add(held);
            ids.add(id);
            return script.remove();
        }
    }
}
