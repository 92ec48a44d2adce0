package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.ForeignRecords;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The use of copies by a cycle: during a store outage, before a token is used, and before a grant is marked. */
class RefreshCycleCopyTest {

    private final EngineFixture nonRotating = EngineFixture.of(RefreshModel.STATIC);
    private final EngineFixture rotating = EngineFixture.of(RefreshModel.ROTATING);

    private static TokenRecord copied(EngineFixture engine) {
        TokenRecord record = engine.connect(ALICE);
        engine.peers.hasCopy(record);
        return record;
    }

    private static TokenRecord newerCopy(EngineFixture engine) {
        TokenRecord newer = engine.answered(engine.connect(ALICE));
        engine.peers.hasCopy(newer);
        return newer;
    }

    // ---- the store is unavailable

    @ParameterizedTest
    @EnumSource(names = {"STATIC", "ROTATING"})
    void aValidTokenOfACopyIsServedAndPublishedOnce(RefreshModel model) {
        EngineFixture engine = EngineFixture.of(model);
        copied(engine);
        engine.store.down();

        assertThat(engine.run(ALICE).generation()).isEqualTo(1);
        assertThat(engine.run(ALICE).generation()).isEqualTo(1);

        assertThat(engine.told(TokenEvent.ServedStale.class).generation()).isEqualTo(1);
        engine.store.up();
        engine.run(ALICE);
        engine.store.down();
        engine.run(ALICE);
        assertThat(engine.events)
                .filteredOn(TokenEvent.ServedStale.class::isInstance)
                .hasSize(2);
    }

    @Test
    void aRepeatableTokenIsRefreshedFromACopyAndKeptAside() {
        copied(nonRotating);
        nonRotating.untilEnded();
        nonRotating.store.down();
        nonRotating.provider.responses(new TokenOutcome.Issued(nonRotating.accessTokenOnly()));

        AccessToken refreshed = nonRotating.run(ALICE);

        assertThat(refreshed.generation()).isEqualTo(2);
        assertThat(nonRotating.cell(ALICE).fresh(nonRotating.time.millis())).isEqualTo(refreshed);
        assertThat(nonRotating.peers.aside())
                .extracting(TokenRecord::generation)
                .containsExactly(2L);
        assertThat(nonRotating.told(TokenEvent.RotationAtRisk.class).journaled())
                .isTrue();
        assertThat(nonRotating.journal.entries).hasSize(1);
        assertThat(nonRotating.record(ALICE).generation()).isEqualTo(1);
    }

    @Test
    void aRotatingTokenIsNotRefreshedFromACopy() {
        copied(rotating);
        rotating.untilEnded();
        rotating.store.down();

        assertThat(rotating.failure(ALICE).problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(rotating.provider.requests).isEmpty();
    }

    @Test
    void theStoreFailureIsThrownWithoutACopy() {
        nonRotating.connect(ALICE);
        nonRotating.store.down();

        TokenException failure = nonRotating.failure(ALICE);
        assertThat(failure.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(failure.key()).contains(ALICE);
    }

    @Test
    void aLaterTokenInTheCacheIsPreferredToAnEarlierCopy() {
        copied(nonRotating);
        nonRotating.untilEnded();
        nonRotating.provider.responses(new TokenOutcome.Issued(nonRotating.accessTokenOnly()));
        AccessToken later = nonRotating.run(ALICE);
        nonRotating.store.down();

        assertThat(nonRotating.run(ALICE)).isEqualTo(later);
        assertThat(nonRotating.provider.requests).hasSize(1);
    }

    @Test
    void aCopyOfAnotherEnvironmentIsNotUsed() {
        nonRotating.connect(ALICE);
        nonRotating.peers.hasCopy(ForeignRecords.ofAnotherStage(nonRotating, ALICE));
        nonRotating.store.down();

        assertThat(nonRotating.failure(ALICE).problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(nonRotating.events).isEmpty();
    }

    @Test
    void aCallWithoutAClaimIsNeverTooLate() {
        copied(nonRotating);
        nonRotating.untilEnded();
        nonRotating.store.down();
        nonRotating.provider.calls(request -> {
            nonRotating.clock.advance(EngineFixture.CLAIM.multipliedBy(2));
            return request.permit().maySend()
                    ? new TokenOutcome.Issued(nonRotating.accessTokenOnly())
                    : ProviderCall.TOO_LATE;
        });

        assertThat(nonRotating.run(ALICE).generation()).isEqualTo(2);
        assertThat(nonRotating.provider.requests).hasSize(1);
    }

    @Test
    void aClaimIsTakenIfTheStoreRecoversBeforeTheCall() {
        copied(nonRotating);
        nonRotating.untilEnded();
        nonRotating.store.down();
        Consumer<TokenEvent> onOutage = event -> {
            if (event instanceof TokenEvent.ServedStale) {
                Instant now = nonRotating.time.now();
                nonRotating.client.health().paused(now.plusSeconds(30), Problem.RATE_LIMITED, "slow down", now);
                nonRotating.store.up();
                nonRotating.peers.beforeALoad(() -> nonRotating.clock.advance(Duration.ofSeconds(30)));
            }
        };
        nonRotating.provider.calls(request -> {
            assertThat(nonRotating.record(ALICE).claim()).isPresent();
            return new TokenOutcome.Issued(nonRotating.accessTokenOnly());
        });

        AccessToken token = nonRotating.run(nonRotating.cell(ALICE), TokenRequirement.usable(), onOutage);

        assertThat(token.generation()).isEqualTo(2);
        assertThat(nonRotating.provider.requests).hasSize(1);
    }

    @Test
    void aRejectedTokenIsReplacedFromACopy() {
        copied(nonRotating);
        nonRotating.untilEnded();
        nonRotating.provider.responses(new TokenOutcome.Issued(nonRotating.accessTokenOnly()));
        AccessToken rejected = nonRotating.run(ALICE);
        nonRotating.peers.hasCopy(nonRotating.record(ALICE));
        nonRotating.store.down();
        nonRotating.clock.advance(EngineFixture.EARLY);
        nonRotating.provider.responses(new TokenOutcome.Issued(nonRotating.accessTokenOnly()));

        assertThat(nonRotating.run(ALICE, TokenRequirement.insteadOf(rejected)).generation())
                .isEqualTo(3);
    }

    @Test
    void aRefusedTokenOfACopyDoesNotMarkTheGrant() {
        copied(nonRotating);
        nonRotating.untilEnded();
        nonRotating.store.down();
        nonRotating.provider.responses(EngineFixture.dead());

        TokenException failure = nonRotating.failure(ALICE);

        assertThat(failure.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(failure.detail()).contains("the provider refused the tokens of a copy");
        assertThat(nonRotating.record(ALICE).health().state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(nonRotating.events).noneMatch(TokenEvent.ReauthorizationRequired.class::isInstance);
        assertThat(nonRotating.failure(ALICE).problem())
                .as("the provider is not called again at once")
                .isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(nonRotating.provider.requests).hasSize(1);
    }

    @Test
    void theStatusOfACopyHasTheStartOfTheOutage() {
        copied(nonRotating);
        nonRotating.store.down();
        Instant since = nonRotating.time.now();
        nonRotating.run(ALICE);
        nonRotating.clock.advance(EngineFixture.EARLY);

        assertThat(nonRotating.statuses().of(ALICE).staleSince()).contains(since);
        nonRotating.store.up();
        assertThat(nonRotating.statuses().of(ALICE).staleSince()).isEmpty();
    }

    // ---- the journal is unreadable

    @ParameterizedTest
    @EnumSource(names = {"ROTATING", "EXTENDING"})
    void anUnreadableJournalStopsRefreshesWhoseResponsesItMayContain(RefreshModel model) {
        EngineFixture engine = EngineFixture.of(model);
        engine.connect(ALICE);
        engine.untilEnded();
        engine.journal.isUnreadable();

        assertThat(engine.failure(ALICE).problem()).isEqualTo(Problem.JOURNAL_UNAVAILABLE);
        assertThat(engine.provider.requests).isEmpty();
    }

    @Test
    void anUnreadableJournalDoesNotStopRepeatableRefreshes() {
        nonRotating.connect(ALICE);
        nonRotating.untilEnded();
        nonRotating.journal.isUnreadable();
        nonRotating.provider.responses(new TokenOutcome.Issued(nonRotating.accessTokenOnly()));

        assertThat(nonRotating.run(ALICE).generation()).isEqualTo(2);
        assertThat(nonRotating.record(ALICE).generation()).isEqualTo(2);
    }

    // ---- newer copies

    @Test
    void aNewerCopyIsRestoredBeforeAnEarlierTokenIsUsed() {
        TokenRecord newer = newerCopy(rotating);
        rotating.untilDue();

        rotating.providerResponses();
        assertThat(rotating.run(ALICE).generation()).isGreaterThanOrEqualTo(2);

        assertThat(rotating.told(TokenEvent.RotationConflict.class).generation())
                .isEqualTo(newer.generation());
        assertThat(rotating.provider.requests)
                .allSatisfy(request -> assertThat(request.tokens().refreshToken())
                        .isEqualTo(rotating.parts.mapper().tokens(newer).refreshToken()));
    }

    @Test
    void copiesAreNotReadForATokenThatDoesNotRotate() {
        newerCopy(nonRotating);
        nonRotating.untilEnded();
        nonRotating.provider.responses(new TokenOutcome.Issued(nonRotating.accessTokenOnly()));

        assertThat(nonRotating.run(ALICE).generation()).isEqualTo(2);
        assertThat(nonRotating.events).noneMatch(TokenEvent.RotationConflict.class::isInstance);
    }

    @Test
    void aNewerCopyIsTriedBeforeAGrantIsMarked() {
        TokenRecord first = nonRotating.connect(ALICE);
        nonRotating.untilEnded();
        nonRotating.provider.calls(request -> {
            nonRotating.peers.hasCopy(nonRotating.answered(first));
            return request.permit().maySend() ? EngineFixture.dead() : ProviderCall.TOO_LATE;
        });

        assertThat(nonRotating.run(ALICE).generation()).isEqualTo(2);
        assertThat(nonRotating.record(ALICE).health().state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(nonRotating.events).noneMatch(TokenEvent.ReauthorizationRequired.class::isInstance);
    }

    @Test
    void anExpiredNewerCopyIsRefreshedUnderANewClaim() {
        TokenRecord first = nonRotating.connect(ALICE);
        nonRotating.untilEnded();
        nonRotating.provider.calls(request -> {
            nonRotating.clock.advance(
                    EngineFixture.CLAIM.minus(EngineFixture.CALL).plusSeconds(1));
            nonRotating.peers.hasCopy(nonRotating
                    .parts
                    .mapper()
                    .answered(
                            first,
                            nonRotating.parts.mapper().tokens(first),
                            nonRotating.client.client(),
                            nonRotating.response())
                    .record()
                    .next()
                    .lifetime(first.lifetime())
                    .build(77, nonRotating.time.now()));
            return EngineFixture.dead();
        });
        nonRotating.provider.calls(request -> request.permit().maySend()
                ? new TokenOutcome.Issued(nonRotating.accessTokenOnly())
                : ProviderCall.TOO_LATE);

        assertThat(nonRotating.run(ALICE).generation()).isEqualTo(3);
        assertThat(nonRotating.provider.requests).hasSize(2);
    }
}
