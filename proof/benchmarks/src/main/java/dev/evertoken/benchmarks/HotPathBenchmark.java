package dev.evertoken.benchmarks;

import dev.evertoken.TokenSource;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenKey;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The cost of a fresh token compared with its lower bound: one volatile read and one read of the clock.
 *
 * <p>Every call is for another account of another engine with another refresh policy, and every cache is full, so that
 * no call is cheap because it is the only one of its kind. Run it with {@code -prof gc}, once with {@code -t 1} and
 * once with {@code -t 2}. It must not allocate.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class HotPathBenchmark {

    /** The number of accounts of each engine. */
    @Param({"1", "10000"})
    public int accounts;

    private final FreshEngines engines = new FreshEngines();
    private final ConcurrentMap<TokenKey, AtomicReference<ExpiringToken>> byKey = new ConcurrentHashMap<>();
    private AtomicReference<ExpiringToken>[] byIndex = references(0);

    /** The value that the lower bound reads: a token and its expiry in epoch milliseconds. */
    record ExpiringToken(AccessToken token, long at) {
        @Nullable
        AccessToken ifValid() {
            return System.currentTimeMillis() < at ? token : null;
        }
    }

    /** The next account of a thread. */
    @State(Scope.Thread)
    public static class Position {
        private int index;

        int next(int size) {
            index = index + 1 < size ? index + 1 : 0;
            return index;
        }
    }

    @Setup
    public void connect() {
        engines.connect(accounts);
        byIndex = references(engines.size());
        for (int index = 0; index < engines.size(); index++) {
            AccessToken token = engines.tokens(index).accessToken(engines.key(index));
            byIndex[index] = new AtomicReference<>(new ExpiringToken(token, Long.MAX_VALUE));
            byKey.put(engines.key(index), byIndex[index]);
        }
    }

    @TearDown
    public void close() {
        engines.close();
    }

    /** The lower bound of a handle. */
    @Benchmark
    public @Nullable AccessToken floor(Position position) {
        return byIndex[position.next(engines.size())].get().ifValid();
    }

    /** The lower bound of a call with a key: like {@link #floor}, plus one lookup in a map. */
    @Benchmark
    public @Nullable AccessToken floorByKey(Position position) {
        return byKey.get(engines.key(position.next(engines.size()))).get().ifValid();
    }

    @Benchmark
    public AccessToken source(Position position) {
        TokenSource source = engines.source(position.next(engines.size()));
        return source.accessToken();
    }

    @Benchmark
    public AccessToken byKey(Position position) {
        int index = position.next(engines.size());
        return engines.tokens(index).accessToken(engines.key(index));
    }

    @SuppressWarnings("unchecked") // an array of a generic type cannot be created otherwise
    private static AtomicReference<ExpiringToken>[] references(int length) {
        return (AtomicReference<ExpiringToken>[]) new AtomicReference<?>[length];
    }
}
