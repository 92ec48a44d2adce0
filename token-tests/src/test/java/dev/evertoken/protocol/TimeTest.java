package dev.evertoken.protocol;

import static dev.evertoken.protocol.AuthorizationServer.LIFETIME;
import static dev.evertoken.protocol.House.ANNA;
import static dev.evertoken.protocol.House.failure;
import static dev.evertoken.protocol.House.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.ProviderProfile;
import dev.evertoken.spi.RefreshOutcome;
import dev.evertoken.spi.TokenAnswer;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.Fault;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clocks that are wrong, jump, or have not moved; lifetimes that make no sense. */
class TimeTest {

    private final ManualClock clock = ManualClock.start();
    private final House house = new House(
            clock,
            new AuthorizationServer(
                    ProviderProfile.builder(RefreshModel.STATIC).longestLifetime(Duration.ofDays(60)),
                    Reuse.SOFT,
                    clock),
            new InMemoryTokenStore(clock));

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    @Fault("E1")
    void theLifetimeCountsFromBeforeTheRequestWasSent() {
        Tokens tokens = house.process();
        house.connectExpired(tokens);
        Gate gate = new Gate();
        house.server.next((request, honest) -> {
            RefreshOutcome answered = honest.get();
            gate.pass();
            return answered;
        });
        Instant sent = clock.now();
        CompletableFuture<AccessToken> call = house.async(() -> tokens.accessToken(ANNA));
        gate.awaitArrival();
        clock.advance(Duration.ofSeconds(15));
        gate.open();
        assertThat(get(call).expiresAt()).contains(sent.plus(LIFETIME));
    }

    @Test
    @Fault("E3")
    void aTokenFromTheFutureIsNotTrusted() {
        Tokens tokens = house.process();
        tokens.connect(ANNA, house.server.consent("anna"));
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(1);
        clock.jumpWall(Duration.ofHours(-3));
        assertThat(tokens.accessToken(ANNA).generation())
                .as("three hours would be added to its life")
                .isEqualTo(2);
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
        assertThat(house.server.requests()).isEqualTo(1);
    }

    @Test
    @Fault("E3")
    void aClockThatIsALittleAheadElsewhereCostsNothing() {
        Tokens tokens = house.process();
        tokens.connect(ANNA, house.server.consent("anna"));
        clock.jumpWall(Duration.ofMinutes(-4));
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(1);
    }

    @Test
    @Fault("E4")
    void aPeersClockThatIsAheadDoesNotMakeALiveClaimLookLapsed() {
        house.close();
        House rotating = new House(
                clock,
                new AuthorizationServer(RefreshModel.ROTATING, Reuse.STRICT, clock),
                new InMemoryTokenStore(clock));
        try (rotating) {
            Tokens owner = rotating.process();
            ManualClock ahead = ManualClock.at(clock.now().plus(LIFETIME).plus(Duration.ofMinutes(4)));
            Tokens peer = rotating.process(builder -> builder.withoutJournal().timekeeper(ahead));
            rotating.connectExpired(owner);
            Gate gate = new Gate();
            rotating.server.next(AuthorizationServer.heldAfter(gate));
            CompletableFuture<AccessToken> mine = rotating.async(() -> owner.accessToken(ANNA));
            gate.awaitArrival();
            CompletableFuture<AccessToken> theirs = rotating.async(() -> peer.accessToken(ANNA));
            for (int second = 0; second < 30; second++) {
                ahead.awaitWaitingThreads(2);
                ahead.advance(Duration.ofSeconds(1));
            }
            assertThat(rotating.server.requests()).isEqualTo(1);
            gate.open();
            AccessToken brought = get(mine);
            assertThat(House.drive(theirs, ahead, 2)).isEqualTo(brought);
            rotating.server.assertNothingReused();
        }
    }

    @Test
    @Fault("E5")
    void aTokenThatLivesForAHundredDaysIsCutToWhatTheProviderCanMean() {
        Tokens tokens = house.process();
        house.connectExpired(tokens);
        house.server.next((request, honest) -> lasting(Duration.ofDays(100)));
        assertThat(tokens.accessToken(ANNA).expiresAt()).contains(clock.now().plus(Duration.ofDays(60)));
        assertThat(house.record(ANNA).lifetime().expiryAssumed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, -3600, Long.MIN_VALUE / 4_000_000_000L})
    @Fault("C9")
    void aTokenThatHasEndedWhenItComesIsNotFetchedAgainAndAgain(long seconds) {
        Tokens tokens = house.process();
        house.connectExpired(tokens);
        house.server.next((request, honest) -> lasting(Duration.ofSeconds(seconds)));
        for (int i = 0; i < 20; i++) {
            assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(house.server.requests()).isZero();
    }

    @Test
    @Fault("C8")
    void aTokenWhoseLifetimeIsNotToldGetsTheProvidersUsualOne() {
        Tokens tokens = house.process();
        house.connectExpired(tokens);
        house.server.next((request, honest) -> new RefreshOutcome.Answered(answer(Optional.empty())));
        assertThat(tokens.accessToken(ANNA).expiresAt()).contains(clock.now().plus(Duration.ofHours(1)));
        assertThat(house.record(ANNA).lifetime().expiryAssumed()).isTrue();
    }

    @Test
    @Fault("E2")
    void aClockThatJumpsADayAheadCostsOneRefreshOfEachAccountAndNoLoop() {
        Tokens tokens = house.process();
        tokens.connect(ANNA, house.server.consent("anna"));
        clock.jumpWall(Duration.ofDays(1));
        for (int i = 0; i < 50; i++) {
            assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
        }
        assertThat(house.server.requests()).isEqualTo(1);
    }

    @Test
    void importedTokensThatHaveEndedStayEnded() {
        Tokens tokens = house.process();
        TokenSet ended = TokenSet.builder(TestTokens.access())
                .expiresAt(clock.now().minusSeconds(5))
                .build();
        tokens.connect(ANNA, ended);
        assertThat(failure(tokens).problem()).isEqualTo(Problem.NO_REFRESH_TOKEN);
    }

    private RefreshOutcome lasting(Duration lifetime) {
        return new RefreshOutcome.Answered(answer(Optional.of(clock.now().plus(lifetime))));
    }

    private TokenAnswer answer(Optional<Instant> end) {
        return new TokenAnswer(
                Optional.of(Secret.of(TestTokens.access())),
                "Bearer",
                Optional.empty(),
                end,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                clock.now());
    }
}
