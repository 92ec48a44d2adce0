package dev.evertoken.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.redis.server.RedisProcess;
import dev.evertoken.testing.ConcurrentRun;
import dev.evertoken.testing.SampleRecords;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.UnifiedJedis;

/** Connections that break during a command, and servers that hang, stop and restart. */
class ConnectionErrorsTest {

    private static final TokenKey ANNA = TokenKey.of("acme", "anna");
    private static final Duration SHORT = Duration.ofMillis(300);

    private final String namespace = RedisInstance.newNamespace();
    private RedisProcess server;
    private Proxy proxy;
    private RedisTokenStore store;
    private TokenRecord first;

    @BeforeEach
    void open() {
        server = RedisProcess.start("appendonly yes", "appendfsync always");
        proxy = Proxy.to(server.port());
        store = RedisTokenStore.open(
                "redis://127.0.0.1:" + proxy.port(),
                namespace,
                RedisOptions.defaults().withTimeout(SHORT));
        first = SampleRecords.full(ANNA);
        assertThat(store.compareAndSet(ANNA, TokenStore.ABSENT, first)).isTrue();
    }

    @AfterEach
    void close() {
        store.close();
        proxy.close();
        server.close();
    }

    private static TokenStoreException failure(Runnable call) {
        TokenStoreException failure = catchThrowableOfType(TokenStoreException.class, call::run);
        assertThat(failure).isNotNull();
        return failure;
    }

    @Test
    void aWriteWhoseResponseWasLostIsRecognizedAndCountsOnce() {
        TokenRecord second = SampleRecords.next(first);
        proxy.loseTheResponseOf("EVALSHA");

        assertThat(store.compareAndSet(ANNA, first.revision(), second)).isTrue();

        assertThat(store.load(ANNA)).isEqualTo(Optional.of(second));
    }

    @Test
    void aWriteOfARetryingClientCountsOnce() {
        TokenRecord second = SampleRecords.next(first);
        JedisClientConfig config = DefaultJedisClientConfig.builder().build();
        try (UnifiedJedis retrying = RedisInstance.client(proxy.port(), config, 5)) {
            RedisTokenStore own = RedisTokenStore.over(retrying, namespace, RedisOptions.defaults());
            proxy.loseTheResponseOf("EVALSHA");

            assertThat(own.compareAndSet(ANNA, first.revision(), second)).isTrue();

            assertThat(own.load(ANNA)).isEqualTo(Optional.of(second));
        }
    }

    @Test
    void aRepeatedWriteDoesNotOverwriteALaterRecord() {
        TokenRecord second = SampleRecords.next(first);
        TokenRecord third = SampleRecords.next(second);
        assertThat(store.compareAndSet(ANNA, first.revision(), second)).isTrue();
        assertThat(store.compareAndSet(ANNA, second.revision(), third)).isTrue();

        assertThat(store.compareAndSet(ANNA, first.revision(), second))
                .as("the repeated write")
                .isFalse();

        assertThat(store.load(ANNA)).isEqualTo(Optional.of(third));
    }

    @Test
    void aRemovalWhoseResponseWasLostFailsAndIsApplied() {
        proxy.loseTheResponseOf("EVALSHA");

        TokenStoreException failure = failure(() -> store.remove(ANNA, first.revision()));

        assertThat(failure.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(failure)
                .hasMessage(ANNA + ": the record cannot be removed: redis://127.0.0.1:" + proxy.port()
                        + "/0 could not be reached, or broke the connection");
        assertThat(store.load(ANNA)).isEmpty();
    }

    @Test
    @Fault("F17")
    void aHangingServerIsTimedOutAndIsUsableLater() {
        server.freeze();

        TokenStoreException failure = failure(() -> store.load(ANNA));

        assertThat(failure)
                .hasMessage(ANNA + ": the record cannot be read: redis://127.0.0.1:" + proxy.port()
                        + "/0 did not respond in time");
        assertThat(failure.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        server.thaw();
        assertThat(store.load(ANNA)).isEqualTo(Optional.of(first));
    }

    @Test
    @Fault("F17")
    void manyThreadsAtAHangingServerAllTimeOut() {
        RedisOptions few = RedisOptions.defaults().withTimeout(SHORT).withConnections(2);
        try (RedisTokenStore small = RedisTokenStore.open("redis://127.0.0.1:" + proxy.port(), namespace, few)) {
            server.freeze();

            List<String> failures = ConcurrentRun.run(
                    8, thread -> Stream.of(failure(() -> small.load(ANNA)).detail()));

            assertThat(failures)
                    .hasSize(8)
                    .allMatch(detail -> detail.endsWith("did not respond in time")
                            || detail.endsWith("was not called: all connections were busy for too long"));
            server.thaw();
        }
    }

    @Test
    void aRestartedServerIsReconnectedWithAllItsRecords() {
        server.kill();
        assertThat(failure(() -> store.load(ANNA)).problem()).isEqualTo(Problem.STORE_UNAVAILABLE);

        server.restart();

        assertThat(store.load(ANNA)).isEqualTo(Optional.of(first));
        TokenRecord second = SampleRecords.next(first);
        assertThat(store.compareAndSet(ANNA, first.revision(), second))
                .as("with a script that the restarted server does not have")
                .isTrue();
    }

    @Test
    void aRestartFailsNoCommandOfThreadsWithOpenConnections() {
        ConcurrentRun.run(8, thread -> store.load(ANNA).stream());
        server.kill();
        server.restart();

        List<TokenRecord> loaded = ConcurrentRun.run(8, thread -> store.load(ANNA).stream());

        assertThat(loaded).hasSize(8).containsOnly(first);
    }

    @Test
    void aFlushedScriptIsSentAgain() {
        try (Jedis admin = server.admin()) {
            admin.scriptFlush();
        }
        TokenRecord second = SampleRecords.next(first);

        assertThat(store.compareAndSet(ANNA, first.revision(), second)).isTrue();
        assertThat(store.due("acme", Instant.MAX, Optional.empty(), 10)).containsExactly(ANNA);
    }

    @Test
    void aWriteAndAReadAreOneRoundTripEach() {
        int before = proxy.requests();
        TokenRecord second = SampleRecords.next(first);
        assertThat(store.compareAndSet(ANNA, first.revision(), second)).isTrue();
        assertThat(proxy.requests() - before).as("a write").isEqualTo(1);
        assertThat(store.load(ANNA)).isPresent();
        assertThat(proxy.requests() - before).as("a write and a read").isEqualTo(2);
    }
}
