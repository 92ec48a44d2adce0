package dev.evertoken.spi;

import dev.evertoken.model.LoggerNames;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The time of this machine; the only class that reads the system clocks. Thread-safe. */
final class SystemTimekeeper implements Timekeeper {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.REFRESH);
    private static final Duration LONGEST = Duration.ofDays(365);

    private final ScheduledThreadPoolExecutor timers;

    SystemTimekeeper() {
        timers = new ScheduledThreadPoolExecutor(1, new DaemonThreads());
        timers.setRemoveOnCancelPolicy(true);
        timers.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public long millis() {
        return System.currentTimeMillis();
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
        return new Timer(timers.schedule(new Guarded(task), clamped(delay).toNanos(), TimeUnit.NANOSECONDS));
    }

    private record Timer(Future<?> running) implements Scheduled {
        @Override
        public void cancel() {
            running.cancel(false);
        }
    }

    @Override
    public boolean await(Future<?> event, Duration timeout) throws InterruptedException {
        try {
            event.get(clamped(timeout).toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException | CancellationException e) {
            return true;
        }
    }

    @Override
    public void close() {
        timers.shutdownNow();
    }

    private static Duration clamped(Duration delay) {
        if (delay.isNegative()) {
            return Duration.ZERO;
        }
        return delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
    }

    private record Guarded(Runnable task) implements Runnable {
        @Override
        public void run() {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                log.warn("a timer task failed", e);
            }
        }
    }

    private static final class DaemonThreads implements ThreadFactory {
        @Override
        public Thread newThread(Runnable task) {
            Thread thread = new Thread(task, "evertoken-timer");
            thread.setDaemon(true);
            return thread;
        }
    }
}
