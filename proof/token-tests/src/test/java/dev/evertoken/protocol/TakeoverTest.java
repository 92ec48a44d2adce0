package dev.evertoken.protocol;

import static dev.evertoken.protocol.AuthorizationServer.LIFETIME;
import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.failure;
import static dev.evertoken.protocol.ProtocolFixture.get;
import static dev.evertoken.protocol.ProtocolFixture.outcome;
import static dev.evertoken.protocol.ProtocolFixture.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.NotConnectedException;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.testing.ManualClock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Two processes and one account: claims that are valid, lapse, and are used after they lapsed. */
class TakeoverTest {

    private final ManualClock clock = ManualClock.start();

    @AutoClose
    private ProtocolFixture fixture = newFixture(RefreshModel.ROTATING, Reuse.SOFT);

    private ProtocolFixture newFixture(RefreshModel model, Reuse reuse) {
        return new ProtocolFixture(clock, new AuthorizationServer(model, reuse, clock));
    }

    @Test
    @Fault("A2")
    void theSecondProcessWaitsForTheFirstAndAdoptsItsToken() {
        Tokens first = fixture.process();
        Tokens second = fixture.process();
        fixture.connectExpired(first);
        Gate gate = fixture.server.holdNextAfter();
        CompletableFuture<AccessToken> owners = fixture.heldAt(gate, () -> first.accessToken(ANNA));
        CompletableFuture<AccessToken> peers = fixture.async(() -> second.accessToken(ANNA));
        clock.awaitWaits(3);
        gate.open();
        AccessToken refreshed = get(owners);
        assertThat(fixture.drive(peers, 2)).isEqualTo(refreshed);
        assertThat(fixture.server.requests()).isEqualTo(1);
    }

    @Test
    @Fault("A11")
    void aForcedRefreshWaitsForAPeerThatHoldsTheClaim() {
        Tokens first = fixture.process();
        Tokens second = fixture.process();
        first.connect(ANNA, fixture.server.consent("anna"));
        clock.advance(LIFETIME.minusMinutes(2));
        Gate gate = fixture.server.holdNextBefore();
        first.accessToken(ANNA);
        gate.awaitArrival();
        AccessToken valid = get(fixture.async(() -> second.accessToken(ANNA)));
        assertThat(valid.generation())
                .as("a valid token is served without waiting")
                .isEqualTo(1);
        CompletableFuture<AccessToken> forced = fixture.async(() -> second.replace(ANNA, valid));
        TokenException held = failure(() -> fixture.drive(forced, 2));
        assertThat(held.problem()).isIn(Problem.HELD_BY_PEER, Problem.OUTCOME_UNKNOWN);
        assertThat(fixture.server.requests()).isZero();
        gate.open();
    }

    @Test
    @Fault("A21")
    void anOwnerThatStallsLongerThanItsClaimDoesNotSend() {
        fixture.close();
        fixture = newFixture(RefreshModel.ROTATING, Reuse.STRICT);
        Tokens first = fixture.process();
        Tokens second = fixture.process();
        fixture.connectExpired(first);
        Gate gate = fixture.server.holdNextBefore();
        CompletableFuture<AccessToken> stalled = fixture.heldAt(gate, () -> first.accessToken(ANNA));
        AccessToken taken = takeOver(second);
        assertThat(taken.generation()).isEqualTo(2);
        gate.open();
        assertThat(get(outcome(stalled)))
                .as("adopts the token of the peer or has timed out")
                .isNotInstanceOf(AssertionError.class);
        assertThat(fixture.server.requests()).isEqualTo(1);
        fixture.server.assertNothingReused();
        assertThat(get(fixture.async(() -> first.accessToken(ANNA)))).isEqualTo(taken);
    }

    @Test
    @Fault({"A12", "B1"})
    void aClaimThatLapsedIsTakenOverAndCountedAsUncertain() {
        Tokens first = fixture.process();
        Tokens second = fixture.process();
        fixture.connectExpired(first);
        Gate gate = fixture.server.holdNextBefore();
        CompletableFuture<AccessToken> stalled = fixture.heldAt(gate, () -> first.accessToken(ANNA));
        Gate replay = fixture.server.holdNextBefore();
        CompletableFuture<AccessToken> taking = fixture.async(() -> second.accessToken(ANNA));
        advanceUntilArrival(replay);
        assertThat(fixture.record(ANNA).uncertain())
                .as("T3: counted in the write that installs the claim")
                .isEqualTo(1);
        replay.open();
        get(outcome(taking));
        assertThat(awaitGeneration(2).uncertain()).isZero();
        gate.open();
        get(outcome(stalled));
        fixture.server.assertNothingReused();
    }

    @Test
    @Fault({"A9", "D4"})
    void aResponseAfterATakeoverIsSavedEvenOverNeedsReauth() throws InterruptedException {
        Tokens first = fixture.process();
        Tokens second = fixture.process();
        fixture.connectExpired(first);
        Gate gate = fixture.server.holdNextAfter();
        CompletableFuture<AccessToken> late = fixture.heldAt(gate, () -> first.accessToken(ANNA));
        TokenException lost = failure(() -> takeOver(second));
        assertThat(lost.problem()).isEqualTo(Problem.REFRESH_TOKEN_LOST);
        assertThat(fixture.record(ANNA).health().state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        gate.open();
        get(outcome(late));
        TokenRecord saved = awaitGeneration(2);
        assertThat(saved.health().state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(fixture.event(TokenEvent.Recovered.class).from()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        clock.advance(Duration.ofSeconds(2)); // the second process still knows why it was refused
        assertThat(get(fixture.async(() -> second.accessToken(ANNA))).generation())
                .isEqualTo(2);
    }

    @Test
    @Fault("D2")
    void aLateInvalidGrantForAnOldGenerationMarksNothing() {
        Tokens first = fixture.process();
        Tokens second = fixture.process();
        fixture.connectExpired(first);
        Gate gate = new Gate();
        fixture.server.next((request, honest) -> {
            gate.pass();
            return AuthorizationServer.refuses(TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD)
                    .play(neverTooLate(request), honest);
        });
        CompletableFuture<AccessToken> late = fixture.async(() -> first.accessToken(ANNA));
        gate.awaitArrival();
        AccessToken taken = takeOver(second);
        gate.open();
        get(outcome(late));
        assertThat(get(fixture.async(() -> first.accessToken(ANNA)))).isEqualTo(taken);
        assertThat(fixture.record(ANNA).health().state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    @Fault("D3")
    void aGrantIsNotMarkedAsRevokedWhileAPeerIsRefreshingIt() {
        fixture.close();
        fixture = newFixture(RefreshModel.ROTATING, Reuse.STRICT);
        Tokens first = fixture.process();
        Tokens second = fixture.process();
        fixture.connectExpired(first);
        Gate firstCall = new Gate();
        Gate secondCall = new Gate();
        fixture.server.next((request, honest) -> {
            firstCall.pass();
            return AuthorizationServer.refuses(TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD)
                    .play(neverTooLate(request), honest);
        });
        fixture.server.next(AuthorizationServer.heldAfter(secondCall));
        CompletableFuture<AccessToken> late = fixture.async(() -> first.accessToken(ANNA));
        firstCall.awaitArrival();
        CompletableFuture<AccessToken> taking = fixture.async(() -> second.accessToken(ANNA));
        advanceUntilArrival(secondCall);
        firstCall.open();
        clock.awaitWaits(1);
        assertThat(fixture.record(ANNA).health().state()).isNotEqualTo(ConnectionState.NEEDS_REAUTH);
        secondCall.open();
        get(outcome(taking));
        fixture.drive(late.handle((token, failure) -> true), 1);
        assertThat(awaitGeneration(2).health().state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    @Fault("G3")
    void aResponseForAnAccountThatWasDisconnectedDuringTheRequestIsDropped() {
        Tokens tokens = fixture.process();
        fixture.connectExpired(tokens);
        Gate gate = fixture.server.holdNextAfter();
        CompletableFuture<AccessToken> late = fixture.heldAt(gate, () -> tokens.accessToken(ANNA));
        assertThat(tokens.disconnect(ANNA)).isTrue();
        gate.open();
        assertThatThrownBy(() -> get(late)).isInstanceOf(NotConnectedException.class);
        assertThat(fixture.store.load(ANNA)).isEmpty();
    }

    @Test
    @Fault({"G1", "G11"})
    void aResponseForAnOlderConsentIsDroppedAndTheNewOneKept() {
        Tokens tokens = fixture.process();
        fixture.connectExpired(tokens);
        Gate gate = fixture.server.holdNextAfter();
        CompletableFuture<AccessToken> late = fixture.heldAt(gate, () -> tokens.accessToken(ANNA));
        tokens.disconnect(ANNA);
        tokens.connect(ANNA, fixture.server.consent("anna"));
        TokenRecord second = fixture.record(ANNA);
        gate.open();
        assertThat(get(late).grantId()).isEqualTo(second.grant().id());
        assertThat(fixture.record(ANNA)).isEqualTo(second);
    }

    @Test
    @Fault("G2")
    void aLateRefusalOfAnOlderConsentIsIgnored() {
        Tokens tokens = fixture.process();
        fixture.connectExpired(tokens);
        Gate gate = new Gate();
        fixture.server.next((request, honest) -> {
            gate.pass();
            return AuthorizationServer.refuses(TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD)
                    .play(request, honest);
        });
        CompletableFuture<AccessToken> late = fixture.async(() -> tokens.accessToken(ANNA));
        gate.awaitArrival();
        tokens.connect(ANNA, fixture.server.consent("anna"));
        gate.open();
        assertThat(get(late).generation()).isEqualTo(1);
        assertThat(fixture.record(ANNA).health().state()).isEqualTo(ConnectionState.ACTIVE);
    }

    // ---- helpers

    /** Lets the second process wait until the claim has lapsed and then refresh, while the first caller waits. */
    private AccessToken takeOver(Tokens second) {
        return fixture.drive(fixture.async(() -> second.accessToken(ANNA)), 3);
    }

    private void advanceUntilArrival(Gate gate) {
        CompletableFuture<Gate> arrival = fixture.async(gate::awaitArrival);
        fixture.drive(arrival, 3);
    }

    private TokenRecord awaitGeneration(long generation) {
        until(() -> fixture.record(ANNA).generation() >= generation);
        return fixture.record(ANNA);
    }

    /** Returns the request with a permit that never expires, as if it was sent before its claim lapsed. */
    private static RefreshRequest neverTooLate(RefreshRequest request) {
        return request.withPermit(() -> true);
    }
}
