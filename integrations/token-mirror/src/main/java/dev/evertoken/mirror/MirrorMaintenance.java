package dev.evertoken.mirror;

import dev.evertoken.model.LoggerNames;
import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work of a mirror beside deliveries, on a daemon thread of its own: messages that the outbox has not accepted, and
 * comparisons with the receiver. Thread-safe.
 */
final class MirrorMaintenance implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.MIRROR);
    private static final Duration EVERY = Duration.ofSeconds(30);

    private final Timekeeper time;
    private final MirrorFeed feed;
    private final MirrorComparison comparison;
    private final Optional<Duration> compareEvery;
    private final ThreadPoolExecutor thread;
    private volatile Instant nextComparison = Instant.MIN;
    private volatile boolean closed;
    private volatile Timekeeper.@Nullable Scheduled timer;

    /** @param compareEvery empty to compare never */
    MirrorMaintenance(Timekeeper time, MirrorFeed feed, MirrorComparison comparison, Optional<Duration> compareEvery) {
        this.time = time;
        this.feed = feed;
        this.comparison = comparison;
        this.compareEvery = compareEvery;
        this.thread = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
            Thread created = new Thread(work, "evertoken-mirror-maintenance");
            created.setDaemon(true);
            return created;
        });
        thread.allowCoreThreadTimeOut(true);
    }

    void start() {
        compareEvery.ifPresent(interval -> nextComparison = time.now().plus(interval));
        schedule();
    }

    private void schedule() {
        if (!closed) {
            timer = time.schedule(EVERY, this::tick);
        }
    }

    private void tick() {
        try {
            thread.execute(this::work);
        } catch (RejectedExecutionException e) {
            log.debug("the mirror is closed", e);
        }
    }

    private void work() {
        try {
            feed.retry();
            compareIfDue();
        } catch (RuntimeException | Error e) {
            log.warn("the mirror could not be compared with its receiver; it is tried again later: {}", e.toString());
        }
        schedule();
    }

    private void compareIfDue() {
        if (compareEvery.isPresent() && !time.now().isBefore(nextComparison)) {
            nextComparison = time.now().plus(compareEvery.get());
            ComparisonReport report = comparison.run();
            if (report.missing() + report.surplus() > 0) {
                log.warn(
                        "the receiver had lost or kept accounts, which are sent again: {} missing, {} surplus of {}",
                        report.missing(),
                        report.surplus(),
                        report.accounts());
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        Timekeeper.Scheduled pending = timer;
        if (pending != null) {
            pending.cancel();
        }
        thread.shutdownNow();
    }
}
