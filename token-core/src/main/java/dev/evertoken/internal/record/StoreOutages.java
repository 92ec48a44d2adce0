package dev.evertoken.internal.record;

import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.operations.EngineHealth.FailingOperation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tracks the operations that the store cannot perform at present, such as a save while its database is read-only. Gives
 * each failure a retry time, and logs the reason that the store reports, once a minute for each operation.
 *
 * <p>The delay until the retry time equals the time for which the operation has failed, but is at least two seconds and
 * at most one minute. Thread-safe.
 */
final class StoreOutages {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);

    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final Timekeeper time;
    private final ConcurrentMap<String, Outage> outages = new ConcurrentHashMap<>();

    /**
     * @param failing the failures since the last success, for which waiting may help; null while the operation succeeds
     * @param refused the same for those for which waiting does not help
     */
    private record Outage(
            RateLimitedLog warnings,
            AtomicReference<@Nullable Failing> failing,
            AtomicReference<@Nullable Failing> refused) {

        boolean isOver() {
            return failing.get() == null && refused.get() == null;
        }

        Optional<Failing> current() {
            return Optional.ofNullable(failing.get()).or(() -> Optional.ofNullable(refused.get()));
        }
    }

    /**
     * @param began the monotonic time of the first failure, in nanoseconds
     * @param since the wall clock time of the first failure
     * @param detail the reason of the first failure
     */
    private record Failing(long began, Instant since, String detail) {}

    StoreOutages(Timekeeper time) {
        this.time = time;
    }

    /** Ends the outage of an operation. */
    void succeeded(String operation) {
        Outage outage = outages.get(operation);
        if (outage == null || outage.isOver()) {
            return;
        }
        outage.refused.set(null);
        Failing ended = outage.failing.getAndSet(null);
        if (ended != null) {
            log.info("the token store can {} again after {}", operation, Duration.ofNanos(time.nanos() - ended.began));
        }
    }

    /** Returns the operations whose last call failed, in alphabetical order. */
    List<FailingOperation> failing() {
        return new TreeMap<>(outages)
                .entrySet().stream()
                        .flatMap(entry -> entry
                                .getValue()
                                .current()
                                .map(failing -> new FailingOperation(entry.getKey(), failing.since, failing.detail))
                                .stream())
                        .toList();
    }

    /** Returns the exception with a retry time, if it has none and waiting may help. */
    TokenException failed(String operation, TokenStoreException failure) {
        Outage outage = outages.computeIfAbsent(
                operation,
                any -> new Outage(new RateLimitedLog(time), new AtomicReference<>(), new AtomicReference<>()));
        outage.warnings.log(suppressed ->
                log.warn("{}; {} such failures were not logged since the last one", failure.detail(), suppressed));
        if (failure.problem() == Problem.STORE_REFUSED) {
            outage.refused.compareAndSet(null, new Failing(time.nanos(), time.now(), failure.detail()));
            return failure; // waiting does not help
        }
        Duration pause = pause(outage, failure.detail());
        return failure.retryAt().isPresent() ? failure : withRetry(failure, pause);
    }

    private Duration pause(Outage outage, String detail) {
        long now = time.nanos();
        Failing known = outage.failing.get();
        if (known == null) {
            outage.failing.compareAndSet(null, new Failing(now, time.now(), detail));
            return SHORTEST_PAUSE;
        }
        Duration failing = Duration.ofNanos(Math.max(now - known.began, SHORTEST_PAUSE.toNanos()));
        return failing.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : failing;
    }

    private TokenException withRetry(TokenStoreException failure, Duration pause) {
        TokenException complete =
                failure.toBuilder().retryAt(time.now().plus(pause)).build();
        complete.setStackTrace(failure.getStackTrace());
        return complete;
    }
}
