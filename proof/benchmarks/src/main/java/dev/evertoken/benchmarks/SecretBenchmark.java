package dev.evertoken.benchmarks;

import dev.evertoken.model.Secret;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The cost of a comparison of two equal secrets of common length. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SecretBenchmark {
    private final Secret stored = Secret.of("s".repeat(200));
    private final Secret presented = Secret.of("s".repeat(200));

    @Benchmark
    public boolean equalSecrets() {
        return stored.equals(presented);
    }
}
