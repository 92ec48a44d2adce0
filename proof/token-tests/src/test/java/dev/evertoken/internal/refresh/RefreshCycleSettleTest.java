package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.UserLookupOutcome;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The last steps of a cycle: a response is journaled, saved, cached and published, and never lost. */
class RefreshCycleSettleTest {

    private final EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);

    @Test
    void aResponseIsInTheJournalBeforeItIsSavedAndNotAfterwards() {
        expired(engine);
        List<Integer> journaled = new ArrayList<>();
        engine.provider.calls(request -> {
            engine.peers.beforeAWrite(() -> journaled.add(engine.journal.entries.size()));
            return new TokenOutcome.Issued(engine.response());
        });

        engine.run(ALICE);

        assertThat(journaled).containsExactly(1);
        assertThat(engine.journal.entries).isEmpty();
        assertThat(engine.journal.parked).isEmpty();
        assertThat(engine.journal.reserved()).isZero();
    }

    @Test
    void aRepeatableResponseIsNotJournaled() {
        assertThat(journaledBeforeSaving(RefreshModel.STATIC, false)).isZero();
    }

    @Test
    void aNewRefreshTokenIsJournaledForEveryModel() {
        assertThat(journaledBeforeSaving(RefreshModel.STATIC, true)).isEqualTo(1);
    }

    @Test
    void anExtendedTokenIsJournaled() {
        assertThat(journaledBeforeSaving(RefreshModel.EXTENDING, false)).isEqualTo(1);
    }

    private static int journaledBeforeSaving(RefreshModel model, boolean rotating) {
        EngineFixture engine = EngineFixture.of(model);
        expired(engine);
        List<Integer> journaled = new ArrayList<>();
        engine.provider.calls(request -> {
            engine.peers.beforeAWrite(() -> journaled.add(engine.journal.entries.size()));
            return new TokenOutcome.Issued(rotating ? engine.response() : engine.accessTokenOnly());
        });
        engine.run(ALICE);
        assertThat(journaled).hasSize(1);
        return journaled.get(0);
    }

    @Test
    void newTokensAreCachedAndAnEventIsPublished() {
        expired(engine);
        engine.provider.calls(request -> {
            engine.clock.advance(Duration.ofSeconds(3));
            return new TokenOutcome.Issued(engine.response());
        });

        AccessToken token = engine.run(ALICE);

        TokenRecord now = engine.record(ALICE);
        assertThat(engine.cell(ALICE).fresh(engine.time.millis())).isEqualTo(token);
        assertThat(engine.events)
                .containsExactly(new TokenEvent.Refreshed(
                        ALICE, engine.time.now(), 2, true, now.lifetime().expiresAt(), Duration.ofSeconds(3)));
    }

    @Test
    void aResponseIsSavedEvenIfWritingTheJournalFails() {
        expired(engine);
        engine.journal.isBroken();
        engine.providerResponses();

        assertThat(engine.run(ALICE).generation()).isEqualTo(2);
        assertThat(engine.record(ALICE).generation()).isEqualTo(2);
    }

    @Test
    void aResponseThatTheStoreRejectsIsServedAndSavedLater() {
        expired(engine);
        engine.provider.calls(request -> {
            engine.store.down();
            return new TokenOutcome.Issued(engine.response());
        });

        AccessToken token = engine.run(ALICE);

        assertThat(token.generation()).isEqualTo(2);
        assertThat(engine.told(TokenEvent.RotationAtRisk.class).journaled()).isTrue();
        assertThat(engine.record(ALICE).generation()).isEqualTo(1);
        engine.store.up();
        engine.clock.advance(EngineFixture.SETTLE);
        assertThat(engine.record(ALICE).generation()).isEqualTo(2);
    }

    @Test
    void aResponseIsPublishedAsNotJournaledWithoutADurableJournal() {
        expired(engine);
        engine.journal.isNotDurable();
        engine.provider.calls(request -> {
            engine.store.down();
            return new TokenOutcome.Issued(engine.response());
        });

        engine.run(ALICE);

        assertThat(engine.told(TokenEvent.RotationAtRisk.class).journaled()).isFalse();
    }

    @Test
    void aResponseWithALostSaveAcknowledgementIsPublishedOnce() {
        expired(engine);
        engine.store.next(COMPARE_AND_SET).where(next -> next.generation() == 2).failAfter();
        engine.providerResponses();

        assertThat(engine.run(ALICE).generation()).isEqualTo(2);
        assertThat(engine.told(TokenEvent.Refreshed.class).generation()).isEqualTo(2);
    }

    @Test
    void newerTokensOfAPeerAreUsedInsteadOfTheResponse() {
        expired(engine);
        List<Optional<String>> peers = new ArrayList<>();
        engine.provider.calls(request -> {
            peers.add(engine.peerSaves(ALICE).refreshTokenFingerprint());
            return new TokenOutcome.Issued(engine.response());
        });

        assertThat(engine.run(ALICE).generation()).isEqualTo(2);

        assertThat(peers).containsExactly(engine.record(ALICE).refreshTokenFingerprint());
        assertThat(engine.journal.parked).hasSize(1);
        assertThat(engine.told(TokenEvent.RotationConflict.class).key()).isEqualTo(ALICE);
    }

    @Test
    void aResponseOfAnAccountDisconnectedMeanwhileIsDropped() {
        expired(engine);
        engine.provider.calls(request -> {
            engine.remove(ALICE);
            return new TokenOutcome.Issued(engine.response());
        });

        assertThat(engine.failure(ALICE).problem()).isEqualTo(Problem.NOT_CONNECTED);
        assertThat(engine.stored(ALICE)).isEmpty();
        assertThat(engine.journal.entries).isEmpty();
    }

    @Test
    void tokensOfAnotherUserAreParkedAndNotServed() {
        TokenRecord before = expired(engine);
        engine.provider.responses(new TokenOutcome.Issued(engine.response().toBuilder()
                .subject(Optional.of("somebody-else"))
                .build()));

        TokenException mismatch = engine.failure(ALICE);

        assertThat(mismatch.problem()).isEqualTo(Problem.IDENTITY_MISMATCH);
        assertThat(engine.record(ALICE).secrets()).isEqualTo(before.secrets());
        assertThat(engine.record(ALICE).uncertain()).isEqualTo(1);
        assertThat(engine.journal.parked).hasSize(1);
    }

    // ---- responses without an access token

    @Test
    void aRefreshTokenWithoutAnAccessTokenIsSavedAndTheOldAccessTokenServed() {
        engine.connect(ALICE);
        AccessToken before = engine.run(ALICE);
        engine.untilDue();
        engine.provider.responses(new TokenOutcome.Issued(engine.refreshTokenOnly()));

        AccessToken token = engine.run(ALICE);

        assertThat(token.value()).isEqualTo(before.value());
        assertThat(token.generation()).isEqualTo(2);
        assertThat(engine.record(ALICE).failures().problem()).contains(Problem.MALFORMED_RESPONSE);
        assertThat(engine.provider.requests).hasSize(1);
    }

    @Test
    void aResponseWithoutAnAccessTokenIsFollowedByOneMoreCallAfterExpiry() {
        expired(engine);
        List<Integer> journaled = new ArrayList<>();
        engine.provider.responses(new TokenOutcome.Issued(engine.refreshTokenOnly()));
        engine.provider.calls(request -> {
            engine.peers.beforeAWrite(() -> journaled.add(engine.journal.entries.size()));
            return new TokenOutcome.Issued(engine.response());
        });

        assertThat(engine.run(ALICE).generation()).isEqualTo(3);
        assertThat(journaled).as("the second response has its own slot").containsExactly(1);
        assertThat(engine.journal.reserved()).isZero();
    }

    @Test
    void aProviderThatReturnsNoAccessTokenIsCalledTwiceAndThenPaused() {
        expired(engine);
        engine.provider.responses(new TokenOutcome.Issued(engine.refreshTokenOnly()));
        engine.provider.responses(new TokenOutcome.Issued(engine.refreshTokenOnly()));

        TokenException none = engine.failure(ALICE);

        assertThat(none).hasMessage("google/alice: the provider responded without an access token");
        assertThat(none.problem()).isEqualTo(Problem.MALFORMED_RESPONSE);
        assertThat(engine.record(ALICE).generation()).isEqualTo(3);
        assertThat(engine.record(ALICE).failures().problem()).contains(Problem.MALFORMED_RESPONSE);
        assertThat(engine.record(ALICE).failures().nextAttempt()).isPresent();
    }

    @Test
    void anUnknownUserIsLookedUpAfterARefresh() {
        engine.provider.userLookup = held -> new UserLookupOutcome.Found(Optional.of("alice-1"), Optional.empty());
        engine.connect(ALICE, Optional.empty());
        engine.untilEnded();
        engine.providerResponses();

        engine.run(ALICE);

        assertThat(engine.record(ALICE).subject()).contains("alice-1");
    }

    private static TokenRecord expired(EngineFixture engine) {
        TokenRecord record = engine.connect(ALICE);
        engine.untilEnded();
        return record;
    }
}
