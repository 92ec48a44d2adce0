package dev.evertoken.examples.socialpublisher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user publishes as many posts in 30 days as the quota allows, and no more. */
class QuotaTest {

    private static final long USER = 2;
    private static final Instant BEGIN = Instant.parse("2026-11-30T10:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(BEGIN);

    @TempDir
    private Path folder;

    @Test
    void aReservedPostIsTakenOnlyWhenItWasPublished() {
        Quota quota = quota(1);

        assertThat(quota.reserve(USER)).isTrue();
        assertThat(quota.reserve(USER)).isFalse();
        quota.release(USER);
        assertThat(quota.status(USER)).isEqualTo(new Quota.Status(1, 0, Optional.empty()));

        assertThat(quota.reserve(USER)).isTrue();
        quota.take(USER);
        assertThat(quota.reserve(USER)).isFalse();
        assertThat(quota.status(USER).used()).isEqualTo(1);
    }

    @Test
    void theCycleBeginsWithTheFirstPostAndEndsAfterThirtyDays() {
        Quota quota = quota(1);
        assertThat(quota.reserve(USER)).isTrue();
        quota.take(USER);
        Instant end = BEGIN.plus(Duration.ofDays(30));
        assertThat(quota.status(USER).resetsAt()).contains(end);

        now.set(end.minusMillis(1));
        assertThat(quota.reserve(USER)).isFalse();
        now.set(end);
        assertThat(quota.status(USER).used()).isZero();
        assertThat(quota.reserve(USER)).isTrue();
    }

    @Test
    void postsOutliveARestartAndReservationsDoNot() {
        Quota first = quota(2);
        assertThat(first.reserve(USER)).isTrue();
        first.take(USER);
        assertThat(first.reserve(USER)).isTrue();

        Quota second = quota(2);

        assertThat(second.status(USER)).isEqualTo(first.status(USER));
        assertThat(second.reserve(USER)).isTrue();
        assertThat(second.reserve(USER)).isFalse();
    }

    @Test
    void threadsTogetherReserveNoMoreThanTheQuota() throws Exception {
        Quota quota = quota(30);
        int threads = 8;
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Integer>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(pool.submit(() -> publishes(quota, start)));
            }
            int published = 0;
            for (Future<Integer> each : running) {
                published += each.get(1, TimeUnit.MINUTES);
            }
            assertThat(published).isEqualTo(30);
            assertThat(quota.status(USER).used()).isEqualTo(30);
        } finally {
            pool.shutdownNow();
        }
    }

    /** Publishes until the quota is used; every second post fails. */
    private static int publishes(Quota quota, CyclicBarrier start) throws Exception {
        start.await(1, TimeUnit.MINUTES);
        int published = 0;
        for (int attempt = 0; quota.status(USER).remaining() > 0; attempt++) {
            if (quota.reserve(USER)) {
                if (attempt % 2 == 0) {
                    quota.take(USER);
                    published++;
                } else {
                    quota.release(USER);
                }
            }
        }
        return published;
    }

    private Quota quota(int limit) {
        return new Quota(limit, folder, now::get);
    }
}
