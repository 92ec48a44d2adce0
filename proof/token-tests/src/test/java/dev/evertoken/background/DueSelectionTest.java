package dev.evertoken.background;

import static dev.evertoken.background.BackgroundFixture.HOUR;
import static dev.evertoken.background.BackgroundFixture.acme;
import static dev.evertoken.background.BackgroundFixture.meta;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.operations.RefreshOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A background refresh chooses the accounts that need it: used ones, long-lived ones, and those that end by disuse. */
class DueSelectionTest {

    private final BackgroundFixture fixture = new BackgroundFixture(CountedStore::new);
    private final CountedStore store = (CountedStore) fixture.store;
    private final Tokens tokens = fixture.tokens();
    private final BackgroundRefresh background =
            BackgroundRefresh.builder(tokens).auditReads(10_000).build();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void anHourlyAccountIsLeftAloneUntilItIsUsedAgain() {
        fixture.connect(tokens, 2);
        tokens.accessToken(acme(0));
        fixture.clock.advance(HOUR);

        SweepReport first = fixture.runOnce(background);
        fixture.clock.advance(HOUR);
        SweepReport second = fixture.runOnce(background);

        assertThat(first.refreshed()).as("the account that was used").isEqualTo(1);
        assertThat(first.idle()).isEqualTo(1);
        assertThat(second.refreshed()).as("not used for one lifetime").isZero();
        assertThat(fixture.acme.calls()).containsExactly(acme(0));
    }

    @Test
    void idleAccountsThatAreKnownCostNoFurtherReads() {
        fixture.connect(tokens, 700);
        fixture.clock.advance(HOUR);
        BackgroundRefresh slow = BackgroundRefresh.builder(tokens).auditReads(1).build();
        fixture.runOnce(slow);
        store.reset();

        SweepReport again = fixture.runOnce(slow);

        assertThat(again.idle()).isLessThan(700);
        assertThat(store.keysRead.get()).isLessThan(10);
        assertThat(store.loads.get()).isLessThan(10);
    }

    @Test
    void aTokenThatIsExchangedWhileItIsValidIsRefreshedEarlyAlthoughNobodyUsesIt() {
        tokens.connect(meta(0), fixture.meta.consent());

        fixture.clock.advance(Duration.ofDays(30));
        assertThat(fixture.runOnce(background).refreshed()).isZero();
        fixture.clock.advance(Duration.ofDays(15));
        assertThat(fixture.runOnce(background).refreshed()).isEqualTo(1);
    }

    @Test
    @Fault("D19")
    void aRefreshTokenIsUsedBeforeItEndsByDisuse() {
        fixture.acme.refreshTokensLive(Duration.ofDays(20));
        fixture.connect(tokens, 1);

        fixture.clock.advance(Duration.ofDays(9));
        assertThat(fixture.runOnce(background).refreshed()).isZero();
        for (int days = 0; days < 60; days++) {
            fixture.clock.advance(Duration.ofDays(1));
            fixture.runOnce(background);
        }

        Instant end = fixture.record(acme(0)).lifetime().refreshTokenExpiresAt().orElseThrow();
        assertThat(end).isAfter(fixture.clock.now());
        assertThat(fixture.acme.count()).isEqualTo(6);
    }

    @Test
    @Fault("D19")
    void anAccountOfAProviderThatStatesNoEndIsRefreshedOnceInThirtyDays() {
        fixture.connect(tokens, 1);

        for (int days = 0; days < 95; days++) {
            fixture.clock.advance(Duration.ofDays(1));
            fixture.runOnce(background);
        }

        assertThat(fixture.acme.count()).isEqualTo(3);
    }

    @Test
    @Fault("J5")
    void accountsThatNeedAPersonCostNothing() {
        fixture.connect(tokens, 20);
        fixture.acme.behaves(key -> number(key) % 2 == 0 ? CountedProvider.grantEnded() : Optional.empty());
        fixture.clock.advance(HOUR);
        BackgroundRefresh eager =
                BackgroundRefresh.builder(tokens).refreshIdle().auditReads(1).build();
        SweepReport first = fixture.runOnce(eager);
        assertThat(first.refreshed()).isEqualTo(10);
        assertThat(first.needReconnect()).isEqualTo(10);
        fixture.acme.forgetCalls();
        fixture.clock.advance(Duration.ofMinutes(50));
        store.reset();

        SweepReport idle = fixture.runOnce(eager);

        assertThat(idle.needReconnect()).isZero();
        assertThat(store.keysRead.get()).as("keys in the index").isZero();
        assertThat(store.loads.get()).as("only the audit reads").isLessThanOrEqualTo(51);
        assertThat(fixture.acme.count()).isZero();
        assertThat(tokens.status(acme(0)).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
    }

    @Test
    @Fault("J8")
    void anAccountThatWasRefreshedOnDemandIsNotRefreshedAgain() {
        fixture.connect(tokens, 1);
        fixture.clock.advance(HOUR);
        Tokens other = fixture.tokens();
        tokens.accessToken(acme(0));

        SweepReport report =
                fixture.runOnce(BackgroundRefresh.builder(other).refreshIdle().build());

        assertThat(report.refreshed()).isZero();
        assertThat(fixture.acme.count()).isEqualTo(1);
        assertThat(other.operations().refreshIfDue(acme(0)).join().kind()).isEqualTo(RefreshOutcome.Kind.NOT_DUE);
    }

    @Test
    @Fault("D18")
    void theEndOfAConnectionIsAnnouncedAMonthAWeekAndADayBefore() {
        Instant end = fixture.clock.now().plus(Duration.ofDays(365));
        fixture.acme.refreshTokensEndAt(end);
        fixture.connect(tokens, 1);
        BackgroundRefresh one =
                BackgroundRefresh.builder(tokens).auditReads(1_000).build();
        BackgroundRefresh two =
                BackgroundRefresh.builder(fixture.tokens()).auditReads(1_000).build();

        Instant start = fixture.clock.now();
        int[] warned = IntStream.of(200, 334, 335, 336, 357, 358, 359, 363, 364)
                .filter(day -> {
                    fixture.clock.advanceTo(start.plus(Duration.ofDays(day)));
                    int mine = fixture.runOnce(one).warned();
                    return mine + fixture.runOnce(two).warned() > 0;
                })
                .toArray();

        assertThat(warned).containsExactly(335, 358, 364);
        BackgroundFixture.until(() -> warnings().size() == 3);
        assertThat(warnings()).allMatch(event -> event.reconnectBy().equals(end));
    }

    @Test
    void anEndThatMovesWithEachRefreshIsAnnouncedOnce() {
        fixture.acme.refreshTokensLive(Duration.ofDays(20));
        fixture.connect(tokens, 1);

        for (int days = 0; days < 90; days++) {
            fixture.clock.advance(Duration.ofDays(1));
            fixture.runOnce(background);
        }

        assertThat(fixture.record(acme(0)).marks()).containsOnlyKeys("warned-days-before-end-30");
    }

    private List<TokenEvent.ExpiresSoon> warnings() {
        return fixture.events.stream()
                .filter(TokenEvent.ExpiresSoon.class::isInstance)
                .map(TokenEvent.ExpiresSoon.class::cast)
                .toList();
    }

    private static int number(TokenKey key) {
        return Integer.parseInt(key.account().substring("account-".length()));
    }
}
