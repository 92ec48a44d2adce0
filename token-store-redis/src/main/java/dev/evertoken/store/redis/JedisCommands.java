package dev.evertoken.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.Protocol.Keyword;
import redis.clients.jedis.exceptions.JedisException;

/** The commands over Jedis. Thread-safe. */
final class JedisCommands implements RedisCommands {

    private static final Logger log = LoggerFactory.getLogger(JedisCommands.class);

    private final JedisServers servers;

    JedisCommands(JedisServers servers) {
        this.servers = servers;
    }

    @Override
    public @Nullable Object evalsha(byte[] digest, List<String> keys, List<byte[]> arguments) {
        return run(keys.get(0), script(Command.EVALSHA, digest, keys, arguments));
    }

    @Override
    public @Nullable Object eval(byte[] script, List<String> keys, List<byte[]> arguments) {
        return run(keys.get(0), script(Command.EVAL, script, keys, arguments));
    }

    @Override
    public List<byte @Nullable []> hmget(String key, List<byte[]> fields) {
        return values(run(key, hash(key, fields)));
    }

    @Override
    public List<Optional<List<byte @Nullable []>>> hmgetAll(List<String> keys, List<byte[]> fields) {
        return new JedisPipeline(servers)
                .replies(keys, key -> hash(key, fields)).stream()
                        .map(reply -> reply.map(JedisCommands::values))
                        .toList();
    }

    @Override
    public String type(String key) {
        return text(run(key, new CommandArguments(Command.TYPE).add(key)));
    }

    @Override
    public Page scan(String serverOf, String cursor, String pattern, int count) {
        CommandArguments call = new CommandArguments(Command.SCAN)
                .add(cursor)
                .add(Keyword.MATCH)
                .add(pattern)
                .add(Keyword.COUNT)
                .add(count);
        List<?> parts = (List<?>) run(serverOf, call);
        List<?> keys = (List<?>) parts.get(1);
        return new Page(
                text(parts.get(0)), keys.stream().map(JedisCommands::text).toList());
    }

    @Override
    public String info(String serverOf, Optional<String> section) {
        CommandArguments call = new CommandArguments(Command.INFO);
        return text(run(serverOf, section.map(call::add).orElse(call)));
    }

    @Override
    public Instant time(String serverOf) {
        List<?> parts = (List<?>) run(serverOf, new CommandArguments(Command.TIME));
        return Instant.ofEpochSecond(Long.parseLong(text(parts.get(0))))
                .plus(Long.parseLong(text(parts.get(1))), ChronoUnit.MICROS);
    }

    @Override
    public List<String> onePerServer(List<String> keys) {
        return translated(keys.get(0), () -> servers.onePerServer(keys));
    }

    @Override
    public <T> Optional<T> overOneConnection(String key, Function<RedisSession, T> commands) {
        Optional<Connection> own = translated(key, () -> servers.connection(key));
        if (own.isEmpty()) {
            return Optional.empty();
        }
        try (Connection connection = own.get()) {
            return Optional.of(commands.apply(new Session(connection)));
        } catch (RedisCommandException e) {
            servers.failed(key, e.reason());
            throw e;
        }
    }

    @Override
    public int connections() {
        return servers.connections();
    }

    @Override
    public void dropIdle() {
        try {
            servers.dropIdle();
        } catch (JedisException e) {
            log.debug("the idle connections could not be closed", e);
        }
    }

    @Override
    public void close() {
        servers.close();
    }

    private Object run(String key, CommandArguments command) {
        try {
            return servers.run(key, command);
        } catch (JedisException e) {
            throw servers.failure(key, e);
        }
    }

    private <T> T translated(String key, Supplier<T> call) {
        try {
            return call.get();
        } catch (JedisException e) {
            throw servers.failure(key, e);
        }
    }

    /** Commands over one connection. Not thread-safe. */
    private static final class Session implements RedisSession {

        private final Connection connection;

        private Session(Connection connection) {
            this.connection = connection;
        }

        @Override
        public @Nullable Object evalsha(byte[] digest, List<String> keys, List<byte[]> arguments) {
            return run(script(Command.EVALSHA, digest, keys, arguments));
        }

        @Override
        public @Nullable Object eval(byte[] script, List<String> keys, List<byte[]> arguments) {
            return run(script(Command.EVAL, script, keys, arguments));
        }

        @Override
        public long awaitReplicas(int replicas, Duration limit) {
            return (Long) run(new CommandArguments(Command.WAIT).add(replicas).add(limit.toMillis()));
        }

        private Object run(CommandArguments command) {
            try {
                return connection.executeCommand(command);
            } catch (JedisException e) {
                throw JedisFailures.of(e);
            }
        }
    }

    private static CommandArguments script(Command command, byte[] script, List<String> keys, List<byte[]> arguments) {
        CommandArguments call = new CommandArguments(command).add(script).add(keys.size());
        keys.forEach(call::add);
        arguments.forEach(call::add);
        return call;
    }

    private static CommandArguments hash(String key, List<byte[]> fields) {
        CommandArguments call = new CommandArguments(Command.HMGET).add(key);
        fields.forEach(call::add);
        return call;
    }

    /** Returns the values of an array of bulk strings. */
    static List<byte @Nullable []> values(Object reply) {
        List<?> found = (List<?>) reply;
        List<byte @Nullable []> values = new ArrayList<>(found.size());
        for (Object value : found) {
            values.add((byte[]) value);
        }
        return values;
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, UTF_8);
    }
}
