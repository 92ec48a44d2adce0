package dev.evertoken.micrometer;

import static dev.evertoken.micrometer.MeasuredFixture.ANNA;
import static dev.evertoken.micrometer.MeasuredFixture.failure;
import static dev.evertoken.micrometer.MeasuredFixture.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.Tokens;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.StoreOperation;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The health of an engine and its accounts by state as gauges. */
class HealthGaugesTest {

    private final MeasuredFixture fixture = new MeasuredFixture();
    private final MockClock scrapes = new MockClock();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, scrapes);
    private final Tokens tokens = fixture.open(
            fixture.builder().observer(TokenMetrics.to(registry).withAccounts(Duration.ofMinutes(5), Runnable::run)));

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void theStoreIsUpUntilACallFails() {
        fixture.connectExpired(tokens);
        assertThat(gauge("evertoken.store.up")).isOne();
        fixture.store.down();
        failure(tokens);

        assertThat(gauge("evertoken.store.up")).isZero();
    }

    @Test
    void aClientIsOpenUntilItsProviderRefusesIt() {
        fixture.connectExpired(tokens);
        assertThat(gauge("evertoken.client.open", "registration", "google")).isOne();
        assertThat(gauge("evertoken.client.previous.secret", "provider", "google"))
                .isZero();
        fixture.google.onToken(MockResponse.json(401, "{\"error\":\"invalid_client\"}"));
        failure(tokens);

        assertThat(gauge("evertoken.client.open", "registration", "google")).isZero();
    }

    @Test
    void theOldestOverdueAccountIsShownInSecondsOnceItIsKnown() {
        fixture.connectExpired(tokens);
        assertThat(gauge("evertoken.oldest.overdue", "registration", "google")).isNaN();

        until(() -> gauge("evertoken.oldest.overdue", "registration", "google") > 3600);

        assertThat(gauge("evertoken.backlog.age")).isZero();
        assertThat(gauge("evertoken.unsaved.host")).isZero();
    }

    @Test
    void unsavedTokensAreCounted() {
        assertThat(gauge("evertoken.unsaved")).isZero();
        fixture.connectExpired(tokens);
        fixture.store
                .next(StoreOperation.COMPARE_AND_SET)
                .where(record -> record.generation() == 2)
                .times(100)
                .failBefore();

        tokens.accessToken(ANNA);

        assertThat(gauge("evertoken.unsaved")).isOne();
    }

    @Test
    void accountsAreCountedByStateAndNotAgainWithinThePeriod() {
        assertThat(registry.get("evertoken.accounts")
                        .tags("state", "active")
                        .gauge()
                        .value())
                .isZero();
        fixture.connectExpired(tokens);
        fixture.google.onToken(MockResponse.json(400, "{\"error\":\"invalid_grant\"}"));
        failure(tokens);
        scrapes.add(Duration.ofMinutes(4));
        assertThat(gauge("evertoken.accounts", "state", "needs_reauth")).isZero();
        assertThat(gauge("evertoken.accounts.age")).isEqualTo(240);
        scrapes.add(Duration.ofMinutes(1));

        assertThat(gauge("evertoken.accounts", "state", "needs_reauth")).isOne();
        assertThat(gauge("evertoken.accounts", "state", "active")).isZero();
        assertThat(gauge("evertoken.accounts.age")).isZero();
    }

    @Test
    void accountsAreNotCountedUnlessThatIsRequested() {
        SimpleMeterRegistry other = new SimpleMeterRegistry();
        Tokens uncounted = fixture.open(fixture.builder().observer(TokenMetrics.to(other)));
        int listings = fixture.store.calls(StoreOperation.KEYS);

        other.getMeters().forEach(meter -> meter.measure().forEach(one -> one.getValue()));

        assertThat(uncounted.health().store().isUp()).isTrue();
        assertThat(other.find("evertoken.accounts").gauge()).isNull();
        assertThat(fixture.store.calls(StoreOperation.KEYS)).isEqualTo(listings);
    }

    @Test
    void aStoreThatFailsWhileAccountsAreCountedLeavesTheLastCount() {
        fixture.connect(tokens);
        assertThat(gauge("evertoken.accounts", "state", "active")).isOne();
        fixture.store.down();
        scrapes.add(Duration.ofMinutes(6));

        assertThat(gauge("evertoken.accounts", "state", "active")).isOne();
        assertThat(gauge("evertoken.accounts.age")).isEqualTo(360);
    }

    @Test
    void oneCountRunsAtATime() {
        List<Runnable> counts = new ArrayList<>();
        SimpleMeterRegistry other = new SimpleMeterRegistry(SimpleConfig.DEFAULT, Clock.SYSTEM);
        fixture.connect(fixture.open(
                fixture.builder().observer(TokenMetrics.to(other).withAccounts(Duration.ofMinutes(5), counts::add))));

        other.get("evertoken.accounts")
                .gauges()
                .forEach(gauge -> assertThat(gauge.value()).isNaN());

        assertThat(counts).hasSize(1);
        counts.get(0).run();
        assertThat(other.get("evertoken.accounts")
                        .tags("state", "active")
                        .gauge()
                        .value())
                .isOne();
    }

    @Test
    void aPeriodOfLessThanAMinuteIsRefused() {
        assertThatThrownBy(() -> TokenMetrics.to(registry).withAccounts(Duration.ofSeconds(59)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("period PT59S is shorter than PT1M");
    }

    @Test
    void theGaugesOfAClosedEngineAreRemoved() {
        assertThat(registry.getMeters()).isNotEmpty();

        tokens.close();

        assertThat(registry.getMeters())
                .extracting(meter -> meter.getId().getName())
                .allMatch(name -> List.of("evertoken.refresh", "evertoken.wait", "evertoken.store")
                        .contains(name));
    }

    private double gauge(String name, String... tags) {
        return registry.get(name).tags(tags).gauge().value();
    }
}
