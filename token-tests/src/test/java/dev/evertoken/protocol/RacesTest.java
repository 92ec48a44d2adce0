package dev.evertoken.protocol;

import static dev.evertoken.protocol.House.ANNA;
import static dev.evertoken.protocol.House.failure;
import static dev.evertoken.protocol.House.get;
import static dev.evertoken.protocol.House.until;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static dev.evertoken.testing.StoreOperation.REMOVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.model.TokenSet;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.Fault;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.Hold;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Writes that meet in the store. */
class RacesTest {

    private final ManualClock clock = ManualClock.start();
    private final FaultyStore store = FaultyStore.over(new InMemoryTokenStore(clock));
    private final House house =
            new House(clock, new AuthorizationServer(RefreshModel.ROTATING, Reuse.SOFT, clock), store);

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    @Fault("G11")
    void aClaimThatWasMeantForAGrantThatIsGoneDoesNotTakeTheNewOne() {
        Tokens tokens = house.process();
        house.connectExpired(tokens);
        Hold claim = store.next(COMPARE_AND_SET)
                .where(record -> record.claim().isPresent())
                .isHeldBefore();
        CompletableFuture<AccessToken> asked = house.async(() -> tokens.accessToken(ANNA));
        claim.awaitArrived();
        tokens.disconnect(ANNA);
        tokens.connect(ANNA, house.server.consent("anna"));
        TokenRecord renewed = house.record(ANNA);
        claim.release();
        assertThat(get(asked).grantId()).isEqualTo(renewed.grant().id());
        assertThat(house.record(ANNA)).isEqualTo(renewed);
        assertThat(house.server.requests()).isZero();
    }

    @Test
    @Fault("G12")
    void aDisconnectRemovesOnlyTheGrantThatItFirstSaw() {
        Tokens tokens = house.process();
        tokens.connect(ANNA, house.server.consent("anna"));
        Hold remove = store.next(REMOVE).isHeldBefore();
        CompletableFuture<Boolean> disconnect = house.async(() -> tokens.disconnect(ANNA));
        remove.awaitArrived();
        tokens.connect(ANNA, house.server.consent("anna"));
        remove.release();
        assertThat(get(disconnect)).isTrue();
        assertThat(tokens.accessToken(ANNA).grantId())
                .isEqualTo(house.record(ANNA).grant().id());
    }

    @Test
    @Fault("B13")
    void whoComesSecondWithTokensOfOneGenerationAdoptsThoseInTheStore() throws InterruptedException {
        Tokens first = house.process();
        Tokens second = house.process();
        house.connectExpired(first);
        Gate gate = new Gate();
        house.server.next(AuthorizationServer.heldAfter(gate));
        house.server.next((request, honest) -> request.permit().maySend()
                ? AuthorizationServer.answer(Optional.of(TestTokens.refresh()), clock.now())
                : honest.get());
        CompletableFuture<Object> late =
                house.async(() -> first.accessToken(ANNA)).handle((token, failure) -> token == null ? failure : token);
        gate.awaitArrival();
        AccessToken peers = house.drive(house.async(() -> second.accessToken(ANNA)), 3);
        TokenRecord kept = house.record(ANNA);
        gate.open();
        get(late);
        assertThat(house.event(TokenEvent.RotationConflict.class).generation()).isEqualTo(2);
        assertThat(house.record(ANNA)).isEqualTo(kept);
        until(() -> first.accessToken(ANNA).equals(peers));
    }

    @Test
    @Fault("A14")
    void aClaimIsClearedByItsOwnerOnly() {
        Tokens first = house.process();
        Tokens second = house.process();
        house.connectExpired(first);
        Gate firstCall = new Gate();
        Gate secondCall = new Gate();
        house.server.next((request, honest) -> {
            firstCall.pass();
            return AuthorizationServer.notSent().play(request, honest);
        });
        house.server.next(AuthorizationServer.heldBefore(secondCall));
        CompletableFuture<AccessToken> late = house.async(() -> first.accessToken(ANNA));
        firstCall.awaitArrival();
        CompletableFuture<AccessToken> taking = house.async(() -> second.accessToken(ANNA));
        house.drive(house.async(secondCall::awaitArrival), 3);
        TokenRecord taken = house.record(ANNA);
        firstCall.open();
        until(() ->
                house.events.stream().anyMatch(event -> event instanceof TokenEvent.RefreshFailed) || late.isDone());
        assertThat(house.record(ANNA).claim()).isEqualTo(taken.claim());
        secondCall.open();
        assertThat(get(taking).generation()).isEqualTo(2);
    }

    @Test
    @Fault("A17")
    void oneGrantUnderTwoAccountsIsRefreshedOneAfterTheOther() {
        Tokens tokens = house.process();
        TokenKey ben = TokenKey.of("acme", "ben");
        TokenSet shared = house.server.consent("anna");
        tokens.connect(ANNA, shared);
        tokens.connect(ben, shared);
        clock.advance(AuthorizationServer.LIFETIME.plusSeconds(1));
        Gate gate = new Gate();
        house.server.next(AuthorizationServer.heldBefore(gate));
        CompletableFuture<AccessToken> annas = house.async(() -> tokens.accessToken(ANNA));
        gate.awaitArrival();
        CompletableFuture<AccessToken> bens = house.async(() -> tokens.accessToken(ben));
        clock.awaitWaitingThreads(3);
        assertThat(house.record(ben).claim()).as("waits outside").isEmpty();
        gate.open();
        assertThat(get(annas).generation()).isEqualTo(2);
        assertThat(failure(() -> house.drive(bens, 2)).remedy()).isEqualTo(Remedy.RECONNECT);
    }

    @Test
    @Fault("A18")
    void aYoungRefreshTokenThatIsDeadPointsAtAnotherHolder() {
        Tokens tokens = house.process();
        TokenSet stolen = house.server.consent("anna");
        tokens.connect(ANNA, stolen);
        clock.advance(Duration.ofMinutes(7));
        house.server.revoke("anna");
        assertThat(failure(() -> tokens.refresh(ANNA, "test")))
                .hasMessageContaining("7 minutes old")
                .hasMessageContaining("another holder");
        assertThat(tokens.status(ANNA).detail()).contains("another holder");
    }

    @Test
    @Fault("G8")
    void ofTwoConsentsTheLaterOneStays() {
        Tokens tokens = house.process();
        Hold older = store.next(COMPARE_AND_SET).isHeldBefore();
        CompletableFuture<Object> slow = house.async(() -> tokens.connect(ANNA, house.server.consent("anna")));
        older.awaitArrived();
        clock.advance(Duration.ofSeconds(1));
        tokens.connect(ANNA, house.server.consent("anna"));
        TokenRecord later = house.record(ANNA);
        older.release();
        get(slow);
        assertThat(house.record(ANNA)).isEqualTo(later);
    }

    @Test
    @Fault("B16")
    void closingWaitsForTheCallInFlightAndSendsNothingNew() {
        Tokens tokens = house.process();
        house.connectExpired(tokens);
        Gate gate = new Gate();
        house.server.next(AuthorizationServer.heldAfter(gate));
        CompletableFuture<AccessToken> last = house.async(() -> tokens.accessToken(ANNA));
        gate.awaitArrival();
        CompletableFuture<Boolean> closed = closing(tokens);
        gate.open();
        assertThat(get(last).generation()).isEqualTo(2);
        assertThat(get(closed)).isTrue();
        assertThat(house.record(ANNA).generation()).isEqualTo(2);
        clock.advance(Duration.ofHours(2));
        assertThatThrownBy(() -> tokens.accessToken(ANNA))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThat(house.server.requests()).isEqualTo(1);
        tokens.close();
    }

    @Test
    @Fault("B16")
    void aCallThatIsAboutToLeaveWhenEverythingClosesDoesNotLeave() {
        Tokens tokens = house.process();
        house.connectExpired(tokens);
        Gate gate = new Gate();
        house.server.next(AuthorizationServer.heldBefore(gate));
        CompletableFuture<AccessToken> last = house.async(() -> tokens.accessToken(ANNA));
        gate.awaitArrival();
        CompletableFuture<Boolean> closed = closing(tokens);
        gate.open();
        assertThat(failure(() -> get(last)).problem()).isEqualTo(Problem.WAIT_TIMEOUT);
        get(closed);
        assertThat(house.server.requests()).isZero();
        assertThat(house.record(ANNA).claim()).isEmpty();
        assertThat(house.record(ANNA).failures().count()).as("nobody failed").isZero();
    }

    /** Begins to close while a caller waits for its token; returns when both wait. */
    private CompletableFuture<Boolean> closing(Tokens tokens) {
        CompletableFuture<Boolean> closed = house.async(() -> {
            tokens.close();
            return true;
        });
        clock.awaitWaitingThreads(2);
        return closed;
    }
}
