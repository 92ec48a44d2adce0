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
 * Destroys versions with obsolete tokens in the background, in batches. No caller waits for it, and it pauses while the
 * quota is exceeded. Versions that it does not destroy are listed in the annotations and destroyed with a later write.
 *
 * <p>A secret that was deleted and created again numbers its versions from 1 again, so a version is always destroyed by
 * its etag and never by its number alone. Thread-safe.
 */
final class VersionCleaner implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(VersionCleaner.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMinutes(1);
    private static final int MAX_QUEUED = 16_384;

    private final SecretClient service;
    private final Timekeeper time;
    private final Queue<ObsoleteVersion> queue = new LinkedBlockingQueue<>(MAX_QUEUED);
    private final Set<ObsoleteVersion> queued = ConcurrentHashMap.newKeySet();
    private final Cache<String, String> destroyed = Caffeine.newBuilder()
            .maximumSize(MAX_QUEUED)
            .executor(Runnable::run)
            .build();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ExecutorService thread;

    /**
     * A version to destroy.
     *
     * @param etag empty if it has to be looked up
     * @param before if the etag is looked up, the version is only destroyed if it was created before this time
     */
    private record ObsoleteVersion(TokenKey key, String version, Optional<String> etag, Timestamp before) {}

    VersionCleaner(SecretClient service, Timekeeper time) {
        this.service = service;
        this.time = time;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread worker = new Thread(task, "evertoken-secret-cleaner");
            worker.setDaemon(true);
            return worker;
        });
    }

    /** Queues a version with obsolete tokens, or with tokens of a write that failed. */
    void destroy(TokenKey key, String secret, Version version) {
        if (!isDestroyed(secret, version)) {
            enqueue(
                    new ObsoleteVersion(
                            key,
                            SecretNames.version(secret, version.number()),
                            Optional.of(version.etag()),
                            Timestamp.getDefaultInstance()),
                    PAUSE);
        }
    }

    /** Queues the unused versions between two others, which other writers added. */
    void destroyBetween(TokenKey key, String secret, long after, SecretVersion before) {
        for (long number = Versions.number(before) - 1; number > after; number--) {
            enqueue(
                    new ObsoleteVersion(
                            key, SecretNames.version(secret, number), Optional.empty(), before.getCreateTime()),
                    PAUSE);
        }
    }

    /** Returns whether this process has destroyed the version. */
    boolean isDestroyed(String secret, Version version) {
        return version.etag().equals(destroyed.getIfPresent(SecretNames.version(secret, version.number())));
    }

    /** Adds a version to the queue, unless the queue is full; the version is also listed in the annotations. */
    private void enqueue(ObsoleteVersion obsolete, Duration pause) {
        if (!closed.get() && queued.add(obsolete)) {
            if (queue.offer(obsolete)) {
                scheduleCleaning(pause);
            } else {
                queued.remove(obsolete);
            }
        }
    }

    private void scheduleCleaning(Duration pause) {
        if (!closed.get() && scheduled.compareAndSet(false, true)) {
            time.schedule(pause, () -> {
                if (!closed.get()) {
                    thread.execute(this::clean);
                }
            });
        }
    }

    private void clean() {
        scheduled.set(false);
        for (ObsoleteVersion next = queue.poll(); next != null; next = queue.poll()) {
            try {
                destroy(next);
            } catch (TokenException e) {
                if (e.problem() == Problem.STORE_REFUSED) {
                    log.warn("{}: a version with obsolete tokens is kept: {}", next.key(), e.detail());
                } else {
                    log.debug("{}: a version with obsolete tokens will be destroyed later", next.key(), e);
                    enqueue(next, PAUSE_AFTER_FAILURE);
                    return;
                }
            } catch (RuntimeException e) {
                log.warn("{}: a version with obsolete tokens is kept", next.key(), e);
            }
        }
    }

    private void destroy(ObsoleteVersion obsolete) {
        try {
            Optional<String> etag = obsolete.etag().isPresent() ? obsolete.etag() : etagOf(obsolete);
            if (etag.isPresent()) {
                service.destroy(obsolete.key(), obsolete.version(), etag.get());
                destroyed.put(obsolete.version(), etag.get());
            }
        } finally {
            queued.remove(obsolete);
        }
    }

    private Optional<String> etagOf(ObsoleteVersion obsolete) {
        return service.describe(obsolete.key(), obsolete.version())
                .filter(version -> version.getState() != SecretVersion.State.DESTROYED)
                .filter(version -> Timestamps.compare(version.getCreateTime(), obsolete.before()) < 0)
                .map(SecretVersion::getEtag);
    }

    /** Destroys the queued versions, as far as the service permits it, and stops the thread. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            thread.execute(this::clean);
            thread.shutdown();
        }
    }

    /** Waits up to {@code timeout} for {@link #close} to complete. */
    boolean awaitClosed(Duration timeout) throws InterruptedException {
        return thread.awaitTermination(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }
}
