package dev.evertoken.testing;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One process of a {@link ManyProcessesContract}. Its first input line is the {@link WorkerConfig}; after that it
 * executes the commands {@code expire HOURS}, {@code use ACCOUNTS}, {@code work SEED ACCOUNTS}, {@code stop} and {@code
 * close}. Thread-safe.
 */
final class ContractWorker {

    /** The number of threads that use accounts concurrently. */
    static final int THREADS = 4;

    private final TestProcessLink link;
    private final FastForwardClock clock;
    private final Tokens tokens;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final AtomicBoolean stopped = new AtomicBoolean();

    private ContractWorker(TestProcessLink link, FastForwardClock clock, Tokens tokens) {
        this.link = link;
        this.clock = clock;
        this.tokens = tokens;
    }

    /** Expects no arguments. */
    public static void main(String[] arguments) {
        TestProcessLink link = TestProcessLink.ofThisProcess();
        WorkerConfig config = new WorkerConfig(Secret.of(link.readLine()));
        FastForwardClock clock = new FastForwardClock();
        Tokens tokens = config.builder(clock).build();
        link.writeLine("open");
        new ContractWorker(link, clock, tokens).executeCommands();
    }

    private void executeCommands() {
        String line = link.readLine();
        while (!line.equals("close")) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "expire" -> clock.setOffset(Duration.ofHours(Long.parseLong(words[1])));
                case "use" -> use(Integer.parseInt(words[1]));
                case "work" -> work(Long.parseLong(words[1]), Integer.parseInt(words[2]));
                case "stop" -> stop();
                default -> throw new IllegalArgumentException("no such command: " + words[0]);
            }
            link.writeLine("done " + line);
            line = link.readLine();
        }
        threads.shutdownNow();
        tokens.close();
        link.writeLine("closed");
    }

    /** Requests the token of every account once, in a random order, and reports the generations. */
    private void use(int accounts) {
        List<TokenKey> keys = new ArrayList<>(WorkerConfig.keys(accounts).toList());
        Collections.shuffle(keys);
        List<CompletableFuture<String>> calls = keys.stream()
                .map(key -> CompletableFuture.supplyAsync(() -> used(key), threads))
                .toList();
        link.writeLine("used "
                + calls.stream()
                        .map(CompletableFuture::join)
                        .distinct()
                        .sorted()
                        .collect(Collectors.joining(", ")));
    }

    private String used(TokenKey key) {
        String outcome = outcome(() -> tokens.accessToken(key));
        link.writeLine("requested " + key); // progress, for the line timeout of the parent
        return outcome;
    }

    /** Reports every token it receives as rejected, until it is stopped or killed. */
    private void work(long seed, int accounts) {
        IntStream.range(0, THREADS)
                .forEach(thread -> threads.execute(() -> {
                    Random random = new Random(seed + thread);
                    while (!stopped.get()) {
                        TokenKey key = WorkerConfig.key(random.nextInt(accounts));
                        link.writeLine(outcome(() -> tokens.replace(key, tokens.accessToken(key))));
                    }
                }));
    }

    private void stop() {
        stopped.set(true);
        threads.shutdown();
        try {
            link.writeLine(threads.awaitTermination(15, TimeUnit.SECONDS) ? "stopped" : "does not stop");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the generation of the token that a call returned, or the problem. */
    static String outcome(Supplier<AccessToken> call) {
        try {
            return "GENERATION " + call.get().generation();
        } catch (TokenException e) {
            return "PROBLEM " + e.problem();
        }
    }
}
