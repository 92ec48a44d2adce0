package dev.evertoken;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static dev.evertoken.testing.StoreOperation.REMOVE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.account.Connections;
import dev.evertoken.internal.account.ConnectionsTest;
import dev.evertoken.internal.refresh.EngineFixture;
import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.model.Grant;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException.Reason;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Table D: a disconnect removes the current grant and no other one. */
class DisconnectTest {

    private final EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);
    private final Connections connections = ConnectionsTest.connections(engine);

    @Test
    void aDisconnectedAccountIsRemovedEverywhereAndAnEventIsPublished() {
        Grant grant = engine.connect(ALICE).grant();
        engine.run(ALICE);

        assertThat(disconnect()).isTrue();

        assertThat(engine.stored(ALICE)).isEmpty();
        assertThat(engine.cell(ALICE).valid(engine.time.millis())).isNull();
        assertThat(engine.events)
                .containsExactly(new TokenEvent.Disconnected(ALICE, engine.time.now(), Optional.of(grant)));
    }

    @Test
    void aDisconnectWithoutARecordOnlyClearsTheCache() {
        TokenRecord record = engine.connect(ALICE);
        engine.parts.publisher().publish(engine.cell(ALICE), record);
        engine.remove(ALICE);

        assertThat(disconnect()).isFalse();

        assertThat(engine.cell(ALICE).valid(engine.time.millis())).isNull();
        assertThat(engine.events).isEmpty();
    }

    @Test
    void responsesInTheJournalAreDropped() {
        TokenRecord first = engine.connect(ALICE);
        TokenRecord second = engine.answered(first);
        engine.journal.entries.add(new Journal.Entry("one", "claim", second));

        disconnect();

        assertThat(engine.journal.entries).isEmpty();
        assertThat(engine.stored(ALICE)).isEmpty();
    }

    @Test
    void anUnreadableJournalPreventsNoDisconnect() {
        engine.connect(ALICE);
        engine.journal.isUnreadable();

        assertThat(disconnect()).isTrue();
    }

    @Test
    void aNewerGenerationOfTheSameGrantIsDisconnectedToo() {
        engine.connect(ALICE);
        engine.peers.beforeAWrite(() -> engine.peerSaves(ALICE));

        assertThat(disconnect()).isTrue();
        assertThat(engine.stored(ALICE)).isEmpty();
    }

    @Test
    void aGrantThatIsConnectedMeanwhileStays() {
        engine.connect(ALICE);
        engine.peers.beforeAWrite(() -> {
            engine.remove(ALICE);
            engine.clock.advance(Duration.ofSeconds(1));
            engine.connect(ALICE);
        });

        assertThat(disconnect()).isTrue();
        assertThat(engine.stored(ALICE)).isPresent();
        assertThat(engine.told(TokenEvent.Disconnected.class).key()).isEqualTo(ALICE);
    }

    @Test
    void aRemovalWithALostAcknowledgementIsStillADisconnect() {
        engine.connect(ALICE);
        engine.store.next(REMOVE).failAfter();

        assertThat(disconnect()).isTrue();
        assertThat(engine.told(TokenEvent.Disconnected.class).key()).isEqualTo(ALICE);
    }

    @Test
    void aStoreThatKeepsFailingIsReported() {
        engine.connect(ALICE);
        engine.store.down();

        TokenException down = EngineFixture.failureOf(this::disconnect);

        assertThat(down.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(down.key()).contains(ALICE);
        assertThat(engine.store.calls(LOAD)).isEqualTo(3);
    }

    @Test
    void aStoreThatFailsTwiceIsTriedAThirdTime() {
        engine.connect(ALICE);
        engine.store.next(REMOVE).times(2).failBefore();

        assertThat(disconnect()).isTrue();
        assertThat(engine.stored(ALICE)).isEmpty();
    }

    @Test
    void anUnreadableRecordIsRemoved() {
        TokenRecord record = engine.connect(ALICE);
        engine.parts.publisher().publish(engine.cell(ALICE), record);
        engine.peers.spoil(ALICE, Reason.CORRUPT);

        assertThat(disconnect()).isTrue();

        assertThat(engine.stored(ALICE)).isEmpty();
        assertThat(engine.cell(ALICE).valid(engine.time.millis())).isNull();
        assertThat(engine.events)
                .containsExactly(new TokenEvent.Disconnected(ALICE, engine.time.now(), Optional.empty()));
    }

    @Test
    void aRecordWrittenByANewerVersionStays() {
        engine.connect(ALICE);
        engine.peers.spoil(ALICE, Reason.NEWER_FORMAT);

        assertThat(EngineFixture.failureOf(this::disconnect).problem()).isEqualTo(Problem.RECORD_TOO_NEW);
        assertThat(engine.stored(ALICE)).isPresent();
    }

    @Test
    void aRecordThatBecomesUnreadableMeanwhileStays() {
        engine.connect(ALICE);
        engine.peers.beforeAWrite(() -> {
            engine.peerSaves(ALICE);
            engine.peers.spoil(ALICE, Reason.CORRUPT);
        });

        assertThat(disconnect()).isTrue();
        assertThat(engine.stored(ALICE)).isPresent();
    }

    @Test
    void aRecordOfAnotherEnvironmentStays() {
        TokenRecord record = engine.store(ForeignRecords.ofAnotherStage(engine, ALICE));

        TokenException mismatch = EngineFixture.failureOf(this::disconnect);

        assertThat(mismatch.problem()).isEqualTo(Problem.ENVIRONMENT_MISMATCH);
        assertThat(mismatch.key()).contains(ALICE);
        assertThat(engine.stored(ALICE)).isEqualTo(Optional.of(record));
    }

    private boolean disconnect() {
        return connections.disconnect(engine.cell(ALICE));
    }
}
