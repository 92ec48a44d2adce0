package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.record.GrantSource;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Waiting inside a cycle: for the claim of a peer, and for another account with the same refresh token. */
class RefreshCycleWaitTest {

    private static final Duration LONGEST =
            EngineFixture.CLAIM.plus(EngineFixture.SETTLE).plusSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    private final EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);

    @Test
    void theTokensOfAPeerAreAwaitedAndUsed() {
        engine.connect(ALICE);
        engine.untilEnded();
        engine.peerClaims(ALICE);
        Instant start = engine.time.now();
        engine.time.meanwhile(() -> {});
        engine.time.meanwhile(() -> engine.peerSaves(ALICE));

        assertThat(engine.run(ALICE).generation()).isEqualTo(2);
        assertThat(engine.provider.requests).isEmpty();
        assertThat(Duration.between(start, engine.time.now())).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void aClaimThatLapsesDuringTheWaitIsTakenOverAndCounted() {
        engine.connect(ALICE);
        engine.untilEnded();
        engine.peerClaims(ALICE);
        List<Integer> uncertain = new ArrayList<>();
        engine.provider.calls(request -> {
            uncertain.add(engine.record(ALICE).uncertain());
            return request.permit().maySend() ? new TokenOutcome.Issued(engine.response()) : ProviderCall.TOO_LATE;
        });

        assertThat(engine.run(ALICE).generation()).isEqualTo(2);
        assertThat(uncertain).containsExactly(1);
    }

    @Test
    void theWaitForAPeerEndsAfterTheLongestDurationOfItsClaim() {
        engine.connect(ALICE);
        engine.untilEnded();
        engine.peerClaims(ALICE);
        engine.time.always(() -> engine.change(engine.record(ALICE).next()));
        Instant start = engine.time.now();
        Instant deadline = engine.record(ALICE).claim().orElseThrow().deadline();

        TokenException held = engine.failure(ALICE);

        Duration waited = Duration.between(start, engine.time.now());
        assertThat(waited).isBetween(LONGEST, LONGEST.plus(LONGEST_PAUSE));
        assertThat(held.problem()).isEqualTo(Problem.HELD_BY_PEER);
        assertThat(held)
                .hasMessage("google/alice: a peer is refreshing this account and did not end within "
                        + waited.toMillis() + " ms");
        assertThat(held.retryAt()).contains(deadline);
    }

    @Test
    void theWaitForAPeerEndsOnClosing() {
        engine.connect(ALICE);
        engine.untilEnded();
        engine.peerClaims(ALICE);
        engine.time.meanwhile(() -> engine.parts.closing().complete(null));
        Instant start = engine.time.now();

        assertThat(engine.failure(ALICE).problem()).isEqualTo(Problem.HELD_BY_PEER);
        assertThat(engine.time.now()).isEqualTo(start);
    }

    @Test
    void aWaitForAPeerBlocksNoThread() {
        engine.connect(ALICE);
        engine.untilEnded();
        engine.peerClaims(ALICE);

        try (RefreshAttempt attempt = engine.begin(ALICE)) {
            assertThat(engine.cycle.step(attempt)).isInstanceOfSatisfying(CycleStep.WaitUntil.class, wait -> {
                assertThat(wait.nanos()).isBetween(nanosIn(Duration.ofMillis(10)), nanosIn(Duration.ofMillis(20)));
            });
        }
    }

    private long nanosIn(Duration pause) {
        return engine.time.nanos() + pause.toNanos();
    }

    @Test
    void aClaimThatIsReleasedBetweenTwoLoadsIsNotWaitedFor() {
        engine.connect(ALICE);
        engine.untilEnded();
        engine.peerClaims(ALICE);
        engine.time.meanwhile(() -> engine.change(engine.record(ALICE).next().noClaim()));
        engine.providerResponses();

        assertThat(engine.run(ALICE).generation()).isEqualTo(2);
        assertThat(engine.record(ALICE).uncertain()).isZero();
    }

    // ---- one refresh token under two accounts

    @Test
    void oneRefreshTokenOfTwoAccountsIsNotUsedByBothAtOnce() {
        storeBothWithOneRefreshToken();
        Instant start = engine.time.now();
        List<TokenException> bobs = new ArrayList<>();
        engine.provider.calls(request -> {
            bobs.add(engine.failure(BOB));
            return new TokenOutcome.Issued(engine.response());
        });

        assertThat(engine.run(ALICE).generation()).isEqualTo(2);

        assertThat(engine.provider.requests).hasSize(1);
        assertThat(bobs).hasSize(1);
        Duration waited = Duration.between(start, engine.time.now());
        assertThat(waited).isBetween(LONGEST, LONGEST.plus(LONGEST_PAUSE));
        assertThat(bobs.get(0).problem()).isEqualTo(Problem.HELD_BY_PEER);
        assertThat(bobs.get(0))
                .hasMessage("google/bob: another account with the same refresh token is being refreshed and did not"
                        + " end within " + waited.toMillis() + " ms");
    }

    @Test
    void theOtherAccountOfARefreshTokenIsRefreshedAfterwards() {
        storeBothWithOneRefreshToken();
        engine.provider.responses(new TokenOutcome.Issued(engine.accessTokenOnly()));
        engine.run(ALICE);
        engine.providerResponses();

        assertThat(engine.run(BOB).generation()).isEqualTo(2);
    }

    @Test
    void theWaitForAnotherAccountEndsOnClosing() {
        storeBothWithOneRefreshToken();
        Instant start = engine.time.now();
        engine.provider.calls(request -> {
            engine.time.meanwhile(() -> engine.parts.closing().complete(null));
            assertThat(engine.failure(BOB).problem()).isEqualTo(Problem.HELD_BY_PEER);
            return new TokenOutcome.Issued(engine.response());
        });

        engine.run(ALICE);

        assertThat(engine.time.now()).isEqualTo(start);
    }

    @Test
    void aWaitForAnotherAccountBlocksNoThread() {
        storeBothWithOneRefreshToken();
        List<CycleStep> bobs = new ArrayList<>();
        engine.provider.calls(request -> {
            try (RefreshAttempt attempt = engine.begin(BOB)) {
                bobs.add(engine.cycle.step(attempt));
            }
            return new TokenOutcome.Issued(engine.response());
        });

        assertThat(engine.run(ALICE).generation()).isEqualTo(2);
        assertThat(bobs).singleElement().isInstanceOf(CycleStep.WaitUntil.class);
    }

    private void storeBothWithOneRefreshToken() {
        Secret refreshToken = Secret.of(TestTokens.refresh());
        for (var key : List.of(ALICE, BOB)) {
            TokenSet tokens =
                    engine.tokens().toBuilder().refreshToken(refreshToken).build();
            TokenRecord first = engine.first(
                    key, tokens, Optional.of(key.account()), GrantSource.ofConsent(engine.provider.profile()));
            engine.store(first);
        }
        engine.untilEnded();
    }
}
