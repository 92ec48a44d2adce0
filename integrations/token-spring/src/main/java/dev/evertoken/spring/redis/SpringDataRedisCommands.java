package dev.evertoken.spring.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evertoken.store.redis.RedisCommandException;
import dev.evertoken.store.redis.RedisCommands;
import dev.evertoken.store.redis.RedisOptions;
import dev.evertoken.store.redis.RedisSession;
import dev.evertoken.store.redis.RedisTokenStore;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.RedisClusterConnection;
import org.springframework.data.redis.connection.RedisClusterNode;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.ReturnType;

/**
 * The commands of the Redis store over a {@link RedisConnectionFactory} of the application, such as the one of Lettuce
 * that Spring Boot configures; the application closes it.
 *
 * <pre>{@code
 * TokenStore store = SpringDataRedisCommands.store(factory, "crm", RedisOptions.defaults());
 * }</pre>
 *
 * <p>Each call is one script and one round trip, sent to the primary of its key, also if the factory reads from
 * replicas. Lettuce sends a command again if its connection breaks before the response; the scripts of the store have
 * the same effect and the same result if they run twice. Set a command timeout at the factory: the default one of
 * Lettuce is a minute.
 *
 * <p>A factory gives away no connection for {@code WAIT}: claims are not confirmed by a replica, so none succeeds with
 * {@link RedisOptions#requireReplicas()}. Thread-safe.
 */
public final class SpringDataRedisCommands implements RedisCommands {

    private static final ListScript HMGET = ListScript.of("return redis.call('HMGET', KEYS[1], unpack(ARGV))");
    private static final ListScript HMGET_ALL = ListScript.of("""
            local all = {}
            for i, key in ipairs(KEYS) do
              local values = redis.pcall('HMGET', key, unpack(ARGV))
              all[i] = values.err and {} or values
            end
            return all""");
    private static final ListScript TYPE = ListScript.of("return redis.call('TYPE', KEYS[1]).ok");
    private static final ListScript SCAN =
            ListScript.of("return redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', ARGV[3])");
    private static final ListScript INFO = ListScript.of("return redis.call('INFO', unpack(ARGV))");
    private static final ListScript TIME = ListScript.of("return redis.call('TIME')");

    private final RedisConnectionFactory factory;

    /** The scripts of the store, by the digest by which the store calls them. */
    private final Map<String, ListScript> scripts = new ConcurrentHashMap<>();

    public SpringDataRedisCommands(RedisConnectionFactory factory) {
        this.factory = factory;
    }

    /**
     * Opens the store of a namespace over connections of the application.
     *
     * @param namespace see {@link RedisTokenStore#open(String, String, RedisOptions)}
     * @param options only {@link RedisOptions#evictionAccepted()} and the settings for replicas are used
     * @throws dev.evertoken.model.TokenStoreException if the server cannot be reached or is unsuitable
     */
    public static RedisTokenStore store(RedisConnectionFactory factory, String namespace, RedisOptions options) {
        return RedisTokenStore.over(new SpringDataRedisCommands(factory), namespace, options);
    }

    // ---- the scripts of the store

    @Override
    public @Nullable Object evalsha(byte[] digest, List<String> keys, List<byte[]> arguments) {
        ListScript script = scripts.get(new String(digest, US_ASCII));
        if (script == null) {
            throw SpringRedisFailures.noScript(); // the store then passes its text
        }
        return onConnection(connection -> evalsha(connection, script, keys, arguments));
    }

    @Override
    public @Nullable Object eval(byte[] script, List<String> keys, List<byte[]> arguments) {
        ListScript wrapped = scripts.computeIfAbsent(
                new String(ListScript.digest(script), US_ASCII), digest -> ListScript.of(script));
        return onConnection(connection -> eval(connection, wrapped, keys, arguments));
    }

    // ---- the scripts of this class

    @Override
    public List<byte @Nullable []> hmget(String key, List<byte[]> fields) {
        return values(run(HMGET, List.of(key), fields));
    }

    @Override
    public List<Optional<List<byte @Nullable []>>> hmgetAll(List<String> keys, List<byte[]> fields) {
        if (keys.isEmpty()) {
            return List.of();
        }
        Boolean cluster = onConnection(RedisClusterConnection.class::isInstance);
        return Boolean.TRUE.equals(cluster)
                ? keys.stream().map(key -> hash(key, fields)).toList()
                : hashes(run(HMGET_ALL, keys, fields));
    }

    /** The keys of a cluster are in different slots, so one script cannot read them. */
    private Optional<List<byte @Nullable []>> hash(String key, List<byte[]> fields) {
        return hashes(run(HMGET_ALL, List.of(key), fields)).get(0);
    }

    private static List<Optional<List<byte @Nullable []>>> hashes(@Nullable Object reply) {
        List<Optional<List<byte @Nullable []>>> hashes = new ArrayList<>();
        for (Object hash : list(reply)) {
            List<byte @Nullable []> values = values(hash);
            hashes.add(values.isEmpty() ? Optional.empty() : Optional.of(values));
        }
        return hashes;
    }

    @Override
    public String type(String key) {
        return text(run(TYPE, List.of(key), List.of()));
    }

    @Override
    public Page scan(String serverOf, String cursor, String pattern, int count) {
        List<?> parts = list(
                run(SCAN, List.of(serverOf), List.of(bytes(cursor), bytes(pattern), bytes(Integer.toString(count)))));
        return new Page(
                text(parts.get(0)),
                list(parts.get(1)).stream().map(SpringDataRedisCommands::text).toList());
    }

    @Override
    public String info(String serverOf, Optional<String> section) {
        return text(run(
                INFO,
                List.of(serverOf),
                section.map(SpringDataRedisCommands::bytes).stream().toList()));
    }

    @Override
    public Instant time(String serverOf) {
        List<?> parts = list(run(TIME, List.of(serverOf), List.of()));
        return Instant.ofEpochSecond(Long.parseLong(text(parts.get(0))))
                .plus(Long.parseLong(text(parts.get(1))), ChronoUnit.MICROS);
    }

    @Override
    public List<String> onePerServer(List<String> keys) {
        return Objects.requireNonNull(onConnection(connection ->
                connection instanceof RedisClusterConnection cluster ? onePerNode(cluster, keys) : keys.subList(0, 1)));
    }

    private static List<String> onePerNode(RedisClusterConnection cluster, List<String> keys) {
        Map<RedisClusterNode, String> first = new LinkedHashMap<>();
        for (String key : keys) {
            first.putIfAbsent(cluster.clusterGetNodeForKey(bytes(key)), key);
        }
        return List.copyOf(first.values());
    }

    @Override
    public <T> Optional<T> overOneConnection(String key, Function<RedisSession, T> commands) {
        return Optional.empty();
    }

    @Override
    public int connections() {
        return 1;
    }

    @Override
    public void dropIdle() {
        // The factory replaces broken connections itself.
    }

    @Override
    public void close() {
        // The application closes the factory.
    }

    // ---- calls

    private @Nullable Object run(ListScript script, List<String> keys, List<byte[]> arguments) {
        return onConnection(connection -> {
            try {
                return evalsha(connection, script, keys, arguments);
            } catch (RuntimeException e) {
                RedisCommandException failure = SpringRedisFailures.of(e);
                if (failure.response()
                        .filter(error -> error.startsWith("NOSCRIPT"))
                        .isEmpty()) {
                    throw failure;
                }
                return eval(connection, script, keys, arguments);
            }
        });
    }

    private static @Nullable Object evalsha(
            RedisConnection connection, ListScript script, List<String> keys, List<byte[]> arguments) {
        return ListScript.result(connection
                .scriptingCommands()
                .evalSha(script.digest(), ReturnType.MULTI, keys.size(), all(keys, arguments)));
    }

    private static @Nullable Object eval(
            RedisConnection connection, ListScript script, List<String> keys, List<byte[]> arguments) {
        return ListScript.result(connection
                .scriptingCommands()
                .eval(script.text(), ReturnType.MULTI, keys.size(), all(keys, arguments)));
    }

    private <T> @Nullable T onConnection(Function<RedisConnection, @Nullable T> call) {
        try (RedisConnection connection = factory.getConnection()) {
            return call.apply(connection);
        } catch (RedisCommandException e) {
            throw e;
        } catch (RuntimeException e) {
            throw SpringRedisFailures.of(e);
        }
    }

    private static byte[][] all(List<String> keys, List<byte[]> arguments) {
        return Stream.concat(keys.stream().map(SpringDataRedisCommands::bytes), arguments.stream())
                .toArray(byte[][]::new);
    }

    private static List<byte @Nullable []> values(@Nullable Object reply) {
        return list(reply).stream()
                .<byte @Nullable []>map(value -> (byte[]) value)
                .toList();
    }

    private static List<?> list(@Nullable Object reply) {
        return reply instanceof List<?> list ? list : List.of();
    }

    private static String text(@Nullable Object bytes) {
        return new String((byte[]) Objects.requireNonNull(bytes), UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
