package dev.evertoken.benchmarks;

import dev.evertoken.Tokens;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.ConnectResult;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.store.FileTokenStore;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
 * Measures the import of two thousand accounts into a file store, and the disk operations that the same durability
 * requires: as many threads each write a file of the same size beside its final place, force it to the disk, rename it
 * and force its directory. Both forms have each row on disk before its result, in the order of the rows, so neither
 * forces a directory once for several rows in advance. {@code oneByOne} connects the same accounts one after the other.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 7)
@Fork(1)
public class ImportBenchmark {

    private static final int ACCOUNTS = 2000;
    private static final int SHARDS = 256;
    private static final int RECORD_BYTES = 900;

    private final List<Path> used = new ArrayList<>();
    private Path folder;
    private FileTokenStore store;
    private Tokens tokens;
    private Map<TokenKey, TokenSet> rows;

    @Setup(Level.Invocation)
    public void open() throws IOException {
        folder = Files.createTempDirectory("import-benchmark-");
        for (int shard = 0; shard < SHARDS; shard++) {
            Files.createDirectories(shard(shard));
        }
        store = FileTokenStore.open(Files.createTempDirectory(folder, "store-"), "bench");
        tokens = Tokens.builder()
                .namespace("bench")
                .store(store)
                .withoutJournal()
                .provider(OAuth2Provider.builder("acme")
                        .tokenEndpoint(URI.create("https://acme.example/token"))
                        .refreshModel(RefreshModel.STATIC)
                        .build())
                .client(
                        "acme",
                        ClientRegistration.builder("client")
                                .clientSecret("none-of-note")
                                .build())
                .build();
        rows = rows("account-");
        tokens.connectAll(rows("earlier-")); // creates every directory, as in the bare form
    }

    private static Map<TokenKey, TokenSet> rows(String prefix) {
        Instant now = Instant.now();
        return IntStream.range(0, ACCOUNTS)
                .mapToObj(n -> prefix + n)
                .collect(Collectors.toMap(
                        account -> TokenKey.of("acme", account),
                        account -> TokenSet.builder("access-" + account)
                                .refreshToken("refresh-" + account)
                                .issuedAt(now)
                                .expiresAt(now.plus(Duration.ofHours(1)))
                                .build()));
    }

    private Path shard(int number) {
        return folder.resolve("records").resolve(Integer.toHexString(number));
    }

    @Benchmark
    public List<ConnectResult> engine() {
        return tokens.connectAll(rows);
    }

    @Benchmark
    public List<Object> oneByOne() {
        List<Object> results = new ArrayList<>();
        rows.forEach((key, row) -> results.add(tokens.connect(key, row)));
        return results;
    }

    @Benchmark
    public int bareDisk() throws Exception {
        int threads = store.concurrentWrites();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        AtomicInteger next = new AtomicInteger();
        List<Future<Integer>> all = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            String temporary = thread + ".tmp";
            all.add(pool.submit(() -> {
                int written = 0;
                for (int n = next.getAndIncrement(); n < ACCOUNTS; n = next.getAndIncrement()) {
                    write(shard(n * 31 % SHARDS), "account-" + n, temporary);
                    written++;
                }
                return written;
            }));
        }
        int written = 0;
        for (Future<Integer> one : all) {
            written += one.get();
        }
        pool.shutdown();
        return written;
    }

    private static void write(Path shard, String name, String draft) throws IOException {
        Path temporary = shard.resolve(draft);
        try (FileChannel channel =
                FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[RECORD_BYTES]));
            channel.force(true);
        }
        Files.move(temporary, shard.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        force(shard, StandardOpenOption.READ);
    }

    private static void force(Path path, OpenOption option) throws IOException {
        try (FileChannel channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }

    @TearDown(Level.Invocation)
    public void close() {
        tokens.close();
        store.close();
        used.add(folder);
    }

    /** Deletes the files of all rounds. Done at the end: some file systems create files slowly after many were deleted. */
    @TearDown(Level.Trial)
    public void delete() throws IOException {
        for (Path one : used) {
            try (Stream<Path> files = Files.walk(one)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        used.clear();
    }
}
