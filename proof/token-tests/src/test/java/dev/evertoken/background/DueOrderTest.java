package dev.evertoken.background;

import static dev.evertoken.background.BackgroundFixture.HOUR;
import static dev.evertoken.background.BackgroundFixture.MINUTE;
import static dev.evertoken.background.BackgroundFixture.acme;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The order of a background refresh: the most urgent accounts first, and a share for each tenant. */
class DueOrderTest {

    private static final int LARGE = Boolean.getBoolean("evertoken.long") ? 500_000 : 60_000;

    /** The accounts of the large tenant are refreshed alone as long as a scan has not come to the small ones. */
    private static final int REFRESHES = LARGE / 2_000;

    private final BackgroundFixture fixture = new BackgroundFixture();
    private final Tokens tokens = fixture.tokens(builder -> builder.refreshesPerClient(1));

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    @Fault("E6")
    void afterDaysOfSleepEachAccountIsRefreshedOnceAndTheOneThatExpiredFirstComesFirst() {
        Instant start = fixture.clock.now();
        IntStream.range(0, 40)
                .forEach(n ->
                        tokens.connect(acme(n), fixture.acme.consentAt(start.minusSeconds(60L * ((n * 7) % 40)))));
        fixture.clock.advance(Duration.ofDays(3));

        SweepReport report = fixture.runOnce(eager().build());

        List<TokenKey> byExpiry = IntStream.range(0, 40)
                .boxed()
                .sorted((a, b) -> Integer.compare((b * 7) % 40, (a * 7) % 40))
                .map(BackgroundFixture::acme)
                .toList();
        assertThat(report.refreshed()).isEqualTo(40);
        assertThat(fixture.acme.calls()).containsExactlyElementsOf(byExpiry);
    }

    @Test
    @Fault("J4")
    void aLargeTenantLeavesTheSmallOnesTheirShare() {
        IntStream.range(0, 300)
                .forEach(n -> tokens.connect(
                        acme(n), fixture.acme.consentAt(fixture.clock.now().minus(HOUR))));
        fixture.connectMore(tokens, 300, 305);
        fixture.clock.advance(HOUR);
        BackgroundRefresh background = eager().ratePerMinute(60)
                .tenants(key -> number(key) < 300 ? "large" : "small-" + number(key))
                .build();

        SweepReport report = background.runOnce(fixture.clock.now().plusMillis(500));

        assertThat(report.moreDue()).isTrue();
        BackgroundFixture.until(() -> fixture.acme.count() == 10);
        assertThat(fixture.acme.calls().stream().filter(key -> number(key) >= 300))
                .as("one turn of each of the small tenants, among the ten refreshes that the rate allows at once")
                .hasSize(5);
    }

    @Test
    @Fault("J4")
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void aTenantWithMoreDueAccountsThanOneScanReadsLeavesTheSmallOnesTheirShare() {
        fixture.connect(tokens, 1);
        TokenRecord one = fixture.record(acme(0));
        IntStream.range(1, LARGE)
                .forEach(n -> assertThat(fixture.store.compareAndSet(
                                acme(n),
                                TokenStore.ABSENT,
                                one.toBuilder().key(acme(n)).build(n + 1, fixture.clock.now())))
                        .isTrue());
        fixture.clock.advance(MINUTE);
        fixture.connectMore(tokens, LARGE, LARGE + 5);
        fixture.clock.advance(HOUR);
        BackgroundRefresh background = eager().ratePerMinute(60)
                .auditReads(1)
                .tenants(key -> number(key) < LARGE ? "large" : "small-" + number(key))
                .build();

        background.start();
        AtomicLong advanced = new AtomicLong(System.nanoTime());
        BackgroundFixture.until(() -> {
            long now = System.nanoTime();
            if (now - advanced.get() > Duration.ofMillis(50).toNanos()) { // the rate allows one refresh a second
                advanced.set(now);
                fixture.clock.advance(Duration.ofSeconds(1));
            }
            return fixture.acme.count() >= REFRESHES;
        });

        assertThat(fixture.acme.calls().stream().filter(key -> number(key) >= LARGE))
                .as("one turn of each of the small tenants, before the next look for due accounts")
                .hasSize(5);
    }

    @Test
    void aTenantFunctionThatThrowsDelaysNobody() {
        fixture.connect(tokens, 5);
        fixture.clock.advance(HOUR);

        SweepReport report = fixture.runOnce(eager().tenants(key -> {
                    throw new IllegalStateException("a mistake of the application");
                })
                .build());

        assertThat(report.refreshed()).isEqualTo(5);
    }

    private BackgroundRefresh.Builder eager() {
        return BackgroundRefresh.builder(tokens).refreshIdle();
    }

    private static int number(TokenKey key) {
        return Integer.parseInt(key.account().substring("account-".length()));
    }
}
