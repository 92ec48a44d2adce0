package dev.evertoken.store.gcp;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.cloud.secretmanager.v1.SecretVersion;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.store.gcp.Versions.Version;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Destroys versions that hold spent tokens, in batches behind the writes: nobody waits for it, and while the quota is
 * used up it waits itself. What it does not come to is in the annotations, and is destroyed with a later write.
 *
 * <p>A secret that was deleted and created again counts its versions from 1 again, so a version is destroyed by its etag
 * and never by its number alone. Thread-safe.
 */
final class VersionCleaner implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(VersionCleaner.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMinutes(1);
    private static final int MOST = 16_384;

    private final SecretManagerClient calls;
    private final Timekeeper time;
    private final Queue<Rubbish> rubbish = new LinkedBlockingQueue<>(MOST);
    private final Set<Rubbish> waiting = ConcurrentHashMap.newKeySet();
    private final Cache<String, String> destroyed =
            Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();
    private final AtomicBoolean planned = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ExecutorService thread;

    /**
     * A version to destroy.
     *
     * @param etag empty if it has to be looked up
     * @param before when it has to have been created, if its etag has to be looked up
     */
    private record Rubbish(TokenKey key, String version, Optional<String> etag, Timestamp before) {}

    VersionCleaner(SecretManagerClient calls, Timekeeper time) {
        this.calls = calls;
        this.time = time;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread sweeping = new Thread(task, "evertoken-secret-sweeper");
            sweeping.setDaemon(true);
            return sweeping;
        });
    }

    /** Has a version destroyed that holds spent tokens, or tokens that were not saved by it. */
    void destroy(TokenKey key, String secret, Version version) {
        if (!isDestroyed(secret, version)) {
            plan(
                    new Rubbish(
                            key,
                            SecretNames.version(secret, version.number()),
                            Optional.of(version.etag()),
                            Timestamp.getDefaultInstance()),
                    PAUSE);
        }
    }

    /** Has those versions destroyed that somebody added between two others and did not get to use. */
    void destroyBetween(TokenKey key, String secret, long after, SecretVersion before) {
        for (long number = Versions.number(before) - 1; number > after; number--) {
            plan(
                    new Rubbish(key, SecretNames.version(secret, number), Optional.empty(), before.getCreateTime()),
                    PAUSE);
        }
    }

    /** Tells whether this process has had the version destroyed. */
    boolean isDestroyed(String secret, Version version) {
        return version.etag().equals(destroyed.getIfPresent(SecretNames.version(secret, version.number())));
    }

    /** What does not fit any more is in the annotations. */
    private void plan(Rubbish one, Duration pause) {
        if (!closed.get() && waiting.add(one)) {
            if (rubbish.offer(one)) {
                planSweep(pause);
            } else {
                waiting.remove(one);
            }
        }
    }

    private void planSweep(Duration pause) {
        if (!closed.get() && planned.compareAndSet(false, true)) {
            time.schedule(pause, () -> {
                if (!closed.get()) {
                    thread.execute(this::sweep);
                }
            });
        }
    }

    private void sweep() {
        planned.set(false);
        for (Rubbish next = rubbish.poll(); next != null; next = rubbish.poll()) {
            try {
                destroy(next);
            } catch (TokenException e) {
                if (e.problem() == Problem.STORE_REFUSED) {
                    log.warn("{}: a version with spent tokens stays: {}", next.key(), e.detail());
                } else {
                    log.debug("{}: a version with spent tokens is destroyed later", next.key(), e);
                    plan(next, PAUSE_AFTER_FAILURE);
                    return;
                }
            } catch (RuntimeException e) {
                log.warn("{}: a version with spent tokens stays", next.key(), e);
            }
        }
    }

    private void destroy(Rubbish one) {
        try {
            Optional<String> etag = one.etag().isPresent() ? one.etag() : etagOf(one);
            if (etag.isPresent()) {
                calls.destroy(one.key(), one.version(), etag.get());
                destroyed.put(one.version(), etag.get());
            }
        } finally {
            waiting.remove(one);
        }
    }

    private Optional<String> etagOf(Rubbish one) {
        return calls.describe(one.key(), one.version())
                .filter(version -> version.getState() != SecretVersion.State.DESTROYED)
                .filter(version -> Timestamps.compare(version.getCreateTime(), one.before()) < 0)
                .map(SecretVersion::getEtag);
    }

    /** Destroys what is planned, as far as the service lets it, and ends. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            thread.execute(this::sweep);
            thread.shutdown();
        }
    }

    /** Waits for {@link #close} to be done, for as long as {@code longest}. */
    boolean awaitClosed(Duration longest) throws InterruptedException {
        return thread.awaitTermination(longest.toNanos(), TimeUnit.NANOSECONDS);
    }
}
