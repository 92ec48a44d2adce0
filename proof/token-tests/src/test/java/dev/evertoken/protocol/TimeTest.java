package dev.evertoken.protocol;

import static dev.evertoken.protocol.AuthorizationServer.LIFETIME;
import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.failure;
import static dev.evertoken.protocol.ProtocolFixture.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clocks that are wrong or jump, and implausible token lifetimes. */
class TimeTest {

    private final ManualClock clock = ManualClock.start();
    private final ProtocolFixture fixture = new ProtocolFixture(
            clock,
            new AuthorizationServer(
                    ProviderProfile.builder(RefreshModel.STATIC).longestLifetime(Duration.ofDays(60)),
                    Reuse.SOFT,
                    clock),
            new InMemoryTokenStore(clock));

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    @Fault("E1")
    void theLifetimeCountsFromBeforeTheRequestWasSent() {
        Tokens tokens = fixture.process();
        fixture.connectExpired(tokens);
        Gate gate = new Gate();
        fixture.server.next((request, honest) -> {
            TokenOutcome outcome = honest.get();
            gate.pass();
            return outcome;
        });
        Instant sent = clock.now();
        CompletableFuture<AccessToken> call = fixture.async(() -> tokens.accessToken(ANNA));
        gate.awaitArrival();
        clock.advance(Duration.ofSeconds(15));
        gate.open();
        assertThat(get(call).expiresAt()).contains(sent.plus(LIFETIME));
    }

    @Test
    @Fault("E3")
    void aTokenFromTheFutureIsNotTrusted() {
        Tokens tokens = fixture.process();
        tokens.connect(ANNA, fixture.server.consent("anna"));
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(1);
        clock.jumpWall(Duration.ofHours(-3));
        assertThat(tokens.accessToken(ANNA).generation())
                .as("three hours would be added to its lifetime")
                .isEqualTo(2);
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
        assertThat(fixture.server.requests()).isEqualTo(1);
    }

    @Test
    @Fault("E3")
    void aSmallClockDifferenceBetweenProcessesCausesNoRefresh() {
        Tokens tokens = fixture.process();
        tokens.connect(ANNA, fixture.server.consent("anna"));
        clock.jumpWall(Duration.ofMinutes(-4));
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(1);
    }

    @Test
    @Fault("E4")
    void aPeerWithAFastClockDoesNotTreatAValidClaimAsLapsed() {
        fixture.close();
        ProtocolFixture rotating = new ProtocolFixture(
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
            CompletableFuture<AccessToken> owners = rotating.async(() -> owner.accessToken(ANNA));
            gate.awaitArrival();
            CompletableFuture<AccessToken> peers = rotating.async(() -> peer.accessToken(ANNA));
            for (int second = 0; second < 30; second++) {
                ahead.awaitWaits(2);
                ahead.advance(Duration.ofSeconds(1));
            }
            assertThat(rotating.server.requests()).isEqualTo(1);
            gate.open();
            AccessToken refreshed = get(owners);
            assertThat(ProtocolFixture.drive(peers, ahead, 2)).isEqualTo(refreshed);
            rotating.server.assertNothingReused();
        }
    }

    @Test
    @Fault("E5")
    void aLifetimeBeyondTheLongestOfTheProviderCountsAsNotReported() {
        Tokens tokens = fixture.process();
        fixture.connectExpired(tokens);
        fixture.server.next((request, honest) -> lasting(Duration.ofDays(100)));
        assertThat(tokens.accessToken(ANNA).expiresAt()).contains(clock.now().plus(Duration.ofHours(1)));
        assertThat(fixture.record(ANNA).lifetime().expiryAssumed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, -3600, Long.MIN_VALUE / 4_000_000_000L})
    @Fault("C9")
    void aTokenThatIsExpiredOnArrivalIsNotFetchedRepeatedly(long seconds) {
        Tokens tokens = fixture.process();
        fixture.connectExpired(tokens);
        fixture.server.next((request, honest) -> lasting(Duration.ofSeconds(seconds)));
        for (int i = 0; i < 20; i++) {
            assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(fixture.server.requests()).isZero();
    }

    @Test
    @Fault("C8")
    void aTokenWithoutALifetimeGetsTheDefaultOfTheProvider() {
        Tokens tokens = fixture.process();
        fixture.connectExpired(tokens);
        fixture.server.next((request, honest) -> new TokenOutcome.Issued(response(Optional.empty())));
        assertThat(tokens.accessToken(ANNA).expiresAt()).contains(clock.now().plus(Duration.ofHours(1)));
        assertThat(fixture.record(ANNA).lifetime().expiryAssumed()).isTrue();
    }

    @Test
    @Fault("E2")
    void aClockThatJumpsADayAheadCausesOneRefreshPerAccountAndNoLoop() {
        Tokens tokens = fixture.process();
        tokens.connect(ANNA, fixture.server.consent("anna"));
        clock.jumpWall(Duration.ofDays(1));
        for (int i = 0; i < 50; i++) {
            assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
        }
        assertThat(fixture.server.requests()).isEqualTo(1);
    }

    @Test
    void importedTokensThatAreExpiredStayExpired() {
        Tokens tokens = fixture.process();
        TokenSet expired = TokenSet.builder(TestTokens.access())
                .expiresAt(clock.now().minusSeconds(5))
                .build();
        tokens.connect(ANNA, expired);
        assertThat(failure(tokens).problem()).isEqualTo(Problem.NO_REFRESH_TOKEN);
    }

    private TokenOutcome lasting(Duration lifetime) {
        return new TokenOutcome.Issued(response(Optional.of(clock.now().plus(lifetime))));
    }

    private TokenResponse response(Optional<Instant> end) {
        return TokenResponse.builder(clock.now())
                .accessToken(Secret.of(TestTokens.access()))
                .expiresAt(end)
                .build();
    }
}
