package dev.evertoken.background;

import static dev.evertoken.background.BackgroundFixture.HOUR;
import static dev.evertoken.background.BackgroundFixture.MINUTE;
import static dev.evertoken.background.BackgroundFixture.acme;
import static dev.evertoken.background.BackgroundFixture.meta;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.DueIndex;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ForwardingTokenStore;
import dev.evertoken.testing.StoreOperation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A background refresh survives every failure, and no failing account, page or provider delays the others. */
class BackgroundErrorsTest {

    private static final int DUE = Boolean.getBoolean("evertoken.long") ? 300_000 : 160;
    private static final int RATE = DUE * 3 / 4;
    private static final int MOST = 8;

    private @Nullable BackgroundFixture opened;

    private BackgroundFixture fixture(UnaryOperator<TokenStore> wrapped) {
        BackgroundFixture fixture = new BackgroundFixture(wrapped);
        opened = fixture;
        return fixture;
    }

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
        }
    }

    @Test
    @Fault("J2")
    void anAccountThatAlwaysFailsDelaysNoOtherOne() {
        BackgroundFixture fixture = fixture(store -> store);
        Tokens tokens = fixture.tokens();
        fixture.connect(tokens, 20);
        fixture.acme.behaves(key -> {
            if (key.equals(acme(0))) {
                throw new IllegalStateException("a mistake of the provider's module");
            }
            return key.equals(acme(1)) ? CountedProvider.unavailable() : Optional.empty();
        });
        fixture.clock.advance(HOUR);
        BackgroundRefresh background =
                BackgroundRefresh.builder(tokens).refreshIdle().build();

        SweepReport first = fixture.runOnce(background);
        SweepReport again = fixture.runOnce(background);

        assertThat(first.refreshed()).isEqualTo(18);
        assertThat(first.failed()).isEqualTo(2);
        assertThat(first.moreDue()).isFalse();
        assertThat(again.failed()).as("their next attempt is later").isZero();
        fixture.clock.advance(Duration.ofMinutes(10));
        assertThat(fixture.runOnce(background).failed()).isEqualTo(2);
    }

    @Test
    @Fault("J3")
    void aPageOfUnreadableRecordsIsCountedAndSkipped() {
        BackgroundFixture fixture = fixture(CountedStore::new);
        CountedStore store = (CountedStore) fixture.store;
        Tokens tokens = fixture.tokens();
        Instant earlier = fixture.clock.now().minus(HOUR);
        IntStream.range(0, DueScan.PAGE + 100).forEach(n -> tokens.connect(acme(n), fixture.acme.consentAt(earlier)));
        IntStream.range(1_000, 1_003).forEach(n -> tokens.connect(acme(n), fixture.acme.consent()));
        IntStream.range(0, DueScan.PAGE + 100).forEach(n -> store.unreadable.add(acme(n)));
        fixture.clock.advance(HOUR);
        BackgroundRefresh background =
                BackgroundRefresh.builder(tokens).refreshIdle().auditReads(1).build();

        SweepReport report = fixture.runOnce(background);

        assertThat(report.refreshed()).isEqualTo(3);
        assertThat(report.unreadable()).isBetween(DueScan.PAGE + 100, DueScan.PAGE + 161);
        assertThat(report.moreDue()).isFalse();
    }

    @Test
    @Fault("J1")
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void aProviderThatWasUnavailableIsCalledAgainAtASteadyRateAndOtherClientsAreNotDelayed() {
        BackgroundFixture fixture = fixture(store -> store);
        Tokens tokens = fixture.tokens();
        fixture.connect(tokens, DUE);
        tokens.connect(meta(0), fixture.meta.consentAt(fixture.clock.now().minus(Duration.ofDays(50))));
        AtomicBoolean down = new AtomicBoolean(true);
        fixture.acme.behaves(key -> down.get() ? CountedProvider.unavailable() : Optional.empty());
        fixture.clock.advance(Duration.ofMinutes(57));
        BackgroundRefresh background = BackgroundRefresh.builder(tokens)
                .refreshIdle()
                .ratePerMinute(RATE)
                .maxConcurrent(MOST)
                .build();

        SweepReport first = fixture.runBriefly(background);
        assertThat(first.failed()).isEqualTo(Breaker.MOST_IN_A_ROW + MOST - 1);
        assertThat(fixture.meta.count()).isEqualTo(1);
        for (int minute = 0; minute < 60; minute++) {
            fixture.clock.advance(MINUTE);
            fixture.runBriefly(background);
        }
        int duringOutage = fixture.acme.count();
        down.set(false);
        fixture.acme.forgetCalls();
        fixture.clock.advance(Duration.ofMinutes(5));
        int inTheFirstMinute = fixture.refreshedWithin(background, MINUTE);
        int afterThat = fixture.refreshedWithin(background, MINUTE);

        assertThat(duringOutage).as("attempts in an hour").isLessThan(40);
        assertThat(inTheFirstMinute).as("a burst of a sixth, and the rate").isBetween(RATE * 5 / 6, RATE * 7 / 6 + 1);
        assertThat(inTheFirstMinute + afterThat).isEqualTo(DUE);
        assertThat(fixture.acme.presentedTwice()).isEmpty();
    }

    @Test
    void aStoreThatFailsEndsNothing() {
        BackgroundFixture fixture = fixture(FaultyStore::over);
        FaultyStore store = (FaultyStore) fixture.store;
        Tokens tokens = fixture.tokens();
        fixture.connect(tokens, 3);
        BackgroundRefresh background =
                BackgroundRefresh.builder(tokens).refreshIdle().build();
        background.start();
        store.down();
        fixture.clock.advance(HOUR);
        BackgroundFixture.until(() -> store.calls(StoreOperation.DUE) > 60);
        store.up();

        fixture.clock.advance(MINUTE);

        BackgroundFixture.until(() -> fixture.acme.count() == 3);
    }

    @Test
    void aStoreThatThrowsAnErrorEndsNothing() {
        AtomicBoolean broken = new AtomicBoolean(true);
        BackgroundFixture fixture = fixture(store -> new BrokenIndex(store, broken));
        Tokens tokens = fixture.tokens();
        fixture.connect(tokens, 3);
        BackgroundRefresh background =
                BackgroundRefresh.builder(tokens).refreshIdle().auditReads(1).build();
        background.start();
        fixture.clock.advance(HOUR);
        broken.set(false);

        fixture.clock.advance(MINUTE);

        BackgroundFixture.until(() -> fixture.acme.count() == 3);
    }

    @Test
    @Fault("E9")
    void aTickThatIsLateByAPeriodMissesNothing() {
        BackgroundFixture fixture = fixture(store -> store);
        Tokens tokens = fixture.tokens();
        fixture.connect(tokens, 3);
        fixture.clock.advance(Duration.ofMinutes(54));
        BackgroundRefresh late = BackgroundRefresh.builder(tokens).refreshIdle().build();

        SweepReport before = fixture.runOnce(late);
        fixture.clock.advance(MINUTE.plus(MINUTE));
        SweepReport after = fixture.runOnce(late);

        assertThat(before.refreshed() + after.refreshed()).isEqualTo(3);
        assertThat(fixture.clock.now())
                .isBefore(fixture.record(acme(0)).lifetime().issuedAt().plus(HOUR));
    }

    /** A due index that throws an error while it is broken. */
    private static final class BrokenIndex extends ForwardingTokenStore implements DueIndex {
        private final DueIndex index;
        private final AtomicBoolean broken;

        BrokenIndex(TokenStore store, AtomicBoolean broken) {
            super(store);
            this.index = (DueIndex) store;
            this.broken = broken;
        }

        @Override
        public List<TokenKey> due(String registration, Instant before, Optional<TokenKey> after, int limit) {
            if (broken.get()) {
                throw new StackOverflowError("planned by a test");
            }
            return index.due(registration, before, after, limit);
        }

        @Override
        public Optional<Instant> oldestDue(String registration) {
            return index.oldestDue(registration);
        }
    }
}
