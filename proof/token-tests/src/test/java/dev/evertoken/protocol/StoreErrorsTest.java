package dev.evertoken.protocol;

import static dev.evertoken.protocol.AuthorizationServer.LIFETIME;
import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.failure;
import static dev.evertoken.protocol.ProtocolFixture.get;
import static dev.evertoken.protocol.ProtocolFixture.until;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.ReauthorizationRequiredException;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ManualClock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A store that fails, loses acknowledgements, or is temporarily unavailable. */
class StoreErrorsTest {

    private final ManualClock clock = ManualClock.start();
    private final FaultyStore store = FaultyStore.over(new InMemoryTokenStore(clock));
    private final ProtocolFixture fixture =
            new ProtocolFixture(clock, new AuthorizationServer(RefreshModel.ROTATING, Reuse.STRICT, clock), store);

    @AfterEach
    void close() {
        store.up();
        fixture.close();
    }

    @Test
    @Fault({"A10", "F3"})
    void withoutAClaimTheProviderIsNotCalledAndAValidTokenIsStillServed() {
        Tokens tokens = onTheCallersThread();
        tokens.connect(ANNA, fixture.server.consent("anna"));
        AccessToken first = tokens.accessToken(ANNA);
        clock.advance(LIFETIME.minusMinutes(3));
        store.next(COMPARE_AND_SET).times(2).failBefore();
        assertThat(tokens.accessToken(ANNA)).isEqualTo(first);
        assertThat(store.faultsLeft()).isZero();
        assertThat(fixture.server.requests()).isZero();

        clock.advance(Duration.ofMinutes(4));
        store.next(COMPARE_AND_SET).times(2).failBefore();
        assertThat(failure(tokens)).isInstanceOf(TokenStoreException.class);
        assertThat(fixture.server.requests()).isZero();
        assertThat(tokens.accessToken(ANNA).generation()).as("nothing is lost").isEqualTo(2);
    }

    @Test
    @Fault("F1")
    void aCachedTokenIsServedWhileTheStoreIsDownAndARotatingOneIsNotRefreshed() {
        Tokens tokens = onTheCallersThread();
        tokens.connect(ANNA, fixture.server.consent("anna"));
        AccessToken first = tokens.accessToken(ANNA);
        clock.advance(LIFETIME.minusMinutes(3));
        store.down();
        assertThat(tokens.accessToken(ANNA)).isEqualTo(first);
        assertThat(fixture.server.requests()).isZero();
    }

    @Test
    @Fault("F2")
    void aStoreThatCannotBeReadIsNotReportedAsNotConnected() {
        Tokens tokens = fixture.process();
        store.down();
        TokenException problem = failure(tokens);
        assertThat(problem.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(problem.key()).contains(ANNA);
    }

    @Test
    @Fault({"B3", "B4"})
    void newTokensThatTheStoreDoesNotAcceptAreServedReportedAndSavedLater() throws InterruptedException {
        Tokens tokens = fixture.process();
        fixture.connectExpired(tokens);
        store.next(COMPARE_AND_SET)
                .where(record -> record.generation() == 2)
                .times(4)
                .failBefore();
        AccessToken second = tokens.accessToken(ANNA);
        assertThat(second.generation()).isEqualTo(2);
        TokenEvent.RotationAtRisk alarm = fixture.event(TokenEvent.RotationAtRisk.class);
        assertThat(alarm.generation()).isEqualTo(2);
        assertThat(alarm.journaled()).isFalse();
        assertThat(tokens.status(ANNA).unsaved()).isTrue();
        assertThat(fixture.record(ANNA).generation()).isEqualTo(1);
        until(() -> {
            if (clock.timers() > 0) {
                clock.advance(Duration.ofSeconds(2));
            }
            return fixture.record(ANNA).generation() == 2;
        });
        assertThat(store.faultsLeft()).isZero();
        until(() -> !tokens.status(ANNA).unsaved());
        assertThat(tokens.accessToken(ANNA)).isEqualTo(second);
        assertThat(fixture.server.requests()).isEqualTo(1);
    }

    @Test
    @Fault("B11")
    void aSaveWithALostAcknowledgementIsRecognizedAsDone() {
        Tokens tokens = fixture.process();
        fixture.connectExpired(tokens);
        store.next(COMPARE_AND_SET).where(record -> record.generation() == 2).failAfter();
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
        assertThat(fixture.record(ANNA).generation()).isEqualTo(2);
        assertThat(fixture.events).noneMatch(event -> event instanceof TokenEvent.RotationAtRisk);
        assertThat(fixture.server.requests()).isEqualTo(1);
    }

    @Test
    @Fault("B11")
    void aClaimWithALostAcknowledgementIsRecognizedByItsOwner() {
        Tokens tokens = fixture.process();
        fixture.connectExpired(tokens);
        store.next(COMPARE_AND_SET).where(record -> record.claim().isPresent()).failAfter();
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
        assertThat(fixture.server.requests()).isEqualTo(1);
    }

    @Test
    @Fault("B12")
    void aSaveThatLosesARaceAgainstAnUnrelatedWriteIsWrittenAgain() {
        Tokens tokens = fixture.process();
        fixture.connectExpired(tokens);
        store.next(COMPARE_AND_SET).where(record -> record.generation() == 2).conflict();
        AccessToken second = tokens.accessToken(ANNA);
        assertThat(fixture.record(ANNA).generation())
                .isEqualTo(second.generation())
                .isEqualTo(2);
    }

    @Test
    @Fault({"A8", "A20"})
    void afterALongOutageAPeerLetsTheOwnerSaveFirst() {
        Tokens owner = fixture.process();
        Tokens peer = fixture.process();
        fixture.connectExpired(owner);
        Gate gate = new Gate();
        fixture.server.next(AuthorizationServer.heldAfter(gate));
        CompletableFuture<AccessToken> owners = fixture.async(() -> owner.accessToken(ANNA));
        gate.awaitArrival();
        store.down();
        gate.open();
        AccessToken second = get(owners);
        assertThat(second.generation()).isEqualTo(2);
        assertThat(failure(peer).problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        for (int minute = 0; minute < 10; minute++) {
            clock.awaitTimers(1);
            clock.advance(Duration.ofMinutes(1));
        }
        clock.awaitTimers(1);
        store.up();
        CompletableFuture<AccessToken> peers = fixture.async(() -> peer.accessToken(ANNA));
        clock.awaitWaits(2);
        assertThat(fixture.server.requests())
                .as("the claim is past its deadline but is not taken over yet")
                .isEqualTo(1);
        clock.advance(Duration.ofSeconds(2));
        until(() -> !owner.status(ANNA).unsaved());
        assertThat(fixture.drive(peers, 2)).isEqualTo(second);
        assertThat(fixture.server.requests()).isEqualTo(1);
        fixture.server.assertNothingReused();
    }

    @Test
    @Fault("D21")
    void aRevokedGrantThatCannotBeMarkedIsReportedAndNotRetriedAtOnce() {
        Tokens tokens = fixture.process();
        fixture.connectExpired(tokens);
        fixture.server.revoke("anna");
        store.next(COMPARE_AND_SET)
                .where(record -> record.health().state() == ConnectionState.NEEDS_REAUTH)
                .times(3)
                .failBefore();
        TokenException revoked = failure(tokens);
        assertThat(revoked).isInstanceOf(ReauthorizationRequiredException.class);
        assertThat(revoked.problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(revoked.getCause()).hasRootCauseMessage("planned by a test");
        assertThat(fixture.record(ANNA).health().state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(failure(tokens).problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(fixture.server.requests()).isEqualTo(1);
        clock.advance(Duration.ofMinutes(1));
        CompletableFuture<AccessToken> again = fixture.async(() -> tokens.accessToken(ANNA));
        assertThat(failure(() -> fixture.drive(again, 2)).remedy()).isEqualTo(revoked.remedy());
        assertThat(fixture.record(ANNA).health().state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
    }

    @Test
    void aTransientFailureThatCannotBeStoredIsRememberedByThisProcess() {
        Tokens tokens = fixture.process();
        fixture.connectExpired(tokens);
        fixture.server.next(AuthorizationServer.refuses(TokenVerdict.Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE));
        store.next(COMPARE_AND_SET)
                .where(record -> record.failures().count() > 0)
                .failBefore();
        assertThat(failure(tokens).problem()).isEqualTo(Problem.PROVIDER_UNAVAILABLE);
        int requests = fixture.server.requests();
        assertThat(failure(tokens).problem()).isEqualTo(Problem.PROVIDER_UNAVAILABLE);
        assertThat(fixture.server.requests()).isEqualTo(requests);
    }

    /** Returns a process whose background refreshes run on the caller's thread, before the caller gets its token. */
    private Tokens onTheCallersThread() {
        return fixture.process(builder -> builder.withoutJournal().executor(Runnable::run));
    }
}
