package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static dev.evertoken.testing.StoreOperation.REMOVE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.spi.UnreadableRecordException.Reason;
import dev.evertoken.store.Journal;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Table D: disconnecting the grant that is there, and no other one. */
class DisconnectTest {

    private final EngineBench bench = EngineBench.of(RefreshModel.ROTATING);
    private final Connections connections = ConnectionsTest.connections(bench);

    @Test
    void whatIsDisconnectedIsGoneEverywhereAndTold() {
        bench.connect(ALICE);
        bench.run(ALICE);

        assertThat(disconnect()).isTrue();

        assertThat(bench.stored(ALICE)).isEmpty();
        assertThat(bench.cell(ALICE).valid(bench.time.millis())).isNull();
        assertThat(bench.events).containsExactly(new TokenEvent.Disconnected(ALICE, bench.time.now()));
    }

    @Test
    void whereNothingIsNothingIsDoneAndMemoryIsCleared() {
        TokenRecord record = bench.connect(ALICE);
        bench.workshop.publisher().publish(bench.cell(ALICE), record);
        bench.remove(ALICE);

        assertThat(disconnect()).isFalse();

        assertThat(bench.cell(ALICE).valid(bench.time.millis())).isNull();
        assertThat(bench.events).isEmpty();
    }

    @Test
    void answersThatWaitForItAreDropped() {
        TokenRecord first = bench.connect(ALICE);
        TokenRecord second = bench.answered(first);
        bench.journal.entries.add(new Journal.Entry("one", "claim", second));

        disconnect();

        assertThat(bench.journal.entries).isEmpty();
        assertThat(bench.stored(ALICE)).isEmpty();
    }

    @Test
    void aJournalThatCannotBeReadStopsNoDisconnect() {
        bench.connect(ALICE);
        bench.journal.isUnreadable();

        assertThat(disconnect()).isTrue();
    }

    @Test
    void aNewerGenerationOfTheSameGrantIsDisconnectedToo() {
        bench.connect(ALICE);
        bench.shelf.beforeAWrite(() -> bench.peerSaves(ALICE));

        assertThat(disconnect()).isTrue();
        assertThat(bench.stored(ALICE)).isEmpty();
    }

    @Test
    void aGrantThatCameMeanwhileStays() {
        bench.connect(ALICE);
        bench.shelf.beforeAWrite(() -> {
            bench.remove(ALICE);
            bench.clock.advance(Duration.ofSeconds(1));
            bench.connect(ALICE);
        });

        assertThat(disconnect()).isTrue();
        assertThat(bench.stored(ALICE)).isPresent();
        assertThat(bench.told(TokenEvent.Disconnected.class).key()).isEqualTo(ALICE);
    }

    @Test
    void anAcknowledgementThatWasLostIsADisconnectAllTheSame() {
        bench.connect(ALICE);
        bench.store.next(REMOVE).failsAfter();

        assertThat(disconnect()).isTrue();
        assertThat(bench.told(TokenEvent.Disconnected.class).key()).isEqualTo(ALICE);
    }

    @Test
    void aStoreThatKeepsFailingIsTheProblem() {
        bench.connect(ALICE);
        bench.store.down();

        TokenException down = EngineBench.failureOf(this::disconnect);

        assertThat(down.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(down.key()).contains(ALICE);
        assertThat(bench.store.calls(LOAD)).isEqualTo(3);
    }

    @Test
    void aStoreThatFailsTwiceIsAskedAThirdTime() {
        bench.connect(ALICE);
        bench.store.next(REMOVE).times(2).failsBefore();

        assertThat(disconnect()).isTrue();
        assertThat(bench.stored(ALICE)).isEmpty();
    }

    @Test
    void whatCannotBeReadIsRemoved() {
        TokenRecord record = bench.connect(ALICE);
        bench.workshop.publisher().publish(bench.cell(ALICE), record);
        bench.shelf.spoil(ALICE, Reason.CORRUPT);

        assertThat(disconnect()).isTrue();

        assertThat(bench.stored(ALICE)).isEmpty();
        assertThat(bench.cell(ALICE).valid(bench.time.millis())).isNull();
        assertThat(bench.events).containsExactly(new TokenEvent.Disconnected(ALICE, bench.time.now()));
    }

    @Test
    void whatANewerVersionWroteStays() {
        bench.connect(ALICE);
        bench.shelf.spoil(ALICE, Reason.NEWER_FORMAT);

        assertThat(EngineBench.failureOf(this::disconnect).problem()).isEqualTo(Problem.RECORD_TOO_NEW);
        assertThat(bench.stored(ALICE)).isPresent();
    }

    @Test
    void whatBecameUnreadableAfterOursIsNotOurs() {
        bench.connect(ALICE);
        bench.shelf.beforeAWrite(() -> {
            bench.peerSaves(ALICE);
            bench.shelf.spoil(ALICE, Reason.CORRUPT);
        });

        assertThat(disconnect()).isTrue();
        assertThat(bench.stored(ALICE)).isPresent();
    }

    @Test
    void whatIsAnotherStagesStays() {
        TokenRecord theirs = bench.store(Strangers.ofAnotherStage(bench, ALICE));

        TokenException foreign = EngineBench.failureOf(this::disconnect);

        assertThat(foreign.problem()).isEqualTo(Problem.ENVIRONMENT_MISMATCH);
        assertThat(foreign.key()).contains(ALICE);
        assertThat(bench.stored(ALICE)).isEqualTo(Optional.of(theirs));
    }

    private boolean disconnect() {
        return connections.disconnect(bench.cell(ALICE));
    }
}
