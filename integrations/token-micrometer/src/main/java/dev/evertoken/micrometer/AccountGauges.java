package dev.evertoken.micrometer;

import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.spi.operations.ClientStatus;
import dev.evertoken.spi.operations.TokenOperations;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The number of accounts by registration and state. All records are read on another thread after a gauge was read, but
 * not earlier than a period after the last time. Until the first count has ended, the gauges are NaN. Thread-safe.
 */
final class AccountGauges {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);

    private final MeterRegistry registry;
    private final Tags common;
    private final TokenOperations operations;
    private final long every;
    private final Executor threads;
    private final List<Meter> registered = new CopyOnWriteArrayList<>();
    private final AtomicBoolean counting = new AtomicBoolean();
    private volatile @Nullable Count last;
    private volatile @Nullable Long lastAttempt;
    private volatile boolean closed;

    /** @param nanos when the count began, by the monotonic clock of the registry */
    private record Count(Map<String, Map<ConnectionState, Long>> accounts, long nanos) {
        double of(String registration, ConnectionState state) {
            return accounts.getOrDefault(registration, Map.of()).getOrDefault(state, 0L);
        }
    }

    AccountGauges(MeterRegistry registry, Tags common, TokenOperations operations, Duration every, Executor threads) {
        this.registry = registry;
        this.common = common;
        this.operations = operations;
        this.every = every.toNanos();
        this.threads = threads;
    }

    /** Returns an executor that starts a daemon thread for each count. */
    static Executor newThread() {
        return task -> {
            Thread thread = new Thread(task, "evertoken-accounts");
            thread.setDaemon(true);
            thread.start();
        };
    }

    void register() {
        for (ClientStatus client : operations.clients()) {
            for (ConnectionState state : ConnectionState.values()) {
                register(client, state);
            }
        }
        registered.add(TimeGauge.builder(MeterNames.ACCOUNTS_AGE, this::age, TimeUnit.SECONDS)
                .description("Age of the last count of accounts")
                .tags(common)
                .register(registry));
    }

    private void register(ClientStatus client, ConnectionState state) {
        String registration = client.registration();
        registered.add(Gauge.builder(MeterNames.ACCOUNTS, () -> value(registration, state))
                .description("Accounts by registration and state, counted from time to time")
                .tags(common.and(
                        MeterNames.PROVIDER,
                        client.providerId(),
                        MeterNames.REGISTRATION,
                        registration,
                        MeterNames.STATE,
                        MeterNames.value(state)))
                .register(registry));
    }

    void remove() {
        closed = true;
        registered.forEach(registry::remove);
        registered.clear();
    }

    private double value(String registration, ConnectionState state) {
        countIfOld();
        Count known = last;
        return known == null ? Double.NaN : known.of(registration, state);
    }

    private double age() {
        Count known = last;
        return known == null ? Double.NaN : (now() - known.nanos) / 1e9;
    }

    private void countIfOld() {
        Long before = lastAttempt;
        boolean old = before == null || now() - before >= every;
        if (old && !closed && counting.compareAndSet(false, true)) {
            lastAttempt = now();
            start();
        }
    }

    private void start() {
        try {
            threads.execute(() -> {
                try {
                    count();
                } finally {
                    counting.set(false);
                }
            });
        } catch (RuntimeException | OutOfMemoryError e) { // the JVM cannot create a thread; the next period tries again
            counting.set(false);
            log.warn("no thread is available to count the accounts", e);
        }
    }

    private void count() {
        long began = now();
        Map<String, Map<ConnectionState, Long>> accounts = new HashMap<>();
        try (Stream<AccountStatus> statuses = operations.statuses()) {
            statuses.forEach(status -> accounts.computeIfAbsent(
                            status.key().registration(), any -> new EnumMap<>(ConnectionState.class))
                    .merge(status.state(), 1L, Long::sum));
            last = new Count(accounts, began);
        } catch (RuntimeException e) { // the store does not respond, or the engine is closing
            log.debug("the accounts cannot be counted", e);
        }
    }

    private long now() {
        return registry.config().clock().monotonicTime();
    }
}
