package dev.evertoken.protocol;

import static dev.evertoken.protocol.AuthorizationServer.notSent;
import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.failure;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.NotConnectedException;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.provider.TokenOutcome.Issued;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A store whose writes cost money: accounts whose refresh token does not change are refreshed without a write. */
class CostlyWritesTest {

    private final ManualClock clock = ManualClock.start();
    private final FaultyStore store = FaultyStore.over(new CostlyStore(clock));
    private final ProtocolFixture fixture =
            new ProtocolFixture(clock, new AuthorizationServer(RefreshModel.STATIC, Reuse.SOFT, clock), store);
    private final Tokens tokens = fixture.process();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aRefreshWritesNothingAndEveryTokenHasItsOwnGeneration() {
        fixture.connectExpired(tokens);
        int written = store.calls(COMPARE_AND_SET);
        List<Long> generations = new ArrayList<>();
        for (int hour = 0; hour < 5; hour++) {
            generations.add(tokens.accessToken(ANNA).generation());
            clock.advance(AuthorizationServer.LIFETIME.plusSeconds(1));
        }
        assertThat(generations).containsExactly(2L, 3L, 4L, 5L, 6L);
        assertThat(store.calls(COMPARE_AND_SET)).isEqualTo(written);
        assertThat(fixture.server.requests()).isEqualTo(5);
    }

    @Test
    void aRefreshMakesTwoWritesIfWritesAreFree() {
        FaultyStore ordinary = FaultyStore.over(new InMemoryTokenStore(clock));
        Tokens onOrdinary = fixture.processOver(ordinary, builder -> builder.withoutJournal());
        fixture.connectExpired(onOrdinary);
        int written = ordinary.calls(COMPARE_AND_SET);

        onOrdinary.accessToken(ANNA);

        assertThat(ordinary.calls(COMPARE_AND_SET) - written)
                .as("a claim and a settlement")
                .isEqualTo(2);
    }

    @Test
    void thePeriodicStoreReadMakesNoProviderCallWhileTheTokenIsFresh() {
        fixture.connectExpired(tokens);
        AccessToken refreshed = tokens.accessToken(ANNA);
        int loads = store.calls(LOAD);
        clock.advance(Duration.ofMinutes(11));

        tokens.accessToken(ANNA);
        ProtocolFixture.until(() -> store.calls(LOAD) > loads);
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(refreshed.generation());
        assertThat(fixture.server.requests()).isEqualTo(1);
    }

    @Test
    void theStatusDescribesTheTokenThatIsInUse() {
        fixture.connectExpired(tokens);
        AccessToken refreshed = tokens.accessToken(ANNA);

        AccountStatus status = tokens.status(ANNA);
        assertThat(status.state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(status.expiresAt()).isEqualTo(refreshed.expiresAt());
        assertThat(status.generation()).isEqualTo(2);
    }

    @Test
    void repeatedFailuresIncreaseTheTimeToTheNextAttempt() {
        fixture.connectExpired(tokens);
        List<Duration> pauses = new ArrayList<>();
        for (int failures = 1; failures <= 4; failures++) {
            fixture.server.next(notSent());
            assertThat(failure(tokens).problem()).isEqualTo(Problem.NETWORK);
            assertThat(failure(tokens).problem()).as("reported from memory").isEqualTo(Problem.NETWORK);
            Duration pause = Duration.between(
                    clock.now(), tokens.status(ANNA).nextAttempt().orElseThrow());
            pauses.add(pause);
            clock.advance(pause);
        }
        assertThat(pauses.get(3)).isGreaterThan(pauses.get(0).multipliedBy(2));
        assertThat(store.calls(COMPARE_AND_SET)).as("only the consent").isEqualTo(1);

        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aRevokedGrantIsWrittenEvenIfEarlierRefreshesWereNot() {
        fixture.connectExpired(tokens);
        tokens.accessToken(ANNA);
        clock.advance(AuthorizationServer.LIFETIME.plusSeconds(1));
        fixture.server.revoke("anna");

        assertThat(failure(tokens).problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(fixture.record(ANNA).health().state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(failure(fixture.process()).problem()).as("in any process").isEqualTo(Problem.GRANT_DEAD);
        assertThat(fixture.server.requests()).isEqualTo(2);
    }

    @Test
    void aChangedRefreshTokenIsWritten() {
        fixture.connectExpired(tokens);
        tokens.accessToken(ANNA);
        clock.advance(AuthorizationServer.LIFETIME.plusSeconds(1));
        fixture.server.next((request, honest) -> request.permit().maySend()
                ? AuthorizationServer.response(Optional.of(TestTokens.refresh()), clock.now())
                : honest.get());
        String before = fixture.record(ANNA).refreshTokenFingerprint().orElseThrow();

        AccessToken rotated = tokens.accessToken(ANNA);

        TokenRecord stored = fixture.record(ANNA);
        assertThat(stored.refreshTokenFingerprint()).isPresent().isNotEqualTo(Optional.of(before));
        assertThat(stored.generation()).isEqualTo(rotated.generation());
        clock.advance(Duration.ofMinutes(11));
        assertThat(fixture.process().accessToken(ANNA).generation()).isEqualTo(rotated.generation());
    }

    @Test
    void aResponseForAnotherUserIsRejected() {
        fixture.connectExpired(tokens);
        respondFor("anna");
        tokens.accessToken(ANNA);
        clock.advance(AuthorizationServer.LIFETIME.plusSeconds(1));
        respondFor("ben");

        assertThat(failure(tokens).problem()).isEqualTo(Problem.IDENTITY_MISMATCH);
        assertThat(tokens.status(ANNA).subject()).contains("anna");
    }

    private void respondFor(String user) {
        fixture.server.next((request, honest) -> request.permit().maySend()
                ? new Issued(AuthorizationServer.response(Optional.empty(), clock.now()).response().toBuilder()
                        .subject(Optional.of(user))
                        .build())
                : honest.get());
    }

    @Test
    void aRecordWrittenByAPeerReplacesUnwrittenGenerations() {
        fixture.connectExpired(tokens);
        for (int hour = 0; hour < 3; hour++) {
            tokens.accessToken(ANNA);
            clock.advance(AuthorizationServer.LIFETIME.plusSeconds(1));
        }
        TokenRecord stored = fixture.record(ANNA);
        TokenRecord peers = stored.next()
                .generation(2)
                .lifetime(stored.lifetime().notBefore(clock.now().plus(Duration.ofHours(2))))
                .build(77, clock.now());
        assertThat(store.compareAndSet(ANNA, stored.revision(), peers)).isTrue();

        assertThat(failure(tokens).problem()).isEqualTo(Problem.NOT_YET);
        clock.advance(Duration.ofHours(2));
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(3);
        int loads = store.calls(LOAD);
        tokens.accessToken(ANNA);
        assertThat(store.calls(LOAD)).as("served without a store read").isEqualTo(loads);
    }

    @Test
    void anAccountDisconnectedDuringTheCallIsNotServed() {
        fixture.connectExpired(tokens);
        Gate gate = new Gate();
        fixture.server.next(AuthorizationServer.heldAfter(gate));
        CompletableFuture<AccessToken> caller = fixture.async(() -> tokens.accessToken(ANNA));
        gate.awaitArrival();
        fixture.process().disconnect(ANNA);
        gate.open();

        assertThat(failure(() -> ProtocolFixture.get(caller))).isInstanceOf(NotConnectedException.class);
        assertThat(failure(tokens)).isInstanceOf(NotConnectedException.class);
    }

    @Test
    @Fault("A8")
    void aStoreThatFailsDuringTheCallDoesNotAffectTheRefresh() {
        fixture.connectExpired(tokens);
        Gate gate = new Gate();
        fixture.server.next(AuthorizationServer.heldAfter(gate));
        CompletableFuture<AccessToken> caller = fixture.async(() -> tokens.accessToken(ANNA));
        gate.awaitArrival();
        store.down();
        gate.open();

        assertThat(ProtocolFixture.get(caller).generation()).isEqualTo(2);
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
        store.up();
        assertThat(tokens.status(ANNA).generation()).isEqualTo(2);
        assertThat(fixture.server.requests()).isEqualTo(1);
    }
}
