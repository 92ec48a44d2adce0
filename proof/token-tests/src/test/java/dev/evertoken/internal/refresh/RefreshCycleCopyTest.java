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

/** What a cycle makes of copies in other places: while the store is away, and before it spends or buries a token. */
class RefreshCycleCopyTest {

    private final EngineFixture calm = EngineFixture.of(RefreshModel.STATIC);
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

    // ---- the store is away

    @ParameterizedTest
    @EnumSource(names = {"STATIC", "ROTATING"})
    void aValidTokenOfACopyIsServedAndThatIsToldOnce(RefreshModel model) {
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
    void whatCanBeHadAgainIsRefreshedFromACopyAndKeptAside() {
        copied(calm);
        calm.untilEnded();
        calm.store.down();
        calm.provider.responses(new TokenOutcome.Issued(calm.accessTokenOnly()));

        AccessToken refreshed = calm.run(ALICE);

        assertThat(refreshed.generation()).isEqualTo(2);
        assertThat(calm.cell(ALICE).fresh(calm.time.millis())).isEqualTo(refreshed);
        assertThat(calm.peers.aside()).extracting(TokenRecord::generation).containsExactly(2L);
        assertThat(calm.told(TokenEvent.RotationAtRisk.class).journaled()).isTrue();
        assertThat(calm.journal.entries).hasSize(1);
        assertThat(calm.record(ALICE).generation()).isEqualTo(1);
    }

    @Test
    void whatMustNotBeSpentTwiceIsNotRefreshedFromACopy() {
        copied(rotating);
        rotating.untilEnded();
        rotating.store.down();

        assertThat(rotating.failure(ALICE).problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(rotating.provider.requests).isEmpty();
    }

    @Test
    void withoutACopyTheStoresFailureIsTheResponse() {
        calm.connect(ALICE);
        calm.store.down();

        TokenException failure = calm.failure(ALICE);
        assertThat(failure.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(failure.key()).contains(ALICE);
    }

    @Test
    void aLaterTokenAtHandComesBeforeAnEarlierCopy() {
        copied(calm);
        calm.untilEnded();
        calm.provider.responses(new TokenOutcome.Issued(calm.accessTokenOnly()));
        AccessToken later = calm.run(ALICE);
        calm.store.down();

        assertThat(calm.run(ALICE)).isEqualTo(later);
        assertThat(calm.provider.requests).hasSize(1);
    }

    @Test
    void aCopyOfAnotherStageIsNotGoneBy() {
        calm.connect(ALICE);
        calm.peers.hasCopy(ForeignRecords.ofAnotherStage(calm, ALICE));
        calm.store.down();

        assertThat(calm.failure(ALICE).problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(calm.events).isEmpty();
    }

    @Test
    void aCallWithoutAClaimIsNeverTooLate() {
        copied(calm);
        calm.untilEnded();
        calm.store.down();
        calm.provider.calls(request -> {
            calm.clock.advance(EngineFixture.CLAIM.multipliedBy(2));
            return request.permit().maySend()
                    ? new TokenOutcome.Issued(calm.accessTokenOnly())
                    : ProviderCall.TOO_LATE;
        });

        assertThat(calm.run(ALICE).generation()).isEqualTo(2);
        assertThat(calm.provider.requests).hasSize(1);
    }

    @Test
    void aStoreThatIsBackMeanwhileIsClaimedInBeforeTheCall() {
        copied(calm);
        calm.untilEnded();
        calm.store.down();
        Consumer<TokenEvent> whenToldOfTheOutage = event -> {
            if (event instanceof TokenEvent.ServedStale) {
                calm.client.health().paused(calm.time.now().plusSeconds(30), Problem.RATE_LIMITED, "slow down");
                calm.store.up();
                calm.peers.beforeALoad(() -> calm.clock.advance(Duration.ofSeconds(30)));
            }
        };
        calm.provider.calls(request -> {
            assertThat(calm.record(ALICE).claim()).isPresent();
            return new TokenOutcome.Issued(calm.accessTokenOnly());
        });

        AccessToken token = calm.run(calm.cell(ALICE), TokenRequirement.usable(), whenToldOfTheOutage);

        assertThat(token.generation()).isEqualTo(2);
        assertThat(calm.provider.requests).hasSize(1);
    }

    @Test
    void aRejectedTokenIsReplacedFromACopyWhateverIsAtHand() {
        copied(calm);
        calm.untilEnded();
        calm.provider.responses(new TokenOutcome.Issued(calm.accessTokenOnly()));
        AccessToken rejected = calm.run(ALICE);
        calm.peers.hasCopy(calm.record(ALICE));
        calm.store.down();
        calm.clock.advance(EngineFixture.EARLY);
        calm.provider.responses(new TokenOutcome.Issued(calm.accessTokenOnly()));

        assertThat(calm.run(ALICE, TokenRequirement.insteadOf(rejected)).generation())
                .isEqualTo(3);
    }

    @Test
    void aCopyThatIsRefusedSaysNothingOfTheGrant() {
        copied(calm);
        calm.untilEnded();
        calm.store.down();
        calm.provider.responses(EngineFixture.dead());

        TokenException failure = calm.failure(ALICE);

        assertThat(failure.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(failure.detail()).contains("the provider refused the tokens of a copy");
        assertThat(calm.record(ALICE).health().state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(calm.events).noneMatch(TokenEvent.ReauthorizationRequired.class::isInstance);
        assertThat(calm.failure(ALICE).problem())
                .as("nobody is asked again at once")
                .isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(calm.provider.requests).hasSize(1);
    }

    @Test
    void theStatusOfACopySaysSinceWhenTheStoreIsAway() {
        copied(calm);
        calm.store.down();
        Instant since = calm.time.now();
        calm.run(ALICE);
        calm.clock.advance(EngineFixture.EARLY);

        assertThat(calm.parts.statuses().of(ALICE).staleSince()).contains(since);
        calm.store.up();
        assertThat(calm.parts.statuses().of(ALICE).staleSince()).isEmpty();
    }

    // ---- the journal is away

    @ParameterizedTest
    @EnumSource(names = {"ROTATING", "EXTENDING"})
    void aJournalThatCannotBeReadStopsWhoseResponsesItMayHold(RefreshModel model) {
        EngineFixture engine = EngineFixture.of(model);
        engine.connect(ALICE);
        engine.untilEnded();
        engine.journal.isUnreadable();

        assertThat(engine.failure(ALICE).problem()).isEqualTo(Problem.JOURNAL_UNAVAILABLE);
        assertThat(engine.provider.requests).isEmpty();
    }

    @Test
    void aJournalThatCannotBeReadStopsNobodyWhoCanBeRefreshedAgain() {
        calm.connect(ALICE);
        calm.untilEnded();
        calm.journal.isUnreadable();
        calm.provider.responses(new TokenOutcome.Issued(calm.accessTokenOnly()));

        assertThat(calm.run(ALICE).generation()).isEqualTo(2);
        assertThat(calm.record(ALICE).generation()).isEqualTo(2);
    }

    // ---- a copy is newer

    @Test
    void aNewerCopyIsGivenBackBeforeAnEarlierTokenIsSpent() {
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
    void aTokenThatIsNotSpentNeedsNoLookElsewhere() {
        newerCopy(calm);
        calm.untilEnded();
        calm.provider.responses(new TokenOutcome.Issued(calm.accessTokenOnly()));

        assertThat(calm.run(ALICE).generation()).isEqualTo(2);
        assertThat(calm.events).noneMatch(TokenEvent.RotationConflict.class::isInstance);
    }

    @Test
    void beforeAGrantIsCalledDeadANewerCopyIsTried() {
        TokenRecord first = calm.connect(ALICE);
        calm.untilEnded();
        calm.provider.calls(request -> {
            calm.peers.hasCopy(calm.answered(first));
            return request.permit().maySend() ? EngineFixture.dead() : ProviderCall.TOO_LATE;
        });

        assertThat(calm.run(ALICE).generation()).isEqualTo(2);
        assertThat(calm.record(ALICE).health().state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(calm.events).noneMatch(TokenEvent.ReauthorizationRequired.class::isInstance);
    }

    @Test
    void aNewerCopyThatHasEndedTooIsRefreshedUnderAClaimOfItsOwn() {
        TokenRecord first = calm.connect(ALICE);
        calm.untilEnded();
        calm.provider.calls(request -> {
            calm.clock.advance(EngineFixture.CLAIM.minus(EngineFixture.CALL).plusSeconds(1));
            calm.peers.hasCopy(calm.parts
                    .mapper()
                    .answered(first, calm.parts.mapper().tokens(first), calm.client.client(), calm.response())
                    .record()
                    .next()
                    .lifetime(first.lifetime())
                    .build(77, calm.time.now()));
            return EngineFixture.dead();
        });
        calm.provider.calls(request ->
                request.permit().maySend() ? new TokenOutcome.Issued(calm.accessTokenOnly()) : ProviderCall.TOO_LATE);

        assertThat(calm.run(ALICE).generation()).isEqualTo(3);
        assertThat(calm.provider.requests).hasSize(2);
    }
}
