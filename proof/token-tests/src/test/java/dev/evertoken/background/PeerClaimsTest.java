package dev.evertoken.background;

import static dev.evertoken.background.BackgroundFixture.HOUR;
import static dev.evertoken.background.BackgroundFixture.MINUTE;
import static dev.evertoken.background.BackgroundFixture.acme;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.operations.RefreshOutcome;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.ForwardingTokenStore;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A background refresh does not wait for the claim of another process; a caller does. */
class PeerClaimsTest {

    private static final int CLAIMED = 1_000;
    private static final int OTHERS = 50;

    @Test
    @Fault("J6")
    void theClaimsOfAWorkerThatDiedDelayNoOtherAccountsAlthoughTheTokensHaveExpired() {
        BackgroundFixture fixture = new BackgroundFixture();
        try {
            Tokens tokens = fixture.tokens();
            fixture.connect(tokens, CLAIMED);
            fixture.clock.advance(MINUTE);
            fixture.connectMore(tokens, CLAIMED, CLAIMED + OTHERS);
            fixture.clock.advance(HOUR);
            IntStream.range(0, CLAIMED).forEach(n -> fixture.claimByDeadProcess(acme(n)));
            fixture.clock.advance(MINUTE); // they are over by this clock, but this process has not observed them yet
            BackgroundRefresh background =
                    BackgroundRefresh.builder(tokens).refreshIdle().build();

            SweepReport first = fixture.runOnce(background);

            assertThat(fixture.acme.calls())
                    .as("the others")
                    .hasSize(OTHERS)
                    .doesNotHaveDuplicates()
                    .noneMatch(PeerClaimsTest::isClaimed);
            assertThat(first.elsewhere()).isEqualTo(CLAIMED);
            assertThat(first.moreDue()).isFalse();

            fixture.acme.forgetCalls();
            assertThat(fixture.refreshedWithin(background, MINUTE.multipliedBy(3)))
                    .as("taken over when the claims have lapsed, at the rate of the client")
                    .isEqualTo(CLAIMED);
            assertThat(fixture.acme.calls()).hasSize(CLAIMED).doesNotHaveDuplicates();
            assertThat(fixture.acme.presentedTwice()).isEmpty();
        } finally {
            fixture.close();
        }
    }

    private static boolean isClaimed(TokenKey key) {
        return Integer.parseInt(key.account().substring("account-".length())) < CLAIMED;
    }

    @Test
    void aCallerWhoJoinsABackgroundRefreshThatFindsANewClaimWaitsForItAlone() throws InterruptedException {
        CountDownLatch reading = new CountDownLatch(1);
        CompletableFuture<Void> claimed = new CompletableFuture<>();
        BackgroundFixture fixture = new BackgroundFixture(store -> new ClaimedInBetween(store, reading, claimed));
        try {
            Tokens tokens = fixture.tokens();
            fixture.connect(tokens, 1);
            fixture.clock.advance(HOUR);

            CompletableFuture<RefreshOutcome> ahead = tokens.operations().refreshIfDue(acme(0));
            assertThat(reading.await(20, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<AccessToken> caller = tokens.accessTokenAsync(acme(0));
            fixture.claimByDeadProcess(acme(0));
            claimed.complete(null);

            RefreshOutcome end = ahead.orTimeout(20, TimeUnit.SECONDS).join();
            assertThat(end.kind()).isEqualTo(RefreshOutcome.Kind.ELSEWHERE);
            assertThat(end.nextAttempt())
                    .hasValueSatisfying(next -> assertThat(next)
                            .isBetween(fixture.clock.now(), fixture.clock.now().plus(MINUTE)));
            fixture.clock.awaitWaits(1);
            assertThat(caller).isNotDone();

            release(fixture);
            BackgroundFixture.until(() -> {
                fixture.clock.advance(MINUTE.dividedBy(120));
                return caller.isDone();
            });
            assertThat(caller.join().generation()).isEqualTo(2);
            assertThat(fixture.acme.count()).isEqualTo(1);
        } finally {
            fixture.close();
        }
    }

    /** Ends the claim as a peer does whose call was not sent. */
    private static void release(BackgroundFixture fixture) {
        TokenRecord record = fixture.record(acme(0));
        assertThat(fixture.store.compareAndSet(
                        record.key(),
                        record.revision(),
                        record.next().noClaim().build(record.revision() + 1, fixture.clock.now())))
                .isTrue();
    }

    /** A store in which a peer claims the account between the first two reads of a refresh. */
    private static final class ClaimedInBetween extends ForwardingTokenStore {

        private final AtomicInteger reads = new AtomicInteger();
        private final CountDownLatch reading;
        private final CompletableFuture<Void> claimed;

        ClaimedInBetween(TokenStore store, CountDownLatch reading, CompletableFuture<Void> claimed) {
            super(store);
            this.reading = reading;
            this.claimed = claimed;
        }

        @Override
        public Optional<TokenRecord> load(TokenKey key) {
            if (Thread.currentThread().getName().contains("evertoken") && reads.incrementAndGet() == 2) {
                reading.countDown();
                claimed.join();
            }
            return super.load(key);
        }
    }
}
