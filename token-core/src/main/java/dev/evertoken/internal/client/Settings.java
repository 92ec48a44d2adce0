package dev.evertoken.internal.client;

import java.time.Duration;

/**
 * The times of the protocol, checked together.
 *
 * @param callDeadline one call to a provider, connecting included
 * @param claimDuration how long a claim is good for
 * @param settleWindow from the end of a call to its saving
 * @param maxWait how long a caller waits for a cycle
 * @param recheckEvery how long a cached token is served without a look into a shared store
 * @param clockSkew how far a peer's clock may be ahead
 */
public record Settings(
        Duration callDeadline,
        Duration claimDuration,
        Duration settleWindow,
        Duration maxWait,
        Duration recheckEvery,
        Duration clockSkew) {

    /** Connecting may take this much of a claim. */
    static final Duration CONNECT = Duration.ofSeconds(5);

    /** Between two looks at a claim, with room to spare. */
    private static final Duration LAST_LOOK = Duration.ofSeconds(2);

    /** Longer than any call needs. */
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

    /** Returns the longest pause between two attempts to save: a third of the settle window (protocol.md T1). */
    public Duration saveRetryCap() {
        return settleWindow.dividedBy(3);
    }

    /** Returns how long an observer watches a claim before it has lapsed. */
    public Duration watch(Duration claim) {
        return claim.plus(settleWindow);
    }

    /**
     * Returns how long one wait for a claim lasts: so long that whoever waits sees it lapse. One that is to be held for
     * hours is not waited for, it is looked at again.
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
