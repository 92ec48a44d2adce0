package dev.evertoken.spring.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.redis.RedisTokenStore;
import dev.evertoken.store.redis.server.RedisProcess;
import dev.evertoken.testing.SampleRecords;
import dev.evertoken.testing.SharedTokenStoreContract;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import redis.clients.jedis.Jedis;

/** The shared store contract on a cluster of three nodes. */
class LettuceClusterTest {

    private static final int SLOTS = 16_384;

    private static List<RedisProcess> nodes;
    private static LettuceConnectionFactory factory;

    @BeforeAll
    static void start() {
        nodes = Stream.generate(() -> RedisProcess.start("cluster-enabled yes", "cluster-node-timeout 2000"))
                .limit(3)
                .toList();
        for (int n = 0; n < nodes.size(); n++) {
            join(n);
        }
        nodes.forEach(LettuceClusterTest::awaitCluster);
        factory = new LettuceConnectionFactory(
                new RedisClusterConfiguration(
                        nodes.stream().map(node -> "127.0.0.1:" + node.port()).toList()),
                LettuceServer.clientConfiguration());
        factory.afterPropertiesSet();
        factory.start();
    }

    private static void join(int n) {
        int from = SLOTS * n / nodes.size();
        int to = SLOTS * (n + 1) / nodes.size();
        try (Jedis admin = nodes.get(n).admin()) {
            admin.clusterAddSlots(IntStream.range(from, to).toArray());
            nodes.forEach(other -> admin.clusterMeet("127.0.0.1", other.port()));
        }
    }

    private static void awaitCluster(RedisProcess node) {
        try (Jedis admin = node.admin()) {
            String info = admin.clusterInfo();
            for (int look = 0; !isUp(info) && look < 400; look++) {
                CompletableFuture<String> next =
                        new CompletableFuture<String>().completeOnTimeout("", 25, TimeUnit.MILLISECONDS);
                info = next.join() + admin.clusterInfo();
            }
            assertThat(info).contains("cluster_state:ok").contains("cluster_known_nodes:3");
        }
    }

    private static boolean isUp(String info) {
        return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:3");
    }

    @AfterAll
    static void stop() {
        factory.destroy();
        nodes.forEach(RedisProcess::close);
    }

    @Nested
    class AsStore extends SharedTokenStoreContract {
        private final String namespace = LettuceServer.newNamespace();

        @Override
        protected TokenStore newStore() {
            return another();
        }

        @Override
        protected TokenStore another() {
            return LettuceServer.open(factory, namespace);
        }

        @Override
        protected void damage(TokenKey key) {
            LettuceServer.damage(factory, LettuceServer.recordOf(factory, namespace, key));
        }
    }

    @Test
    void accountsAreDistributedOverAllNodesAndReadFromAllOfThem() {
        List<TokenKey> keys = IntStream.range(0, 60)
                .mapToObj(n -> TokenKey.of("acme", "account-" + n))
                .toList();
        String namespace = LettuceServer.newNamespace();
        try (RedisTokenStore store = LettuceServer.open(factory, namespace)) {
            keys.forEach(key -> assertThat(store.compareAndSet(key, TokenStore.ABSENT, SampleRecords.full(key)))
                    .isTrue());

            for (RedisProcess node : nodes) {
                try (Jedis admin = node.admin()) {
                    assertThat(admin.keys("*" + namespace + "*")).isNotEmpty();
                }
            }
            try (Stream<TokenKey> all = store.keys()) {
                assertThat(all).containsExactlyInAnyOrderElementsOf(keys);
            }
        }
    }
}
