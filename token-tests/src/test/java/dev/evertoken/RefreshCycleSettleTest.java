package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.spi.EnrichmentOutcome;
import dev.evertoken.spi.RefreshOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The last steps of a cycle: an answer is journalled, saved, published and told, and never dropped. */
class RefreshCycleSettleTest {

    private final EngineBench bench = EngineBench.of(RefreshModel.ROTATING);

    @Test
    void anAnswerIsInTheJournalBeforeItIsSavedAndNotAfterwards() {
        ended(bench);
        List<Integer> journalled = new ArrayList<>();
        bench.provider.calls(request -> {
            bench.shelf.beforeAWrite(() -> journalled.add(bench.journal.entries.size()));
            return new RefreshOutcome.Answered(bench.answer());
        });

        bench.run(ALICE);

        assertThat(journalled).containsExactly(1);
        assertThat(bench.journal.entries).isEmpty();
        assertThat(bench.journal.parked).isEmpty();
        assertThat(bench.journal.reserved()).isZero();
    }

    @Test
    void anAnswerThatCanBeHadAgainIsNotJournalled() {
        assertThat(journalledBeforeSaving(RefreshModel.STATIC, false)).isZero();
    }

    @Test
    void anotherRefreshTokenIsJournalledWhoeverGivesIt() {
        assertThat(journalledBeforeSaving(RefreshModel.STATIC, true)).isEqualTo(1);
    }

    @Test
    void whatIsTradedWhileItLivesIsJournalled() {
        assertThat(journalledBeforeSaving(RefreshModel.EXTENDING, false)).isEqualTo(1);
    }

    private static int journalledBeforeSaving(RefreshModel model, boolean rotating) {
        EngineBench bench = EngineBench.of(model);
        ended(bench);
        List<Integer> journalled = new ArrayList<>();
        bench.provider.calls(request -> {
            bench.shelf.beforeAWrite(() -> journalled.add(bench.journal.entries.size()));
            return new RefreshOutcome.Answered(rotating ? bench.answer() : bench.accessTokenOnly());
        });
        bench.run(ALICE);
        assertThat(journalled).hasSize(1);
        return journalled.get(0);
    }

    @Test
    void newTokensAreToldAndPublished() {
        ended(bench);
        bench.provider.calls(request -> {
            bench.clock.advance(Duration.ofSeconds(3));
            return new RefreshOutcome.Answered(bench.answer());
        });

        AccessToken token = bench.run(ALICE);

        TokenRecord now = bench.record(ALICE);
        assertThat(bench.cell(ALICE).fresh(bench.time.millis())).isEqualTo(token);
        assertThat(bench.events)
                .containsExactly(new TokenEvent.Refreshed(
                        ALICE, bench.time.now(), 2, true, now.lifetime().expiresAt(), Duration.ofSeconds(3)));
    }

    @Test
    void aJournalThatFailsWithTheAnswerAtHandStopsNobodyFromSavingIt() {
        ended(bench);
        bench.journal.isBroken();
        bench.providerAnswers();

        assertThat(bench.run(ALICE).generation()).isEqualTo(2);
        assertThat(bench.record(ALICE).generation()).isEqualTo(2);
    }

    @Test
    void anAnswerThatTheStoreDoesNotTakeIsServedAndSavedLater() {
        ended(bench);
        bench.provider.calls(request -> {
            bench.store.down();
            return new RefreshOutcome.Answered(bench.answer());
        });

        AccessToken token = bench.run(ALICE);

        assertThat(token.generation()).isEqualTo(2);
        assertThat(bench.told(TokenEvent.RotationAtRisk.class).journalled()).isTrue();
        assertThat(bench.record(ALICE).generation()).isEqualTo(1);
        bench.store.up();
        bench.clock.advance(EngineBench.SETTLE);
        assertThat(bench.record(ALICE).generation()).isEqualTo(2);
    }

    @Test
    void withoutAJournalThatLastsItIsNotSaidThatAnAnswerIsJournalled() {
        ended(bench);
        bench.journal.isNotDurable();
        bench.provider.calls(request -> {
            bench.store.down();
            return new RefreshOutcome.Answered(bench.answer());
        });

        bench.run(ALICE);

        assertThat(bench.told(TokenEvent.RotationAtRisk.class).journalled()).isFalse();
    }

    @Test
    void anAnswerWhoseSavingWasNotAcknowledgedIsPublishedOnce() {
        ended(bench);
        bench.store.next(COMPARE_AND_SET).where(next -> next.generation() == 2).failsAfter();
        bench.providerAnswers();

        assertThat(bench.run(ALICE).generation()).isEqualTo(2);
        assertThat(bench.told(TokenEvent.Refreshed.class).generation()).isEqualTo(2);
    }

    @Test
    void aPeersNewerTokensAreAdoptedInPlaceOfOurs() {
        ended(bench);
        List<Optional<String>> peers = new ArrayList<>();
        bench.provider.calls(request -> {
            peers.add(bench.peerSaves(ALICE).refreshTokenFingerprint());
            return new RefreshOutcome.Answered(bench.answer());
        });

        assertThat(bench.run(ALICE).generation()).isEqualTo(2);

        assertThat(peers).containsExactly(bench.record(ALICE).refreshTokenFingerprint());
        assertThat(bench.journal.parked).hasSize(1);
        assertThat(bench.told(TokenEvent.RotationConflict.class).key()).isEqualTo(ALICE);
    }

    @Test
    void anAnswerForAnAccountThatWasDisconnectedMeanwhileIsDropped() {
        ended(bench);
        bench.provider.calls(request -> {
            bench.remove(ALICE);
            return new RefreshOutcome.Answered(bench.answer());
        });

        assertThat(bench.failure(ALICE).problem()).isEqualTo(Problem.NOT_CONNECTED);
        assertThat(bench.stored(ALICE)).isEmpty();
        assertThat(bench.journal.entries).isEmpty();
    }

    @Test
    void anotherUsersTokensAreSetAsideAndNotServed() {
        TokenRecord before = ended(bench);
        bench.provider.answers(new RefreshOutcome.Answered(bench.answer().ofUser(Optional.of("somebody-else"))));

        TokenException mismatch = bench.failure(ALICE);

        assertThat(mismatch.problem()).isEqualTo(Problem.IDENTITY_MISMATCH);
        assertThat(bench.record(ALICE).secrets()).isEqualTo(before.secrets());
        assertThat(bench.record(ALICE).uncertain()).isEqualTo(1);
        assertThat(bench.journal.parked).hasSize(1);
    }

    // ---- answers without an access token

    @Test
    void aRefreshTokenThatComesAloneIsSavedAndTheOldAccessTokenServedToItsEnd() {
        bench.connect(ALICE);
        AccessToken before = bench.run(ALICE);
        bench.untilDue();
        bench.provider.answers(new RefreshOutcome.Answered(bench.refreshTokenOnly()));

        AccessToken token = bench.run(ALICE);

        assertThat(token.value()).isEqualTo(before.value());
        assertThat(token.generation()).isEqualTo(2);
        assertThat(bench.record(ALICE).failures().problem()).contains(Problem.MALFORMED_ANSWER);
        assertThat(bench.provider.requests).hasSize(1);
    }

    @Test
    void afterTheAccessTokensEndAnAnswerWithoutOneIsFollowedByOneMoreCall() {
        ended(bench);
        List<Integer> journalled = new ArrayList<>();
        bench.provider.answers(new RefreshOutcome.Answered(bench.refreshTokenOnly()));
        bench.provider.calls(request -> {
            bench.shelf.beforeAWrite(() -> journalled.add(bench.journal.entries.size()));
            return new RefreshOutcome.Answered(bench.answer());
        });

        assertThat(bench.run(ALICE).generation()).isEqualTo(3);
        assertThat(journalled).as("the second answer has room of its own").containsExactly(1);
        assertThat(bench.journal.reserved()).isZero();
    }

    @Test
    void aProviderThatNeverGivesAnAccessTokenIsCalledTwiceAndThenLeftAlone() {
        ended(bench);
        bench.provider.answers(new RefreshOutcome.Answered(bench.refreshTokenOnly()));
        bench.provider.answers(new RefreshOutcome.Answered(bench.refreshTokenOnly()));

        TokenException none = bench.failure(ALICE);

        assertThat(none).hasMessage("google/alice: the provider answers without an access token");
        assertThat(none.problem()).isEqualTo(Problem.MALFORMED_ANSWER);
        assertThat(bench.record(ALICE).generation()).isEqualTo(3);
        assertThat(bench.record(ALICE).failures().problem()).contains(Problem.MALFORMED_ANSWER);
        assertThat(bench.record(ALICE).failures().nextAttempt()).isPresent();
    }

    @Test
    void aUserWhoIsNotKnownIsLookedUpAfterARefresh() {
        bench.provider.enrichment = held -> new EnrichmentOutcome.Told(Optional.of("alice-1"), Optional.empty());
        bench.connect(ALICE, Optional.empty());
        bench.untilEnded();
        bench.providerAnswers();

        bench.run(ALICE);

        assertThat(bench.record(ALICE).subject()).contains("alice-1");
    }

    private static TokenRecord ended(EngineBench bench) {
        TokenRecord record = bench.connect(ALICE);
        bench.untilEnded();
        return record;
    }
}
