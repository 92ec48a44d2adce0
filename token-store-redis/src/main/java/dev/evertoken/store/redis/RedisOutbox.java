package dev.evertoken.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.outbox.Backlog;
import dev.evertoken.spi.outbox.LeasedMessage;
import dev.evertoken.spi.outbox.Outbox;
import dev.evertoken.spi.outbox.OutboxException;
import dev.evertoken.spi.outbox.OutboxMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.providers.ClusterConnectionProvider;
import redis.clients.jedis.providers.ConnectionProvider;

/**
 * Keeps messages to other systems in Redis 6.2 or later, which all processes with access to the server share: a message
 * of one process is delivered by any of them. An operation is one script in one round trip.
 *
 * <p>A message is in the memory of the server when {@link #add} returns. It is lost with a process that ends between the
 * event and {@code add}, with a crash of a server without {@code appendfsync always}, in a failover to a replica that
 * did not have it yet, and if the server evicts it. A failover may also bring back a message that was delivered already,
 * which is then delivered once more. A process that ends during a delivery loses nothing: its lease ends, and another
 * process delivers the message, possibly once more.
 *
 * <p>All messages to one destination are on one node of a cluster. The keys are described in {@code OutboxKeys}. An ACL
 * user needs {@code ~evertoken:{namespace/*}*} and {@code +evalsha +eval +hmget +hset +hdel +zadd +zrem +zrange +zcard
 * +incr +del +info}. Thread-safe.
 */
public final class RedisOutbox implements Outbox {

    private static final Script SCRIPT = Script.of("outbox.lua");
    private static final String NOT_WRITTEN = "the message cannot be written";

    private final RedisCommands commands;
    private final OutboxKeys keys;
    private final RedisCalls calls;
    private final boolean closesClient;

    private RedisOutbox(RedisCommands commands, String namespace, String server, boolean closesClient) {
        this.commands = commands;
        this.keys = new OutboxKeys(namespace);
        this.calls = new RedisCalls(commands, server);
        this.closesClient = closesClient;
    }

    /** Opens an outbox with the default options; see {@link #open(String, String, RedisOptions)}. */
    public static RedisOutbox open(String location, String namespace) {
        return open(location, namespace, RedisOptions.defaults());
    }

    /**
     * Opens the outbox of a namespace.
     *
     * @param location as for {@link RedisTokenStore#open(String, String, RedisOptions)}
     * @param namespace the name of the application; outboxes of different namespaces can share a server and are isolated
     * @param options the settings for replicas are not used
     * @throws TokenStoreException if the server cannot be reached or is unsuitable; the message names the location
     *     without its password
     */
    public static RedisOutbox open(String location, String namespace, RedisOptions options) {
        RedisLocation parsed = RedisLocation.parse(location);
        RedisCommands opened;
        try {
            opened = new JedisCommands(ClientOpening.open(parsed, options));
        } catch (JedisException e) {
            throw RedisErrors.about("the outbox cannot be opened", parsed.toString(), JedisFailures.of(e))
                    .build();
        }
        return checked(new RedisOutbox(opened, namespace, parsed.toString(), true), options);
    }

    /**
     * Opens the outbox of a namespace over a client of the application, which the application closes; see {@link
     * RedisTokenStore#over(UnifiedJedis, String, RedisOptions)}.
     *
     * @throws TokenStoreException if the server cannot be reached or is unsuitable
     */
    public static RedisOutbox over(UnifiedJedis client, String namespace, RedisOptions options) {
        return over(new JedisCommands(JedisClient.of(client)), namespace, options);
    }

    /**
     * Opens the outbox of a namespace over connections of the application, which the application closes; see {@link
     * RedisTokenStore#over(ConnectionProvider, String, RedisOptions)}.
     *
     * @throws TokenStoreException if the server cannot be reached or is unsuitable
     */
    public static RedisOutbox over(ConnectionProvider connections, String namespace, RedisOptions options) {
        JedisServers servers = connections instanceof ClusterConnectionProvider cluster
                ? JedisNodes.of(cluster)
                : new JedisServer(connections, options.connections());
        return over(new JedisCommands(servers), namespace, options);
    }

    /**
     * Opens the outbox of a namespace over another client library, which the application closes.
     *
     * @throws TokenStoreException if the server cannot be reached or is unsuitable
     */
    public static RedisOutbox over(RedisCommands commands, String namespace, RedisOptions options) {
        return checked(new RedisOutbox(commands, namespace, "the Redis of the given client", false), options);
    }

    private static RedisOutbox checked(RedisOutbox outbox, RedisOptions options) {
        try {
            for (String server : outbox.commands.onePerServer(outbox.keys.of("any"))) {
                var unused = ServerCheck.check(outbox.commands, server, outbox.calls.server(), options);
            }
            return outbox;
        } catch (RedisCommandException e) {
            outbox.close();
            throw RedisErrors.about("the outbox cannot be opened", outbox.calls.server(), e)
                    .build();
        } catch (TokenException e) {
            outbox.close();
            throw e;
        }
    }

    @Override
    public void add(OutboxMessage message) {
        Object unused = translated(() -> calls.repeatable(
                NOT_WRITTEN,
                message.account(),
                client -> run(
                        client,
                        message.destination(),
                        "add",
                        ascii(message.id()),
                        StoredMessage.encode(message),
                        millis(message.createdAt()))));
    }

    @Override
    public List<LeasedMessage> lease(String destination, Instant now, Duration lease, int limit) {
        String leaseId = UUID.randomUUID().toString();
        Instant until = Instant.ofEpochMilli(now.plus(lease).toEpochMilli());
        Object leased = translated(() -> calls.once(
                "the messages cannot be leased",
                client -> run(
                        client,
                        destination,
                        "lease",
                        millis(now),
                        millis(until),
                        ascii(leaseId),
                        ascii(Integer.toString(limit)))));
        return leased(destination, (List<?>) leased, leaseId, until);
    }

    private static List<LeasedMessage> leased(String destination, List<?> parts, String leaseId, Instant until) {
        List<LeasedMessage> all = new ArrayList<>();
        for (int i = 0; i < parts.size(); i += 3) {
            OutboxMessage message = StoredMessage.decode(destination, text(parts.get(i)), (byte[]) parts.get(i + 1));
            all.add(new LeasedMessage(message, Integer.parseInt(text(parts.get(i + 2))), leaseId, until));
        }
        return all;
    }

    @Override
    public boolean remove(LeasedMessage message) {
        return isDone(message, "remove");
    }

    @Override
    public boolean postpone(LeasedMessage message, Instant nextAttempt) {
        return isDone(message, "end", ascii("1"), millis(nextAttempt));
    }

    @Override
    public boolean release(LeasedMessage message, Instant nextAttempt) {
        return isDone(message, "end", ascii("0"), millis(nextAttempt));
    }

    private boolean isDone(LeasedMessage leased, String operation, byte[]... more) {
        OutboxMessage message = leased.message();
        byte[][] arguments = Stream.concat(Stream.of(ascii(message.id()), ascii(leased.leaseId())), Stream.of(more))
                .toArray(byte[][]::new);
        return (Long) translated(() -> calls.once(
                        NOT_WRITTEN,
                        message.account(),
                        client -> run(client, message.destination(), operation, arguments)))
                == 1;
    }

    @Override
    public Backlog backlog(String destination) {
        List<?> parts = (List<?>) translated(() ->
                calls.repeatable("the messages cannot be counted", client -> run(client, destination, "backlog")));
        long messages = (Long) parts.get(0);
        return messages == 0 ? Backlog.empty() : new Backlog(messages, moment(parts.get(1)), moment(parts.get(2)));
    }

    @Override
    public long clear(String destination) {
        return (Long) translated(
                () -> calls.once("the messages cannot be removed", client -> run(client, destination, "clear")));
    }

    private Object run(RedisScripts client, String destination, String operation, byte[]... arguments) {
        List<byte[]> all =
                Stream.concat(Stream.of(ascii(operation)), Stream.of(arguments)).toList();
        return Objects.requireNonNull(SCRIPT.run(client, keys.of(destination), all));
    }

    private static <T> T translated(Supplier<T> call) {
        try {
            return call.get();
        } catch (TokenException e) {
            throw new OutboxException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Optional<Instant> moment(Object score) {
        return Optional.of(text(score))
                .filter(number -> !number.isEmpty())
                .map(number -> Instant.ofEpochMilli((long) Double.parseDouble(number)));
    }

    private static byte[] millis(Instant moment) {
        return ascii(Long.toString(moment.toEpochMilli()));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, UTF_8);
    }

    /** Closes the client unless it belongs to the application. */
    @Override
    public void close() {
        if (closesClient) {
            commands.close();
        }
    }

    /** Returns the location of the messages, without the password. */
    @Override
    public String toString() {
        return "RedisOutbox[" + calls.server() + "]";
    }
}
