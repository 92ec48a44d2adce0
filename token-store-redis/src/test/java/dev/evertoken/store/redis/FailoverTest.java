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

/** The server in charge is killed, and the sentinels put its replica in its place. */
class FailoverTest {

    private static final TokenKey ANNA = TokenKey.of("acme", "anna");

    @Test
    void theStoreGoesOnWithTheReplicaThatWasPutInCharge() {
        RedisProcess primary = RedisProcess.start();
        try (SentinelGroup watched = SentinelGroup.start(primary, primary.port());
                RedisTokenStore store = RedisTokenStore.open(watched.location(), RedisInstance.newNamespace())) {
            TokenRecord first = SampleRecords.full(ANNA);
            assertThat(store.compareAndSet(ANNA, TokenStore.ABSENT, first)).isTrue();
            Until.holds("the replica has the record", () -> has(watched.replica, first));

            primary.kill();
            watched.awaitFailover();

            Until.holds("the store has found the new server", () -> responses(store));
            assertThat(store.load(ANNA)).isEqualTo(Optional.of(first));
            TokenRecord second = SampleRecords.next(first);
            assertThat(store.compareAndSet(ANNA, first.revision(), second)).isTrue();
            assertThat(store.load(ANNA)).isEqualTo(Optional.of(second));
        }
    }

    @Test
    @Fault("F14")
    void aRotationThatTheReplicaNeverSawIsGivenBackToItAndTold(@TempDir Path folder) {
        RedisProcess primary = RedisProcess.start();
        try (Proxy copying = Proxy.to(primary.port());
                SentinelGroup watched = SentinelGroup.start(primary, copying.port());
                EngineCluster cluster = EngineCluster.over(new RedisStoreFixture(), folder)) {
            Tokens here = cluster.tokens(watched.location());
            cluster.connectExpired(here);
            Until.holds(
                    "the replica has the consent",
                    () -> !recordKeys(watched.replica).isEmpty());
            copying.mute();
            AccessToken second = here.accessToken(ANNA);
            assertThat(second.generation()).isEqualTo(2);

            primary.kill();
            watched.awaitFailover();

            Until.holds(
                    "the next refresh",
                    () -> EngineCluster.outcome(() -> here.replace(ANNA, second))
                            .equals("GENERATION 3"));
            assertThat(cluster.tokenRequests()).as("each generation once").isEqualTo(2);
            assertThat(cluster.acme().ledger().familiesRevoked()).isEmpty();
            Until.holds("the loss was told", () -> cluster.hasPublished(TokenEvent.Kind.ROTATION_CONFLICT));
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

    private static boolean responses(TokenStore store) {
        try {
            return store.load(ANNA).isPresent();
        } catch (TokenStoreException e) {
            return false;
        }
    }
}
