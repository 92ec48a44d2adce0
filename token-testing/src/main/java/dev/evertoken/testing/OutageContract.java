package dev.evertoken.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Provider;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.TokenListener;
import dev.evertoken.spi.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.store.TieredTokenStore;
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
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an application is promised over a store while the provider is slow, the store is away, or a process sleeps: two
 * processes and a provider that rotates, and ends a grant when a spent refresh token comes again.
 *
 * <p>The store is real, and is made to fail by what is put around it; the time is a manual one. Not thread-safe; JUnit
 * makes one for each test.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
public abstract class OutageContract {

    private static final TokenKey ANNA = TokenKey.of("acme", "anna");
    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final Duration CALL_DEADLINE = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ManualClock clock = ManualClock.start();
    private final Timekeeper realTime = Timekeeper.system();
    private final MockProviders providers = MockProviders.start(clock);
    private final MockProvider acme = providers.rotating().tokenLifetime(LIFETIME);
    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Queue<TokenEvent> events = new ConcurrentLinkedQueue<>();

    @TempDir
    private Path folder;

    private FaultyStore hers;
    private FaultyStore theirs;

    /** Opens one more handle on the store that the test uses, which is empty at first; the contract closes it. */
    protected abstract TokenStore open() throws Exception;

    /** Returns a provider {@code acme} that rotates its refresh tokens. */
    protected abstract Provider acme(URI tokenEndpoint);

    @BeforeEach
    void openStores() throws Exception {
        hers = FaultyStore.over(handle());
        theirs = FaultyStore.over(handle());
    }

    @AfterEach
    void closeAll() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
        callers.shutdownNow();
        providers.close();
        realTime.close();
    }

    // ---- the provider is slow

    @Test
    @Fault("A7")
    void aCallThatTakesTooLongEndsInsideItsClaimAndNobodyDialsForTheSameToken() {
        Tokens first = process(hers, Duration.ofSeconds(1), "journal");
        Tokens second = process(theirs, Duration.ofSeconds(1), "journal");
        connectExpired(first);
        Hold hold = new Hold();
        acme.onToken(Answer.normal().heldOnArrival(hold));

        assertEquals("PROBLEM ANSWER_LOST", Clerk.outcome(() -> first.accessToken(ANNA)));
        assertEquals("PROBLEM ANSWER_LOST", Clerk.outcome(() -> second.accessToken(ANNA)));
        assertEquals(1, requests());
        hold.release();
    }

    // ---- the store is away

    @Test
    @Fault({"A8", "B4"})
    void anAnswerThatTheStoreDoesNotTakeIsToldServedAndSavedAndNobodyDialsMeanwhile() {
        Tokens first = process(hers);
        Tokens second = process(theirs);
        connectExpired(first);
        Hold answer = acme.holdAnswer();
        CompletableFuture<String> call = async(() -> first.accessToken(ANNA));
        answer.awaitArrived();
        hers.down();
        theirs.down();
        answer.release();

        assertEquals("GENERATION 2", get(call));
        until(
                "the alarm was told",
                () -> events.stream()
                        .anyMatch(event -> event instanceof TokenEvent.RotationAtRisk risk && risk.journalled()));
        for (int minute = 0; minute < 10; minute++) {
            clock.advance(Duration.ofMinutes(1));
            assertEquals("GENERATION 2", Clerk.outcome(() -> first.accessToken(ANNA)));
            assertEquals("PROBLEM STORE_UNAVAILABLE", Clerk.outcome(() -> second.accessToken(ANNA)));
        }
        hers.up();
        theirs.up();
        assertEquals("GENERATION 2", get(async(() -> second.accessToken(ANNA))));
        assertEquals(1, requests());

        clock.advance(LIFETIME);
        assertEquals("GENERATION 3", get(async(() -> second.accessToken(ANNA))));
        assertNothingSpentTwice(2);
    }

    @Test
    @Fault("A10")
    void withoutAClaimNobodyDialsAndWhatIsAtHandIsServed() {
        Tokens first = process(hers);
        first.connect(ANNA, acme.consent(ANNA.account()));
        AccessToken valid = first.accessToken(ANNA);
        hers.next(StoreOperation.COMPARE_AND_SET).times(100).failsBefore();

        assertEquals("PROBLEM STORE_UNAVAILABLE", Clerk.outcome(() -> first.replace(ANNA, valid)));
        assertEquals(valid, first.accessToken(ANNA));
        assertEquals(0, requests());
    }

    @Test
    @Fault("B17")
    void withoutRoomForTheAnswerTheTokenIsNotSpent() throws IOException {
        Tokens first = process(hers);
        first.connect(ANNA, acme.consent(ANNA.account()));
        AccessToken valid = first.accessToken(ANNA);
        spoilTheJournal();

        clock.advance(LIFETIME.minusMinutes(2));
        assertEquals(valid, first.accessToken(ANNA));
        clock.advance(LIFETIME);
        assertEquals("PROBLEM JOURNAL_UNAVAILABLE", Clerk.outcome(() -> first.accessToken(ANNA)));
        assertEquals(0, requests());
    }

    @Test
    @Fault("B18")
    void aRestoredBackupIsNotSpentWhileACopyIsNewer() throws Exception {
        InMemoryTokenStore copy = new InMemoryTokenStore(clock);
        Tokens before = process(chain(copy));
        before.connect(ANNA, acme.consent(ANNA.account()));
        TokenRecord backup = hers.load(ANNA).orElseThrow();
        clock.advance(LIFETIME.plusSeconds(1));
        assertEquals(2, before.accessToken(ANNA).generation());
        until(
                "the copy is made",
                () -> copy.load(ANNA).filter(it -> it.generation() == 2).isPresent());
        before.close();
        assertTrue(hers.remove(ANNA, hers.load(ANNA).orElseThrow().revision()));
        assertTrue(hers.compareAndSet(ANNA, TokenStore.ABSENT, backup));

        clock.advance(LIFETIME.plusSeconds(1));
        Tokens later = process(chain(copy));
        assertEquals("GENERATION 3", get(async(() -> later.accessToken(ANNA))));
        assertNothingSpentTwice(2);
        assertEquals(3, hers.load(ANNA).orElseThrow().generation());
    }

    // ---- a process sleeps

    @Test
    @Fault("A9")
    void whoSleptPastItsClaimBeforeItSentDoesNotSendAndAdoptsWhatAnotherBrought() {
        Tokens first = process(hers);
        Tokens second = process(theirs);
        connectExpired(first);
        Hold asleep = hers.next(StoreOperation.COMPARE_AND_SET)
                .where(record -> record.claim().isPresent())
                .isHeldAfter();
        CompletableFuture<String> sleeper = async(() -> first.accessToken(ANNA));
        asleep.awaitArrived();

        assertEquals("GENERATION 2", drive(async(() -> second.accessToken(ANNA)), 3));
        asleep.release();
        assertEquals("GENERATION 2", get(sleeper));
        assertNothingSpentTwice(1);
    }

    @Test
    @Fault("A9")
    void whoSleptWithTheAnswerPastItsClaimSavesIt() {
        Tokens first = process(hers);
        Tokens second = process(theirs, CALL_DEADLINE, "another-host");
        first.connect(ANNA, acme.consent(ANNA.account()));
        AccessToken valid = first.accessToken(ANNA);
        Hold asleep = hers.next(StoreOperation.COMPARE_AND_SET)
                .where(record -> record.generation() == 2)
                .isHeldBefore();
        CompletableFuture<String> sleeper = async(() -> first.replace(ANNA, valid));
        asleep.awaitArrived();

        assertEquals("PROBLEM ANSWER_LOST", drive(async(() -> second.replace(ANNA, valid)), 3));
        asleep.release();
        assertEquals("GENERATION 2", get(sleeper));
        assertEquals(2, theirs.load(ANNA).orElseThrow().generation());
        clock.advance(LIFETIME.plusSeconds(1));
        assertEquals("GENERATION 3", get(async(() -> second.accessToken(ANNA))));
        assertNothingSpentTwice(2);
    }

    // ---- the scene

    private TokenStore handle() throws Exception {
        TokenStore handle = open();
        open.push(handle);
        return handle;
    }

    private TokenStore chain(TokenStore copy) throws Exception {
        TokenStore chain = TieredTokenStore.of("store", open())
                .fallback("copy", copy)
                .withoutComparingAtOpening()
                .open();
        open.push(chain);
        return chain;
    }

    private Tokens process(TokenStore store) {
        return process(store, CALL_DEADLINE, "journal");
    }

    /** @param journal the host's */
    private Tokens process(TokenStore store, Duration callDeadline, String journal) {
        URI endpoint = acme.endpoints().address(EndpointKind.REFRESH).orElseThrow();
        Tokens tokens = Tokens.builder()
                .namespace("outage")
                .store(store)
                .journal(folder.resolve(journal))
                .timekeeper(clock)
                .callDeadline(callDeadline)
                .claimDuration(callDeadline.plusSeconds(10))
                .maxWait(Duration.ofMinutes(30))
                .provider(acme(endpoint))
                .client("acme", acme.registration())
                .listener(new TokenListener() {
                    @Override
                    public void on(TokenEvent event) {
                        events.add(event);
                    }
                })
                .build();
        open.push(tokens);
        return tokens;
    }

    private void connectExpired(Tokens tokens) {
        TokenSet consent = acme.consent(ANNA.account());
        tokens.connect(ANNA, consent);
        clock.advance(LIFETIME.plusSeconds(1));
    }

    private void spoilTheJournal() throws IOException {
        Path journal = folder.resolve("journal");
        List<Path> files;
        try (Stream<Path> walk = Files.walk(journal)) {
            files = walk.sorted(Comparator.reverseOrder()).toList();
        }
        assertTrue(files.stream().map(Path::toFile).allMatch(File::delete), "the journal is gone");
        Files.writeString(journal, "not a folder");
    }

    private int requests() {
        return acme.ledger().tokenRequests(ANNA.account());
    }

    private void assertNothingSpentTwice(int requests) {
        assertEquals(requests, requests());
        assertEquals(List.of(), acme.ledger().familiesRevoked());
    }

    private CompletableFuture<String> async(Supplier<AccessToken> call) {
        return CompletableFuture.supplyAsync(() -> Clerk.outcome(call), callers);
    }

    private static String get(CompletableFuture<String> future) {
        return future.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** Moves the clock on until the call is done, a second at a time and only while so many threads wait for it. */
    private String drive(CompletableFuture<String> call, int waiting) {
        until("the call ended", () -> {
            if (!call.isDone() && clock.waitingThreads() >= waiting) {
                clock.advance(Duration.ofSeconds(1));
            }
            return call.isDone();
        });
        return get(call);
    }

    private void until(String what, BooleanSupplier condition) {
        long deadline = realTime.nanos() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(realTime.nanos() < deadline, () -> what + " within " + PATIENCE);
            Thread.onSpinWait();
        }
    }
}
