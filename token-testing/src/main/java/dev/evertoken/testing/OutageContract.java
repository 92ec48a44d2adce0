package dev.evertoken.testing;

import static dev.evertoken.testing.OutageScene.ANNA;
import static dev.evertoken.testing.OutageScene.LIFETIME;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract of the engine over a store while the provider is slow, the store is unavailable, or a process is
 * suspended. Each test uses two processes and a provider that rotates refresh tokens and revokes a grant when a used
 * one is presented again.
 *
 * <p>The store is real; wrappers make it fail. The clock is manual. Not thread-safe; JUnit creates an instance for each
 * test.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
public abstract class OutageContract {

    @TempDir
    private Path folder;

    private OutageScene scene;
    private FaultyStore firstStore;
    private FaultyStore secondStore;

    /** Opens another handle on the store of the test, which is initially empty. The contract closes it. */
    protected abstract TokenStore open() throws Exception;

    /** Returns a provider {@code acme} that rotates its refresh tokens. */
    protected abstract Provider acme(URI tokenEndpoint);

    /**
     * Returns a chain whose authority is {@code authority} and whose only fallback is {@code copy}, for example
     * {@code TieredTokenStore.of("store", authority).fallback("copy", copy).withoutInitialReconcile().open()} of
     * token-store-tiered. The contract closes the chain.
     */
    protected abstract TokenStore chain(TokenStore authority, TokenStore copy) throws Exception;

    @BeforeEach
    void openStores() throws Exception {
        scene = new OutageScene(folder, this::acme);
        firstStore = FaultyStore.over(handle());
        secondStore = FaultyStore.over(handle());
    }

    @AfterEach
    void closeAll() throws Exception {
        scene.close();
    }

    // ---- the provider is slow

    @Test
    @Tag("fault:A7")
    void aSlowCallEndsBeforeItsClaimExpiresAndNoOtherProcessCallsForTheSameToken() {
        Duration callDeadline = Duration.ofSeconds(1);
        Tokens first = scene.process(firstStore, callDeadline, "journal");
        Tokens second = scene.process(secondStore, callDeadline, "journal");
        scene.connectExpired(first);
        Checkpoint checkpoint = new Checkpoint();
        scene.acme.onToken(MockResponse.normal().heldOnArrival(checkpoint));

        CompletableFuture<String> call = scene.async(() -> first.accessToken(ANNA));
        checkpoint.awaitArrived();
        scene.clock.advance(callDeadline);
        assertEquals("PROBLEM OUTCOME_UNKNOWN", OutageScene.get(call));
        if (isClaimed()) { // otherwise the client did not know yet that the request was written, and reads no further
            scene.clock.advance(OutageScene.timeToReadOn());
        }
        scene.until("the claim of the ended call was given up", () -> !isClaimed());
        assertEquals("PROBLEM OUTCOME_UNKNOWN", ContractWorker.outcome(() -> second.accessToken(ANNA)));
        assertEquals(1, scene.requests());
        checkpoint.release();
    }

    private boolean isClaimed() {
        return secondStore.load(ANNA).orElseThrow().claim().isPresent();
    }

    // ---- the store is unavailable

    @Test
    @Tag("fault:A8")
    @Tag("fault:B4")
    void aResponseThatCannotBeSavedIsReportedServedAndSavedLaterAndTheProviderIsNotCalledMeanwhile() {
        Tokens first = scene.process(firstStore);
        Tokens second = scene.process(secondStore);
        scene.connectExpired(first);
        Checkpoint response = scene.acme.holdResponse();
        CompletableFuture<String> call = scene.async(() -> first.accessToken(ANNA));
        response.awaitArrived();
        firstStore.down();
        secondStore.down();
        response.release();

        assertEquals("GENERATION 2", OutageScene.get(call));
        scene.until(
                "the event was published",
                () -> scene.events.stream()
                        .anyMatch(event -> event instanceof TokenEvent.RotationAtRisk risk && risk.journaled()));
        for (int minute = 0; minute < 10; minute++) {
            scene.clock.advance(Duration.ofMinutes(1));
            assertEquals("GENERATION 2", ContractWorker.outcome(() -> first.accessToken(ANNA)));
            assertEquals("PROBLEM STORE_UNAVAILABLE", ContractWorker.outcome(() -> second.accessToken(ANNA)));
        }
        firstStore.up();
        secondStore.up();
        assertEquals("GENERATION 2", OutageScene.get(scene.async(() -> second.accessToken(ANNA))));
        assertEquals(1, scene.requests());

        first.close(); // ends its background check, which could otherwise hold the claim while the clock stands still
        scene.clock.advance(LIFETIME);
        assertEquals("GENERATION 3", OutageScene.get(scene.async(() -> second.accessToken(ANNA))));
        scene.assertNothingSpentTwice(2);
    }

    @Test
    @Tag("fault:A10")
    void withoutAClaimTheProviderIsNotCalledAndTheCachedTokenIsServed() {
        Tokens first = scene.process(firstStore);
        first.connect(ANNA, scene.acme.consent(ANNA.account()));
        AccessToken valid = first.accessToken(ANNA);
        firstStore.next(StoreOperation.COMPARE_AND_SET).times(100).failBefore();

        assertEquals("PROBLEM STORE_UNAVAILABLE", ContractWorker.outcome(() -> first.replace(ANNA, valid)));
        assertEquals(valid, first.accessToken(ANNA));
        assertEquals(0, scene.requests());
    }

    @Test
    @Tag("fault:B17")
    void withoutAUsableJournalTheRefreshTokenIsNotUsed() throws IOException {
        Tokens first = scene.process(firstStore);
        first.connect(ANNA, scene.acme.consent(ANNA.account()));
        AccessToken valid = first.accessToken(ANNA);
        scene.breakTheJournal();

        scene.clock.advance(LIFETIME.minusMinutes(2));
        assertEquals(valid, first.accessToken(ANNA));
        scene.clock.advance(LIFETIME);
        assertEquals("PROBLEM JOURNAL_UNAVAILABLE", ContractWorker.outcome(() -> first.accessToken(ANNA)));
        assertEquals(0, scene.requests());
    }

    @Test
    @Tag("fault:B18")
    void aRestoredBackupIsNotUsedWhileACopyIsNewer() throws Exception {
        InMemoryTokenStore copy = new InMemoryTokenStore(scene.clock);
        Tokens before = scene.process(chain(copy));
        before.connect(ANNA, scene.acme.consent(ANNA.account()));
        TokenRecord backup = firstStore.load(ANNA).orElseThrow();
        scene.clock.advance(LIFETIME.plusSeconds(1));
        assertEquals(2, before.accessToken(ANNA).generation());
        scene.until(
                "the copy was written",
                () -> copy.load(ANNA).filter(it -> it.generation() == 2).isPresent());
        before.close();
        assertTrue(firstStore.remove(ANNA, firstStore.load(ANNA).orElseThrow().revision()));
        assertTrue(firstStore.compareAndSet(ANNA, TokenStore.ABSENT, backup));

        scene.clock.advance(LIFETIME.plusSeconds(1));
        Tokens later = scene.process(chain(copy));
        assertEquals("GENERATION 3", OutageScene.get(scene.async(() -> later.accessToken(ANNA))));
        scene.assertNothingSpentTwice(2);
        assertEquals(3, firstStore.load(ANNA).orElseThrow().generation());
    }

    // ---- a process is suspended

    @Test
    @Tag("fault:A9")
    void aProcessSuspendedBeyondItsClaimBeforeSendingDoesNotSendAndAdoptsTheTokenOfAnother() {
        Tokens first = scene.process(firstStore);
        Tokens second = scene.process(secondStore);
        scene.connectExpired(first);
        Checkpoint suspended = firstStore
                .next(StoreOperation.COMPARE_AND_SET)
                .where(record -> record.claim().isPresent())
                .holdAfter();
        CompletableFuture<String> call = scene.async(() -> first.accessToken(ANNA));
        suspended.awaitArrived();

        assertEquals("GENERATION 2", scene.drive(scene.async(() -> second.accessToken(ANNA)), 3));
        suspended.release();
        assertEquals("GENERATION 2", OutageScene.get(call));
        scene.assertNothingSpentTwice(1);
    }

    @Test
    @Tag("fault:A9")
    void aProcessSuspendedBeyondItsClaimWithTheResponseSavesIt() {
        Tokens first = scene.process(firstStore);
        Tokens second = scene.process(secondStore, OutageScene.CALL_DEADLINE, "another-host");
        first.connect(ANNA, scene.acme.consent(ANNA.account()));
        AccessToken valid = first.accessToken(ANNA);
        Checkpoint suspended = firstStore
                .next(StoreOperation.COMPARE_AND_SET)
                .where(record -> record.generation() == 2)
                .holdBefore();
        CompletableFuture<String> call = scene.async(() -> first.replace(ANNA, valid));
        suspended.awaitArrived();

        assertEquals("PROBLEM OUTCOME_UNKNOWN", scene.drive(scene.async(() -> second.replace(ANNA, valid)), 3));
        suspended.release();
        assertEquals("GENERATION 2", OutageScene.get(call));
        assertEquals(2, secondStore.load(ANNA).orElseThrow().generation());
        scene.clock.advance(LIFETIME.plusSeconds(1));
        assertEquals("GENERATION 3", OutageScene.get(scene.async(() -> second.accessToken(ANNA))));
        scene.assertNothingSpentTwice(2);
    }

    // ---- stores

    private TokenStore handle() throws Exception {
        return scene.closing(open());
    }

    private TokenStore chain(TokenStore copy) throws Exception {
        return scene.closing(chain(open(), copy));
    }
}
