package dev.evertoken.protocol;

import static dev.evertoken.protocol.AuthorizationServer.LIFETIME;
import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.failure;
import static dev.evertoken.protocol.ProtocolFixture.until;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.store.Claim.Phase;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ForwardingTokenStore;
import dev.evertoken.testing.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Claims that are left in the store although nothing was sent under them: their process knows that they are void. */
class UnspentClaimsTest {

    private final ManualClock clock = ManualClock.start();
    private final FaultyStore store = FaultyStore.over(new InMemoryTokenStore(clock));
    private final AtomicBoolean losesAClaim = new AtomicBoolean();
    private final ProtocolFixture fixture = new ProtocolFixture(
            clock,
            new AuthorizationServer(RefreshModel.ROTATING, Reuse.STRICT, clock),
            new ForwardingTokenStore(store) {
                @Override
                public boolean compareAndSet(TokenKey key, long expected, TokenRecord next) {
                    boolean written = super.compareAndSet(key, expected, next);
                    if (next.claim().isPresent() && losesAClaim.compareAndSet(true, false)) {
                        store.next(LOAD).failBefore();
                        throw TokenStoreException.unavailable("no answer", new IOException("planned by a test"));
                    }
                    return written;
                }
            });

    @AfterEach
    void close() {
        store.up();
        fixture.close();
    }

    @Test
    @Fault("M2")
    void aClaimWithALostAnswerAndAFailingLoadDoesNotHoldUpItsOwnProcess() {
        Tokens tokens = fixture.process();
        AccessToken valid = connected(tokens);
        leaveAClaim(tokens, valid);
        assertThat(fixture.record(ANNA).claim().orElseThrow().phase()).isEqualTo(Phase.SENT);

        AccessToken next = replaced(tokens, valid);

        assertThat(next.generation()).isEqualTo(2);
        assertThat(fixture.server.requests()).isEqualTo(1);
        assertThat(fixture.record(ANNA).uncertain()).isZero();
    }

    @Test
    @Fault("M2")
    void aClaimWithALostAnswerIsReleasedForOtherProcessesWhenTheStoreIsBack() {
        Tokens tokens = fixture.process();
        Tokens other = fixture.process();
        AccessToken valid = connected(tokens);
        leaveAClaim(tokens, valid);
        store.down();
        clock.advance(Duration.ofMinutes(1));
        store.up();

        awaitRelease();

        assertThat(fixture.record(ANNA).uncertain()).isZero();
        assertThat(replaced(other, valid).generation()).isEqualTo(2);
    }

    @Test
    @Fault("M2")
    void aClaimWithALostAnswerIsReleasedByClosing() {
        Tokens tokens = fixture.process();
        leaveAClaim(tokens, connected(tokens));

        tokens.close();

        assertThat(fixture.record(ANNA).claim()).isEmpty();
        int calls = store.calls(LOAD);
        clock.advance(Duration.ofDays(1));
        assertThat(store.calls(LOAD)).as("nothing is tried after closing").isEqualTo(calls);
    }

    @Test
    @Fault("M2")
    void aClaimWhoseReleaseFailedAfterNothingWasSentIsReleasedLater() {
        Tokens tokens = fixture.process();
        AccessToken valid = connected(tokens);
        fixture.server.next(AuthorizationServer.notSent());
        store.next(COMPARE_AND_SET).where(record -> record.claim().isEmpty()).failBefore();
        assertThat(failure(() -> tokens.replace(ANNA, valid)).problem()).isEqualTo(Problem.NETWORK);
        assertThat(fixture.record(ANNA).claim()).isPresent();

        awaitRelease();
        clock.advance(Duration.ofMinutes(1));

        assertThat(replaced(tokens, valid).generation()).isEqualTo(2);
        assertThat(fixture.server.requests()).isEqualTo(1);
    }

    @Test
    @Fault("M2")
    void aClaimWhoseReleaseFailedAfterARefusalIsReleasedLater() {
        Tokens tokens = fixture.process();
        Tokens other = fixture.process();
        AccessToken valid = connected(tokens);
        fixture.server.next(AuthorizationServer.refuses(TokenVerdict.Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE));
        store.next(COMPARE_AND_SET).where(record -> record.claim().isEmpty()).failBefore();
        assertThat(failure(() -> tokens.replace(ANNA, valid)).problem()).isEqualTo(Problem.PROVIDER_UNAVAILABLE);

        awaitRelease();

        assertThat(replaced(other, valid).generation()).isEqualTo(2);
    }

    @Test
    void aClaimWhoseReleaseFailedAfterALostResponseIsNotReleasedAsUnspent() {
        Tokens tokens = fixture.process();
        AccessToken valid = connected(tokens);
        fixture.server.next(AuthorizationServer.gatewayFails());
        store.next(COMPARE_AND_SET).where(record -> record.claim().isEmpty()).failBefore();
        assertThat(failure(() -> tokens.replace(ANNA, valid)).problem()).isEqualTo(Problem.OUTCOME_UNKNOWN);

        awaitRelease();

        assertThat(fixture.record(ANNA).uncertain())
                .as("the refresh token may be spent")
                .isPositive();
    }

    @Test
    @Fault("M2")
    void aLostTakeoverCountsTheCallOfItsPredecessorOnce() {
        Tokens crashed = fixture.process();
        Tokens second = fixture.process();
        fixture.connectExpired(crashed);
        Gate gate = new Gate();
        fixture.server.next(AuthorizationServer.heldBefore(gate));
        CompletableFuture<AccessToken> unused = fixture.async(() -> crashed.accessToken(ANNA));
        gate.awaitArrival();
        losesAClaim.set(true);
        CompletableFuture<AccessToken> lost = fixture.async(() -> second.accessToken(ANNA));
        assertThat(failure(() -> fixture.drive(lost, 3))).isInstanceOf(TokenStoreException.class);
        assertThat(fixture.record(ANNA).uncertain()).isEqualTo(1);

        Gate replay = new Gate();
        fixture.server.next(AuthorizationServer.heldBefore(replay));
        CompletableFuture<AccessToken> again = fixture.async(() -> second.accessToken(ANNA));
        replay.awaitArrival();

        assertThat(fixture.record(ANNA).uncertain())
                .as("nothing was sent under the second claim")
                .isEqualTo(1);
        replay.open();
        assertThat(ProtocolFixture.get(again).generation()).isEqualTo(2);
        gate.open();
    }

    @Test
    @Fault("M2")
    void aClaimWithALostAnswerIsNotCountedAsACallWhenItsAccountIsMoved() {
        Tokens tokens = fixture.process(builder -> builder.withoutJournal().encryption(KeyRing.of("k1", new byte[32])));
        leaveAClaim(tokens, connected(tokens));
        InMemoryTokenStore target = new InMemoryTokenStore(clock);

        assertThat(tokens.exportTo(target).move().isComplete()).isTrue();

        assertThat(target.load(ANNA).orElseThrow().uncertain()).isZero();
    }

    private AccessToken connected(Tokens tokens) {
        tokens.connect(ANNA, fixture.server.consent("anna"));
        clock.advance(LIFETIME.dividedBy(2));
        return tokens.accessToken(ANNA);
    }

    /** Leaves a claim in the store whose write had no answer, and which the attempt could not find afterwards. */
    private void leaveAClaim(Tokens tokens, AccessToken valid) {
        losesAClaim.set(true);
        assertThat(failure(() -> tokens.replace(ANNA, valid))).isInstanceOf(TokenStoreException.class);
        assertThat(fixture.server.requests()).isZero();
        assertThat(fixture.record(ANNA).claim()).isPresent();
    }

    private AccessToken replaced(Tokens tokens, AccessToken rejected) {
        return fixture.drive(fixture.async(() -> tokens.replace(ANNA, rejected)), 2);
    }

    private void awaitRelease() {
        until(() -> {
            if (clock.timers() > 0) {
                clock.advance(Duration.ofSeconds(1));
            }
            return fixture.record(ANNA).claim().isEmpty();
        });
    }
}
