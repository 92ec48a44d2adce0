package dev.evertoken.protocol;

import static dev.evertoken.protocol.AuthorizationServer.LIFETIME;
import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.failure;
import static dev.evertoken.protocol.ProtocolFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.TokenStore.Guarantee;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.store.StoreOnDemand;
import dev.evertoken.store.tiered.TieredTokenStore;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.StoreOperation;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A failover loses writes; each process sees the store through a client of its own. */
class LostWritesTest {

    private static final Duration SETTLE_WINDOW = Duration.ofSeconds(5);
    private static final Duration LOOK = SETTLE_WINDOW.dividedBy(3).plusMillis(1);

    private final ManualClock clock = ManualClock.start();
    private final FaultyStore server = FaultyStore.over(new InMemoryTokenStore(clock));
    private final AtomicLong failovers = new AtomicLong();
    private final ReplicatedFake here = new ReplicatedFake(server, failovers);
    private final ReplicatedFake there = new ReplicatedFake(server, failovers);
    private ProtocolFixture fixture = fixture(RefreshModel.ROTATING);

    private ProtocolFixture fixture(RefreshModel model) {
        return new ProtocolFixture(clock, new AuthorizationServer(model, Reuse.STRICT, clock), server);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private Tokens process(TokenStore store) {
        return fixture.processOver(store, builder -> builder.withoutJournal().settleWindow(SETTLE_WINDOW));
    }

    /** Fails over to a replica that has an old record. */
    private void failOverTo(TokenRecord old) {
        assertThat(server.remove(ANNA, fixture.record(ANNA).revision())).isTrue();
        assertThat(server.compareAndSet(ANNA, TokenStore.ABSENT, old)).isTrue();
        failovers.incrementAndGet();
    }

    @Test
    @Fault("M3")
    void aProcessThatKnowsALostRotationGivesItBackBeforeAnotherUsesTheOldToken() {
        Tokens first = process(here);
        Tokens second = process(there);
        fixture.connectExpired(first);
        TokenRecord old = fixture.record(ANNA);
        assertThat(first.accessToken(ANNA).generation()).isEqualTo(2);
        failOverTo(old);

        TokenException paused = failure(second);
        assertThat(paused.problem()).isEqualTo(Problem.STORE_FAILED_OVER);
        assertThat(paused.remedy()).isEqualTo(Remedy.WAIT);
        assertThat(paused.retryAt()).contains(clock.now().plus(SETTLE_WINDOW));
        clock.advance(LOOK);
        until(() -> fixture.record(ANNA).generation() == 2);

        assertThat(second.accessToken(ANNA).generation()).isEqualTo(2);
        assertThat(fixture.server.requests()).as("one request per generation").isEqualTo(1);
    }

    @Test
    @Fault("M3")
    void theRefreshContinuesAfterOneSettleWindowIfNobodyKnowsMore() {
        Tokens first = process(here);
        fixture.connectExpired(first);
        failovers.incrementAndGet();

        assertThat(failure(first).problem()).isEqualTo(Problem.STORE_FAILED_OVER);
        assertThat(fixture.server.requests()).isZero();
        clock.advance(SETTLE_WINDOW);
        assertThat(first.accessToken(ANNA).generation()).isEqualTo(2);
    }

    @Test
    @Fault("M3")
    void aValidTokenIsServedDuringThePause() {
        Tokens first = process(here);
        first.connect(ANNA, fixture.server.consent("anna"));
        AccessToken valid = first.accessToken(ANNA);
        clock.advance(LIFETIME.minusSeconds(60)); // due, but valid
        failovers.incrementAndGet();

        assertThat(first.accessToken(ANNA)).isEqualTo(valid);
        assertThat(fixture.server.requests()).isZero();
        clock.advance(LOOK);
        int looks = here.looks.get();
        until(() -> here.looks.get() >= looks);
        assertThat(fixture.server.requests()).isZero();
    }

    @Test
    @Fault("M3")
    void refreshTokensThatMayBeUsedTwiceDoNotPause() {
        fixture.close();
        fixture = fixture(RefreshModel.STATIC);
        Tokens first = process(here);
        fixture.connectExpired(first);
        failovers.incrementAndGet();

        assertThat(first.accessToken(ANNA).generation()).isEqualTo(2);
        assertThat(here.looks).as("nothing to protect").hasValue(0);
    }

    @Test
    @Fault("M3")
    void anUnconfirmedClaimIsReportedAndTheRefreshContinues() throws Exception {
        Tokens first = process(here);
        here.confirms = false;
        fixture.connectExpired(first);

        assertThat(first.accessToken(ANNA).generation()).isEqualTo(2);

        assertThat(fixture.event(TokenEvent.ClaimUnconfirmed.class).key()).isEqualTo(ANNA);
    }

    @Test
    @Fault("M3")
    void whatCouldNotBeGivenBackIsGivenBackAtALaterLook() {
        Tokens first = process(here);
        fixture.connectExpired(first);
        TokenRecord old = fixture.record(ANNA);
        assertThat(first.accessToken(ANNA).generation()).isEqualTo(2);
        failOverTo(old);
        server.down();
        int loads = server.calls(StoreOperation.LOAD);
        clock.advance(LOOK);
        until(() -> server.calls(StoreOperation.LOAD) > loads);
        server.up();

        until(() -> {
            clock.advance(LOOK);
            return fixture.record(ANNA).generation() == 2;
        });
    }

    @Test
    @Fault("M3")
    void aProcessWithoutRecentRotationsDoesNotAskTheStore() {
        Tokens first = process(here);
        fixture.connectExpired(first); // which takes an hour
        int looks = here.looks.get();
        until(() -> {
            clock.advance(LOOK);
            return clock.timers() == 0;
        });
        int last = here.looks.get();
        clock.advance(Duration.ofHours(1));

        assertThat(here.looks).hasValue(last);
        assertThat(last - looks).isLessThanOrEqualTo(2);
    }

    @Test
    @Fault("M3")
    void aChainAndAStoreOnDemandAskTheirReplicatedStore() {
        TieredTokenStore chain = TieredTokenStore.of("server", StoreOnDemand.of(Guarantee.PROCESS, () -> here))
                .fallback("copy", new InMemoryTokenStore(clock))
                .timekeeper(clock)
                .withoutInitialReconcile()
                .open();
        Tokens first = fixture.processOver(chain, TokensBuilder::withoutJournal);
        fixture.connectExpired(first);
        failovers.incrementAndGet();

        assertThat(failure(first).problem()).isEqualTo(Problem.STORE_FAILED_OVER);
        assertThat(chain.history()).hasValue(1);
        fixture.close();
        chain.close();
    }
}
