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
 * One process of a {@link ManyProcessesContract}. It obeys {@code expire HOURS}, {@code use ACCOUNTS}, {@code work SEED
 * ACCOUNTS}, {@code stop} and {@code close}; its first line is the {@link WorkerConfig}. Thread-safe.
 */
final class ContractWorker {

    /** How many threads use accounts at once. */
    static final int THREADS = 4;

    private final TestProcessLink link;
    private final FastForwardClock time;
    private final Tokens tokens;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final AtomicBoolean stopped = new AtomicBoolean();

    private ContractWorker(TestProcessLink link, FastForwardClock time, Tokens tokens) {
        this.link = link;
        this.time = time;
        this.tokens = tokens;
    }

    /** Starts without arguments. */
    public static void main(String[] arguments) {
        TestProcessLink link = TestProcessLink.ofThisProcess();
        WorkerConfig config = new WorkerConfig(Secret.of(link.receive()));
        FastForwardClock time = new FastForwardClock();
        Tokens tokens = config.builder(time).build();
        link.send("open");
        new ContractWorker(link, time, tokens).obey();
    }

    private void obey() {
        String line = link.receive();
        while (!line.equals("close")) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "expire" -> time.leapTo(Duration.ofHours(Long.parseLong(words[1])));
                case "use" -> use(Integer.parseInt(words[1]));
                case "work" -> work(Long.parseLong(words[1]), Integer.parseInt(words[2]));
                case "stop" -> stop();
                default -> throw new IllegalArgumentException("no such command: " + words[0]);
            }
            link.send("done " + line);
            line = link.receive();
        }
        threads.shutdownNow();
        tokens.close();
        link.send("closed");
    }

    /** Gets the token of every account once, in an order of its own, and says which generations it got. */
    private void use(int accounts) {
        List<TokenKey> keys = new ArrayList<>(WorkerConfig.keys(accounts).toList());
        Collections.shuffle(keys);
        List<CompletableFuture<String>> calls = keys.stream()
                .map(key -> CompletableFuture.supplyAsync(() -> used(key), threads))
                .toList();
        link.send("used "
                + calls.stream()
                        .map(CompletableFuture::join)
                        .distinct()
                        .sorted()
                        .collect(Collectors.joining(", ")));
    }

    private String used(TokenKey key) {
        String outcome = outcome(() -> tokens.accessToken(key));
        link.send("asked for " + key); // whoever waits sees that work goes on
        return outcome;
    }

    /** Gets every token rejected that it gets, until it is stopped or killed. */
    private void work(long seed, int accounts) {
        IntStream.range(0, THREADS)
                .forEach(thread -> threads.execute(() -> {
                    Random random = new Random(seed + thread);
                    while (!stopped.get()) {
                        TokenKey key = WorkerConfig.key(random.nextInt(accounts));
                        link.send(outcome(() -> tokens.replace(key, tokens.accessToken(key))));
                    }
                }));
    }

    private void stop() {
        stopped.set(true);
        threads.shutdown();
        try {
            link.send(threads.awaitTermination(15, TimeUnit.SECONDS) ? "stopped" : "does not stop");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the generation that a call brought, or the problem. */
    static String outcome(Supplier<AccessToken> call) {
        try {
            return "GENERATION " + call.get().generation();
        } catch (TokenException e) {
            return "PROBLEM " + e.problem();
        }
    }
}
