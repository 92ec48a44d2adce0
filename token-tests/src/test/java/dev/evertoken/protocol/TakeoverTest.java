package dev.evertoken.protocol;

import static dev.evertoken.protocol.AuthorizationServer.LIFETIME;
import static dev.evertoken.protocol.House.ANNA;
import static dev.evertoken.protocol.House.failure;
import static dev.evertoken.protocol.House.get;
import static dev.evertoken.protocol.House.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.NotConnectedException;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.RefreshRequest;
import dev.evertoken.spi.TokenVerdict;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.Fault;
import dev.evertoken.testing.ManualClock;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two processes, one account: claims that live, lapse, and come back from the dead. */
class TakeoverTest {

    private final ManualClock clock = ManualClock.start();
    private House house = house(RefreshModel.ROTATING, Reuse.SOFT);

    private House house(RefreshModel model, Reuse reuse) {
        return new House(clock, new AuthorizationServer(model, reuse, clock), new InMemoryTokenStore(clock));
    }

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    @Fault("A2")
    void theSecondProcessWaitsForTheFirstAndAdoptsWhatItBrings() {
        Tokens first = house.process();
        Tokens second = house.process();
        house.connectExpired(first);
        Gate gate = new Gate();
        house.server.next(AuthorizationServer.heldAfter(gate));
        CompletableFuture<AccessToken> mine = house.async(() -> first.accessToken(ANNA));
        gate.awaitArrival();
        CompletableFuture<AccessToken> theirs = house.async(() -> second.accessToken(ANNA));
        clock.awaitWaitingThreads(3);
        gate.open();
        AccessToken brought = get(mine);
        assertThat(house.drive(theirs, 2)).isEqualTo(brought);
        assertThat(house.server.requests()).isEqualTo(1);
    }

    @Test
    @Fault("A11")
    void aPeerThatHoldsItsClaimIsWaitedForAndNeverPassedBy() {
        Tokens first = house.process();
        Tokens second = house.process();
        first.connect(ANNA, house.server.consent("anna"));
        clock.advance(LIFETIME.minusMinutes(2));
        Gate gate = new Gate();
        house.server.next(AuthorizationServer.heldBefore(gate));
        first.accessToken(ANNA);
        gate.awaitArrival();
        AccessToken valid = get(house.async(() -> second.accessToken(ANNA)));
        assertThat(valid.generation()).as("a valid token needs no waiting").isEqualTo(1);
        CompletableFuture<AccessToken> forced = house.async(() -> second.replace(ANNA, valid));
        TokenException held = failure(() -> house.drive(forced, 2));
        assertThat(held.problem()).isIn(Problem.HELD_BY_PEER, Problem.ANSWER_LOST);
        assertThat(house.server.requests()).isZero();
        gate.open();
    }

    @Test
    @Fault("A21")
    void anOwnerThatStallsLongerThanItsClaimDoesNotSend() {
        house.close();
        house = house(RefreshModel.ROTATING, Reuse.STRICT);
        Tokens first = house.process();
        Tokens second = house.process();
        house.connectExpired(first);
        Gate gate = new Gate();
        house.server.next(AuthorizationServer.heldBefore(gate));
        CompletableFuture<AccessToken> stalled = house.async(() -> first.accessToken(ANNA));
        gate.awaitArrival();
        AccessToken taken = takeOver(second);
        assertThat(taken.generation()).isEqualTo(2);
        gate.open();
        assertThat(outcome(stalled))
                .as("adopts what the peer brought, or has timed out meanwhile")
                .isNotInstanceOf(AssertionError.class);
        assertThat(house.server.requests()).isEqualTo(1);
        house.server.assertNothingReused();
        assertThat(get(house.async(() -> first.accessToken(ANNA)))).isEqualTo(taken);
    }

    @Test
    @Fault({"A12", "B1"})
    void aDeadOwnersClaimIsTakenOverAfterItsLapseAndCountedAsUncertain() {
        Tokens first = house.process();
        Tokens second = house.process();
        house.connectExpired(first);
        Gate gate = new Gate();
        house.server.next(AuthorizationServer.heldBefore(gate));
        CompletableFuture<AccessToken> stalled = house.async(() -> first.accessToken(ANNA));
        gate.awaitArrival();
        Gate inTheReplay = new Gate();
        house.server.next(AuthorizationServer.heldBefore(inTheReplay));
        CompletableFuture<AccessToken> taking = house.async(() -> second.accessToken(ANNA));
        elapseUntilAt(inTheReplay);
        assertThat(house.record(ANNA).uncertain())
                .as("T3: counted in the write that installs the claim")
                .isEqualTo(1);
        inTheReplay.open();
        outcome(taking);
        assertThat(awaitGeneration(2).uncertain()).isZero();
        gate.open();
        outcome(stalled);
        house.server.assertNothingReused();
    }

    @Test
    @Fault({"A9", "D4"})
    void anAnswerThatComesAfterATakeoverIsSavedEvenOverNeedsReauth() throws InterruptedException {
        Tokens first = house.process();
        Tokens second = house.process();
        house.connectExpired(first);
        Gate gate = new Gate();
        house.server.next(AuthorizationServer.heldAfter(gate));
        CompletableFuture<AccessToken> late = house.async(() -> first.accessToken(ANNA));
        gate.awaitArrival();
        TokenException dead = failure(() -> takeOver(second));
        assertThat(dead.problem()).isEqualTo(Problem.LOST_ANSWER);
        assertThat(house.record(ANNA).health().state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        gate.open();
        outcome(late);
        TokenRecord saved = awaitGeneration(2);
        assertThat(saved.health().state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(house.event(TokenEvent.Recovered.class).from()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(get(house.async(() -> second.accessToken(ANNA))).generation())
                .isEqualTo(2);
    }

    @Test
    @Fault("D2")
    void aLateInvalidGrantAboutAGenerationThatIsGoneMarksNothing() {
        Tokens first = house.process();
        Tokens second = house.process();
        house.connectExpired(first);
        Gate gate = new Gate();
        house.server.next((request, honest) -> {
            gate.pass();
            return AuthorizationServer.refuses(TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD)
                    .play(neverTooLate(request), honest);
        });
        CompletableFuture<AccessToken> late = house.async(() -> first.accessToken(ANNA));
        gate.awaitArrival();
        AccessToken taken = takeOver(second);
        gate.open();
        outcome(late);
        assertThat(get(house.async(() -> first.accessToken(ANNA)))).isEqualTo(taken);
        assertThat(house.record(ANNA).health().state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    @Fault("D3")
    void aGrantIsNotMarkedDeadWhileAPeerIsRefreshingIt() {
        house.close();
        house = house(RefreshModel.ROTATING, Reuse.STRICT);
        Tokens first = house.process();
        Tokens second = house.process();
        house.connectExpired(first);
        Gate firstCall = new Gate();
        Gate secondCall = new Gate();
        house.server.next((request, honest) -> {
            firstCall.pass();
            return AuthorizationServer.refuses(TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD)
                    .play(neverTooLate(request), honest);
        });
        house.server.next(AuthorizationServer.heldAfter(secondCall));
        CompletableFuture<AccessToken> late = house.async(() -> first.accessToken(ANNA));
        firstCall.awaitArrival();
        CompletableFuture<AccessToken> taking = house.async(() -> second.accessToken(ANNA));
        elapseUntilAt(secondCall);
        firstCall.open();
        clock.awaitWaitingThreads(1);
        assertThat(house.record(ANNA).health().state()).isNotEqualTo(ConnectionState.NEEDS_REAUTH);
        secondCall.open();
        outcome(taking);
        house.drive(late.handle((token, failure) -> true), 1);
        assertThat(awaitGeneration(2).health().state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    @Fault("G3")
    void anAnswerForAnAccountThatWasDisconnectedMeanwhileIsDropped() {
        Tokens tokens = house.process();
        house.connectExpired(tokens);
        Gate gate = new Gate();
        house.server.next(AuthorizationServer.heldAfter(gate));
        CompletableFuture<AccessToken> late = house.async(() -> tokens.accessToken(ANNA));
        gate.awaitArrival();
        assertThat(tokens.disconnect(ANNA)).isTrue();
        gate.open();
        assertThatThrownBy(() -> get(late)).isInstanceOf(NotConnectedException.class);
        assertThat(house.store.load(ANNA)).isEmpty();
    }

    @Test
    @Fault({"G1", "G11"})
    void anAnswerForAnOlderConsentIsDroppedAndTheNewOneKept() {
        Tokens tokens = house.process();
        house.connectExpired(tokens);
        Gate gate = new Gate();
        house.server.next(AuthorizationServer.heldAfter(gate));
        CompletableFuture<AccessToken> late = house.async(() -> tokens.accessToken(ANNA));
        gate.awaitArrival();
        tokens.disconnect(ANNA);
        tokens.connect(ANNA, house.server.consent("anna"));
        TokenRecord second = house.record(ANNA);
        gate.open();
        assertThat(get(late).grantId()).isEqualTo(second.grant().id());
        assertThat(house.record(ANNA)).isEqualTo(second);
    }

    @Test
    @Fault("G2")
    void aLateRefusalOfAnOlderConsentIsIgnored() {
        Tokens tokens = house.process();
        house.connectExpired(tokens);
        Gate gate = new Gate();
        house.server.next((request, honest) -> {
            gate.pass();
            return AuthorizationServer.refuses(TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD)
                    .play(request, honest);
        });
        CompletableFuture<AccessToken> late = house.async(() -> tokens.accessToken(ANNA));
        gate.awaitArrival();
        tokens.connect(ANNA, house.server.consent("anna"));
        gate.open();
        assertThat(get(late).generation()).isEqualTo(1);
        assertThat(house.record(ANNA).health().state()).isEqualTo(ConnectionState.ACTIVE);
    }

    // ---- the plot

    /** Lets another process wait until the claim has lapsed and refresh then, while the first one's caller waits. */
    private AccessToken takeOver(Tokens second) {
        return house.drive(house.async(() -> second.accessToken(ANNA)), 3);
    }

    private void elapseUntilAt(Gate gate) {
        CompletableFuture<Gate> arrival = house.async(gate::awaitArrival);
        house.drive(arrival, 3);
    }

    private TokenRecord awaitGeneration(long generation) {
        until(() -> house.record(ANNA).generation() >= generation);
        return house.record(ANNA);
    }

    private static Object outcome(CompletableFuture<?> future) {
        return get(future.<Object>handle((value, failure) -> failure == null ? value : failure));
    }

    /** The owner of a request that had left before its claim lapsed. */
    private static RefreshRequest neverTooLate(RefreshRequest request) {
        return request.withPermit(() -> true);
    }
}
