package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.spi.RefreshOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a cycle makes of copies in other places: while the store is away, and before it spends or buries a token. */
class RefreshCycleCopyTest {

    private final EngineBench calm = EngineBench.of(RefreshModel.STATIC);
    private final EngineBench rotating = EngineBench.of(RefreshModel.ROTATING);

    private static TokenRecord copied(EngineBench bench) {
        TokenRecord record = bench.connect(ALICE);
        bench.shelf.hasCopy(record);
        return record;
    }

    private static TokenRecord newerCopy(EngineBench bench) {
        TokenRecord newer = bench.answered(bench.connect(ALICE));
        bench.shelf.hasCopy(newer);
        return newer;
    }

    // ---- the store is away

    @ParameterizedTest
    @EnumSource(names = {"STATIC", "ROTATING"})
    void aValidTokenOfACopyIsServedAndThatIsToldOnce(RefreshModel model) {
        EngineBench bench = EngineBench.of(model);
        copied(bench);
        bench.store.down();

        assertThat(bench.run(ALICE).generation()).isEqualTo(1);
        assertThat(bench.run(ALICE).generation()).isEqualTo(1);

        assertThat(bench.told(TokenEvent.ServedStale.class).generation()).isEqualTo(1);
        bench.store.up();
        bench.run(ALICE);
        bench.store.down();
        bench.run(ALICE);
        assertThat(bench.events)
                .filteredOn(TokenEvent.ServedStale.class::isInstance)
                .hasSize(2);
    }

    @Test
    void whatCanBeHadAgainIsRefreshedFromACopyAndKeptAside() {
        copied(calm);
        calm.untilEnded();
        calm.store.down();
        calm.provider.answers(new RefreshOutcome.Answered(calm.accessTokenOnly()));

        AccessToken refreshed = calm.run(ALICE);

        assertThat(refreshed.generation()).isEqualTo(2);
        assertThat(calm.cell(ALICE).fresh(calm.time.millis())).isEqualTo(refreshed);
        assertThat(calm.shelf.aside()).extracting(TokenRecord::generation).containsExactly(2L);
        assertThat(calm.told(TokenEvent.RotationAtRisk.class).journalled()).isTrue();
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
    void withoutACopyTheStoresFailureIsTheAnswer() {
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
        calm.provider.answers(new RefreshOutcome.Answered(calm.accessTokenOnly()));
        AccessToken later = calm.run(ALICE);
        calm.store.down();

        assertThat(calm.run(ALICE)).isEqualTo(later);
        assertThat(calm.provider.requests).hasSize(1);
    }

    @Test
    void aCopyOfAnotherStageIsNotGoneBy() {
        calm.connect(ALICE);
        calm.shelf.hasCopy(Strangers.ofAnotherStage(calm, ALICE));
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
            calm.clock.advance(EngineBench.CLAIM.multipliedBy(2));
            return request.permit().maySend()
                    ? new RefreshOutcome.Answered(calm.accessTokenOnly())
                    : ProviderCall.TOO_LATE;
        });

        assertThat(calm.run(ALICE).generation()).isEqualTo(2);
        assertThat(calm.provider.requests).hasSize(1);
    }

    @Test
    void aStoreThatIsBackMeanwhileIsClaimedInBeforeTheCall() throws ParentAwaited {
        copied(calm);
        calm.untilEnded();
        calm.store.down();
        Consumer<TokenEvent> whenToldOfTheOutage = event -> {
            if (event instanceof TokenEvent.ServedStale) {
                calm.client.health().paused(calm.time.now().plusSeconds(30), Problem.RATE_LIMITED, "slow down");
                calm.store.up();
                calm.shelf.beforeALoad(() -> calm.clock.advance(Duration.ofSeconds(30)));
            }
        };
        calm.provider.calls(request -> {
            assertThat(calm.record(ALICE).claim()).isPresent();
            return new RefreshOutcome.Answered(calm.accessTokenOnly());
        });

        AccessToken token = new RefreshCycle(calm.workshop)
                .run(calm.cell(ALICE), calm.client, Ask.usable(), new ParentToken(), whenToldOfTheOutage);

        assertThat(token.generation()).isEqualTo(2);
        assertThat(calm.provider.requests).hasSize(1);
    }

    @Test
    void aRejectedTokenIsReplacedFromACopyWhateverIsAtHand() {
        copied(calm);
        calm.untilEnded();
        calm.provider.answers(new RefreshOutcome.Answered(calm.accessTokenOnly()));
        AccessToken rejected = calm.run(ALICE);
        calm.shelf.hasCopy(calm.record(ALICE));
        calm.store.down();
        calm.clock.advance(EngineBench.EARLY);
        calm.provider.answers(new RefreshOutcome.Answered(calm.accessTokenOnly()));

        assertThat(calm.run(ALICE, Ask.insteadOf(rejected)).generation()).isEqualTo(3);
    }

    @Test
    void aCopyThatIsRefusedSaysNothingOfTheGrant() {
        copied(calm);
        calm.untilEnded();
        calm.store.down();
        calm.provider.answers(EngineBench.dead());

        TokenException failure = calm.failure(ALICE);

        assertThat(failure.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(failure.detail()).contains("a copy of the account has is refused");
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
        calm.clock.advance(EngineBench.EARLY);

        assertThat(Workshops.statuses(calm.workshop).of(ALICE).staleSince()).contains(since);
        calm.store.up();
        assertThat(Workshops.statuses(calm.workshop).of(ALICE).staleSince()).isEmpty();
    }

    // ---- the journal is away

    @ParameterizedTest
    @EnumSource(names = {"ROTATING", "EXTENDING"})
    void aJournalThatCannotBeReadStopsWhoseAnswersItMayHold(RefreshModel model) {
        EngineBench bench = EngineBench.of(model);
        bench.connect(ALICE);
        bench.untilEnded();
        bench.journal.isUnreadable();

        assertThat(bench.failure(ALICE).problem()).isEqualTo(Problem.JOURNAL_UNAVAILABLE);
        assertThat(bench.provider.requests).isEmpty();
    }

    @Test
    void aJournalThatCannotBeReadStopsNobodyWhoCanBeRefreshedAgain() {
        calm.connect(ALICE);
        calm.untilEnded();
        calm.journal.isUnreadable();
        calm.provider.answers(new RefreshOutcome.Answered(calm.accessTokenOnly()));

        assertThat(calm.run(ALICE).generation()).isEqualTo(2);
        assertThat(calm.record(ALICE).generation()).isEqualTo(2);
    }

    // ---- a copy is newer

    @Test
    void aNewerCopyIsGivenBackBeforeAnEarlierTokenIsSpent() {
        TokenRecord newer = newerCopy(rotating);
        rotating.untilDue();

        rotating.providerAnswers();
        assertThat(rotating.run(ALICE).generation()).isGreaterThanOrEqualTo(2);

        assertThat(rotating.told(TokenEvent.RotationConflict.class).generation())
                .isEqualTo(newer.generation());
        assertThat(rotating.provider.requests)
                .allSatisfy(request -> assertThat(request.tokens().refreshToken())
                        .isEqualTo(rotating.workshop.records().tokens(newer).refreshToken()));
    }

    @Test
    void aTokenThatIsNotSpentNeedsNoLookElsewhere() {
        newerCopy(calm);
        calm.untilEnded();
        calm.provider.answers(new RefreshOutcome.Answered(calm.accessTokenOnly()));

        assertThat(calm.run(ALICE).generation()).isEqualTo(2);
        assertThat(calm.events).noneMatch(TokenEvent.RotationConflict.class::isInstance);
    }

    @Test
    void beforeAGrantIsCalledDeadANewerCopyIsTried() {
        TokenRecord first = calm.connect(ALICE);
        calm.untilEnded();
        calm.provider.calls(request -> {
            calm.shelf.hasCopy(calm.answered(first));
            return request.permit().maySend() ? EngineBench.dead() : ProviderCall.TOO_LATE;
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
            calm.clock.advance(EngineBench.CLAIM.minus(EngineBench.CALL).plusSeconds(1));
            calm.shelf.hasCopy(calm.workshop
                    .records()
                    .answered(first, calm.client.client(), calm.answer())
                    .next()
                    .lifetime(first.lifetime())
                    .build(77, calm.time.now()));
            return EngineBench.dead();
        });
        calm.provider.calls(request -> request.permit().maySend()
                ? new RefreshOutcome.Answered(calm.accessTokenOnly())
                : ProviderCall.TOO_LATE);

        assertThat(calm.run(ALICE).generation()).isEqualTo(3);
        assertThat(calm.provider.requests).hasSize(2);
    }
}
