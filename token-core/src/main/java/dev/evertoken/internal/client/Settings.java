package dev.evertoken.internal.client;

import java.time.Duration;

/**
 * The durations of the protocol, validated together. Immutable.
 *
 * @param callDeadline for one call to a provider, including connecting
 * @param claimDuration how long a claim is valid
 * @param settleWindow from the end of a call until its response is saved
 * @param maxWait how long a caller waits for a cycle
 * @param recheckEvery how long a cached token is served before a shared store is read again
 * @param clockSkew how far a peer's clock may be ahead
 */
public record Settings(
        Duration callDeadline,
        Duration claimDuration,
        Duration settleWindow,
        Duration maxWait,
        Duration recheckEvery,
        Duration clockSkew) {

    /** The part of a claim that is reserved for connecting. */
    public static final Duration CONNECT = Duration.ofSeconds(5);

    /** The pause between two checks of a claim, with a margin. */
    private static final Duration LAST_LOOK = Duration.ofSeconds(2);

    /** Longer than any call takes. */
    private static final Duration LONG_CLAIM = Duration.ofMinutes(5);

    public Settings {
        positive("callDeadline", callDeadline);
        positive("settleWindow", settleWindow);
        positive("maxWait", maxWait);
        positive("recheckEvery", recheckEvery);
        if (clockSkew.isNegative()) {
            throw new IllegalArgumentException("clockSkew " + text(clockSkew) + " is negative");
        }
        if (claimDuration.compareTo(CONNECT.plus(callDeadline).plus(settleWindow)) < 0) {
            throw new IllegalArgumentException("claimDuration " + text(claimDuration)
                    + " must be at least connecting " + text(CONNECT) + " + callDeadline " + text(callDeadline)
                    + " + settleWindow " + text(settleWindow));
        }
    }

    // Written out, because that of a record links method handles at its first use, and every start logs the settings.
    @Override
    public String toString() {
        return "Settings[callDeadline=" + callDeadline + ", claimDuration=" + claimDuration + ", settleWindow="
                + settleWindow + ", maxWait=" + maxWait + ", recheckEvery=" + recheckEvery + ", clockSkew=" + clockSkew
                + "]";
    }

    /** Returns the longest pause between two attempts to save: a third of the settle window (protocol.md T1). */
    public Duration saveRetryCap() {
        return settleWindow.dividedBy(3);
    }

    /** Returns how long an observer watches a claim until it has lapsed. */
    public Duration watch(Duration claim) {
        return claim.plus(settleWindow);
    }

    /**
     * Returns the maximum wait for a claim, which is long enough to see it lapse. A claim with a duration of hours is
     * not waited for until its end; the account is checked again later.
     */
    public Duration longestWait(Duration claim) {
        Duration most = claimDuration.compareTo(LONG_CLAIM) > 0 ? claimDuration : LONG_CLAIM;
        return watch(claim.compareTo(most) < 0 ? claim : most).plus(LAST_LOOK);
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " " + text(value) + " must be positive");
        }
    }

    private static String text(Duration value) {
        return value.toMillis() % 1000 == 0 ? value.toSeconds() + "s" : value.toMillis() + "ms";
    }
}
