package dev.evertoken.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TimedRecord;
import dev.evertoken.spi.store.TokenRecord;
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
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.providers.ClusterConnectionProvider;
import redis.clients.jedis.util.JedisClusterCRC16;

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
    class AsOutbox extends RedisOutboxContract {
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
    void aBatchIsReadFromAllNodes() {
        List<TokenKey> keys = IntStream.range(0, 50)
                .mapToObj(n -> TokenKey.of("acme", "account-" + n))
                .toList();
        try (RedisTokenStore store = three.redis().open(RedisInstance.newNamespace())) {
            keys.forEach(key -> assertThat(store.compareAndSet(key, TokenStore.ABSENT, SampleRecords.sparse(key)))
                    .isTrue());

            assertThat(store.loadAll(keys))
                    .extracting(result -> result.record().orElseThrow().key())
                    .containsExactlyElementsOf(keys);
        }
    }

    /** All processes compare a deadline with the clock of one node, which has only some of the records. */
    @Test
    void aRecordIsReadWithoutTheTimeOfItsNode() {
        TokenKey anna = TokenKey.of("acme", "anna");
        TokenRecord annas = SampleRecords.full(anna);
        try (RedisTokenStore store = three.redis().open(RedisInstance.newNamespace())) {
            assertThat(store.compareAndSet(anna, TokenStore.ABSENT, annas)).isTrue();

            assertThat(store.loadTimed(anna)).isEqualTo(TimedRecord.untimed(Optional.of(annas)));
        }
    }

    @Test
    void aRecordIsReadWhileItsSlotIsMoving() {
        TokenKey key = TokenKey.of("acme", "moving");
        String namespace = RedisInstance.newNamespace();
        String name = new KeyNames(namespace).record(key);
        int slot = JedisClusterCRC16.getSlot(name);
        try (RedisTokenStore store = three.redis().open(namespace);
                Jedis from = three.holderOf(slot).admin();
                Jedis to = three.another(slot).admin()) {
            TokenRecord record = SampleRecords.full(key);
            assertThat(store.compareAndSet(key, TokenStore.ABSENT, record)).isTrue();
            to.clusterSetSlotImporting(slot, from.clusterMyId());
            from.clusterSetSlotMigrating(slot, to.clusterMyId());
            try {
                assertThat(from.migrate("127.0.0.1", three.another(slot).port(), name, 0, 1000))
                        .isEqualTo("OK");

                assertThat(store.load(key)).hasValue(record);
            } finally {
                from.clusterSetSlotStable(slot);
                to.clusterSetSlotStable(slot);
            }
        }
    }

    @Test
    void aClientOfTheApplicationIsUsedAndNotClosed() {
        assertUsedAndNotClosed(
                RedisTokenStore.over(three.client(), RedisInstance.newNamespace(), RedisOptions.defaults()));
    }

    @Test
    void connectionsOfTheApplicationAreUsedAndNotClosed() {
        try (ClusterConnectionProvider connections = new ClusterConnectionProvider(
                three.addresses(), DefaultJedisClientConfig.builder().build())) {
            assertUsedAndNotClosed(
                    RedisTokenStore.over(connections, RedisInstance.newNamespace(), RedisOptions.defaults()));
        }
    }

    private static void assertUsedAndNotClosed(RedisTokenStore store) {
        TokenKey key = TokenKey.of("acme", "anna");
        assertThat(store.compareAndSet(key, TokenStore.ABSENT, SampleRecords.full(key)))
                .isTrue();

        store.close();

        assertThat(store.load(key)).isPresent();
    }
}
