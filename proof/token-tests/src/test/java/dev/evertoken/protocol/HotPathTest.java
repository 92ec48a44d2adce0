package dev.evertoken.protocol;

import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.evertoken.TokenSource;
import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.StoreOperation;
import dev.evertoken.testing.TestTokens;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A fresh token is served without an allocation and without a wait, even during other work on the account. */
class HotPathTest {

    private static final int CALLS = 100_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Timekeeper time = Timekeeper.system();
    private final AuthorizationServer server =
            new AuthorizationServer(RefreshModel.ROTATING, AuthorizationServer.Reuse.STRICT, time);
    private final FaultyStore store = FaultyStore.over(new InMemoryTokenStore(time));
    private final Tokens tokens = builder().build();

    @BeforeEach
    void connect() {
        TokenSet consent = server.consent("anna");
        // A token that was issued a moment ago is not refreshed.
        Instant aMinuteAgo = consent.issuedAt().minus(Duration.ofMinutes(1));
        tokens.connect(ANNA, consent.toBuilder().issuedAt(aMinuteAgo).build());
    }

    @AfterEach
    void close() {
        tokens.close();
        time.close();
    }

    @Test
    void aFreshTokenAllocatesNothing() {
        TokenSource source = tokens.source(ANNA);

        assertThat(bytesPerCall(() -> tokens.accessToken(ANNA))).isLessThan(1);
        assertThat(bytesPerCall(source::accessToken)).isLessThan(1);
    }

    @Test
    void aFreshTokenAllocatesNothingEvenIfTheCacheIsFull() {
        TokenKey[] keys = new TokenKey[1_000];
        try (Tokens crowded = builder().cacheSize(keys.length).build()) {
            for (int account = 0; account < keys.length; account++) {
                keys[account] = TokenKey.of("acme", "account-" + account);
                crowded.connect(keys[account], server.consent("account-" + account));
            }
            int[] next = new int[1];

            assertThat(bytesPerCall(() -> crowded.accessToken(keys[next[0]++ % keys.length])))
                    .isLessThan(1);
        }
    }

    @Test
    void aFreshTokenIsServedWithoutWaitingWhileARefreshOfTheSameAccountIsBlocked() {
        Gate gate = new Gate();
        server.next(AuthorizationServer.heldBefore(gate));
        AccessToken fresh = tokens.accessToken(ANNA);
        CompletableFuture<AccessToken> stuck = inBackground(() -> tokens.refresh(ANNA, "to be held up"));
        gate.awaitArrival();

        assertServesWithoutWaiting(fresh);

        assertThat(stuck).isNotDone();
        gate.open();
        assertThat(ProtocolFixture.get(stuck).generation()).isEqualTo(fresh.generation() + 1);
    }

    @Test
    void aFreshTokenIsServedWithoutWaitingWhileAStoreWriteOfTheSameAccountIsBlocked() {
        AccessToken fresh = tokens.accessToken(ANNA);
        Checkpoint write = store.next(StoreOperation.COMPARE_AND_SET).holdBefore();
        CompletableFuture<AccessToken> stuck = inBackground(() -> tokens.refresh(ANNA, "to be held up"));
        write.awaitArrived();

        assertServesWithoutWaiting(fresh);

        assertThat(stuck).isNotDone();
        write.release();
        assertThat(ProtocolFixture.get(stuck).generation()).isEqualTo(fresh.generation() + 1);
    }

    @Test
    void aFreshTokenIsServedWithoutWaitingWhileAStoreReadOfTheSameAccountIsBlocked() {
        AccessToken fresh = tokens.accessToken(ANNA);
        Checkpoint load = store.next(StoreOperation.LOAD).holdBefore();
        CompletableFuture<AccountStatus> stuck = inBackground(() -> tokens.status(ANNA));
        load.awaitArrived();

        assertServesWithoutWaiting(fresh);

        assertThat(stuck).isNotDone();
        load.release();
        assertThat(ProtocolFixture.get(stuck).key()).isEqualTo(ANNA);
    }

    private TokensBuilder builder() {
        return Tokens.builder()
                .namespace("house")
                .store(store)
                .timekeeper(time)
                .provider(server)
                .client("acme", ClientRegistration.of("acme-client-1", TestTokens.clientSecret()));
    }

    private void assertServesWithoutWaiting(AccessToken fresh) {
        TokenSource source = tokens.source(ANNA);
        ThreadInfo before = thisThread();
        int served = 0;
        for (int call = 0; call < CALLS; call++) {
            if (tokens.accessToken(ANNA).equals(fresh) && source.accessToken().equals(fresh)) {
                served++;
            }
        }
        ThreadInfo after = thisThread();

        assertThat(served).isEqualTo(CALLS);
        assertThat(after.getBlockedCount()).as("waits for a monitor").isEqualTo(before.getBlockedCount());
        assertThat(after.getWaitedCount()).as("waits for anything else").isEqualTo(before.getWaitedCount());
    }

    private static ThreadInfo thisThread() {
        return THREADS.getThreadInfo(Thread.currentThread().getId());
    }

    private static double bytesPerCall(Supplier<AccessToken> call) {
        allocatedBy(call);
        return (double) allocatedBy(call) / CALLS;
    }

    private static long allocatedBy(Supplier<AccessToken> call) {
        long thread = Thread.currentThread().getId();
        long before = THREADS.getThreadAllocatedBytes(thread);
        for (int done = 0; done < CALLS; done++) {
            if (call.get() == null) {
                throw new AssertionError("no token in call " + done);
            }
        }
        return THREADS.getThreadAllocatedBytes(thread) - before;
    }

    private static <T> CompletableFuture<T> inBackground(Supplier<T> call) {
        return CompletableFuture.supplyAsync(call, task -> new Thread(task, "caller").start());
    }
}
