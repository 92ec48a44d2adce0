package dev.evertoken.benchmarks.comparison;

/** How much a run measures. */
enum Extent {
    /** For a check that everything runs; its figures mean nothing. */
    TINY(1, 1),
    /** About five minutes. */
    SHORT(5, 10),
    FULL(15, 100);

    /** The number of interleaved rounds, whose median counts. */
    final int rounds;

    private final int share;

    Extent(int rounds, int share) {
        this.rounds = rounds;
        this.share = share;
    }

    /** Returns the number of rounds of programs that run in a JVM of their own. */
    int loops() {
        return this == FULL ? 7 : Math.min(rounds, 3);
    }

    /** Returns the part of a number that belongs to this extent, at least one. */
    int of(int whole) {
        return Math.max(1, whole * share / FULL.share);
    }
}
