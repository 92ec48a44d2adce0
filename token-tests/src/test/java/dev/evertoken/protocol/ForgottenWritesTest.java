package dev.evertoken.protocol;

import static dev.evertoken.protocol.House.ANNA;
import static dev.evertoken.protocol.House.failure;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.Fault;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ManualClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A store that forgets writes, as a failover does that was quicker than the copying. */
class ForgottenWritesTest {

    private final ManualClock clock = ManualClock.start();
    private final FaultyStore store = FaultyStore.over(new InMemoryTokenStore(clock));
    private final House house =
            new House(clock, new AuthorizationServer(RefreshModel.ROTATING, Reuse.STRICT, clock), store);
    private final Tokens tokens = house.process();

    @AfterEach
    void close() {
        house.close();
    }

    /** Puts the store back to what it had, whatever it has now. */
    private void goBackTo(TokenRecord old) {
        assertThat(store.remove(ANNA, house.record(ANNA).revision())).isTrue();
        assertThat(store.compareAndSet(ANNA, TokenStore.ABSENT, old)).isTrue();
    }

    /** Refreshes once and lets the store forget it. */
    private AccessToken refreshAndForget() {
        house.connectExpired(tokens);
        TokenRecord old = house.record(ANNA);
        AccessToken second = tokens.accessToken(ANNA);
        assertThat(second.generation()).isEqualTo(2);
        goBackTo(old);
        return second;
    }

    @Test
    @Fault("F14")
    void aSpentTokenThatCameBackIsNotSentAgainAndWhatWasForgottenIsGivenBackAndTold() throws Exception {
        AccessToken second = refreshAndForget();

        assertThat(tokens.replace(ANNA, second).generation()).isEqualTo(3);

        TokenEvent.RotationConflict told = house.event(TokenEvent.RotationConflict.class);
        assertThat(told.generation()).isEqualTo(2);
        assertThat(told.detail())
                .isEqualTo(
                        "the store has gone back from generation 2 to 1, as after a failover that lost writes; it was"
                                + " given back");
        assertThat(house.server.requests()).as("each generation once").isEqualTo(2);
        assertThat(house.record(ANNA).generation()).isEqualTo(3);
    }

    @Test
    @Fault("F14")
    void aPeerThatOnlyReadTheNewestGenerationGivesItBackToo() {
        house.connectExpired(tokens);
        TokenRecord old = house.record(ANNA);
        Tokens peer = house.process();
        tokens.accessToken(ANNA);
        AccessToken adopted = peer.accessToken(ANNA);
        goBackTo(old);

        assertThat(peer.replace(ANNA, adopted).generation()).isEqualTo(3);
        assertThat(house.server.requests()).isEqualTo(2);
    }

    @Test
    @Fault("F14")
    void aStoreThatDoesNotTakeItBackYetIsNotActedUponAndItIsToldOnce() throws Exception {
        AccessToken second = refreshAndForget();
        store.next(COMPARE_AND_SET).times(2).failsBefore();

        assertThat(failure(() -> tokens.replace(ANNA, second)).problem()).isEqualTo(Problem.STORE_UNAVAILABLE);

        assertThat(house.server.requests()).isEqualTo(1);
        assertThat(house.event(TokenEvent.RotationConflict.class).detail())
                .isEqualTo("the store has gone back from generation 2 to 1, as after a failover that lost writes; it is"
                        + " given back as soon as the store takes it");
        assertThat(tokens.replace(ANNA, second).generation()).isEqualTo(3);
        assertThat(house.server.requests()).isEqualTo(2);
        assertThat(house.events).noneMatch(TokenEvent.RotationConflict.class::isInstance);
    }

    @Test
    @Fault("F13")
    void aReadThatLagsBehindDecidesNothing() {
        house.connectExpired(tokens);
        TokenRecord old = house.record(ANNA);
        LaggingStore replica = new LaggingStore(store);
        Tokens lagging = house.processOver(replica, builder -> builder.withoutJournal());
        AccessToken second = lagging.accessToken(ANNA);
        replica.lagBehind(old);

        assertThat(lagging.replace(ANNA, second).generation()).isEqualTo(3);

        assertThat(house.server.requests()).as("each generation once").isEqualTo(2);
        assertThat(house.events).noneMatch(TokenEvent.RotationConflict.class::isInstance);
    }

    @Test
    void anAccountThatWasDisconnectedElsewhereIsNotPutBack() {
        house.connectExpired(tokens);
        AccessToken second = tokens.accessToken(ANNA);
        assertThat(store.remove(ANNA, house.record(ANNA).revision())).isTrue();

        assertThat(failure(() -> tokens.replace(ANNA, second)).problem()).isEqualTo(Problem.NOT_CONNECTED);
        assertThat(store.load(ANNA)).isEmpty();
    }

    @Test
    void aNewConsentIsNotTakenForAStoreThatWentBack() {
        house.connectExpired(tokens);
        AccessToken second = tokens.accessToken(ANNA);
        house.process().connect(ANNA, house.server.consent("anna"));

        AccessToken first = tokens.replace(ANNA, second);

        assertThat(first.generation()).isEqualTo(1);
        assertThat(house.events).noneMatch(TokenEvent.RotationConflict.class::isInstance);
    }
}
