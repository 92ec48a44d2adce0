package dev.evertoken.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.TokenListener;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.store.TokenStore;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What an {@link OutageContract} plays on: a manual clock, a provider that rotates and is strict, processes that share the
 * store that the contract hands over, and callers. Thread-safe but for opening and closing.
 */
final class OutageScene implements AutoCloseable {

    static final TokenKey ANNA = TokenKey.of("acme", "anna");
    static final Duration LIFETIME = Duration.ofHours(1);

    static final Duration CALL_DEADLINE = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    final ManualClock clock = ManualClock.start();
    private final Timekeeper realTime = Timekeeper.system();
    private final MockProviders providers = MockProviders.start(clock);
    final MockProvider acme = providers.rotating().tokenLifetime(LIFETIME);
    final Queue<TokenEvent> events = new ConcurrentLinkedQueue<>();
    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Path folder;
    private final Function<URI, Provider> provider;

    /** @param provider makes the provider {@code acme} whose token endpoint is there */
    OutageScene(Path folder, Function<URI, Provider> provider) {
        this.folder = folder;
        this.provider = provider;
    }

    /** Has something closed at the end, the latest first. */
    <T extends AutoCloseable> T closing(T resource) {
        open.push(resource);
        return resource;
    }

    Tokens process(TokenStore store) {
        return process(store, CALL_DEADLINE, "journal");
    }

    /** @param journal the host's */
    Tokens process(TokenStore store, Duration callDeadline, String journal) {
        URI endpoint = acme.endpoints().address(EndpointKind.REFRESH).orElseThrow();
        Tokens tokens = Tokens.builder()
                .namespace("outage")
                .store(store)
                .journal(folder.resolve(journal))
                .timekeeper(clock)
                .callDeadline(callDeadline)
                .claimDuration(callDeadline.plusSeconds(10))
                .maxWait(Duration.ofMinutes(30))
                .provider(provider.apply(endpoint))
                .client("acme", acme.registration())
                .listener(new TokenListener() {
                    @Override
                    public void on(TokenEvent event) {
                        events.add(event);
                    }
                })
                .build();
        return closing(tokens);
    }

    /** Connects Anna and lets her access token end. */
    void connectExpired(Tokens tokens) {
        TokenSet consent = acme.consent(ANNA.account());
        tokens.connect(ANNA, consent);
        clock.advance(LIFETIME.plusSeconds(1));
    }

    /** Puts a file where the journal's folder was. */
    void spoilTheJournal() throws IOException {
        Path journal = folder.resolve("journal");
        List<Path> files;
        try (Stream<Path> walk = Files.walk(journal)) {
            files = walk.sorted(Comparator.reverseOrder()).toList();
        }
        assertTrue(files.stream().map(Path::toFile).allMatch(File::delete), "the journal is gone");
        Files.writeString(journal, "not a folder");
    }

    /** Returns how many requests for tokens the provider has seen. */
    int requests() {
        return acme.ledger().tokenRequests(ANNA.account());
    }

    void assertNothingSpentTwice(int requests) {
        assertEquals(requests, requests());
        assertEquals(List.of(), acme.ledger().familiesRevoked());
    }

    CompletableFuture<String> async(Supplier<AccessToken> call) {
        return CompletableFuture.supplyAsync(() -> ContractWorker.outcome(call), callers);
    }

    static String get(CompletableFuture<String> future) {
        return future.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** Moves the clock on until the call is done, a second at a time and only while so many threads wait for it. */
    String drive(CompletableFuture<String> call, int waiting) {
        until("the call ended", () -> {
            if (!call.isDone() && clock.waitingThreads() >= waiting) {
                clock.advance(Duration.ofSeconds(1));
            }
            return call.isDone();
        });
        return get(call);
    }

    /** Waits in real time, without moving the clock. */
    void until(String what, BooleanSupplier condition) {
        long deadline = realTime.nanos() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(realTime.nanos() < deadline, () -> what + " within " + PATIENCE);
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
        callers.shutdownNow();
        providers.close();
        realTime.close();
    }
}
