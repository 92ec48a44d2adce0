package dev.evertoken.protocol;

import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.failure;
import static dev.evertoken.protocol.ProtocolFixture.get;
import static dev.evertoken.protocol.ProtocolFixture.outcome;
import static dev.evertoken.protocol.ProtocolFixture.until;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static dev.evertoken.testing.StoreOperation.REMOVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Concurrent writes to the store. */
class RacesTest {

    private final ManualClock clock = ManualClock.start();
    private final FaultyStore store = FaultyStore.over(new InMemoryTokenStore(clock));

    @AutoClose
    private final ProtocolFixture fixture =
            new ProtocolFixture(clock, new AuthorizationServer(RefreshModel.ROTATING, Reuse.SOFT, clock), store);

    @Test
    @Fault("G11")
    void aClaimForARemovedGrantDoesNotTakeTheNewOne() {
        Tokens tokens = fixture.process();
        fixture.connectExpired(tokens);
        Checkpoint claim = store.next(COMPARE_AND_SET)
                .where(record -> record.claim().isPresent())
                .holdBefore();
        CompletableFuture<AccessToken> claimed = fixture.async(() -> tokens.accessToken(ANNA));
        claim.awaitArrived();
        tokens.disconnect(ANNA);
        tokens.connect(ANNA, fixture.server.consent("anna"));
        TokenRecord renewed = fixture.record(ANNA);
        claim.release();
        assertThat(get(claimed).grantId()).isEqualTo(renewed.grant().id());
        assertThat(fixture.record(ANNA)).isEqualTo(renewed);
        assertThat(fixture.server.requests()).isZero();
    }

    @Test
    @Fault("G12")
    void aDisconnectRemovesOnlyTheGrantThatItFirstSaw() {
        Tokens tokens = fixture.process();
        tokens.connect(ANNA, fixture.server.consent("anna"));
        Checkpoint remove = store.next(REMOVE).holdBefore();
        CompletableFuture<Boolean> disconnect = fixture.async(() -> tokens.disconnect(ANNA));
        remove.awaitArrived();
        tokens.connect(ANNA, fixture.server.consent("anna"));
        remove.release();
        assertThat(get(disconnect)).isTrue();
        assertThat(tokens.accessToken(ANNA).grantId())
                .isEqualTo(fixture.record(ANNA).grant().id());
    }

    @Test
    @Fault("B13")
    void theSecondResponseOfOneGenerationYieldsToTheStoredTokens() throws InterruptedException {
        Tokens first = fixture.process();
        Tokens second = fixture.process();
        fixture.connectExpired(first);
        Gate gate = fixture.server.holdNextAfter();
        fixture.server.next((request, honest) -> request.permit().maySend()
                ? AuthorizationServer.response(Optional.of(TestTokens.refresh()), clock.now())
                : honest.get());
        CompletableFuture<Object> late = outcome(fixture.async(() -> first.accessToken(ANNA)));
        gate.awaitArrival();
        AccessToken peers = fixture.drive(fixture.async(() -> second.accessToken(ANNA)), 3);
        TokenRecord kept = fixture.record(ANNA);
        gate.open();
        get(late);
        assertThat(fixture.event(TokenEvent.RotationConflict.class).generation())
                .isEqualTo(2);
        assertThat(fixture.record(ANNA)).isEqualTo(kept);
        until(() -> first.accessToken(ANNA).equals(peers));
    }

    @Test
    @Fault("A14")
    void aClaimIsClearedByItsOwnerOnly() {
        Tokens first = fixture.process();
        Tokens second = fixture.process();
        fixture.connectExpired(first);
        Gate firstCall = new Gate();
        Gate secondCall = new Gate();
        fixture.server.next((request, honest) -> {
            firstCall.pass();
            return AuthorizationServer.notSent().play(request, honest);
        });
        fixture.server.next(AuthorizationServer.heldBefore(secondCall));
        CompletableFuture<AccessToken> late = fixture.async(() -> first.accessToken(ANNA));
        firstCall.awaitArrival();
        CompletableFuture<AccessToken> taking = fixture.async(() -> second.accessToken(ANNA));
        fixture.drive(fixture.async(secondCall::awaitArrival), 3);
        TokenRecord taken = fixture.record(ANNA);
        firstCall.open();
        until(() ->
                fixture.events.stream().anyMatch(event -> event instanceof TokenEvent.RefreshFailed) || late.isDone());
        assertThat(fixture.record(ANNA).claim()).isEqualTo(taken.claim());
        secondCall.open();
        assertThat(get(taking).generation()).isEqualTo(2);
    }

    @Test
    @Fault("A17")
    void oneGrantOfTwoAccountsIsRefreshedSequentially() {
        Tokens tokens = fixture.process();
        TokenKey ben = TokenKey.of("acme", "ben");
        TokenSet shared = fixture.server.consent("anna");
        tokens.connect(ANNA, shared);
        tokens.connect(ben, shared);
        clock.advance(AuthorizationServer.LIFETIME.plusSeconds(1));
        Gate gate = fixture.server.holdNextBefore();
        CompletableFuture<AccessToken> annas = fixture.heldAt(gate, () -> tokens.accessToken(ANNA));
        CompletableFuture<AccessToken> bens = fixture.async(() -> tokens.accessToken(ben));
        clock.awaitWaits(3);
        assertThat(fixture.record(ben).claim()).as("waits without a claim").isEmpty();
        gate.open();
        assertThat(get(annas).generation()).isEqualTo(2);
        assertThat(failure(() -> fixture.drive(bens, 2)).remedy()).isEqualTo(Remedy.RECONNECT);
    }

    @Test
    @Fault("A18")
    void aYoungRefreshTokenThatIsRefusedIndicatesAnotherHolder() {
        Tokens tokens = fixture.process();
        TokenSet revoked = fixture.server.consent("anna");
        tokens.connect(ANNA, revoked);
        clock.advance(Duration.ofMinutes(7));
        fixture.server.revoke("anna");
        assertThat(failure(() -> tokens.refresh(ANNA, "test")))
                .hasMessageContaining("7 minutes old")
                .hasMessageContaining("another holder");
        assertThat(tokens.status(ANNA).detail()).contains("another holder");
    }

    @Test
    @Fault("G8")
    void theLaterOfTwoConsentsIsKept() {
        Tokens tokens = fixture.process();
        Checkpoint older = store.next(COMPARE_AND_SET).holdBefore();
        CompletableFuture<Object> slow = fixture.async(() -> tokens.connect(ANNA, fixture.server.consent("anna")));
        older.awaitArrived();
        clock.advance(Duration.ofSeconds(1));
        tokens.connect(ANNA, fixture.server.consent("anna"));
        TokenRecord later = fixture.record(ANNA);
        older.release();
        get(slow);
        assertThat(fixture.record(ANNA)).isEqualTo(later);
    }

    @Test
    @Fault("B16")
    void closingWaitsForTheCallInFlightAndSendsNothingNew() {
        Tokens tokens = fixture.process();
        fixture.connectExpired(tokens);
        Gate gate = fixture.server.holdNextAfter();
        CompletableFuture<AccessToken> last = fixture.heldAt(gate, () -> tokens.accessToken(ANNA));
        CompletableFuture<Boolean> closed = closing(tokens);
        gate.open();
        assertThat(get(last).generation()).isEqualTo(2);
        assertThat(get(closed)).isTrue();
        assertThat(fixture.record(ANNA).generation()).isEqualTo(2);
        clock.advance(Duration.ofHours(2));
        assertThatThrownBy(() -> tokens.accessToken(ANNA))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThat(fixture.server.requests()).isEqualTo(1);
        tokens.close();
    }

    @Test
    @Fault("B16")
    void aRequestThatIsNotYetSentAtCloseIsNotSent() {
        Tokens tokens = fixture.process();
        fixture.connectExpired(tokens);
        Gate gate = fixture.server.holdNextBefore();
        CompletableFuture<AccessToken> last = fixture.heldAt(gate, () -> tokens.accessToken(ANNA));
        CompletableFuture<Boolean> closed = closing(tokens);
        gate.open();
        assertThat(failure(() -> get(last)).problem()).isEqualTo(Problem.WAIT_TIMEOUT);
        get(closed);
        assertThat(fixture.server.requests()).isZero();
        assertThat(fixture.record(ANNA).claim()).isEmpty();
        assertThat(fixture.record(ANNA).failures().count())
                .as("no failure is counted")
                .isZero();
    }

    /** Starts closing while a caller waits for its token, and returns when both are waiting. */
    private CompletableFuture<Boolean> closing(Tokens tokens) {
        CompletableFuture<Boolean> closed = fixture.async(() -> {
            tokens.close();
            return true;
        });
        clock.awaitWaits(2);
        return closed;
    }
}
