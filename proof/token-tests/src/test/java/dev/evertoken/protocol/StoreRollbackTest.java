package dev.evertoken.protocol;

import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.failure;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ManualClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A store that loses writes, such as after a failover before replication was complete. */
class StoreRollbackTest {

    private final ManualClock clock = ManualClock.start();
    private final FaultyStore store = FaultyStore.over(new InMemoryTokenStore(clock));
    private final ProtocolFixture fixture =
            new ProtocolFixture(clock, new AuthorizationServer(RefreshModel.ROTATING, Reuse.STRICT, clock), store);
    private final Tokens tokens = fixture.process();

    @AfterEach
    void close() {
        fixture.close();
    }

    /** Replaces the stored record with an older one. */
    private void rollBackTo(TokenRecord old) {
        assertThat(store.remove(ANNA, fixture.record(ANNA).revision())).isTrue();
        assertThat(store.compareAndSet(ANNA, TokenStore.ABSENT, old)).isTrue();
    }

    /** Refreshes once and removes the result from the store. */
    private AccessToken refreshAndLose() {
        fixture.connectExpired(tokens);
        TokenRecord old = fixture.record(ANNA);
        AccessToken second = tokens.accessToken(ANNA);
        assertThat(second.generation()).isEqualTo(2);
        rollBackTo(old);
        return second;
    }

    @Test
    @Fault("F14")
    void aSpentTokenThatReappearsIsNotSentAgainAndTheLostRecordIsRestoredAndReported() throws Exception {
        AccessToken second = refreshAndLose();

        assertThat(tokens.replace(ANNA, second).generation()).isEqualTo(3);

        TokenEvent.RotationConflict conflict = fixture.event(TokenEvent.RotationConflict.class);
        assertThat(conflict.generation()).isEqualTo(2);
        assertThat(conflict.detail())
                .isEqualTo(
                        "the store went back from generation 2 to 1, such as after a failover that lost writes; it was"
                                + " restored");
        assertThat(fixture.server.requests()).as("one request per generation").isEqualTo(2);
        assertThat(fixture.record(ANNA).generation()).isEqualTo(3);
    }

    @Test
    @Fault("F14")
    void aPeerThatOnlyReadTheNewestGenerationRestoresItToo() {
        fixture.connectExpired(tokens);
        TokenRecord old = fixture.record(ANNA);
        Tokens peer = fixture.process();
        tokens.accessToken(ANNA);
        AccessToken adopted = peer.accessToken(ANNA);
        rollBackTo(old);

        assertThat(peer.replace(ANNA, adopted).generation()).isEqualTo(3);
        assertThat(fixture.server.requests()).isEqualTo(2);
    }

    @Test
    @Fault("F14")
    void aStoreThatDoesNotYetAcceptTheRestoredRecordCausesNoRequestAndOneReport() throws Exception {
        AccessToken second = refreshAndLose();
        store.next(COMPARE_AND_SET).times(2).failBefore();

        assertThat(failure(() -> tokens.replace(ANNA, second)).problem()).isEqualTo(Problem.STORE_UNAVAILABLE);

        assertThat(fixture.server.requests()).isEqualTo(1);
        assertThat(fixture.event(TokenEvent.RotationConflict.class).detail())
                .isEqualTo("the store went back from generation 2 to 1, such as after a failover that lost writes; it"
                        + " will be restored as soon as the store accepts it");
        assertThat(tokens.replace(ANNA, second).generation()).isEqualTo(3);
        assertThat(fixture.server.requests()).isEqualTo(2);
        assertThat(fixture.events).noneMatch(TokenEvent.RotationConflict.class::isInstance);
    }

    @Test
    @Fault("F13")
    void aStaleReadCausesNoRollbackReport() {
        fixture.connectExpired(tokens);
        TokenRecord old = fixture.record(ANNA);
        LaggingStore replica = new LaggingStore(store);
        Tokens lagging = fixture.processOver(replica, builder -> builder.withoutJournal());
        AccessToken second = lagging.accessToken(ANNA);
        replica.lagBehind(old);

        assertThat(lagging.replace(ANNA, second).generation()).isEqualTo(3);

        assertThat(fixture.server.requests()).as("one request per generation").isEqualTo(2);
        assertThat(fixture.events).noneMatch(TokenEvent.RotationConflict.class::isInstance);
    }

    @Test
    void anAccountDisconnectedByAnotherProcessIsNotRestored() {
        fixture.connectExpired(tokens);
        AccessToken second = tokens.accessToken(ANNA);
        assertThat(store.remove(ANNA, fixture.record(ANNA).revision())).isTrue();

        assertThat(failure(() -> tokens.replace(ANNA, second)).problem()).isEqualTo(Problem.NOT_CONNECTED);
        assertThat(store.load(ANNA)).isEmpty();
    }

    @Test
    void aNewConsentIsNotMistakenForAStoreRollback() {
        fixture.connectExpired(tokens);
        AccessToken second = tokens.accessToken(ANNA);
        fixture.process().connect(ANNA, fixture.server.consent("anna"));

        AccessToken first = tokens.replace(ANNA, second);

        assertThat(first.generation()).isEqualTo(1);
        assertThat(fixture.events).noneMatch(TokenEvent.RotationConflict.class::isInstance);
    }
}
