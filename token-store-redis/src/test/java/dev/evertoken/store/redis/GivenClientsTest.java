package dev.evertoken.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.ReplicatedStore.ClaimResult;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.redis.server.RedisProcess;
import dev.evertoken.testing.SampleRecords;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;

/** Stores over clients of the application that Jedis 6 and 7.0 do not have. */
class GivenClientsTest {

    @Test
    void aClaimOverAClientOfOneServerIsConfirmedByAReplica() {
        try (RedisProcess server = RedisProcess.start();
                RedisProcess replica = RedisProcess.start("replicaof 127.0.0.1 " + server.port());
                RedisClient client = RedisClient.create("127.0.0.1", server.port())) {
            Until.holds("the replica follows", () -> LostWritesScene.follows(replica));
            RedisTokenStore store = RedisTokenStore.over(
                    client,
                    RedisInstance.newNamespace(),
                    RedisOptions.defaults().withReplicaWait(Duration.ofSeconds(1)));

            assertThat(GivenConnectionsTest.claim(store)).isEqualTo(ClaimResult.SAVED);
        }
    }

    @Test
    void aClientOfAClusterIsUsedAndNotClosed() {
        TokenKey key = TokenKey.of("acme", "anna");
        try (ThreeNodes three = ThreeNodes.start();
                RedisClusterClient client = RedisClusterClient.create(
                        new HostAndPort("127.0.0.1", three.nodes.get(0).port()))) {
            RedisTokenStore store = RedisTokenStore.over(client, RedisInstance.newNamespace(), RedisOptions.defaults());
            assertThat(store.compareAndSet(key, TokenStore.ABSENT, SampleRecords.full(key)))
                    .isTrue();

            store.close();

            assertThat(store.load(key)).isPresent();
        }
    }
}
