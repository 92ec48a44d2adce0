package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static dev.evertoken.SampleRecords.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.RefreshOutcome;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Waiting inside a cycle: for a peer's claim, and for another account that spends the same refresh token. */
class RefreshCycleWaitTest {

    private static final Duration LONGEST =
            EngineBench.CLAIM.plus(EngineBench.SETTLE).plusSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    private final EngineBench bench = EngineBench.of(RefreshModel.ROTATING);

    @Test
    void whatAPeerBringsIsWaitedForAndAdopted() {
        bench.connect(ALICE);
        bench.untilEnded();
        bench.peerClaims(ALICE);
        Instant began = bench.time.now();
        bench.time.meanwhile(() -> {});
        bench.time.meanwhile(() -> bench.peerSaves(ALICE));

        assertThat(bench.run(ALICE).generation()).isEqualTo(2);
        assertThat(bench.provider.requests).isEmpty();
        assertThat(Duration.between(began, bench.time.now())).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void aClaimThatLapsesBeforeOurEyesIsTakenOverAndCounted() {
        bench.connect(ALICE);
        bench.untilEnded();
        bench.peerClaims(ALICE);
        List<Integer> uncertain = new ArrayList<>();
        bench.provider.calls(request -> {
            uncertain.add(bench.record(ALICE).uncertain());
            return request.permit().maySend() ? new RefreshOutcome.Answered(bench.answer()) : ProviderCall.TOO_LATE;
        });

        assertThat(bench.run(ALICE).generation()).isEqualTo(2);
        assertThat(uncertain).containsExactly(1);
    }

    @Test
    void aPeerThatNeverEndsIsWaitedForAsLongAsItsClaimCouldStandAndNamed() {
        bench.connect(ALICE);
        bench.untilEnded();
        bench.peerClaims(ALICE);
        bench.time.always(() -> bench.change(bench.record(ALICE).next()));
        Instant began = bench.time.now();
        Instant deadline = bench.record(ALICE).claim().orElseThrow().deadline();

        TokenException held = bench.failure(ALICE);

        Duration waited = Duration.between(began, bench.time.now());
        assertThat(waited).isBetween(LONGEST, LONGEST.plus(LONGEST_PAUSE));
        assertThat(held.problem()).isEqualTo(Problem.HELD_BY_PEER);
        assertThat(held)
                .hasMessage("google/alice: a peer is refreshing this account and did not end within "
                        + waited.toMillis() + " ms");
        assertThat(held.retryAt()).contains(deadline);
    }

    @Test
    void whoeverClosesDoesNotWaitForAPeer() {
        bench.connect(ALICE);
        bench.untilEnded();
        bench.peerClaims(ALICE);
        bench.time.meanwhile(() -> bench.workshop.closing().complete(null));
        Instant began = bench.time.now();

        assertThat(bench.failure(ALICE).problem()).isEqualTo(Problem.HELD_BY_PEER);
        assertThat(bench.time.now()).isEqualTo(began);
    }

    @Test
    void aThreadThatIsInterruptedStopsWaitingAndStaysInterrupted() {
        bench.connect(ALICE);
        bench.untilEnded();
        bench.peerClaims(ALICE);
        bench.time.meanwhile(() -> Thread.currentThread().interrupt());

        TokenException held = bench.failure(ALICE);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(held.problem()).isEqualTo(Problem.HELD_BY_PEER);
    }

    @Test
    void aClaimThatIsGivenBackBetweenTwoLooksIsNotWaitedFor() {
        bench.connect(ALICE);
        bench.untilEnded();
        bench.peerClaims(ALICE);
        bench.time.meanwhile(() -> bench.change(bench.record(ALICE).next().noClaim()));
        bench.providerAnswers();

        assertThat(bench.run(ALICE).generation()).isEqualTo(2);
        assertThat(bench.record(ALICE).uncertain()).isZero();
    }

    // ---- one refresh token under two accounts

    @Test
    void oneRefreshTokenUnderTwoAccountsIsNotSpentByBothAtOnce() {
        bothWithOneRefreshToken();
        Instant began = bench.time.now();
        List<TokenException> bobs = new ArrayList<>();
        bench.provider.calls(request -> {
            bobs.add(bench.failure(BOB));
            return new RefreshOutcome.Answered(bench.answer());
        });

        assertThat(bench.run(ALICE).generation()).isEqualTo(2);

        assertThat(bench.provider.requests).hasSize(1);
        assertThat(bobs).hasSize(1);
        Duration waited = Duration.between(began, bench.time.now());
        assertThat(waited).isBetween(LONGEST, LONGEST.plus(LONGEST_PAUSE));
        assertThat(bobs.get(0).problem()).isEqualTo(Problem.HELD_BY_PEER);
        assertThat(bobs.get(0))
                .hasMessage("google/bob: another account with the same refresh token is being refreshed and did not"
                        + " end within " + waited.toMillis() + " ms");
    }

    @Test
    void theOtherAccountOfARefreshTokenHasItsTurnAfterwards() {
        bothWithOneRefreshToken();
        bench.provider.answers(new RefreshOutcome.Answered(bench.accessTokenOnly()));
        bench.run(ALICE);
        bench.providerAnswers();

        assertThat(bench.run(BOB).generation()).isEqualTo(2);
    }

    @Test
    void whoeverClosesDoesNotWaitForAnotherAccount() {
        bothWithOneRefreshToken();
        Instant began = bench.time.now();
        bench.provider.calls(request -> {
            bench.time.meanwhile(() -> bench.workshop.closing().complete(null));
            assertThat(bench.failure(BOB).problem()).isEqualTo(Problem.HELD_BY_PEER);
            return new RefreshOutcome.Answered(bench.answer());
        });

        bench.run(ALICE);

        assertThat(bench.time.now()).isEqualTo(began);
    }

    @Test
    void anInterruptedThreadDoesNotWaitForAnotherAccount() {
        bothWithOneRefreshToken();
        bench.provider.calls(request -> {
            Thread.currentThread().interrupt();
            assertThat(bench.failure(BOB).problem()).isEqualTo(Problem.HELD_BY_PEER);
            assertThat(Thread.interrupted()).isTrue();
            return new RefreshOutcome.Answered(bench.answer());
        });

        assertThat(bench.run(ALICE).generation()).isEqualTo(2);
    }

    private void bothWithOneRefreshToken() {
        Secret refreshToken = Secret.of(TestTokens.refresh());
        for (var key : List.of(ALICE, BOB)) {
            TokenSet tokens =
                    bench.tokens().toBuilder().refreshToken(refreshToken).build();
            TokenRecord first =
                    bench.first(key, tokens, Optional.of(key.account()), Descent.ofConsent(bench.provider.profile()));
            bench.store(first);
        }
        bench.untilEnded();
    }
}
