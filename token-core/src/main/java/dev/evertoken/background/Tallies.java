package dev.evertoken.background;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The tallies of the runs in progress: what happens counts for each of them. Not thread-safe. */
final class Tallies {

    private final List<Tally> open = new ArrayList<>();

    void add(Tally tally) {
        open.add(tally);
    }

    void remove(Tally tally) {
        open.remove(tally);
    }

    void count(Consumer<Tally> event) {
        open.forEach(event);
    }
}
