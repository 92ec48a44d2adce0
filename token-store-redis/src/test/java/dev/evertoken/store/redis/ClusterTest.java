package dev.evertoken.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.redis.server.RedisProcess;
import dev.evertoken.testing.SampleRecords;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClusterClient;

/** The contracts on a cluster of three nodes. */
class ClusterTest {

    private static ThreeNodes three;

    @BeforeAll
    static void start() {
        three = ThreeNodes.start();
    }

    @AfterAll
    static void stop() {
        three.close();
    }

    @Nested
    class AsStore extends RedisStoreContract {
        @Override
        RedisInstance redis() {
            return three.redis();
        }
    }

    @Nested
    class AsIndex extends RedisIndexContract {
        @Override
        RedisInstance redis() {
            return three.redis();
        }
    }

    @Nested
    class AsStamp extends RedisStampContract {
        @Override
        RedisInstance redis() {
            return three.redis();
        }
    }

    @Test
    void accountsAreDistributedOverAllNodesAndListedFromAllOfThem() {
        List<TokenKey> keys = IntStream.range(0, 100)
                .mapToObj(n -> TokenKey.of("acme", "account-" + n))
                .toList();
        String namespace = RedisInstance.newNamespace();
        try (RedisTokenStore store = three.redis().open(namespace)) {
            keys.forEach(key -> assertThat(store.compareAndSet(key, TokenStore.ABSENT, SampleRecords.full(key)))
                    .isTrue());

            for (RedisProcess node : three.nodes) {
                try (Jedis admin = node.admin()) {
                    assertThat(admin.keys(new KeyNames(namespace).allRecords())).isNotEmpty();
                }
            }
            try (Stream<TokenKey> all = store.keys()) {
                assertThat(all).containsExactlyInAnyOrderElementsOf(keys);
            }
        }
    }

    @Test
    void aClientOfTheApplicationIsUsedAndNotClosed() {
        TokenKey key = TokenKey.of("acme", "anna");
        HostAndPort any = new HostAndPort("127.0.0.1", three.nodes.get(0).port());
        try (RedisClusterClient client = RedisClusterClient.create(any)) {
            RedisTokenStore store = RedisTokenStore.over(client, RedisInstance.newNamespace(), RedisOptions.defaults());
            assertThat(store.compareAndSet(key, TokenStore.ABSENT, SampleRecords.full(key)))
                    .isTrue();

            store.close();

            assertThat(store.load(key)).isNotEqualTo(Optional.empty());
        }
    }
}
