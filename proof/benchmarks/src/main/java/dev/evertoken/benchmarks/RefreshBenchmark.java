package dev.evertoken.benchmarks;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.TokenOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The time in which an engine refreshes a thousand expired accounts of one client, compared with the same number of calls
 * by 64 threads that do nothing else. Each call takes 100 ms, so 1.6 s is the lower bound.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 5)
@Fork(1)
public class RefreshBenchmark {

    private static final int ACCOUNTS = 1000;
    private static final int WORKERS = 64;

    private final SlowProvider provider = new SlowProvider();
    private final ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
    private final List<TokenKey> keys = IntStream.range(0, ACCOUNTS)
            .mapToObj(number -> TokenKey.of("slow", "account-" + number))
            .toList();
    private final Tokens tokens = Tokens.builder()
            .namespace("bench")
            .store("memory:")
            .provider(provider)
            .client(
                    "slow",
                    ClientRegistration.builder("client")
                            .clientSecret("none-of-note")
                            .build())
            .build();

    @Setup(Level.Invocation)
    public void expire() {
        Instant issued = Instant.now().minus(Duration.ofHours(2));
        for (TokenKey key : keys) {
            tokens.connect(
                    key,
                    TokenSet.builder("access-" + key.account())
                            .refreshToken("refresh-" + key.account())
                            .issuedAt(issued)
                            .expiresAt(issued.plus(Duration.ofHours(1)))
                            .build());
        }
    }

    /** The accounts are requested all at once, without a waiting thread for each. */
    @Benchmark
    public List<AccessToken> engine() {
        List<CompletableFuture<AccessToken>> all =
                keys.stream().map(tokens::accessTokenAsync).toList();
        return all.stream().map(CompletableFuture::join).toList();
    }

    @Benchmark
    public List<TokenOutcome> rawWorkers() {
        List<CompletableFuture<TokenOutcome>> all = keys.stream()
                .map(key -> CompletableFuture.supplyAsync(
                        () -> provider.respond(Secret.of("access-" + key.account())), workers))
                .toList();
        return all.stream().map(CompletableFuture::join).toList();
    }

    @TearDown
    public void close() {
        tokens.close();
        workers.shutdownNow();
    }
}
