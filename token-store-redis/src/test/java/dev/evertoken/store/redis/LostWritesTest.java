package dev.evertoken.store.redis;

import static dev.evertoken.testing.EngineCluster.ANNA;
import static dev.evertoken.testing.EngineCluster.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.ReplicatedStore.ClaimResult;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.redis.server.RedisProcess;
import dev.evertoken.testing.EngineCluster;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.SampleRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Failovers of a real pair that lose writes. */
class LostWritesTest {

    private static final TokenKey GINA = TokenKey.of("google", "gina");

    @TempDir
    private Path folder;

    private LostWritesScene scene;

    @BeforeEach
    void start() {
        scene = new LostWritesScene(folder);
    }

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    @Fault("M3")
    void aFailoverThatLosesRotationsEndsNoGrant() {
        List<TokenKey> keys = LostWritesScene.keys(5);
        Tokens here = scene.cluster.tokens(scene.location());
        Tokens there = scene.cluster.tokens(scene.location());
        scene.connectExpired(here, keys);
        scene.holdReplicationBack();
        keys.forEach(key -> assertThat(outcome(() -> here.accessToken(key))).isEqualTo("GENERATION 2"));

        scene.failOver();

        for (TokenKey key : keys) {
            Until.holds(
                    "the other process has the token of " + key,
                    () -> outcome(() -> there.accessToken(key)).equals("GENERATION 2"));
        }
        assertThat(scene.lostGrants()).isEmpty();
        assertThat(keys).allMatch(key -> scene.cluster.acme().ledger().tokenRequests(key.account()) == 1);
        assertThat(scene.cluster.hasEvent(TokenEvent.Kind.CLAIM_UNCONFIRMED)).isTrue();
        Until.holds("the conflict was published", () -> scene.cluster.hasEvent(TokenEvent.Kind.ROTATION_CONFLICT));
    }

    @Test
    @Fault("M3")
    void afterAFailoverOnlyRotatingRefreshesPauseAndOnlyForOneSettleWindow() {
        MockProvider google = scene.cluster.providers().google();
        Tokens there = scene.cluster.tokens(
                scene.location(),
                builder -> builder.settleWindow(Duration.ofSeconds(2))
                        .claimDuration(Duration.ofSeconds(10))
                        .client("google", google.registration())
                        .endpoints("google", google.endpoints()));
        there.connect(GINA, EngineCluster.expired(google.consent("gina")));
        scene.connectExpired(there, List.of(ANNA));
        scene.failOver();
        Until.holds(
                "the new primary responds",
                () -> outcome(() -> there.accessToken(GINA)).equals("GENERATION 2"));

        assertThat(outcome(() -> there.accessToken(ANNA))).isEqualTo("PROBLEM STORE_FAILED_OVER");

        Until.holds(
                "Anna's refresh", () -> outcome(() -> there.accessToken(ANNA)).equals("GENERATION 2"));
        assertThat(scene.cluster.tokenRequests()).isEqualTo(1);
    }

    @Test
    @Fault("M3")
    void aRequiredReplicaThatDoesNotConfirmKeepsTheRefreshTokenFromBeingSent() {
        Tokens required = scene.cluster.tokens(scene.location() + "?requireReplicas=true");
        scene.connectExpired(required, List.of(ANNA));
        scene.replica.freeze();
        try {
            assertThat(outcome(() -> required.accessToken(ANNA))).isEqualTo("PROBLEM STORE_UNAVAILABLE");
            assertThat(scene.cluster.tokenRequests()).isZero();
            assertThat(claimOfAnna()).as("the claim was withdrawn").isEqualTo("no claim");
        } finally {
            scene.replica.thaw();
        }
        Until.holds(
                "the replica confirms",
                () -> outcome(() -> required.accessToken(ANNA)).equals("GENERATION 2"));
        assertThat(scene.cluster.hasEvent(TokenEvent.Kind.CLAIM_UNCONFIRMED)).isFalse();
    }

    private String claimOfAnna() {
        try (RedisTokenStore store = RedisTokenStore.open(scene.primary.location(), EngineCluster.NAMESPACE)) {
            return store.load(ANNA)
                    .flatMap(TokenRecord::claim)
                    .map(claim -> "a claim")
                    .orElse("no claim");
        }
    }

    @Test
    @Fault("M3")
    void withoutAConnectedReplicaARequiredOneIsReported() {
        try (RedisProcess alone = RedisProcess.start();
                RedisTokenStore store = RedisTokenStore.open(
                        alone.location(),
                        RedisInstance.newNamespace(),
                        RedisOptions.defaults().requireReplicas())) {
            TokenRecord first = SampleRecords.full(ANNA);
            assertThat(store.compareAndSet(ANNA, TokenStore.ABSENT, first)).isTrue();

            assertThatThrownBy(() -> store.claim(ANNA, first.revision(), claimed(first), 0))
                    .isInstanceOf(TokenStoreException.class)
                    .hasMessage("acme/anna: the claim cannot be written: " + alone.location()
                            + "/0 has no connected replica, and the options of the store require one");
            assertThat(store.load(ANNA)).contains(first);
        }
    }

    private static TokenRecord claimed(TokenRecord record) {
        return record.next().claim(SampleRecords.claim()).build(SampleRecords.revision(), record.updatedAt());
    }

    @Test
    @Fault("M3")
    void aClaimThatWaitsForAReplicaDelaysNoOtherAccount() {
        RedisOptions options = RedisOptions.defaults().withConnections(2).withReplicaWait(Duration.ofSeconds(1));
        try (RedisTokenStore store =
                RedisTokenStore.open(scene.primary.location(), RedisInstance.newNamespace(), options)) {
            TokenRecord first = SampleRecords.full(ANNA);
            TokenRecord other = SampleRecords.full(GINA);
            assertThat(store.compareAndSet(ANNA, TokenStore.ABSENT, first)).isTrue();
            assertThat(store.compareAndSet(GINA, TokenStore.ABSENT, other)).isTrue();
            scene.holdReplicationBack();
            CompletableFuture<ClaimResult> claim =
                    CompletableFuture.supplyAsync(() -> store.claim(ANNA, first.revision(), claimed(first), 0));
            Until.holds("the claim waits", this::aClientIsBlocked);

            assertThat(store.load(GINA)).contains(other);

            assertThat(claim).isNotDone();
            assertThat(claim.join()).isEqualTo(ClaimResult.UNCONFIRMED);
        }
    }

    private boolean aClientIsBlocked() {
        try (Jedis admin = scene.primary.admin()) {
            return admin.info("clients").contains("blocked_clients:1");
        }
    }

    @Test
    @Fault("M3")
    void aClaimIsConfirmedByAReplicaAndRefusedOnceByAnotherServer() {
        RedisOptions patient = RedisOptions.defaults().withReplicaWait(Duration.ofSeconds(1));
        try (RedisTokenStore store = RedisTokenStore.open(scene.location(), RedisInstance.newNamespace(), patient)) {
            TokenRecord first = SampleRecords.full(ANNA);
            assertThat(store.compareAndSet(ANNA, TokenStore.ABSENT, first)).isTrue();
            TokenRecord claimed = claimed(first);
            assertThat(store.claim(ANNA, first.revision(), claimed, 0)).isEqualTo(ClaimResult.SAVED);
            assertThat(store.claim(ANNA, first.revision(), claimed, 0))
                    .as("repeated")
                    .isEqualTo(ClaimResult.SAVED);
            assertThat(store.claim(ANNA, first.revision(), claimed(first), 0)).isEqualTo(ClaimResult.CONFLICT);
            assertThat(store.history()).hasValue(0);

            scene.failOver();

            TokenRecord next = claimed(claimed);
            assertThat(store.claim(ANNA, claimed.revision(), next, 0)).isEqualTo(ClaimResult.POSSIBLE_LOSS);
            assertThat(store.load(ANNA)).as("the claim was on the replica").contains(claimed);
            assertThat(store.claim(ANNA, claimed.revision(), next, 0)).isEqualTo(ClaimResult.POSSIBLE_LOSS);
            assertThat(store.history()).hasValue(1);
            assertThat(store.claim(ANNA, claimed.revision(), next, 0))
                    .as("an engine that does not know it yet")
                    .isEqualTo(ClaimResult.POSSIBLE_LOSS);
            assertThat(store.claim(ANNA, claimed.revision(), next, 1)).isEqualTo(ClaimResult.SAVED);
            assertThat(store.history()).hasValue(1);
        }
    }
}
