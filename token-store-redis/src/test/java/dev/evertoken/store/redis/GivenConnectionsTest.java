package dev.evertoken.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.ReplicatedStore.ClaimResult;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.redis.server.RedisProcess;
import dev.evertoken.testing.SampleRecords;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.providers.PooledConnectionProvider;

/** Stores over connections or a client of the application, of types that all versions of Jedis have. */
class GivenConnectionsTest {

    private static RedisProcess server;
    private static RedisProcess replica;
    private static Proxy proxy;

    @BeforeAll
    static void start() {
        server = RedisProcess.start();
        replica = RedisProcess.start("replicaof 127.0.0.1 " + server.port());
        proxy = Proxy.to(server.port());
        Until.holds("the replica follows", () -> LostWritesScene.follows(replica));
    }

    @AfterAll
    static void stop() {
        proxy.close();
        replica.close();
        server.close();
    }

    private static PooledConnectionProvider connections() {
        return new PooledConnectionProvider(new HostAndPort("127.0.0.1", proxy.port()));
    }

    /** Waits longer than by default, because a replica confirms nothing just after it has connected. */
    private static RedisOptions patient() {
        return RedisOptions.defaults().withReplicaWait(Duration.ofSeconds(1));
    }

    @Test
    void aClaimOverGivenConnectionsIsConfirmedByAReplica() {
        try (PooledConnectionProvider connections = connections()) {
            RedisTokenStore store = RedisTokenStore.over(connections, RedisInstance.newNamespace(), patient());

            assertThat(claim(store)).isEqualTo(ClaimResult.SAVED);
        }
    }

    @Test
    void aClaimOverAClientThatGivesAwayNoConnectionIsNotConfirmed() {
        try (UnifiedJedis client = RedisInstance.client(proxy.port())) {
            RedisTokenStore store = RedisTokenStore.over(client, RedisInstance.newNamespace(), patient());

            assertThat(claim(store)).isEqualTo(ClaimResult.UNCONFIRMED);
        }
    }

    @Test
    void aBatchOverGivenConnectionsIsOneRoundTripAndOverAClientWithoutThemOneForEachRecord() {
        String namespace = RedisInstance.newNamespace();
        List<TokenKey> keys = IntStream.range(0, 20)
                .mapToObj(n -> TokenKey.of("acme", "account-" + n))
                .toList();
        try (PooledConnectionProvider connections = connections();
                UnifiedJedis client = RedisInstance.client(proxy.port())) {
            RedisTokenStore pooled = RedisTokenStore.over(connections, namespace, RedisOptions.defaults());
            RedisTokenStore plain = RedisTokenStore.over(client, namespace, RedisOptions.defaults());
            keys.forEach(key -> assertThat(pooled.compareAndSet(key, TokenStore.ABSENT, SampleRecords.sparse(key)))
                    .isTrue());

            assertThat(roundTripsOf(() -> assertComplete(pooled, keys))).isEqualTo(1);
            assertThat(roundTripsOf(() -> assertComplete(plain, keys))).isEqualTo(keys.size());
        }
    }

    private static void assertComplete(RedisTokenStore store, List<TokenKey> keys) {
        assertThat(store.loadAll(keys))
                .extracting(result -> result.record().orElseThrow().key())
                .containsExactlyElementsOf(keys);
    }

    private static int roundTripsOf(Runnable operation) {
        int before = proxy.requests();
        operation.run();
        return proxy.requests() - before;
    }

    static ClaimResult claim(RedisTokenStore store) {
        TokenKey key = TokenKey.of("acme", "claimed");
        TokenRecord first = SampleRecords.full(key);
        TokenRecord claimed =
                first.next().claim(SampleRecords.claim()).build(SampleRecords.revision(), first.updatedAt());
        assertThat(store.compareAndSet(key, TokenStore.ABSENT, first)).isTrue();
        return store.claim(key, first.revision(), claimed, 0);
    }
}
