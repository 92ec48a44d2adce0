package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static dev.evertoken.SampleRecords.BOB;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.Connection;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Failures;
import dev.evertoken.model.NotConnectedException;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.UnreadableRecordException.Reason;
import dev.evertoken.store.Journal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How accounts are connected, by their records alone. */
class StatusesTest {

    private static final TokenKey PAGE = TokenKey.of("google", "page");

    private final EngineBench bench = EngineBench.of(RefreshModel.ROTATING);
    private final Statuses statuses = Workshops.statuses(bench.workshop);

    @Test
    void aConnectionTellsWhatItsRecordDoes() {
        TokenRecord record = bench.connect(ALICE);

        Connection connection = statuses.of(ALICE);

        assertThat(connection.key()).isEqualTo(ALICE);
        assertThat(connection.state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(connection.problem()).isEmpty();
        assertThat(connection.detail()).isEmpty();
        assertThat(connection.since()).isEqualTo(record.health().since());
        assertThat(connection.consentedAt()).isEqualTo(record.grant().consentedAt());
        assertThat(connection.generation()).isEqualTo(1);
        assertThat(connection.subject()).contains("subject-alice");
        assertThat(connection.parent()).isEmpty();
        assertThat(connection.requestedScopes()).isEqualTo(record.requestedScopes());
        assertThat(connection.grantedScopes()).isEqualTo(record.grantedScopes());
        assertThat(connection.expiresAt()).isEqualTo(record.lifetime().expiresAt());
        assertThat(connection.refreshAt()).isEqualTo(record.lifetime().refreshAt());
        assertThat(connection.dies()).isEmpty();
        assertThat(connection.nextAttempt()).isEmpty();
        assertThat(connection.refreshing()).isEmpty();
        assertThat(connection.unsaved()).isFalse();
        assertThat(connection.reconnectUrl()).isEmpty();
    }

    @Test
    void whoIsRefreshingAndWhatIsUnsavedIsTold() {
        TokenRecord first = bench.connect(ALICE);
        TokenRecord second = bench.answered(first);
        bench.journal.entries.add(new Journal.Entry("one", "claim", second));
        bench.peerClaims(ALICE);

        assertThat(statuses.of(ALICE).refreshing()).contains("a peer");
        assertThat(statuses.of(ALICE).unsaved()).isTrue();
    }

    @Test
    void aFailingConnectionIsDegradedUntilItsTokenEndsAndStalledSince() {
        TokenRecord record = bench.connect(ALICE);
        Instant end = record.lifetime().expiresAt().orElseThrow();
        Instant next = end.plusSeconds(9);
        bench.change(record.next()
                .failures(Failures.none().plus(Problem.NETWORK, next, "no route"))
                .health(record.health().become(ConnectionState.DEGRADED, Problem.NETWORK, bench.time.now())));
        bench.clock.advanceTo(end.minusMillis(1));
        assertThat(statuses.of(ALICE).state()).isEqualTo(ConnectionState.DEGRADED);

        bench.clock.advanceTo(end);
        Connection stalled = statuses.of(ALICE);
        assertThat(stalled.state()).isEqualTo(ConnectionState.STALLED);
        assertThat(stalled.since()).isEqualTo(end);
        assertThat(stalled.problem()).contains(Problem.NETWORK);
        assertThat(stalled.detail()).isEqualTo("no route");
        assertThat(stalled.nextAttempt()).contains(next);
        assertThat(stalled.reconnectUrl()).isEmpty();
    }

    @Test
    void aConnectionThatDoesNotFailIsWhatItIsAfterItsTokensEndToo() {
        TokenRecord record = bench.connect(ALICE);
        bench.untilEnded();

        assertThat(statuses.of(ALICE).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(statuses.of(ALICE).since()).isEqualTo(record.health().since());
    }

    @Test
    void whoHasToConnectAgainIsToldWhere() {
        TokenRecord record = bench.connect(ALICE);
        bench.change(record.next()
                .health(record.health().become(ConnectionState.NEEDS_REAUTH, Problem.GRANT_DEAD, bench.time.now())));

        assertThat(statuses.of(ALICE).reconnectUrl()).contains(Workshops.reconnectUrl(ALICE));
    }

    @Test
    void aConnectionThatCannotBeRefreshedDiesWithItsToken() {
        TokenRecord record = bench.connect(ALICE);
        bench.change(record.next()
                .health(record.health()
                        .become(ConnectionState.NOT_REFRESHABLE, Problem.NO_REFRESH_TOKEN, bench.time.now())));

        assertThat(statuses.of(ALICE).dies())
                .isPresent()
                .isEqualTo(record.lifetime().expiresAt());
    }

    @Test
    void whatIsAnotherStagesIsShownAsThat() {
        bench.store(Strangers.ofAnotherStage(bench, ALICE));

        assertThat(statuses.of(ALICE).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(statuses.of(ALICE).problem()).contains(Problem.ENVIRONMENT_MISMATCH);
    }

    @Test
    void whatIsAnotherClientsIsShownAsThat() {
        bench.store(Strangers.ofAnotherClient(bench, ALICE));
        Workshop workshop = bench.workshop;
        Statuses knowing = new Statuses(
                workshop.store(),
                workshop.records(),
                new Clients(Map.of("google", bench.client), workshop.explain()),
                workshop.unsaved(),
                workshop.parents(),
                workshop.explain(),
                workshop.time());

        assertThat(knowing.of(ALICE).problem()).contains(Problem.CLIENT_MISMATCH);
        assertThat(statuses.of(ALICE).problem())
                .as("where its client is not known")
                .isEmpty();
    }

    @Test
    void whatCannotBeReadHasAStatusAndHidesNoOther() {
        bench.connect(ALICE);
        bench.connect(BOB);
        bench.shelf.spoil(ALICE, Reason.CORRUPT);

        Connection unreadable = statuses.of(ALICE);
        assertThat(unreadable.key()).isEqualTo(ALICE);
        assertThat(unreadable.state()).isEqualTo(ConnectionState.UNREADABLE);
        assertThat(unreadable.problem()).contains(Problem.RECORD_UNREADABLE);
        assertThat(unreadable.detail()).isEqualTo(Problem.RECORD_UNREADABLE.advice());
        assertThat(unreadable.since()).isEqualTo(bench.time.now());
        assertThat(unreadable.reconnectUrl()).contains(Workshops.reconnectUrl(ALICE));
        assertThat(unreadable.unsaved()).isFalse();
        try (Stream<Connection> all = statuses.all()) {
            assertThat(all.map(Connection::key)).containsExactlyInAnyOrder(ALICE, BOB);
        }
    }

    @Test
    void whatANewerVersionWroteNeedsNoReconnect() {
        bench.connect(ALICE);
        bench.shelf.spoil(ALICE, Reason.NEWER_FORMAT);

        assertThat(statuses.of(ALICE).problem()).contains(Problem.RECORD_TOO_NEW);
        assertThat(statuses.of(ALICE).reconnectUrl()).isEmpty();
    }

    @Test
    void whoIsNotConnectedHasNoStatus() {
        assertThatThrownBy(() -> statuses.of(ALICE))
                .isInstanceOf(NotConnectedException.class)
                .hasMessageStartingWith("google/alice: ");
        try (Stream<Connection> all = statuses.all()) {
            assertThat(all).isEmpty();
        }
    }

    @Test
    void whileTheStoreIsAwayAllAreThoseOfWhichThereAreCopies() {
        bench.connect(BOB);
        bench.shelf.hasCopy(bench.connect(ALICE));
        bench.store.down();

        try (Stream<Connection> all = statuses.all()) {
            List<Connection> known = all.toList();
            assertThat(known).extracting(Connection::key).containsExactly(ALICE);
            assertThat(known.get(0).staleSince()).contains(bench.time.now());
        }
    }

    @Test
    void withoutCopiesTheStoresFailureIsTheAnswer() {
        bench.connect(ALICE);
        bench.store.down();

        assertThatThrownBy(statuses::all).isInstanceOf(TokenStoreException.class);
        assertThatThrownBy(() -> statuses.of(ALICE)).isInstanceOf(TokenStoreException.class);
    }

    // ---- accounts that live off another one

    @Test
    void aPageIsAsWellAsItsParent() {
        bench.connect(ALICE);
        TokenRecord page = bench.connectChild(PAGE, ALICE);

        assertThat(statuses.of(PAGE).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(statuses.of(PAGE).parent()).contains(ALICE);
        assertThat(statuses.of(PAGE).since()).isEqualTo(page.health().since());
    }

    @Test
    void aPageWithoutAParentLivesUntilItsTokenEndsAndTheParentHasToComeBack() {
        TokenRecord page = bench.connectChild(PAGE, ALICE);
        Instant end = page.lifetime().expiresAt().orElseThrow();
        bench.clock.advanceTo(end.minusMillis(1));

        Connection valid = statuses.of(PAGE);
        assertThat(valid.state()).isEqualTo(ConnectionState.NOT_REFRESHABLE);
        assertThat(valid.problem()).contains(Problem.PARENT_NOT_CONNECTED);
        assertThat(valid.detail()).isEqualTo("its parent google/alice: no tokens are stored for this account");
        assertThat(valid.since()).isEqualTo(page.updatedAt());
        assertThat(valid.reconnectUrl()).contains(Workshops.reconnectUrl(ALICE));

        bench.clock.advance(Duration.ofMillis(1));
        Connection over = statuses.of(PAGE);
        assertThat(over.state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(over.since()).isEqualTo(end);
    }

    @Test
    void aPageOfAnotherStageIsShownAsThatWithoutALookAtItsParent() {
        TokenRecord page = Strangers.pageOfAnotherStage(bench, PAGE, ALICE);
        bench.store(page);

        assertThat(statuses.of(PAGE).problem()).contains(Problem.ENVIRONMENT_MISMATCH);
        assertThat(bench.store.calls(LOAD)).isEqualTo(1);
    }

    @Test
    void whileTheStoreIsAwayAPageIsAsItsCopyTells() {
        TokenRecord page = bench.connectChild(PAGE, ALICE);
        bench.shelf.hasCopy(page);
        bench.store.down();

        assertThat(statuses.of(PAGE).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(statuses.of(PAGE).staleSince()).contains(bench.time.now());
    }

    @Test
    void aStoreThatFailsIsNotTheParentsTrouble() {
        bench.connect(ALICE);
        TokenRecord page = bench.connectChild(PAGE, ALICE);
        bench.store.down();

        assertThatThrownBy(() -> statuses.of(page)).isInstanceOf(TokenStoreException.class);
    }
}
