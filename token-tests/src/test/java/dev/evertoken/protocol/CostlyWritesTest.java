package dev.evertoken.protocol;

import static dev.evertoken.protocol.AuthorizationServer.notSent;
import static dev.evertoken.protocol.House.ANNA;
import static dev.evertoken.protocol.House.failure;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Connection;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.NotConnectedException;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.RefreshOutcome.Answered;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.Fault;
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

/** A store whose writes cost money: accounts whose refresh token stays what it is are refreshed without one. */
class CostlyWritesTest {

    private final ManualClock clock = ManualClock.start();
    private final FaultyStore store = FaultyStore.over(new CostlyStore(clock));
    private final House house =
            new House(clock, new AuthorizationServer(RefreshModel.STATIC, Reuse.SOFT, clock), store);
    private final Tokens tokens = house.process();

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void aRefreshWritesNothingAndEveryTokenHasAGenerationOfItsOwn() {
        house.connectExpired(tokens);
        int written = store.calls(COMPARE_AND_SET);
        List<Long> generations = new ArrayList<>();
        for (int hour = 0; hour < 5; hour++) {
            generations.add(tokens.accessToken(ANNA).generation());
            clock.advance(AuthorizationServer.LIFETIME.plusSeconds(1));
        }
        assertThat(generations).containsExactly(2L, 3L, 4L, 5L, 6L);
        assertThat(store.calls(COMPARE_AND_SET)).isEqualTo(written);
        assertThat(house.server.requests()).isEqualTo(5);
    }

    @Test
    void whereAWriteCostsNothingARefreshIsTwo() {
        FaultyStore ordinary = FaultyStore.over(new InMemoryTokenStore(clock));
        Tokens there = house.processOver(ordinary, builder -> builder.withoutJournal());
        house.connectExpired(there);
        int written = ordinary.calls(COMPARE_AND_SET);

        there.accessToken(ANNA);

        assertThat(ordinary.calls(COMPARE_AND_SET) - written)
                .as("a claim and a settlement")
                .isEqualTo(2);
    }

    @Test
    void theLookAtTheStoreAfterAWhileCallsNobodyWhileTheTokenIsFresh() {
        house.connectExpired(tokens);
        AccessToken refreshed = tokens.accessToken(ANNA);
        int loads = store.calls(LOAD);
        clock.advance(Duration.ofMinutes(11));

        tokens.accessToken(ANNA);
        House.until(() -> store.calls(LOAD) > loads);
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(refreshed.generation());
        assertThat(house.server.requests()).isEqualTo(1);
    }

    @Test
    void theStatusTellsTheTokenThatIsInUse() {
        house.connectExpired(tokens);
        AccessToken refreshed = tokens.accessToken(ANNA);

        Connection status = tokens.status(ANNA);
        assertThat(status.state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(status.expiresAt()).isEqualTo(refreshed.expiresAt());
        assertThat(status.generation()).isEqualTo(2);
    }

    @Test
    void failuresAreCountedSoThatTheNextAttemptComesLaterAndLater() {
        house.connectExpired(tokens);
        List<Duration> pauses = new ArrayList<>();
        for (int failures = 1; failures <= 4; failures++) {
            house.server.next(notSent());
            assertThat(failure(tokens).problem()).isEqualTo(Problem.NETWORK);
            assertThat(failure(tokens).problem()).as("the memory answers").isEqualTo(Problem.NETWORK);
            Duration pause = Duration.between(
                    clock.now(), tokens.status(ANNA).nextAttempt().orElseThrow());
            pauses.add(pause);
            clock.advance(pause);
        }
        assertThat(pauses.get(3)).isGreaterThan(pauses.get(0).multipliedBy(2));
        assertThat(store.calls(COMPARE_AND_SET)).as("the consent alone").isEqualTo(1);

        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aDeadGrantIsWrittenDownWhateverWasNot() {
        house.connectExpired(tokens);
        tokens.accessToken(ANNA);
        clock.advance(AuthorizationServer.LIFETIME.plusSeconds(1));
        house.server.revoke("anna");

        assertThat(failure(tokens).problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(house.record(ANNA).health().state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(failure(house.process()).problem()).as("in any process").isEqualTo(Problem.GRANT_DEAD);
        assertThat(house.server.requests()).isEqualTo(2);
    }

    @Test
    void aRefreshTokenThatDidChangeIsWritten() {
        house.connectExpired(tokens);
        tokens.accessToken(ANNA);
        clock.advance(AuthorizationServer.LIFETIME.plusSeconds(1));
        house.server.next((request, honest) -> request.permit().maySend()
                ? AuthorizationServer.answer(Optional.of(TestTokens.refresh()), clock.now())
                : honest.get());
        String before = house.record(ANNA).refreshTokenFingerprint().orElseThrow();

        AccessToken rotated = tokens.accessToken(ANNA);

        TokenRecord stored = house.record(ANNA);
        assertThat(stored.refreshTokenFingerprint()).isPresent().isNotEqualTo(Optional.of(before));
        assertThat(stored.generation()).isEqualTo(rotated.generation());
        clock.advance(Duration.ofMinutes(11));
        assertThat(house.process().accessToken(ANNA).generation()).isEqualTo(rotated.generation());
    }

    @Test
    void anAnswerOfAnotherUserIsSetAsideAsEverywhere() {
        house.connectExpired(tokens);
        answersFor("anna");
        tokens.accessToken(ANNA);
        clock.advance(AuthorizationServer.LIFETIME.plusSeconds(1));
        answersFor("ben");

        assertThat(failure(tokens).problem()).isEqualTo(Problem.IDENTITY_MISMATCH);
        assertThat(tokens.status(ANNA).subject()).contains("anna");
    }

    private void answersFor(String user) {
        house.server.next((request, honest) -> request.permit().maySend()
                ? new Answered(AuthorizationServer.answer(Optional.empty(), clock.now())
                        .answer()
                        .ofUser(Optional.of(user)))
                : honest.get());
    }

    @Test
    void whatAPeerWroteCountsOverWhatWasNotWritten() {
        house.connectExpired(tokens);
        for (int hour = 0; hour < 3; hour++) {
            tokens.accessToken(ANNA);
            clock.advance(AuthorizationServer.LIFETIME.plusSeconds(1));
        }
        TokenRecord stored = house.record(ANNA);
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
        assertThat(store.calls(LOAD)).as("the hot path has it").isEqualTo(loads);
    }

    @Test
    void anAccountThatIsDisconnectedDuringTheCallIsNotServed() {
        house.connectExpired(tokens);
        Gate gate = new Gate();
        house.server.next(AuthorizationServer.heldAfter(gate));
        CompletableFuture<AccessToken> caller = house.async(() -> tokens.accessToken(ANNA));
        gate.awaitArrival();
        house.process().disconnect(ANNA);
        gate.open();

        assertThat(failure(() -> House.get(caller))).isInstanceOf(NotConnectedException.class);
        assertThat(failure(tokens)).isInstanceOf(NotConnectedException.class);
    }

    @Test
    @Fault("A8")
    void aStoreThatGoesAwayDuringTheCallCostsNothing() {
        house.connectExpired(tokens);
        Gate gate = new Gate();
        house.server.next(AuthorizationServer.heldAfter(gate));
        CompletableFuture<AccessToken> caller = house.async(() -> tokens.accessToken(ANNA));
        gate.awaitArrival();
        store.down();
        gate.open();

        assertThat(House.get(caller).generation()).isEqualTo(2);
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
        store.up();
        assertThat(tokens.status(ANNA).generation()).isEqualTo(2);
        assertThat(house.server.requests()).isEqualTo(1);
    }
}
