package dev.evertoken.internal.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A limited number of turns are taken in the order of the requests. */
class TurnsTest {

    private final Turns turns = new Turns();
    private final List<Integer> begun = new ArrayList<>();

    @Test
    void aTurnThatEndsIsPassedOnInTheOrderOfTheRequests() {
        for (int number = 1; number <= 4; number++) {
            int mine = number;
            turns.take(2, () -> begun.add(mine));
        }
        assertThat(begun).containsExactly(1, 2);

        turns.end();
        assertThat(begun).containsExactly(1, 2, 3);
        turns.end();
        turns.end();
        turns.take(2, () -> begun.add(5));
        assertThat(begun).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void anyNumberOfTurnsMayEndAtOnce() {
        turns.take(2, () -> begun.add(0));
        turns.take(2, () -> begun.add(0));
        for (int number = 0; number < 100_000; number++) {
            turns.take(2, () -> {
                begun.add(1);
                turns.end();
            });
        }

        turns.end();

        assertThat(begun).hasSize(100_002);
    }

    @Test
    void aRequestWithALowerLimitWaitsUntilFewerTurnsAreTaken() {
        turns.take(3, () -> begun.add(1));
        turns.take(3, () -> begun.add(2));
        turns.take(1, () -> begun.add(3));
        assertThat(begun).containsExactly(1, 2);

        turns.end();
        assertThat(begun).containsExactly(1, 2);
        turns.end();
        assertThat(begun).containsExactly(1, 2, 3);
    }
}
