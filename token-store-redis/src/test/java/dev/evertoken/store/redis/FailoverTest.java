package dev.evertoken.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.redis.server.RedisProcess;
import dev.evertoken.testing.EngineCluster;
import dev.evertoken.testing.SampleRecords;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** The primary is killed and the sentinels promote its replica. */
class FailoverTest {

    private static final TokenKey ANNA = TokenKey.of("acme", "anna");

    @Test
    void theStoreContinuesWithThePromotedReplica() {
        RedisProcess primary = RedisProcess.start();
        try (SentinelGroup watched = SentinelGroup.start(primary, primary.port());
                RedisTokenStore store = RedisTokenStore.open(watched.location(), RedisInstance.newNamespace())) {
            TokenRecord first = SampleRecords.full(ANNA);
            assertThat(store.compareAndSet(ANNA, TokenStore.ABSENT, first)).isTrue();
            Until.holds("the replica has the record", () -> has(watched.replica, first));

            primary.kill();
            watched.awaitFailover();

            Until.holds("the store has found the new server", () -> isAvailable(store));
            assertThat(store.load(ANNA)).isEqualTo(Optional.of(first));
            TokenRecord secondToken = SampleRecords.next(first);
            assertThat(store.compareAndSet(ANNA, first.revision(), secondToken)).isTrue();
            assertThat(store.load(ANNA)).isEqualTo(Optional.of(secondToken));
        }
    }

    @Test
    @Fault("F14")
    void aRotationMissingOnThePromotedReplicaIsRepairedAndReported(@TempDir Path folder) {
        RedisProcess primary = RedisProcess.start();
        try (Proxy replicationProxy = Proxy.to(primary.port());
                SentinelGroup watched = SentinelGroup.start(primary, replicationProxy.port());
                EngineCluster cluster = EngineCluster.over(new RedisStoreFixture(), folder)) {
            Tokens tokens = cluster.tokens(watched.location());
            cluster.connectExpired(tokens);
            Until.holds(
                    "the replica has the consent",
                    () -> !recordKeys(watched.replica).isEmpty());
            replicationProxy.mute();
            AccessToken secondToken = tokens.accessToken(ANNA);
            assertThat(secondToken.generation()).isEqualTo(2);

            primary.kill();
            watched.awaitFailover();

            Until.holds(
                    "the next refresh",
                    () -> EngineCluster.outcome(() -> tokens.replace(ANNA, secondToken))
                            .equals("GENERATION 3"));
            assertThat(cluster.tokenRequests()).as("each generation once").isEqualTo(2);
            assertThat(cluster.acme().ledger().familiesRevoked()).isEmpty();
            Until.holds("the conflict was published", () -> cluster.hasEvent(TokenEvent.Kind.ROTATION_CONFLICT));
        }
    }

    private static Set<String> recordKeys(RedisProcess server) {
        try (Jedis admin = server.admin()) {
            return admin.keys("*:record:*");
        }
    }

    private static boolean has(RedisProcess server, TokenRecord record) {
        try (Jedis admin = server.admin()) {
            return admin.keys("*:record:*").stream()
                    .anyMatch(key -> Long.toString(record.revision()).equals(admin.hget(key, "revision")));
        }
    }

    private static boolean isAvailable(TokenStore store) {
        try {
            return store.load(ANNA).isPresent();
        } catch (TokenStoreException e) {
            return false;
        }
    }
}
