package dev.evertoken.background;

import static dev.evertoken.background.BackgroundFixture.HOUR;
import static dev.evertoken.background.BackgroundFixture.MINUTE;
import static dev.evertoken.background.BackgroundFixture.acme;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.testing.ForwardingTokenStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The limits of a background refresh: rates, quotas, deadlines, memory, and the requests of callers. */
class BackgroundLimitsTest {

    private final BackgroundFixture fixture = new BackgroundFixture();
    private final Tokens tokens = fixture.tokens();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aBudgetOfZeroIsRejected() {
        assertThatThrownBy(() -> eager().ratePerMinute(0).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ratePerMinute 0 is less than 1");
        assertThatThrownBy(() -> eager().quotaPerDay("acme", 0).build())
                .hasMessage("quotaPerDay of acme 0 is less than 1");
        assertThatThrownBy(() -> eager().ratePerMinute("other", 5).build())
                .hasMessage("no client is registered as \"other\"");
        assertThatThrownBy(() -> eager().auditReads(0).build()).hasMessage("auditReads 0 is less than 1");
        assertThatThrownBy(() -> eager().every(Duration.ZERO).build())
                .hasMessage("every PT0S is not between PT1S and PT1H");
        assertThatThrownBy(() -> eager().maxConcurrent(0).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxConcurrent 0 is not between 1 and 64");
        assertThatThrownBy(() -> eager().maxConcurrent(65).build())
                .hasMessage("maxConcurrent 65 is not between 1 and 64");
        assertThatThrownBy(() -> eager().jitter(Duration.ofSeconds(-1)).build())
                .hasMessage("jitter PT-1S is not between PT0S and PT24H");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 12})
    void aClientRunsAsManyRefreshesAtTheSameTimeAsAreSet(int most) throws InterruptedException {
        fixture.connect(tokens, 30);
        fixture.clock.advance(HOUR);
        CountDownLatch full = new CountDownLatch(most);
        CompletableFuture<Void> gate = new CompletableFuture<>();
        AtomicInteger running = new AtomicInteger();
        AtomicInteger highest = new AtomicInteger();
        fixture.acme.behaves(key -> {
            highest.accumulateAndGet(running.incrementAndGet(), Math::max);
            full.countDown();
            gate.join();
            running.decrementAndGet();
            return Optional.empty();
        });
        BackgroundRefresh background = eager().maxConcurrent(most).build();
        background.start();

        try {
            assertThat(full.await(20, TimeUnit.SECONDS)).isTrue();
            BackgroundFixture.until(() -> background.clients().stream().anyMatch(client -> client.running() == most));
        } finally {
            gate.complete(null);
        }
        BackgroundFixture.until(() -> fixture.acme.count() == 30);
        assertThat(highest).hasValue(most);
    }

    @Test
    void aDeadlineInThePastStartsNothingAndTellsThatAccountsAreDue() {
        fixture.connect(tokens, 3);
        fixture.clock.advance(HOUR);

        SweepReport report = eager().build().runOnce(fixture.clock.now().minusSeconds(1));

        assertThat(report.refreshed()).isZero();
        assertThat(report.moreDue()).isTrue();
        assertThat(report.oldestOverdue())
                .hasValueSatisfying(age -> assertThat(age).isGreaterThan(MINUTE));
        assertThat(fixture.acme.count()).isZero();
    }

    @Test
    void aClientIsCalledAtItsRate() {
        fixture.connect(tokens, 100);
        fixture.clock.advance(HOUR);
        BackgroundRefresh background = eager().ratePerMinute("acme", 60).build();

        assertThat(fixture.refreshedWithin(background, Duration.ofSeconds(30)))
                .as("10 at once, and one in a second")
                .isBetween(39, 40);
        assertThat(fixture.runBriefly(background).moreDue()).isTrue();
    }

    @Test
    @Fault("J12")
    void aDailyQuotaIsSpreadOverTheDayAndShown() {
        fixture.connect(tokens, 100);
        fixture.clock.advance(HOUR);
        BackgroundRefresh background = eager().quotaPerDay("acme", 48).build();

        SweepReport first = fixture.runOnce(background);
        ClientBacklog shown = background.clients().get(0);
        int refreshed = first.refreshed();
        for (int hours = 0; hours < 10; hours++) {
            fixture.clock.advance(HOUR);
            refreshed += fixture.runOnce(background).refreshed();
        }

        assertThat(first.refreshed()).as("an hour's share").isEqualTo(2);
        assertThat(first.moreDue()).isTrue();
        assertThat(shown.registration()).isEqualTo("acme");
        assertThat(shown.perDay()).hasValue(48);
        assertThat(shown.waiting()).isEqualTo(98);
        assertThat(shown.startsIn()).isGreaterThan(Duration.ofMinutes(25));
        assertThat(refreshed).isEqualTo(22);
    }

    @Test
    @Fault("J10")
    void aGrowingBacklogIsMeasuredAndReportedOnceBeforeATokenExpires() {
        fixture.connect(tokens, 50);
        BackgroundRefresh background =
                eager().ratePerMinute(1).alarmAfter(Duration.ofMinutes(3)).build();
        background.start();

        fixture.clock.advance(Duration.ofMinutes(54));
        assertThat(background.oldestOverdue()).isEmpty();
        fixture.clock.advance(Duration.ofMinutes(5));

        BackgroundFixture.until(
                () -> background.oldestOverdue().orElse(Duration.ZERO).compareTo(Duration.ofMinutes(3)) > 0);
        BackgroundFixture.until(() -> background.clients().stream().anyMatch(client -> client.waiting() > 0));
        BackgroundFixture.until(() -> !backlogs().isEmpty());
        fixture.clock.advance(MINUTE.multipliedBy(2));
        BackgroundFixture.until(
                () -> background.oldestOverdue().orElse(Duration.ZERO).compareTo(Duration.ofMinutes(5)) > 0);
        assertThat(backlogs()).singleElement().satisfies(event -> {
            assertThat(event.overdue()).isBetween(Duration.ofMinutes(3), Duration.ofMinutes(5));
            assertThat(event.waiting()).isBetween(1, 50);
            assertThat(event.at())
                    .isBefore(fixture.record(event.key()).lifetime().schedule().expiresAt());
            assertThat(event.detail()).endsWith("more become due than the rate, a quota or a provider allows");
        });
    }

    private List<TokenEvent.RefreshBacklog> backlogs() {
        return fixture.events.stream()
                .filter(event -> event.kind() == TokenEvent.Kind.REFRESH_BACKLOG)
                .map(TokenEvent.RefreshBacklog.class::cast)
                .toList();
    }

    @Test
    @Fault("J13")
    void theAccountsThatAreReadAheadAreBounded() {
        fixture.connect(tokens, ClientSweep.MOST_WAITING + 300);
        fixture.clock.advance(HOUR);
        BackgroundRefresh background = eager().ratePerMinute(6).build();

        fixture.runBriefly(background);

        assertThat(background.clients().get(0).waiting()).isLessThanOrEqualTo(ClientSweep.MOST_WAITING);
        assertThat(background.clients().get(0).running()).isLessThanOrEqualTo(4);
    }

    @Test
    void aCallerIsNotDelayedByRefreshesThatNobodyWaitsFor() throws InterruptedException {
        Tokens narrow = fixture.tokens(builder -> builder.refreshesPerClient(1));
        fixture.connect(narrow, 10);
        fixture.clock.advance(HOUR);
        CountDownLatch hanging = new CountDownLatch(1);
        CompletableFuture<Void> gate = new CompletableFuture<>();
        fixture.acme.behaves(key -> {
            if (!key.equals(acme(9))) {
                hanging.countDown();
                gate.join();
            }
            return Optional.empty();
        });
        BackgroundRefresh.builder(narrow).refreshIdle().build().start();
        assertThat(hanging.await(20, TimeUnit.SECONDS)).isTrue();

        assertThat(narrow.accessToken(acme(9)).generation()).isEqualTo(2);

        gate.complete(null);
    }

    @Test
    void aStoreWithoutAnIndexIsReadAtTheStatedRate() {
        BackgroundFixture plain = new BackgroundFixture(ForwardingTokenStore::new);
        try {
            Tokens over = plain.tokens();
            plain.connect(over, 30);
            plain.clock.advance(HOUR);
            BackgroundRefresh background =
                    BackgroundRefresh.builder(over).refreshIdle().auditReads(10).build();

            SweepReport first = plain.runOnce(background);
            plain.clock.advance(MINUTE);
            SweepReport second = plain.runOnce(background);
            plain.clock.advance(MINUTE);
            SweepReport third = plain.runOnce(background);
            plain.clock.advance(Duration.ofMinutes(57));
            SweepReport later = plain.runOnce(background);

            assertThat(first.audited()).isEqualTo(10);
            assertThat(first.refreshed()).isEqualTo(10);
            assertThat(second.refreshed()).isEqualTo(10);
            assertThat(third.refreshed()).isEqualTo(10);
            assertThat(later.refreshed()).as("known by now").isGreaterThan(10);
        } finally {
            plain.close();
        }
    }

    @Test
    void closingTheTokensClosesItAndARunReturns() {
        fixture.connect(tokens, 100);
        fixture.clock.advance(HOUR);
        BackgroundRefresh background = eager().ratePerMinute(6).build();
        CompletableFuture<SweepReport> run = CompletableFuture.supplyAsync(() -> fixture.runOnce(background));
        BackgroundFixture.until(() -> fixture.acme.count() == 1);

        tokens.close();

        assertThat(run.orTimeout(20, TimeUnit.SECONDS).join().moreDue()).isTrue();
        assertThatThrownBy(background::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("this BackgroundRefresh is closed");
        fixture.clock.advance(HOUR);
        assertThat(fixture.acme.count()).isEqualTo(1);
    }

    private BackgroundRefresh.Builder eager() {
        return BackgroundRefresh.builder(tokens).refreshIdle();
    }
}
