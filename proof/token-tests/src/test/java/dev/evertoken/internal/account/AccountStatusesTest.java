package dev.evertoken.internal.account;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.BOB;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.ForeignRecords;
import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.refresh.EngineFixture;
import dev.evertoken.internal.refresh.EngineParts;
import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Failures;
import dev.evertoken.model.NotConnectedException;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The statuses of accounts, computed from their stored records only. */
class AccountStatusesTest {

    private static final TokenKey PAGE = TokenKey.of("google", "page");

    private final EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);
    private final AccountStatuses statuses = engine.statuses();

    @Test
    void theStatusOfAnAccountShowsItsRecord() {
        TokenRecord record = engine.connect(ALICE);

        AccountStatus status = statuses.of(ALICE);

        assertThat(status.key()).isEqualTo(ALICE);
        assertThat(status.state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(status.problem()).isEmpty();
        assertThat(status.detail()).isEmpty();
        assertThat(status.since()).isEqualTo(record.health().since());
        assertThat(status.consentedAt()).isEqualTo(record.grant().consentedAt());
        assertThat(status.generation()).isEqualTo(1);
        assertThat(status.subject()).contains("subject-alice");
        assertThat(status.parent()).isEmpty();
        assertThat(status.requestedScopes()).isEqualTo(record.requestedScopes());
        assertThat(status.grantedScopes()).isEqualTo(record.grantedScopes());
        assertThat(status.expiresAt()).isEqualTo(record.lifetime().expiresAt());
        assertThat(status.refreshAt()).isEqualTo(record.lifetime().refreshAt());
        assertThat(status.reconnectBy()).isEmpty();
        assertThat(status.nextAttempt()).isEmpty();
        assertThat(status.claimOwner()).isEmpty();
        assertThat(status.unsaved()).isFalse();
        assertThat(status.reconnectUrl()).isEmpty();
    }

    @Test
    void theStatusShowsTheClaimOwnerAndUnsavedTokens() {
        TokenRecord first = engine.connect(ALICE);
        TokenRecord second = engine.answered(first);
        engine.journal.entries.add(new Journal.Entry("one", "claim", second));
        engine.peerClaims(ALICE);

        assertThat(statuses.of(ALICE).claimOwner()).contains("a peer");
        assertThat(statuses.of(ALICE).unsaved()).isTrue();
    }

    @Test
    void aFailingAccountIsDegradedUntilItsTokenExpiresAndStalledAfterwards() {
        TokenRecord record = engine.connect(ALICE);
        Instant end = record.lifetime().expiresAt().orElseThrow();
        Instant next = end.plusSeconds(9);
        engine.change(record.next()
                .failures(Failures.none().plus(Problem.NETWORK, next, "no route"))
                .health(record.health().become(ConnectionState.DEGRADED, Problem.NETWORK, engine.time.now())));
        engine.clock.advanceTo(end.minusMillis(1));
        assertThat(statuses.of(ALICE).state()).isEqualTo(ConnectionState.DEGRADED);

        engine.clock.advanceTo(end);
        AccountStatus stalled = statuses.of(ALICE);
        assertThat(stalled.state()).isEqualTo(ConnectionState.STALLED);
        assertThat(stalled.since()).isEqualTo(end);
        assertThat(stalled.problem()).contains(Problem.NETWORK);
        assertThat(stalled.detail()).isEqualTo("no route");
        assertThat(stalled.nextAttempt()).contains(next);
        assertThat(stalled.reconnectUrl()).isEmpty();
    }

    @Test
    void anAccountWithoutFailuresKeepsItsStateAfterItsTokenExpired() {
        TokenRecord record = engine.connect(ALICE);
        engine.untilEnded();

        assertThat(statuses.of(ALICE).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(statuses.of(ALICE).since()).isEqualTo(record.health().since());
    }

    @Test
    void anAccountThatNeedsReauthorizationHasAReconnectUrl() {
        TokenRecord record = engine.connect(ALICE);
        engine.change(record.next()
                .health(record.health().become(ConnectionState.NEEDS_REAUTH, Problem.GRANT_DEAD, engine.time.now())));

        assertThat(statuses.of(ALICE).reconnectUrl()).contains(EngineParts.reconnectUrl(ALICE));
    }

    @Test
    void anAccountThatCannotBeRefreshedMustBeReconnectedBeforeItsTokenExpires() {
        TokenRecord record = engine.connect(ALICE);
        engine.change(record.next()
                .health(record.health()
                        .become(ConnectionState.NOT_REFRESHABLE, Problem.NO_REFRESH_TOKEN, engine.time.now())));

        assertThat(statuses.of(ALICE).reconnectBy())
                .isPresent()
                .isEqualTo(record.lifetime().expiresAt());
    }

    @Test
    void aRecordOfAnotherEnvironmentIsReported() {
        engine.store(ForeignRecords.ofAnotherStage(engine, ALICE));

        assertThat(statuses.of(ALICE).state()).isEqualTo(ConnectionState.STALLED);
        assertThat(statuses.of(ALICE).problem()).contains(Problem.ENVIRONMENT_MISMATCH);
    }

    @Test
    void aRecordOfAnotherClientIsReported() {
        engine.store(ForeignRecords.ofAnotherClient(engine, ALICE));
        AccountStatuses withoutClient =
                engine.parts.statuses(new ClientRegistry(Map.of(), engine.parts.exceptions()), engine.cache);

        assertThat(statuses.of(ALICE).problem()).contains(Problem.CLIENT_MISMATCH);
        assertThat(withoutClient.of(ALICE).problem())
                .as("without a registered client")
                .contains(Problem.UNKNOWN_REGISTRATION);
    }

    @Test
    void anUnreadableRecordHasAStatusAndOtherAccountsAreStillListed() {
        engine.connect(ALICE);
        engine.connect(BOB);
        engine.peers.spoil(ALICE, Reason.CORRUPT);

        AccountStatus unreadable = statuses.of(ALICE);
        assertThat(unreadable.key()).isEqualTo(ALICE);
        assertThat(unreadable.state()).isEqualTo(ConnectionState.UNREADABLE);
        assertThat(unreadable.problem()).contains(Problem.RECORD_UNREADABLE);
        assertThat(unreadable.detail()).isEqualTo(Problem.RECORD_UNREADABLE.advice());
        assertThat(unreadable.since()).isEqualTo(engine.time.now());
        assertThat(unreadable.reconnectUrl()).contains(EngineParts.reconnectUrl(ALICE));
        assertThat(unreadable.unsaved()).isFalse();
        try (Stream<AccountStatus> all = statuses.all()) {
            assertThat(all.map(AccountStatus::key)).containsExactlyInAnyOrder(ALICE, BOB);
        }
    }

    @Test
    void aRecordOfANewerVersionNeedsNoReconnect() {
        engine.connect(ALICE);
        engine.peers.spoil(ALICE, Reason.NEWER_FORMAT);

        assertThat(statuses.of(ALICE).problem()).contains(Problem.RECORD_TOO_NEW);
        assertThat(statuses.of(ALICE).reconnectUrl()).isEmpty();
    }

    @Test
    void anAccountThatIsNotConnectedHasNoStatus() {
        assertThatThrownBy(() -> statuses.of(ALICE))
                .isInstanceOf(NotConnectedException.class)
                .hasMessageStartingWith("google/alice: ");
        try (Stream<AccountStatus> all = statuses.all()) {
            assertThat(all).isEmpty();
        }
    }

    @Test
    void accountsWithCopiesAreListedDuringAStoreOutage() {
        engine.connect(BOB);
        engine.peers.hasCopy(engine.connect(ALICE));
        engine.store.down();

        try (Stream<AccountStatus> all = statuses.all()) {
            List<AccountStatus> known = all.toList();
            assertThat(known).extracting(AccountStatus::key).containsExactly(ALICE);
            assertThat(known.get(0).staleSince()).contains(engine.time.now());
        }
    }

    @Test
    void aStoreFailureIsThrownIfThereAreNoCopies() {
        engine.connect(ALICE);
        engine.store.down();

        assertThatThrownBy(statuses::all).isInstanceOf(TokenStoreException.class);
        assertThatThrownBy(() -> statuses.of(ALICE)).isInstanceOf(TokenStoreException.class);
    }

    // ---- accounts with a parent

    @Test
    void aPageWithAnActiveParentIsActive() {
        engine.connect(ALICE);
        TokenRecord page = engine.connectChild(PAGE, ALICE);

        assertThat(statuses.of(PAGE).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(statuses.of(PAGE).parent()).contains(ALICE);
        assertThat(statuses.of(PAGE).since()).isEqualTo(page.health().since());
    }

    @Test
    void aPageWithoutAParentNeedsReauthorizationOfItsParentAfterItsTokenExpires() {
        TokenRecord page = engine.connectChild(PAGE, ALICE);
        Instant end = page.lifetime().expiresAt().orElseThrow();
        engine.clock.advanceTo(end.minusMillis(1));

        AccountStatus valid = statuses.of(PAGE);
        assertThat(valid.state()).isEqualTo(ConnectionState.NOT_REFRESHABLE);
        assertThat(valid.problem()).contains(Problem.PARENT_NOT_CONNECTED);
        assertThat(valid.detail())
                .startsWith("its parent google/alice: no tokens are stored for this account; ask its user");
        assertThat(valid.since()).isEqualTo(page.updatedAt());
        assertThat(valid.reconnectUrl()).contains(EngineParts.reconnectUrl(ALICE));

        engine.clock.advance(Duration.ofMillis(1));
        AccountStatus expired = statuses.of(PAGE);
        assertThat(expired.state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(expired.since()).isEqualTo(end);
    }

    @Test
    void aPageOfAnotherEnvironmentIsReportedWithoutLoadingItsParent() {
        TokenRecord page = ForeignRecords.pageOfAnotherStage(engine, PAGE, ALICE);
        engine.store(page);

        assertThat(statuses.of(PAGE).problem()).contains(Problem.ENVIRONMENT_MISMATCH);
        assertThat(engine.store.calls(LOAD)).isEqualTo(1);
    }

    @Test
    void theStatusOfAPageComesFromItsCopyDuringAStoreOutage() {
        TokenRecord page = engine.connectChild(PAGE, ALICE);
        engine.peers.hasCopy(page);
        engine.store.down();

        assertThat(statuses.of(PAGE).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(statuses.of(PAGE).staleSince()).contains(engine.time.now());
    }

    @Test
    void aStoreFailureIsNotReportedAsAProblemOfTheParent() {
        engine.connect(ALICE);
        TokenRecord page = engine.connectChild(PAGE, ALICE);
        engine.store.down();

        assertThatThrownBy(() -> statuses.of(page)).isInstanceOf(TokenStoreException.class);
    }
}
