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
 * The fixture of an {@link OutageContract}: a manual clock, a provider that rotates refresh tokens and detects reuse,
 * processes over the stores of the contract, and threads of callers. Thread-safe except for opening and closing.
 */
final class OutageScene implements AutoCloseable {

    static final TokenKey ANNA = TokenKey.of("acme", "anna");
    static final Duration LIFETIME = Duration.ofHours(1);

    static final Duration CALL_DEADLINE = Duration.ofSeconds(5);
    private static final Duration BEYOND_THE_CALL = Duration.ofSeconds(10);
    private static final Duration SETTLE_WINDOW = Duration.ofSeconds(5);
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

    /** @param provider creates the provider {@code acme} for a token endpoint */
    OutageScene(Path folder, Function<URI, Provider> provider) {
        this.folder = folder;
        this.provider = provider;
    }

    /** Registers a resource to be closed at the end; the latest is closed first. */
    <T extends AutoCloseable> T closing(T resource) {
        open.push(resource);
        return resource;
    }

    Tokens process(TokenStore store) {
        return process(store, CALL_DEADLINE, "journal");
    }

    /** @param journal the name of the host's journal folder */
    Tokens process(TokenStore store, Duration callDeadline, String journal) {
        URI endpoint = acme.endpoints().address(EndpointKind.REFRESH).orElseThrow();
        Tokens tokens = Tokens.builder()
                .namespace("outage")
                .store(store)
                .journal(folder.resolve(journal))
                .timekeeper(clock)
                .callDeadline(callDeadline)
                .claimDuration(callDeadline.plus(BEYOND_THE_CALL))
                .settleWindow(SETTLE_WINDOW)
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

    /** Returns for how long after its call deadline the engine reads a response on; its claim is longer. */
    static Duration timeToReadOn() {
        return BEYOND_THE_CALL.minus(SETTLE_WINDOW);
    }

    /** Connects the account of Anna and advances the clock until its access token has expired. */
    void connectExpired(Tokens tokens) {
        TokenSet consent = acme.consent(ANNA.account());
        tokens.connect(ANNA, consent);
        clock.advance(LIFETIME.plusSeconds(1));
    }

    /** Replaces the journal's folder with a file. */
    void breakTheJournal() throws IOException {
        Path journal = folder.resolve("journal");
        List<Path> files;
        try (Stream<Path> walk = Files.walk(journal)) {
            files = walk.sorted(Comparator.reverseOrder()).toList();
        }
        assertTrue(files.stream().map(Path::toFile).allMatch(File::delete), "the journal is gone");
        Files.writeString(journal, "not a folder");
    }

    /** Returns the number of token requests that the provider received. */
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

    /** Advances the clock by seconds until the call is done, only while this number of threads waits for it. */
    String drive(CompletableFuture<String> call, int waiting) {
        until("the call ended", () -> {
            if (!call.isDone() && clock.waits() >= waiting) {
                clock.advance(Duration.ofSeconds(1));
            }
            return call.isDone();
        });
        return get(call);
    }

    /** Waits in real time without advancing the clock. */
    void until(String description, BooleanSupplier condition) {
        long deadline = realTime.nanos() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(realTime.nanos() < deadline, () -> description + " within " + PATIENCE);
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
