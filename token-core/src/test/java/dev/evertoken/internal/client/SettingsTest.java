package dev.evertoken.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.evertoken.internal.transfer.AccountTransfer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The durations of the protocol: which combinations are valid, and which durations are derived from them. */
class SettingsTest {

    private static final Duration CALL = Duration.ofSeconds(20);
    private static final Duration SETTLE = Duration.ofSeconds(15);
    private static final Duration SHORTEST_CLAIM = Duration.ofSeconds(40);
    private static final Duration MILLI = Duration.ofMillis(1);
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void aClaimIsLongEnoughForConnectingCallingAndSaving() {
        assertThat(of(SHORTEST_CLAIM).claimDuration()).isEqualTo(SHORTEST_CLAIM);

        assertRejected(
                () -> of(SHORTEST_CLAIM.minus(MILLI)),
                "claimDuration 39999ms must be at least connecting 5s + callDeadline 20s + settleWindow 15s");
    }

    @Test
    void everyDurationButTheClockSkewIsPositive() {
        assertThat(new Settings(CALL, SHORTEST_CLAIM, SETTLE, SECOND, SECOND, Duration.ZERO).clockSkew())
                .isZero();
        for (Duration invalid : new Duration[] {Duration.ZERO, MILLI.negated()}) {
            String text = invalid.isZero() ? "0s" : "-1ms";
            assertRejected(
                    () -> new Settings(invalid, SHORTEST_CLAIM, SETTLE, SECOND, SECOND, SECOND),
                    "callDeadline " + text + " must be positive");
            assertRejected(
                    () -> new Settings(CALL, SHORTEST_CLAIM, invalid, SECOND, SECOND, SECOND),
                    "settleWindow " + text + " must be positive");
            assertRejected(
                    () -> new Settings(CALL, SHORTEST_CLAIM, SETTLE, invalid, SECOND, SECOND),
                    "maxWait " + text + " must be positive");
            assertRejected(
                    () -> new Settings(CALL, SHORTEST_CLAIM, SETTLE, SECOND, invalid, SECOND),
                    "recheckEvery " + text + " must be positive");
        }
        assertRejected(
                () -> new Settings(CALL, SHORTEST_CLAIM, SETTLE, SECOND, SECOND, MILLI.negated()),
                "clockSkew -1ms is negative");
    }

    @Test
    void threeAttemptsToSaveFitIntoTheSettleWindow() {
        assertThat(of(SHORTEST_CLAIM).saveRetryCap()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aCallerWaitsForAClaimUntilItLapsesButNotForHours() {
        Settings usual = of(SHORTEST_CLAIM);
        assertThat(usual.watch(SHORTEST_CLAIM)).isEqualTo(Duration.ofSeconds(55));
        assertThat(usual.longestWait(SHORTEST_CLAIM)).isEqualTo(Duration.ofSeconds(57));
        assertThat(usual.longestWait(AccountTransfer.HOLD))
                .isEqualTo(Duration.ofMinutes(5).plusSeconds(17));

        Settings longClaim = of(Duration.ofMinutes(6));
        assertThat(longClaim.longestWait(AccountTransfer.HOLD))
                .isEqualTo(Duration.ofMinutes(6).plusSeconds(17));
    }

    private static Settings of(Duration claim) {
        return new Settings(CALL, claim, SETTLE, SECOND, SECOND, SECOND);
    }

    private static void assertRejected(Runnable settings, String message) {
        assertThatIllegalArgumentException().isThrownBy(settings::run).withMessage(message);
    }
}
