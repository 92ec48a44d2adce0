package dev.evertoken.internal.client;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.BOB;
import static dev.evertoken.internal.record.SampleRecords.CAROL;
import static dev.evertoken.internal.record.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.client.ClientHealth.Blame;
import dev.evertoken.internal.client.ClientHealth.Suspension;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.testing.ConcurrentRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ClientHealthTest {

    private static final TokenVerdict INVALID = TokenVerdict.of(
            TokenVerdict.Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED, "token endpoint answered 401 invalid_client");
    private static final TokenVerdict LIMITED =
            TokenVerdict.of(TokenVerdict.Kind.RATE_LIMITED, Problem.RATE_LIMITED, "token endpoint answered 429");
    private static final TokenVerdict A_DAY = LIMITED.until(NOW.plus(Duration.ofDays(1)));
    private static final TokenVerdict REVOKED =
            TokenVerdict.of(TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD, "token endpoint answered 400");
    private static final TokenVerdict BROKEN =
            TokenVerdict.of(TokenVerdict.Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE, "token endpoint answered 503");

    private final ClientHealth health = fresh(1);

    private static ClientHealth fresh(long seed) {
        return new ClientHealth(new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(10), new SplittableRandom(seed)));
    }

    @Test
    void aClientIsOpenUntilAFailureIsKnown() {
        assertThat(health.isOpen()).isTrue();
        assertThat(health.suspension(NOW)).isEmpty();
        assertThat(health.tryProbe(ALICE, NOW)).isTrue();
        assertThat(health.tryProbe(BOB, NOW)).isTrue();
    }

    @Test
    void aClientThatWasNeverAcceptedIsShutByItsFirstRefusal() {
        assertThat(health.rejected(ALICE, INVALID, NOW)).isEqualTo(Blame.CLIENT);

        Suspension suspension = health.suspension(NOW).orElseThrow();
        assertThat(suspension.problem()).isEqualTo(Problem.CLIENT_REJECTED);
        assertThat(suspension.detail()).isEqualTo("token endpoint answered 401 invalid_client");
        assertThat(suspension.until()).isBetween(NOW.plusSeconds(1), NOW.plusSeconds(2));
        assertThat(health.isOpen()).isFalse();
        assertThat(health.tryProbe(BOB, NOW)).isFalse();
    }

    @Test
    void tenThousandAccountsOfARejectedClientMakeOneCallPerInterval() {
        int calls = 0;
        Instant end = NOW.plus(Duration.ofHours(1));
        for (Instant now = NOW; now.isBefore(end); now = now.plusSeconds(10)) {
            for (int account = 0; account < 10_000; account++) {
                TokenKey key = TokenKey.of("google", "user-" + calls);
                if (health.tryProbe(key, now)) {
                    calls++;
                    assertThat(health.rejected(key, INVALID, now)).isEqualTo(Blame.CLIENT);
                }
            }
        }

        assertThat(calls).isBetween(10, 25);
    }

    @Test
    void oneOfManyThreadsProbes() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (int round = 0; round < 200; round++) {
                ClientHealth client = fresh(round);
                client.rejected(ALICE, INVALID, NOW);
                CyclicBarrier start = new CyclicBarrier(8);
                Callable<Boolean> probe = () -> {
                    start.await();
                    return client.tryProbe(BOB, NOW.plusSeconds(3));
                };
                List<Future<Boolean>> responses = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    responses.add(threads.submit(probe));
                }
                int probing = 0;
                for (Future<Boolean> response : responses) {
                    probing += response.get() ? 1 : 0;
                }
                assertThat(probing).isEqualTo(1);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void theClientIsShutForOtherCallersDuringAProbeAndOpenAfterItSucceeds() {
        health.rejected(ALICE, INVALID, NOW);
        Instant later = NOW.plusSeconds(3);
        assertThat(health.tryProbe(BOB, later)).isTrue();
        assertThat(health.suspension(later)).map(Suspension::problem).contains(Problem.CLIENT_REJECTED);
        assertThat(health.tryProbe(CAROL, later)).isFalse();

        health.succeeded(BOB);

        assertThat(health.suspension(later)).isEmpty();
        assertThat(health.tryProbe(ALICE, later)).isTrue();
        assertThat(health.tryProbe(CAROL, later)).isTrue();
    }

    @Test
    void aProbeThatIsRefusedShutsTheClientForLonger() {
        health.rejected(ALICE, INVALID, NOW);
        Instant now = NOW;
        for (int i = 0; i < 12; i++) {
            now = health.suspension(now).orElseThrow().until();
            TokenKey key = TokenKey.of("google", "user-" + i);
            assertThat(health.tryProbe(key, now)).isTrue();
            assertThat(health.rejected(key, INVALID, now)).isEqualTo(Blame.CLIENT);
        }

        assertThat(health.suspension(now).orElseThrow().until())
                .isBetween(now.plus(Duration.ofMinutes(5)), now.plus(Duration.ofMinutes(10)));
    }

    @Test
    void anInconclusiveProbeAllowsTheNextProbe() {
        health.rejected(ALICE, INVALID, NOW);
        Instant later = NOW.plusSeconds(3);
        assertThat(health.tryProbe(BOB, later)).isTrue();

        assertThat(health.rejected(BOB, BROKEN, later)).isEqualTo(Blame.ACCOUNT);

        assertThat(health.tryProbe(CAROL, later)).isTrue();
        assertThat(health.tryProbe(ALICE, later)).isFalse();
    }

    @Test
    void aProbeWithoutAResultIsGivenUpAfterATimeout() {
        health.rejected(ALICE, INVALID, NOW);
        Instant later = NOW.plusSeconds(3);
        assertThat(health.tryProbe(BOB, later)).isTrue();

        Instant givenUp = later.plus(ClientState.PROBE_PATIENCE);
        assertThat(health.tryProbe(CAROL, givenUp.minusMillis(1))).isFalse();
        assertThat(health.tryProbe(CAROL, givenUp)).isTrue();
    }

    @Test
    void aRefusalOfOneAccountWhileOthersAreAcceptedIsAttributedToTheAccount() {
        health.succeeded(BOB);

        assertThat(health.rejected(ALICE, INVALID, NOW)).isEqualTo(Blame.ACCOUNT);
        assertThat(health.rejected(ALICE, INVALID, NOW.plusSeconds(2))).isEqualTo(Blame.ACCOUNT);

        assertThat(health.suspension(NOW)).isEmpty();
    }

    @Test
    void refusalsOfTwoAccountsInARowAreAttributedToTheClient() {
        health.succeeded(ALICE);

        assertThat(health.rejected(ALICE, INVALID, NOW)).isEqualTo(Blame.ACCOUNT);
        assertThat(health.rejected(BOB, INVALID, NOW)).isEqualTo(Blame.CLIENT);

        assertThat(health.suspension(NOW)).isPresent();
    }

    @Test
    void manyRefusedAccountsOfAnAcceptedClientDoNotShutItAgain() {
        health.succeeded(CAROL);
        health.rejected(ALICE, INVALID, NOW);
        health.rejected(BOB, INVALID, NOW);
        Instant later = NOW.plusSeconds(5);
        assertThat(health.tryProbe(CAROL, later)).isTrue();
        health.succeeded(CAROL);

        assertThat(health.rejected(ALICE, INVALID, later)).isEqualTo(Blame.ACCOUNT);
        assertThat(health.rejected(BOB, INVALID, later)).isEqualTo(Blame.ACCOUNT);

        assertThat(health.suspension(later)).isEmpty();
    }

    @Test
    void anAccountThatKeepsBeingRefusedIsNotCountedAgainstTheClient() {
        TokenKey dave = TokenKey.of("google", "dave");
        health.succeeded(CAROL);
        health.rejected(ALICE, INVALID, NOW);
        health.succeeded(CAROL);

        assertThat(health.rejected(ALICE, INVALID, NOW)).isEqualTo(Blame.ACCOUNT);
        assertThat(health.rejected(BOB, INVALID, NOW)).isEqualTo(Blame.ACCOUNT);
        assertThat(health.rejected(ALICE, INVALID, NOW)).isEqualTo(Blame.ACCOUNT);
        assertThat(health.rejected(dave, INVALID, NOW)).isEqualTo(Blame.CLIENT);
    }

    @Test
    void anAccountWhoseProbesAreRefusedDoesNotShutTheClientForOthers() {
        health.rejected(ALICE, INVALID, NOW);
        Instant later = NOW.plusSeconds(3);
        assertThat(health.tryProbe(ALICE, later)).isTrue();

        assertThat(health.rejected(ALICE, INVALID, later)).isEqualTo(Blame.ACCOUNT);

        assertThat(health.suspension(later)).isEmpty();
        assertThat(health.tryProbe(BOB, later)).isTrue();
        health.succeeded(BOB);
        assertThat(health.rejected(ALICE, INVALID, later)).isEqualTo(Blame.ACCOUNT);
        assertThat(health.suspension(later)).isEmpty();
    }

    @Test
    void anAccountThatSucceededIsCountedAgainstTheClientAgain() {
        health.succeeded(CAROL);
        health.rejected(ALICE, INVALID, NOW);
        health.succeeded(CAROL);
        health.succeeded(ALICE);

        assertThat(health.rejected(ALICE, INVALID, NOW)).isEqualTo(Blame.ACCOUNT);
        assertThat(health.rejected(BOB, INVALID, NOW)).isEqualTo(Blame.CLIENT);
    }

    @Test
    void aRevokedGrantShowsThatTheClientWasAccepted() {
        health.rejected(ALICE, INVALID, NOW);
        Instant later = NOW.plusSeconds(3);
        assertThat(health.tryProbe(BOB, later)).isTrue();

        assertThat(health.rejected(BOB, REVOKED, later)).isEqualTo(Blame.ACCOUNT);

        assertThat(health.tryProbe(ALICE, later)).isTrue();
        assertThat(health.tryProbe(CAROL, later)).isTrue();
    }

    @Test
    void aBlockedApplicationIsShutLikeARejectedClient() {
        TokenVerdict blocked =
                TokenVerdict.of(TokenVerdict.Kind.APP_BLOCKED, Problem.APP_BLOCKED, "application is blocked");

        assertThat(health.rejected(ALICE, blocked, NOW)).isEqualTo(Blame.CLIENT);
        assertThat(health.suspension(NOW)).map(Suspension::problem).contains(Problem.APP_BLOCKED);
    }

    @Test
    void aRateLimitPausesTheClientUntilItsRetryTimeDespiteOtherSuccesses() {
        health.succeeded(BOB);
        Instant retryAt = NOW.plusSeconds(100);

        assertThat(health.rejected(ALICE, LIMITED.until(retryAt), NOW)).isEqualTo(Blame.CLIENT);
        health.succeeded(BOB);

        assertThat(health.suspension(NOW).orElseThrow().until()).isBetween(retryAt, retryAt.plusSeconds(10));
        assertThat(health.tryProbe(BOB, retryAt.minusMillis(1))).isFalse();
        assertThat(health.tryProbe(BOB, retryAt.plusSeconds(10))).isTrue();
    }

    @Test
    @Fault("D8")
    void aRateLimitWithoutARetryTimePausesTheClientWithJitter() {
        Instant now = NOW;
        Set<Duration> pauses = new HashSet<>();
        for (int i = 0; i < 30; i++) {
            TokenKey key = TokenKey.of("google", "user-" + i);
            assertThat(health.tryProbe(key, now)).isTrue();
            assertThat(health.rejected(key, LIMITED, now)).isEqualTo(Blame.CLIENT);
            Instant until = health.suspension(now).orElseThrow().until();
            pauses.add(Duration.between(now, until));
            now = until;
        }

        assertThat(pauses).hasSizeGreaterThan(25).allMatch(pause -> pause.compareTo(Duration.ofMinutes(10)) <= 0);
        assertThat(pauses)
                .filteredOn(pause -> pause.compareTo(Duration.ofMinutes(5)) >= 0)
                .hasSizeGreaterThan(15);
    }

    @Test
    void concurrentRateLimitsCountOnce() {
        for (int i = 0; i < 500; i++) {
            health.rejected(TokenKey.of("google", "user-" + i), LIMITED, NOW);
        }

        assertThat(health.suspension(NOW).orElseThrow().until()).isBetween(NOW.plusSeconds(1), NOW.plusSeconds(2));
    }

    @Test
    void aShorterPauseDoesNotShortenALongerOne() {
        health.paused(NOW.plusSeconds(600), Problem.QUOTA_EXCEEDED, "daily quota", NOW);
        health.paused(NOW.plusSeconds(5), Problem.RATE_LIMITED, "429", NOW);

        assertThat(health.suspension(NOW))
                .contains(new Suspension(Problem.QUOTA_EXCEEDED, "daily quota", NOW, NOW.plusSeconds(600)));
    }

    @Test
    void theLongestOfManyConcurrentPausesApplies() {
        for (int round = 0; round < 200; round++) {
            ClientHealth client = fresh(round);
            ConcurrentRun.run(8, thread -> {
                client.paused(NOW.plusSeconds(1 + thread), Problem.RATE_LIMITED, "429", NOW);
                return Stream.empty();
            });

            assertThat(client.suspension(NOW).map(Suspension::until)).contains(NOW.plusSeconds(8));
        }
    }

    @Test
    void aLongerPauseReplacesAShorterOne() {
        health.paused(NOW.plusSeconds(5), Problem.RATE_LIMITED, "429", NOW);
        health.paused(NOW.plusSeconds(600), Problem.QUOTA_EXCEEDED, "daily quota", NOW);

        assertThat(health.suspension(NOW))
                .contains(new Suspension(Problem.QUOTA_EXCEEDED, "daily quota", NOW, NOW.plusSeconds(600)));
    }

    @Test
    void aShorterPauseDoesNotShortenALongerRefusal() {
        health.rejected(ALICE, INVALID.until(NOW.plusSeconds(600)), NOW);
        Optional<Suspension> refused = health.suspension(NOW);

        health.paused(NOW.plusSeconds(5), Problem.RATE_LIMITED, "429", NOW);

        assertThat(refused.map(Suspension::problem)).contains(Problem.CLIENT_REJECTED);
        assertThat(health.suspension(NOW)).isEqualTo(refused);
    }

    // ---- one account's limit

    @Test
    @Fault("L7")
    void aLongLimitOfOneAccountPausesTheClientForFiveMinutesAndItsProbeOpensIt() {
        assertThat(health.rejected(ALICE, A_DAY, NOW)).isEqualTo(Blame.BOTH);

        Instant later = NOW.plus(ClientState.LONGEST_PAUSE);
        assertThat(health.suspension(NOW)).contains(new Suspension(Problem.RATE_LIMITED, A_DAY.detail(), NOW, later));
        assertThat(health.tryProbe(BOB, later.minusMillis(1))).isFalse();
        assertThat(health.tryProbe(BOB, later)).isTrue();
        assertThat(health.tryProbe(CAROL, later)).as("a second probe").isFalse();
        health.succeeded(BOB);
        assertThat(health.isOpen()).isTrue();
    }

    @Test
    @Fault("L7")
    void aLimitThatEveryProbeMeetsIsProbedOnceInAQuarterOfAnHour() {
        health.rejected(ALICE, A_DAY, NOW);
        Instant now = NOW.plus(ClientState.LONGEST_PAUSE);
        int probes = 0;
        for (; now.isBefore(NOW.plus(Duration.ofDays(1))); now = now.plusSeconds(30)) {
            TokenKey key = TokenKey.of("google", "user-" + probes);
            if (health.tryProbe(key, now)) {
                probes++;
                TokenVerdict refusal = probes % 2 == 0 ? LIMITED : A_DAY;
                assertThat(health.rejected(key, refusal, now)).isNotEqualTo(Blame.ACCOUNT);
                assertThat(health.suspension(now).map(Suspension::until))
                        .contains(now.plus(ClientState.BETWEEN_PROBES));
            }
        }

        assertThat(probes).isEqualTo(96);
        assertThat(health.tryProbe(BOB, now.plus(ClientState.BETWEEN_PROBES))).isTrue();
        health.succeeded(BOB);
        assertThat(health.isOpen()).isTrue();
    }

    @Test
    @Fault("L7")
    void anAccountThatIsLimitedWhileOthersAreAcceptedPausesNoOtherAccountAgain() {
        assertLimitedAlone(ALICE);
        Instant tomorrow = NOW.plus(Duration.ofDays(2));

        assertThat(health.rejected(ALICE, A_DAY, tomorrow)).isEqualTo(Blame.ACCOUNT);
        assertThat(health.rejected(ALICE, LIMITED, tomorrow)).isEqualTo(Blame.ACCOUNT);
        assertThat(health.isOpen()).isTrue();

        health.succeeded(ALICE);
        assertThat(health.rejected(ALICE, LIMITED, tomorrow)).isEqualTo(Blame.CLIENT);
    }

    @Test
    @Fault("L7")
    void aProviderThatLimitsSingleAccountsPausesTheClientOnlyIfTwoInARowAreLimited() {
        assertLimitedAlone(ALICE);

        assertThat(health.rejected(BOB, A_DAY, NOW)).isEqualTo(Blame.ACCOUNT);
        health.succeeded(CAROL);
        assertThat(health.rejected(TokenKey.of("google", "dave"), A_DAY, NOW)).isEqualTo(Blame.ACCOUNT);
        assertThat(health.isOpen()).isTrue();

        assertThat(health.rejected(TokenKey.of("google", "erin"), A_DAY, NOW)).isEqualTo(Blame.BOTH);
        assertThat(health.suspension(NOW)).isPresent();
    }

    @Test
    @Fault("L7")
    void aShortLimitPausesTheClientEvenIfAnotherAccountIsLimitedAlone() {
        assertLimitedAlone(ALICE);

        assertThat(health.rejected(BOB, LIMITED, NOW)).isEqualTo(Blame.CLIENT);
    }

    @Test
    @Fault("L7")
    void aLimitThatWasOverWhenAnotherAccountWasAcceptedMayHaveBeenThatOfTheClient() {
        health.rejected(ALICE, LIMITED, NOW);
        Instant later = NOW.plusSeconds(2);
        assertThat(health.tryProbe(BOB, later)).isTrue();
        health.succeeded(BOB);

        assertThat(health.rejected(ALICE, LIMITED, later)).isEqualTo(Blame.CLIENT);
    }

    @Test
    @Fault("L7")
    void anAccountThatIsLimitedAgainAsItsOwnProbeLeavesTheNextProbeToAnother() {
        health.rejected(ALICE, LIMITED, NOW);
        Instant later = NOW.plusSeconds(2);
        assertThat(health.tryProbe(ALICE, later)).isTrue();

        assertThat(health.rejected(ALICE, LIMITED, later)).isEqualTo(Blame.ACCOUNT);

        assertThat(health.tryProbe(BOB, later)).isTrue();
        health.succeeded(BOB);
        assertThat(health.rejected(ALICE, LIMITED, later)).isEqualTo(Blame.ACCOUNT);
        assertThat(health.isOpen()).isTrue();
    }

    @Test
    @Fault("L7")
    void aLateLimitOfAnotherAccountDoesNotEndAProbe() {
        health.rejected(ALICE, A_DAY, NOW);
        Instant later = NOW.plus(ClientState.LONGEST_PAUSE);
        assertThat(health.tryProbe(BOB, later)).isTrue();

        assertThat(health.rejected(CAROL, A_DAY, later)).isEqualTo(Blame.BOTH);
        assertThat(health.rejected(CAROL, BROKEN, later)).isEqualTo(Blame.ACCOUNT);

        assertThat(health.tryProbe(ALICE, later)).as("a second probe").isFalse();
        health.succeeded(BOB);
        assertThat(health.isOpen()).isTrue();
    }

    @Test
    @Fault("L7")
    void manyThreadsWithLongLimitsPauseTheClientForFiveMinutesAndOneProbes() {
        for (int round = 0; round < 200; round++) {
            ClientHealth client = fresh(round);
            ConcurrentRun.run(8, thread -> {
                client.rejected(TokenKey.of("google", "user-" + thread), A_DAY, NOW);
                return Stream.empty();
            });
            Instant later = NOW.plus(ClientState.LONGEST_PAUSE);
            assertThat(client.suspension(NOW).map(Suspension::until)).contains(later);

            Set<TokenKey> probes = ConcurrentHashMap.newKeySet();
            ConcurrentRun.run(8, thread -> {
                TokenKey key = TokenKey.of("google", "other-" + thread);
                if (client.tryProbe(key, later)) {
                    probes.add(key);
                }
                return Stream.empty();
            });
            assertThat(probes).hasSize(1);
        }
    }

    @Test
    @Fault("L7")
    void aRejectionWithALongRetryTimeIsProbedAfterFiveMinutes() {
        health.rejected(ALICE, INVALID.until(NOW.plus(Duration.ofDays(1))), NOW);

        assertThat(health.tryProbe(BOB, NOW.plus(ClientState.LONGEST_PAUSE))).isTrue();
    }

    /** Lets an account be limited for a day, and another one be accepted during that time. */
    private void assertLimitedAlone(TokenKey key) {
        health.rejected(key, A_DAY, NOW);
        assertThat(health.tryProbe(CAROL, NOW.plus(ClientState.LONGEST_PAUSE))).isTrue();
        health.succeeded(CAROL);
        assertThat(health.isOpen()).isTrue();
    }

    // ---- calls that time out

    @Test
    @Fault("L1")
    void timeoutsOfSeveralAccountsInARowShutTheClientBriefly() {
        health.timedOut(ALICE, false, NOW);
        health.timedOut(BOB, false, NOW);
        health.timedOut(BOB, false, NOW);
        assertThat(health.isOpen()).isTrue();

        health.timedOut(CAROL, false, NOW);

        Suspension suspension = health.suspension(NOW).orElseThrow();
        assertThat(suspension.problem()).isEqualTo(Problem.NETWORK);
        assertThat(suspension.until()).isBetween(NOW.plusSeconds(1), NOW.plusSeconds(2));
        health.succeeded(ALICE);
        assertThat(health.isOpen()).as("the success of a call in flight").isTrue();
    }

    @Test
    @Fault("L1")
    void everyResponseEndsARowOfTimeouts() {
        for (TokenVerdict response : List.of(REVOKED, BROKEN)) {
            health.timedOut(ALICE, false, NOW);
            health.timedOut(BOB, false, NOW);
            health.rejected(ALICE, response, NOW);
            health.timedOut(CAROL, false, NOW);
            assertThat(health.isOpen()).isTrue();
            health.succeeded(BOB);
        }
    }

    @Test
    @Fault("L1")
    void probesThatTimeOutShutTheClientForAMinuteAtMost() {
        Stream.of(ALICE, BOB, CAROL).forEach(key -> health.timedOut(key, false, NOW));
        Instant now = NOW;
        for (int probes = 0; probes < 20; probes++) {
            now = health.suspension(now).orElseThrow().until();
            assertThat(health.tryProbe(BOB, now)).isTrue();
            assertThat(health.tryProbe(BOB, now)).as("one probe at a time").isFalse();
            health.timedOut(BOB, true, now);
            assertThat(health.suspension(now).orElseThrow().until()).isBefore(now.plusSeconds(61));
        }
        assertThat(health.suspension(now).orElseThrow().until()).isEqualTo(now.plusSeconds(60));
    }

    @Test
    @Fault("L1")
    void timeoutsDoNotChangeWhyOrHowLongAClientIsShut() {
        health.rejected(ALICE, LIMITED, NOW);
        Suspension limited = health.suspension(NOW).orElseThrow();
        Stream.of(ALICE, BOB, CAROL).forEach(key -> health.timedOut(key, false, NOW));
        assertThat(health.suspension(NOW)).contains(limited);

        assertThat(health.tryProbe(BOB, limited.until())).isTrue();
        health.timedOut(BOB, true, limited.until());
        assertThat(health.suspension(limited.until()))
                .as("the next account may probe")
                .isEmpty();
        assertThat(health.isOpen()).isFalse();
    }
}
