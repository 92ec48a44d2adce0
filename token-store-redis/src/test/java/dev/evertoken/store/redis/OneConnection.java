package dev.evertoken.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** The smallest implementation of the port: one server, one connection, one command at a time. Thread-safe. */
final class OneConnection implements RedisCommands {

    private final ReentrantLock lock = new ReentrantLock();
    private final Jedis connection;

    OneConnection(int port) {
        connection = new Jedis("127.0.0.1", port);
    }

    private <T> T run(Supplier<T> command) {
        lock.lock();
        try {
            return command.get();
        } catch (JedisException e) {
            throw JedisFailures.of(e);
        } finally {
            lock.unlock();
        }
    }

    private static List<byte[]> bytes(List<String> keys) {
        return keys.stream().map(key -> key.getBytes(US_ASCII)).toList();
    }

    @Override
    public @Nullable Object evalsha(byte[] digest, List<String> keys, List<byte[]> arguments) {
        return run(() -> connection.evalsha(digest, bytes(keys), arguments));
    }

    @Override
    public @Nullable Object eval(byte[] script, List<String> keys, List<byte[]> arguments) {
        return run(() -> connection.eval(script, bytes(keys), arguments));
    }

    @Override
    public List<byte @Nullable []> hmget(String key, List<byte[]> fields) {
        return run(() -> connection.hmget(key.getBytes(US_ASCII), fields.toArray(byte[][]::new)));
    }

    @Override
    public List<Optional<List<byte @Nullable []>>> hmgetAll(List<String> keys, List<byte[]> fields) {
        return keys.stream().map(key -> hash(key, fields)).toList();
    }

    private Optional<List<byte @Nullable []>> hash(String key, List<byte[]> fields) {
        try {
            return Optional.of(hmget(key, fields));
        } catch (RedisCommandException e) {
            if (e.reason() == RedisCommandException.Reason.RESPONSE) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public String type(String key) {
        return run(() -> connection.type(key));
    }

    @Override
    public Page scan(String serverOf, String cursor, String pattern, int count) {
        ScanResult<String> page = run(
                () -> connection.scan(cursor, new ScanParams().match(pattern).count(count)));
        return new Page(page.getCursor(), page.getResult());
    }

    @Override
    public String info(String serverOf, Optional<String> section) {
        return run(() -> section.map(connection::info).orElseGet(connection::info));
    }

    @Override
    public Instant time(String serverOf) {
        List<String> parts = run(connection::time);
        return Instant.ofEpochSecond(Long.parseLong(parts.get(0)))
                .plus(Long.parseLong(parts.get(1)), ChronoUnit.MICROS);
    }

    @Override
    public List<String> onePerServer(List<String> keys) {
        return keys.subList(0, 1);
    }

    @Override
    public <T> Optional<T> overOneConnection(String key, Function<RedisSession, T> commands) {
        return Optional.of(run(() -> commands.apply(new Session())));
    }

    private final class Session implements RedisSession {

        @Override
        public @Nullable Object evalsha(byte[] digest, List<String> keys, List<byte[]> arguments) {
            return OneConnection.this.evalsha(digest, keys, arguments);
        }

        @Override
        public @Nullable Object eval(byte[] script, List<String> keys, List<byte[]> arguments) {
            return OneConnection.this.eval(script, keys, arguments);
        }

        @Override
        public long awaitReplicas(int replicas, Duration limit) {
            return run(() -> connection.waitReplicas(replicas, limit.toMillis()));
        }
    }

    @Override
    public int connections() {
        return 1;
    }

    @Override
    public void dropIdle() {
        connection.disconnect();
    }

    @Override
    public void close() {
        connection.close();
    }
}
