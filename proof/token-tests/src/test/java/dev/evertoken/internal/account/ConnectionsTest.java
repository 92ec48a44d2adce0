package dev.evertoken.internal.account;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.ForeignRecords;
import dev.evertoken.internal.account.Connections.Connected;
import dev.evertoken.internal.account.Consent.Over;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.record.GrantSource;
import dev.evertoken.internal.refresh.EngineFixture;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Grant;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.ApiRequest;
import dev.evertoken.spi.provider.RequestSigner;
import dev.evertoken.spi.provider.Signature;
import dev.evertoken.spi.provider.SigningKeys;
import dev.evertoken.spi.provider.UserLookupOutcome;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException.Reason;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Table R: connecting over existing records and during store failures. */
public class ConnectionsTest {

    private final EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);
    private final Connections connections = connections(engine);

    @Test
    void connectingStoresTheRecordFillsTheCacheAndPublishesAnEvent() {
        Connected connected = connect(engine.tokens());

        TokenRecord record = engine.record(ALICE);
        assertThat(connected.stored()).isTrue();
        assertThat(connected.status().state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(connected.status().generation()).isEqualTo(1);
        assertThat(record.grant().consentedAt()).isEqualTo(engine.time.now());
        assertThat(engine.cell(ALICE).fresh(engine.time.millis()).grantId())
                .isEqualTo(record.grant().id());
        assertThat(engine.events)
                .containsExactly(new TokenEvent.Connected(ALICE, engine.time.now(), connected.status()));
    }

    @Test
    void aNewGrantReplacesTheOldOneInMemory() {
        engine.connect(ALICE);
        engine.run(ALICE);
        engine.peerSaves(ALICE);
        engine.run(ALICE);

        connect(engine.tokens());

        assertThat(engine.cell(ALICE).fresh(engine.time.millis()).generation()).isEqualTo(1);
        assertThat(engine.record(ALICE).grant().id()).isNotEqualTo("grant-alice");
    }

    @Test
    void aNewGrantReplacesTheOldOneInMemoryAfterAClockWasSetBack() {
        engine.connect(ALICE);
        engine.run(ALICE);
        engine.remove(ALICE);
        engine.clock.jumpWall(Duration.ofSeconds(-1));

        connect(engine.tokens());

        assertThat(engine.cell(ALICE).fresh(engine.time.millis()).grantId())
                .isEqualTo(engine.record(ALICE).grant().id())
                .isNotEqualTo("grant-alice");
    }

    @Test
    void tokensWithoutARefreshTokenAreNotRefreshableFromTheStart() {
        TokenSet bare = TokenSet.builder(
                        engine.tokens().accessToken().orElseThrow().reveal())
                .issuedAt(engine.time.now())
                .expiresAt(engine.time.now().plus(Duration.ofHours(1)))
                .build();

        Connected connected = connect(bare);

        assertThat(connected.status().state()).isEqualTo(ConnectionState.NOT_REFRESHABLE);
        assertThat(connected.status().reconnectBy()).isEqualTo(bare.expiresAt());
    }

    @Test
    void anUnknownUserIsLookedUp() {
        engine.provider.userLookup = held -> new UserLookupOutcome.Found(Optional.of("alice-1"), Optional.empty());

        connect(engine.tokens());

        assertThat(engine.record(ALICE).subject()).contains("alice-1");
    }

    @Test
    void newerStoredTokensAreKept() {
        TokenSet old = engine.tokens();
        engine.clock.advance(Duration.ofSeconds(1));
        TokenRecord before = engine.connect(ALICE);

        Connected connected = connections.connect(engine.cell(ALICE), engine.client, old, Over.OLDER_TOKENS);

        assertThat(connected.stored()).isFalse();
        assertThat(connected.status().generation()).isEqualTo(1);
        assertThat(engine.record(ALICE)).isEqualTo(before);
        assertThat(engine.events).isEmpty();
    }

    @Test
    void theSameRefreshTokenIsNotImportedOverItself() {
        TokenSet tokens = engine.tokens();
        connect(tokens);
        TokenRecord before = engine.record(ALICE);
        engine.clock.advance(Duration.ofSeconds(1));
        TokenSet again = tokens.toBuilder().issuedAt(engine.time.now()).build();

        assertThat(connections
                        .connect(engine.cell(ALICE), engine.client, again, Over.OLDER_TOKENS)
                        .stored())
                .isFalse();
        assertThat(engine.record(ALICE)).isEqualTo(before);
    }

    @Test
    void aPlaceholderTokenIsRefusedBeforeTheStoreIsRead() {
        TokenSet bad = TokenSet.builder("<token>").build();

        assertThat(EngineFixture.failureOf(() -> connect(bad)).problem()).isEqualTo(Problem.PLACEHOLDER_CREDENTIALS);
        assertThat(engine.store.calls(LOAD)).isZero();
    }

    @Test
    void tokensThatTheSignerCannotUseAreRefused() {
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
        RegisteredClient signing = new RegisteredClient(
                engine.client.client(),
                engine.provider,
                engine.client.refresher(),
                Optional.of(picky),
                Set.of(),
                engine.client.health());

        TokenException refused = EngineFixture.failureOf(
                () -> connections.connect(engine.cell(ALICE), signing, engine.tokens(), Over.ANYTHING));

        assertThat(refused).hasMessage("google/alice: the token secret is missing");
        assertThat(engine.stored(ALICE)).isEmpty();
    }

    // ---- failures

    @Test
    void aConnectThatLosesTheRaceLoadsTheRecordAgain() {
        engine.peers.beforeAWrite(() -> engine.connect(ALICE));

        assertThat(connect(engine.tokens()).stored()).isTrue();
        assertThat(engine.record(ALICE).grant().id()).isNotEqualTo("grant-alice");
    }

    @Test
    void aWriteThatFailsTwiceIsTriedAThirdTime() {
        engine.store.next(COMPARE_AND_SET).times(2).failBefore();

        assertThat(connect(engine.tokens()).stored()).isTrue();
    }

    @Test
    void aPersistentStoreFailureIsThrown() {
        engine.store.down();

        TokenException down = EngineFixture.failureOf(() -> connect(engine.tokens()));

        assertThat(down.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(down.key()).contains(ALICE);
        assertThat(engine.store.calls(LOAD)).isEqualTo(3);
    }

    @Test
    void anOwnWriteWhoseAcknowledgementWasLostIsRecognized() {
        engine.store.next(COMPARE_AND_SET).failAfter();

        Connected connected = connect(engine.tokens());

        assertThat(connected.stored()).isTrue();
        assertThat(engine.store.calls(COMPARE_AND_SET)).isEqualTo(1);
        assertThat(engine.told(TokenEvent.Connected.class).key()).isEqualTo(ALICE);
    }

    @Test
    void anUnreadableRecordIsReplaced() {
        engine.connect(ALICE);
        engine.peers.spoil(ALICE, Reason.CORRUPT);

        assertThat(connect(engine.tokens()).stored()).isTrue();
        assertThat(engine.record(ALICE).grant().id()).isNotEqualTo("grant-alice");
    }

    @Test
    void aRecordOfANewerVersionIsNotReplaced() {
        engine.connect(ALICE);
        engine.peers.spoil(ALICE, Reason.NEWER_FORMAT);

        TokenException newer = EngineFixture.failureOf(() -> connect(engine.tokens()));

        assertThat(newer.problem()).isEqualTo(Problem.RECORD_TOO_NEW);
        assertThat(engine.record(ALICE).grant().id()).isEqualTo("grant-alice");
    }

    @Test
    void aRecordOfAnotherEnvironmentIsNotReplaced() {
        TokenRecord other = engine.store(ForeignRecords.ofAnotherStage(engine, ALICE));

        TokenException foreign = EngineFixture.failureOf(() -> connect(engine.tokens()));

        assertThat(foreign.problem()).isEqualTo(Problem.ENVIRONMENT_MISMATCH);
        assertThat(foreign.key()).contains(ALICE);
        assertThat(engine.record(ALICE)).isEqualTo(other);
    }

    @Test
    void aConsentOfAnotherUserIsRejectedWithTheKeyOfTheAccount() {
        engine.connect(ALICE);
        Consent otherUser = consent(engine.tokens(), Optional.of("somebody-else"));

        TokenException wrong =
                EngineFixture.failureOf(() -> connections.connect(engine.cell(ALICE), engine.client, otherUser));

        assertThat(wrong.problem()).isEqualTo(Problem.WRONG_ACCOUNT);
        assertThat(wrong.key()).contains(ALICE);
    }

    @Test
    void aConsentWithoutARefreshTokenKeepsTheRefreshTokenOfTheSameUser() {
        TokenRecord before = engine.connect(ALICE);
        TokenSet bare = TokenSet.builder(
                        engine.tokens().accessToken().orElseThrow().reveal())
                .issuedAt(engine.time.now())
                .build();

        connections.connect(engine.cell(ALICE), engine.client, consent(bare, before.subject()));

        assertThat(engine.record(ALICE).refreshTokenFingerprint()).isEqualTo(before.refreshTokenFingerprint());
        assertThat(engine.record(ALICE).grant().id()).isEqualTo("grant-new");
    }

    private Connected connect(TokenSet tokens) {
        return connections.connect(engine.cell(ALICE), engine.client, tokens, Over.ANYTHING);
    }

    private Consent consent(TokenSet tokens, Optional<String> subject) {
        return new Consent(
                new Grant("grant-new", engine.time.now()),
                tokens,
                Set.of("calendar"),
                subject,
                Over.SAME_USER,
                GrantSource.ofConsent(engine.provider.profile()));
    }

    public static Connections connections(EngineFixture engine) {
        return engine.connections();
    }
}
