package dev.evertoken.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class RecentEntriesTest {

    private final RecentEntries<String, Integer> entries = new RecentEntries<>(2);

    @Test
    void aNewEntryEvictsTheOneThatWasNotUsedForTheLongestTime() {
        entries.put("a", 1);
        entries.put("b", 2);
        assertThat(entries.get("a")).hasValue(1); // now "b" is the least recent one
        entries.put("c", 3);

        assertThat(entries.get("b")).isEmpty();
        assertThat(entries.get("a")).hasValue(1);
        assertThat(entries.get("c")).hasValue(3);
    }

    @Test
    void aMergeJoinsThePresentValueAndEvictsLikeAWrite() {
        entries.merge("a", 1, Integer::sum);
        entries.merge("a", 10, Integer::sum);
        entries.merge("b", 2, Integer::sum);
        entries.merge("c", 3, Integer::sum);

        assertThat(entries.values()).containsExactlyInAnyOrder(2, 3);
        entries.remove("b");
        assertThat(entries.values()).containsExactly(3);
    }

    @Test
    void concurrentMergesLoseNothingAndNeverExceedTheSize() throws Exception {
        RecentEntries<Integer, Integer> sums = new RecentEntries<>(8);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Integer>> largest = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                largest.add(threads.submit(() -> {
                    int most = 0;
                    for (int n = 0; n < 4000; n++) {
                        sums.merge(n % 8, 1, Integer::sum);
                        most = Math.max(most, sums.values().size());
                    }
                    return most;
                }));
            }
            for (Future<Integer> most : largest) {
                assertThat(most.get()).isLessThanOrEqualTo(8);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(sums.values()).hasSize(8).containsOnly(2000);
    }

    @Test
    void aLargeMapKeepsItsLatestEntriesAndItsSize() {
        RecentEntries<Integer, Integer> large = new RecentEntries<>(4096);
        for (int n = 0; n < 20_000; n++) {
            large.put(n, n);
        }

        assertThat(large.values()).hasSizeBetween(4096, 4096 + 4096 / 8);
        for (int n = 20_000 - 3000; n < 20_000; n++) {
            assertThat(large.get(n)).hasValue(n);
        }
        assertThat(large.get(0)).isEmpty();
    }
}
