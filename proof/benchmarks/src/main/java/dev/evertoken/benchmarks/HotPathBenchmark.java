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
 * What a fresh token costs, beside the least it could cost: one volatile read and one look at the clock.
 *
 * <p>Every call is for another account of another engine with another refresh policy, and every cache is full, so
 * nothing is cheap because it happens to be the only one. Run it with {@code -prof gc}, once with {@code -t 1}
 * and once with {@code -t 2}; it has to allocate nothing.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class HotPathBenchmark {

    /** How many accounts each engine has. */
    @Param({"1", "10000"})
    public int accounts;

    private final FreshEngines engines = new FreshEngines();
    private final ConcurrentMap<TokenKey, AtomicReference<Ending>> byKey = new ConcurrentHashMap<>();
    private AtomicReference<Ending>[] byPlace = references(0);

    /** What the floor reads: a token and when it ends, in epoch milliseconds. */
    record Ending(AccessToken token, long at) {
        @Nullable
        AccessToken ifValid() {
            return System.currentTimeMillis() < at ? token : null;
        }
    }

    /** Which account a thread asks for next. */
    @State(Scope.Thread)
    public static class Walk {
        private int place;

        int next(int places) {
            place = place + 1 < places ? place + 1 : 0;
            return place;
        }
    }

    @Setup
    public void connect() {
        engines.connect(accounts);
        byPlace = references(engines.places());
        for (int place = 0; place < engines.places(); place++) {
            AccessToken token = engines.tokens(place).accessToken(engines.key(place));
            byPlace[place] = new AtomicReference<>(new Ending(token, Long.MAX_VALUE));
            byKey.put(engines.key(place), byPlace[place]);
        }
    }

    @TearDown
    public void close() {
        engines.close();
    }

    /** The floor of a handle. */
    @Benchmark
    public @Nullable AccessToken floor(Walk walk) {
        return byPlace[walk.next(engines.places())].get().ifValid();
    }

    /** The floor of a call that names its account: as the other, and one look into a map. */
    @Benchmark
    public @Nullable AccessToken floorByKey(Walk walk) {
        return byKey.get(engines.key(walk.next(engines.places()))).get().ifValid();
    }

    @Benchmark
    public AccessToken source(Walk walk) {
        TokenSource source = engines.source(walk.next(engines.places()));
        return source.accessToken();
    }

    @Benchmark
    public AccessToken byKey(Walk walk) {
        int place = walk.next(engines.places());
        return engines.tokens(place).accessToken(engines.key(place));
    }

    @SuppressWarnings("unchecked") // an array of a generic type cannot be made otherwise
    private static AtomicReference<Ending>[] references(int length) {
        return (AtomicReference<Ending>[]) new AtomicReference<?>[length];
    }
}
