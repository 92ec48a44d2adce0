package dev.evertoken.internal.client;

import static dev.evertoken.internal.record.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.record.SampleRecords;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Problem;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FailureGateTest {

    private final FailureGate gate =
            new FailureGate(new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(10), new SplittableRandom(2)));

    @Test
    void aFailureIsRecordedWithItsReasonAndTheNextAttempt() {
        TokenVerdict verdict = TokenVerdict.of(
                TokenVerdict.Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE, "token endpoint answered 503");

        Failures once = gate.after(Failures.none(), verdict, NOW);

        assertThat(once.count()).isEqualTo(1);
        assertThat(once.problem()).contains(Problem.PROVIDER_UNAVAILABLE);
        assertThat(once.detail()).isEqualTo("token endpoint answered 503");
        assertThat(once.nextAttempt().orElseThrow()).isBetween(NOW.plusSeconds(1), NOW.plusSeconds(2));
    }

    @Test
    void aSecondFailureShutsTheGateForTwiceAsLong() {
        Failures once = gate.after(Failures.none(), Problem.NETWORK, Optional.empty(), "connection refused", NOW);
        Failures twice = gate.after(once, Problem.NETWORK, Optional.empty(), "connection refused", NOW);

        assertThat(twice.nextAttempt().orElseThrow()).isBetween(NOW.plusSeconds(2), NOW.plusSeconds(4));
    }

    @Test
    void moreFailuresInARowKeepTheGateShutForLonger() {
        Failures failures = Failures.none();
        for (int i = 0; i < 20; i++) {
            failures = gate.after(failures, Problem.NETWORK, Optional.empty(), "connection refused", NOW);
        }

        assertThat(failures.count()).isEqualTo(20);
        assertThat(failures.nextAttempt().orElseThrow())
                .isBetween(NOW.plus(Duration.ofMinutes(5)), NOW.plus(Duration.ofMinutes(10)));
    }

    @Test
    void aRetryTimeOfTheProviderIsKept() {
        Instant retryAt = NOW.plus(Duration.ofMinutes(30));
        TokenVerdict verdict = TokenVerdict.of(TokenVerdict.Kind.RATE_LIMITED, Problem.RATE_LIMITED, "429")
                .until(retryAt);

        assertThat(gate.after(Failures.none(), verdict, NOW).nextAttempt().orElseThrow())
                .isBetween(retryAt, retryAt.plus(Duration.ofMinutes(3)));
    }

    @Test
    void anImpossiblyLargeFailureCountIsHandled() {
        Failures corrupt = new Failures(Integer.MAX_VALUE, Optional.empty(), Optional.empty(), "");

        assertThat(gate.after(corrupt, Problem.NETWORK, Optional.empty(), "", NOW)
                        .nextAttempt()
                        .orElseThrow())
                .isAfter(NOW);
    }

    @Test
    void anAccountThatHasNotFailedMayBeTried() {
        assertThat(gate.shutUntil(SampleRecords.record(), NOW)).isEmpty();
    }

    @Test
    void theGateIsShutUntilTheNextAttempt() {
        TokenRecord failed = failedUntil(NOW.plusSeconds(60));

        assertThat(gate.shutUntil(failed, NOW)).contains(NOW.plusSeconds(60));
        assertThat(gate.shutUntil(failed, NOW.plusSeconds(59))).contains(NOW.plusSeconds(60));
        assertThat(gate.shutUntil(failed, NOW.plusSeconds(60))).isEmpty();
    }

    @Test
    void aNotBeforeTimeOfTheProviderShutsTheGateToo() {
        Instant notBefore = NOW.plus(Duration.ofHours(20));
        TokenRecord failed = failedUntil(NOW.plusSeconds(60));
        TokenRecord both =
                failed.next().lifetime(failed.lifetime().notBefore(notBefore)).build(43, NOW);

        assertThat(gate.shutUntil(both, NOW)).contains(notBefore);
    }

    @Test
    void aPeersWrongClockDoesNotShutAnAccountForYears() {
        assertThat(gate.shutUntil(failedUntil(NOW.plus(Duration.ofDays(3650))), NOW))
                .contains(NOW.plus(Duration.ofHours(24)));
        TokenRecord fromTheFuture = SampleRecords.record()
                .next()
                .failures(Failures.none().plus(Problem.NETWORK, NOW.plus(Duration.ofDays(31)), ""))
                .build(43, NOW.plus(Duration.ofDays(30)));
        assertThat(gate.shutUntil(fromTheFuture, NOW)).isEmpty();
    }

    private static TokenRecord failedUntil(Instant next) {
        return SampleRecords.record()
                .next()
                .failures(Failures.none().plus(Problem.NETWORK, next, "connection refused"))
                .build(43, NOW);
    }
}
