package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Connections.Connected;
import dev.evertoken.Consent.Over;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Grant;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.ApiRequest;
import dev.evertoken.spi.EnrichmentOutcome;
import dev.evertoken.spi.RequestSigner;
import dev.evertoken.spi.Signature;
import dev.evertoken.spi.SigningKeys;
import dev.evertoken.spi.UnreadableRecordException.Reason;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Table R: connecting, over whatever is there and whatever the store does. */
class ConnectionsTest {

    private final EngineBench bench = EngineBench.of(RefreshModel.ROTATING);
    private final Connections connections = connections(bench);

    @Test
    void aConnectionIsStoredPublishedAndTold() {
        Connected connected = connect(bench.tokens());

        TokenRecord record = bench.record(ALICE);
        assertThat(connected.stored()).isTrue();
        assertThat(connected.connection().state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(connected.connection().generation()).isEqualTo(1);
        assertThat(record.grant().consentedAt()).isEqualTo(bench.time.now());
        assertThat(bench.cell(ALICE).fresh(bench.time.millis()).grantId())
                .isEqualTo(record.grant().id());
        assertThat(bench.events)
                .containsExactly(new TokenEvent.Connected(ALICE, bench.time.now(), connected.connection()));
    }

    @Test
    void aNewGrantDisplacesTheOldOneInMemoryToo() {
        bench.connect(ALICE);
        bench.run(ALICE);
        bench.peerSaves(ALICE);
        bench.run(ALICE);

        connect(bench.tokens());

        assertThat(bench.cell(ALICE).fresh(bench.time.millis()).generation()).isEqualTo(1);
        assertThat(bench.record(ALICE).grant().id()).isNotEqualTo("grant-alice");
    }

    @Test
    void aClockThatIsSetBackDoesNotKeepTheOldGrantInMemory() {
        bench.connect(ALICE);
        bench.run(ALICE);
        bench.remove(ALICE);
        bench.clock.jumpWall(Duration.ofSeconds(-1));

        connect(bench.tokens());

        assertThat(bench.cell(ALICE).fresh(bench.time.millis()).grantId())
                .isEqualTo(bench.record(ALICE).grant().id())
                .isNotEqualTo("grant-alice");
    }

    @Test
    void tokensWithoutARefreshTokenSaySoFromTheFirstDay() {
        TokenSet bare = TokenSet.builder(bench.tokens().accessToken().reveal())
                .issuedAt(bench.time.now())
                .expiresAt(bench.time.now().plus(Duration.ofHours(1)))
                .build();

        Connected connected = connect(bare);

        assertThat(connected.connection().state()).isEqualTo(ConnectionState.NOT_REFRESHABLE);
        assertThat(connected.connection().dies()).isEqualTo(bare.expiresAt());
    }

    @Test
    void anUnknownUserIsLookedUp() {
        bench.provider.enrichment = held -> new EnrichmentOutcome.Told(Optional.of("alice-1"), Optional.empty());

        connect(bench.tokens());

        assertThat(bench.record(ALICE).subject()).contains("alice-1");
    }

    @Test
    void newerTokensThanThoseAtHandStay() {
        TokenSet old = bench.tokens();
        bench.clock.advance(Duration.ofSeconds(1));
        TokenRecord before = bench.connect(ALICE);

        Connected connected = connections.connect(bench.cell(ALICE), bench.client, old, Over.OLDER_TOKENS);

        assertThat(connected.stored()).isFalse();
        assertThat(connected.connection().generation()).isEqualTo(1);
        assertThat(bench.record(ALICE)).isEqualTo(before);
        assertThat(bench.events).isEmpty();
    }

    @Test
    void theSameRefreshTokenIsNotImportedOverItself() {
        TokenSet tokens = bench.tokens();
        connect(tokens);
        TokenRecord before = bench.record(ALICE);
        bench.clock.advance(Duration.ofSeconds(1));
        TokenSet again = tokens.toBuilder().issuedAt(bench.time.now()).build();

        assertThat(connections
                        .connect(bench.cell(ALICE), bench.client, again, Over.OLDER_TOKENS)
                        .stored())
                .isFalse();
        assertThat(bench.record(ALICE)).isEqualTo(before);
    }

    @Test
    void aTokenThatIsNoneIsRefusedBeforeAnythingIsLookedAt() {
        TokenSet bad = TokenSet.builder("<token>").build();

        assertThat(EngineBench.failureOf(() -> connect(bad)).problem()).isEqualTo(Problem.PLACEHOLDER_CREDENTIALS);
        assertThat(bench.store.calls(LOAD)).isZero();
    }

    @Test
    void tokensThatItsSignerCannotUseAreRefused() {
        RequestSigner picky = new RequestSigner() {
            @Override
            public Signature sign(ApiRequest request, SigningKeys keys) {
                throw new AssertionError("nothing is signed here");
            }

            @Override
            public void check(TokenSet tokens) {
                throw TokenException.about(Problem.PLACEHOLDER_CREDENTIALS)
                        .detail("the token secret is missing")
                        .build();
            }
        };
        Registered signing = new Registered(
                bench.client.client(),
                bench.provider,
                bench.client.refresher(),
                Optional.of(picky),
                Set.of(),
                bench.client.health());

        TokenException refused = EngineBench.failureOf(
                () -> connections.connect(bench.cell(ALICE), signing, bench.tokens(), Over.ANYTHING));

        assertThat(refused).hasMessage("google/alice: the token secret is missing");
        assertThat(bench.stored(ALICE)).isEmpty();
    }

    // ---- trouble

    @Test
    void whoLosesTheRaceLooksAgain() {
        bench.shelf.beforeAWrite(() -> bench.connect(ALICE));

        assertThat(connect(bench.tokens()).stored()).isTrue();
        assertThat(bench.record(ALICE).grant().id()).isNotEqualTo("grant-alice");
    }

    @Test
    void aStoreThatFailsTwiceIsAskedAThirdTime() {
        bench.store.next(COMPARE_AND_SET).times(2).failsBefore();

        assertThat(connect(bench.tokens()).stored()).isTrue();
    }

    @Test
    void aStoreThatKeepsFailingIsTheProblem() {
        bench.store.down();

        TokenException down = EngineBench.failureOf(() -> connect(bench.tokens()));

        assertThat(down.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(down.key()).contains(ALICE);
        assertThat(bench.store.calls(LOAD)).isEqualTo(3);
    }

    @Test
    void anOwnWriteWhoseAcknowledgementWasLostIsRecognised() {
        bench.store.next(COMPARE_AND_SET).failsAfter();

        Connected connected = connect(bench.tokens());

        assertThat(connected.stored()).isTrue();
        assertThat(bench.store.calls(COMPARE_AND_SET)).isEqualTo(1);
        assertThat(bench.told(TokenEvent.Connected.class).key()).isEqualTo(ALICE);
    }

    @Test
    void whatCannotBeReadIsReplaced() {
        bench.connect(ALICE);
        bench.shelf.spoil(ALICE, Reason.CORRUPT);

        assertThat(connect(bench.tokens()).stored()).isTrue();
        assertThat(bench.record(ALICE).grant().id()).isNotEqualTo("grant-alice");
    }

    @Test
    void whatANewerVersionWroteIsNotReplaced() {
        bench.connect(ALICE);
        bench.shelf.spoil(ALICE, Reason.NEWER_FORMAT);

        TokenException newer = EngineBench.failureOf(() -> connect(bench.tokens()));

        assertThat(newer.problem()).isEqualTo(Problem.RECORD_TOO_NEW);
        assertThat(bench.record(ALICE).grant().id()).isEqualTo("grant-alice");
    }

    @Test
    void whatIsAnotherStagesIsNotReplaced() {
        TokenRecord theirs = bench.store(Strangers.ofAnotherStage(bench, ALICE));

        TokenException foreign = EngineBench.failureOf(() -> connect(bench.tokens()));

        assertThat(foreign.problem()).isEqualTo(Problem.ENVIRONMENT_MISMATCH);
        assertThat(foreign.key()).contains(ALICE);
        assertThat(bench.record(ALICE)).isEqualTo(theirs);
    }

    @Test
    void aConsentOfSomebodyElseSaysForWhom() {
        bench.connect(ALICE);
        Consent others = consent(bench.tokens(), Optional.of("somebody-else"));

        TokenException wrong =
                EngineBench.failureOf(() -> connections.connect(bench.cell(ALICE), bench.client, others));

        assertThat(wrong.problem()).isEqualTo(Problem.WRONG_ACCOUNT);
        assertThat(wrong.key()).contains(ALICE);
    }

    @Test
    void aConsentWithoutARefreshTokenKeepsThatOfTheSameUser() {
        TokenRecord before = bench.connect(ALICE);
        TokenSet bare = TokenSet.builder(bench.tokens().accessToken().reveal())
                .issuedAt(bench.time.now())
                .build();

        connections.connect(bench.cell(ALICE), bench.client, consent(bare, before.subject()));

        assertThat(bench.record(ALICE).refreshTokenFingerprint()).isEqualTo(before.refreshTokenFingerprint());
        assertThat(bench.record(ALICE).grant().id()).isEqualTo("grant-new");
    }

    private Connected connect(TokenSet tokens) {
        return connections.connect(bench.cell(ALICE), bench.client, tokens, Over.ANYTHING);
    }

    private Consent consent(TokenSet tokens, Optional<String> subject) {
        return new Consent(
                new Grant("grant-new", bench.time.now()),
                tokens,
                Set.of("calendar"),
                subject,
                Over.SAME_USER,
                Descent.ofConsent(bench.provider.profile()));
    }

    static Connections connections(EngineBench bench) {
        return new Connections(bench.workshop, Workshops.statuses(bench.workshop), bench.events::add);
    }
}
