package dev.evertoken.background;

import java.time.Duration;

/**
 * Pauses the refreshes of a client whose provider fails for one account after the other, and then tries one account at
 * a time until one succeeds. Not thread-safe.
 */
final class Breaker {

    /** The number of accounts that fail in a row before the client pauses. */
    static final int MOST_IN_A_ROW = 10;

    private static final Duration SHORTEST = Duration.ofSeconds(30);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private int inARow;
    private Duration pause = SHORTEST;
    private boolean open;
    private long openUntil;

    /** Returns the time until an account may be tried; zero if one may be now. */
    Duration untilNext(long now) {
        return open && now - openUntil < 0 ? Duration.ofNanos(openUntil - now) : Duration.ZERO;
    }

    /** Returns how many accounts may be tried at the same time. */
    int most(int usual) {
        return open ? 1 : usual;
    }

    void succeeded() {
        inARow = 0;
        open = false;
        pause = SHORTEST;
    }

    void failed(long now) {
        inARow++;
        if (open ? now - openUntil >= 0 : inARow >= MOST_IN_A_ROW) {
            pause = open ? twice(pause) : SHORTEST;
            open = true;
            openUntil = now + pause.toNanos();
        }
    }

    private static Duration twice(Duration pause) {
        Duration longer = pause.multipliedBy(2);
        return longer.compareTo(LONGEST) < 0 ? longer : LONGEST;
    }
}
