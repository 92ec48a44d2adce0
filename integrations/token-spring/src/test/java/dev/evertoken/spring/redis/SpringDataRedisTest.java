package dev.evertoken.spring.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.redis.RedisCommandException;
import dev.evertoken.store.redis.RedisCommandException.Reason;
import dev.evertoken.store.redis.RedisTokenStore;
import dev.evertoken.testing.ChangeStampContract;
import dev.evertoken.testing.DueIndexContract;
import dev.evertoken.testing.SampleRecords;
import dev.evertoken.testing.SharedTokenStoreContract;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.RedisConnection;

/** The contracts of a store over a connection factory of Lettuce. */
class SpringDataRedisTest {

    private static final TokenKey ANNA = TokenKey.of("acme", "anna");

    private static LettuceServer server;

    @BeforeAll
    static void start() {
        server = new LettuceServer();
    }

    @AfterAll
    static void stop() {
        server.close();
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
            return LettuceServer.open(server.factory, namespace);
        }

        @Override
        protected void damage(TokenKey key) {
            LettuceServer.damage(server.factory, LettuceServer.recordOf(server.factory, namespace, key));
        }
    }

    @Nested
    class AsIndex extends DueIndexContract {
        @Override
        protected TokenStore newStore() {
            return LettuceServer.open(server.factory, LettuceServer.newNamespace());
        }
    }

    @Nested
    class AsStamp extends ChangeStampContract {
        private final String namespace = LettuceServer.newNamespace();

        @Override
        protected TokenStore newStore() {
            return another();
        }

        @Override
        protected TokenStore another() {
            return LettuceServer.open(server.factory, namespace);
        }
    }

    private static @Nullable Object eval(String script) {
        return new SpringDataRedisCommands(server.factory)
                .eval(script.getBytes(StandardCharsets.UTF_8), List.of("key"), List.of());
    }

    @Test
    void theTypeOfEachResultIsKept() {
        assertThat(eval("return 7")).isEqualTo(7L);
        assertThat(eval("return 'text'")).isEqualTo("text".getBytes(StandardCharsets.UTF_8));
        assertThat(eval("return false")).isNull();
        assertThat((List<?>) eval("return {}")).isEmpty();
        assertThat(new ArrayList<>((List<?>) eval("return {1, {2, 3}}"))).isEqualTo(List.of(1L, List.of(2L, 3L)));
        assertThat(new ArrayList<>((List<?>) eval("return {5}"))).isEqualTo(List.of(5L));
    }

    @Test
    void aServerThatHasForgottenTheScriptsIsSentThemAgain() {
        try (RedisTokenStore store = LettuceServer.open(server.factory, LettuceServer.newNamespace())) {
            TokenRecord record = SampleRecords.full(ANNA);
            assertThat(store.compareAndSet(ANNA, TokenStore.ABSENT, record)).isTrue();
            try (RedisConnection connection = server.factory.getConnection()) {
                connection.scriptingCommands().scriptFlush();
            }

            assertThat(store.load(ANNA)).contains(record);
            assertThat(store.compareAndSet(ANNA, record.revision(), SampleRecords.next(record)))
                    .isTrue();
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void manyRecordsAreReadTogetherAndAKeyOfAnotherTypeIsLeftOut() {
        SpringDataRedisCommands commands = new SpringDataRedisCommands(server.factory);
        String prefix = LettuceServer.newNamespace();
        byte[] field = {'f'};
        List<String> keys = IntStream.range(0, 300).mapToObj(n -> prefix + n).toList();
        try (RedisConnection connection = server.factory.getConnection()) {
            for (String key : keys.subList(0, 299)) {
                connection.hashCommands().hSet(ascii(key), field, ascii(key));
            }
            connection.stringCommands().set(ascii(keys.get(299)), field);
        }

        List<Optional<List<byte @Nullable []>>> all = commands.hmgetAll(keys, List.of(field, new byte[] {'g'}));

        assertThat(all).hasSize(300);
        assertThat(all.get(298).orElseThrow().get(0)).isEqualTo(ascii(keys.get(298)));
        assertThat(all.get(298).orElseThrow().get(1)).isNull();
        assertThat(all.get(299)).isEmpty();
    }

    @Test
    void theErrorOfAServerIsReportedWithoutItsTextAsACause() {
        RedisCommandException failure = catchThrowableOfType(
                RedisCommandException.class, () -> eval("return redis.error_reply('READONLY a secret')"));

        assertThat(failure.reason()).isEqualTo(Reason.RESPONSE);
        assertThat(failure.response().orElseThrow()).startsWith("READONLY");
        assertThat(failure).hasNoCause().hasMessage("a Redis command failed: RESPONSE");
    }

    @Test
    void aServerThatIsDownIsUnavailable() {
        try (LettuceServer other = new LettuceServer()) {
            RedisTokenStore store = LettuceServer.open(other.factory, LettuceServer.newNamespace());
            store.close();
            other.factory.resetConnection();
            other.process.kill();

            TokenStoreException failure = catchThrowableOfType(TokenStoreException.class, () -> store.load(ANNA));

            assertThat(failure.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
            assertThat(failure).hasMessageStartingWith(ANNA + ": the record cannot be read: ");
        }
    }
}
