package dev.evertoken.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.DueIndex;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.store.RecordCodec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import redis.clients.jedis.BuilderFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Keeps each record in a Redis hash, which all processes with access to the server share. Requires Redis 6.2 or later:
 * one server, Sentinel or Cluster.
 *
 * <p>A write is one script in one round trip:
 *
 * <ol>
 *   <li>read the stored revision; if it is the new one, this write was already made
 *   <li>compare it with the expected revision
 *   <li>update the account's entry among the due accounts of its shard
 *   <li>write the record, without an expiry
 * </ol>
 *
 * <p>A write that a client or a proxy sends twice therefore takes effect once, and the due accounts are always
 * consistent with the records. Reads and writes go to the primary, because a replica may lag. The store cannot detect
 * writes that a failover or a crash of the server has lost; the engine detects a record with an earlier state. An
 * append-only file, and {@code min-replicas-to-write} with replicas, make such losses rare.
 *
 * <p>Every command ends within the {@linkplain RedisOptions#timeout() timeout}. Namespaces are isolated from each
 * other. An unreadable record stays unchanged until it is replaced or removed as {@link #UNREADABLE}; it is then kept
 * under {@code …unreadable:…}. The keys are described in {@code KeyNames}.
 *
 * <p>An ACL user needs {@code ~evertoken:{namespace/*}*} and {@code +evalsha +eval +hmget +hset +hstrlen +type +dump
 * +rename +persist +del +zadd +zrem +zscore +zrange +zcount +scan +time +info}. Thread-safe.
 */
public final class RedisTokenStore implements TokenStore, DueIndex {

    private static final Script CHANGE = new Script("change.lua");
    private static final CommandObject<List<String>> TIME =
            new CommandObject<>(new CommandArguments(Protocol.Command.TIME), BuilderFactory.STRING_LIST);
    private static final byte[] NOTHING = new byte[0];
    private static final String NOT_READ = "the record cannot be read";
    private static final String NOT_WRITTEN = "the record cannot be written";

    private final Deployment deployment;
    private final KeyNames names;
    private final RedisCommands commands;
    private final DueSets dueSets;
    private final Scan scan;
    private final boolean closesClient;

    private RedisTokenStore(Deployment deployment, KeyNames names, String server, boolean closesClient) {
        this.deployment = deployment;
        this.names = names;
        this.commands = new RedisCommands(deployment, server);
        this.dueSets = new DueSets(commands, names);
        this.scan = new Scan(deployment, names, server);
        this.closesClient = closesClient;
    }

    /** Opens a store with the default options; see {@link #open(String, String, RedisOptions)}. */
    public static RedisTokenStore open(String location, String namespace) {
        return open(location, namespace, RedisOptions.defaults());
    }

    /**
     * Opens the store of a namespace.
     *
     * @param location {@code redis://user:password@host:6379/0}, {@code rediss://…} for TLS, {@code
     *     redis-sentinel://user:password@sentinel-1:26379,sentinel-2:26379/0#name}, or {@code
     *     redis-cluster://user:password@node-1:6379,node-2:6379}, the last two with {@code ?tls=true} for TLS; user and
     *     password percent-encoded
     * @param namespace the name of the application; stores of different namespaces can share a server and are isolated
     * @throws TokenStoreException if the server cannot be reached or is unsuitable; the message names the location
     *     without its password
     */
    public static RedisTokenStore open(String location, String namespace, RedisOptions options) {
        RedisLocation parsed = RedisLocation.parse(location);
        KeyNames names = new KeyNames(namespace);
        Deployment deployment;
        try {
            deployment = Deployment.of(ClientOpening.open(parsed, options));
        } catch (JedisException e) {
            throw RedisErrors.about("the token store cannot be opened", parsed.toString(), e)
                    .build();
        }
        return checked(new RedisTokenStore(deployment, names, parsed.toString(), true), options);
    }

    /**
     * Opens the store of a namespace over a client of the application, which the application closes: a {@link
     * redis.clients.jedis.RedisClient RedisClient}, {@link redis.clients.jedis.RedisSentinelClient RedisSentinelClient}
     * or {@link RedisClusterClient} with timeouts for connecting, waiting and commands.
     *
     * @param namespace see {@link #open(String, String, RedisOptions)}
     * @param options only {@link RedisOptions#evictionAccepted()} is used
     * @throws TokenStoreException if the server cannot be reached or is unsuitable
     */
    public static RedisTokenStore over(UnifiedJedis client, String namespace, RedisOptions options) {
        RedisTokenStore store = new RedisTokenStore(
                Deployment.of(client), new KeyNames(namespace), "the Redis of the given client", false);
        return checked(store, options);
    }

    private static RedisTokenStore checked(RedisTokenStore store, RedisOptions options) {
        try {
            store.scan.primaries().forEach(primary -> ServerCheck.check(primary, store.scan.server(), options));
            return store;
        } catch (JedisException e) {
            store.close();
            throw RedisErrors.about("the token store cannot be opened", store.scan.server(), e)
                    .build();
        } catch (TokenException e) {
            store.close();
            throw e;
        }
    }

    @Override
    public Optional<TokenRecord> load(TokenKey key) {
        String record = names.record(key);
        return commands.repeatable(NOT_READ, key, client -> {
            List<byte[]> fields = fields(client, key, record);
            if (fields.stream().allMatch(Objects::isNull) && client.type(record).equals("none")) {
                return Optional.empty();
            }
            return Optional.of(StoredRecord.read(key, fields));
        });
    }

    private static List<byte[]> fields(UnifiedJedis client, TokenKey key, String record) {
        try {
            return client.hmget(record.getBytes(UTF_8), StoredRecord.fields());
        } catch (JedisDataException e) {
            if (String.valueOf(e.getMessage()).startsWith("WRONGTYPE")) {
                throw StoredRecord.corrupt(key, "its key holds a value that is not a record", e);
            }
            throw e;
        }
    }

    /** @throws IllegalArgumentException if the record has another key or cannot be encoded */
    @Override
    public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
        next.requireKey(key);
        byte[] record = RecordCodec.encode(next);
        byte[] revision = Long.toString(next.revision()).getBytes(US_ASCII);
        byte[] dueAt = next.dueAt()
                .map(time -> Long.toString(DueSets.score(time)).getBytes(US_ASCII))
                .orElse(NOTHING);
        Optional<byte[]> unreadable = expectedDump(key, expectedRevision);
        return unreadable.isPresent()
                && commands.repeatable(
                        NOT_WRITTEN,
                        key,
                        client -> change(client, key, expectedRevision, revision, record, dueAt, unreadable.get()));
    }

    @Override
    public boolean remove(TokenKey key, long expectedRevision) {
        Optional<byte[]> unreadable = expectedDump(key, expectedRevision);
        return expectedRevision != ABSENT
                && unreadable.isPresent()
                && commands.once(
                        "the record cannot be removed",
                        key,
                        client -> change(client, key, expectedRevision, NOTHING, NOTHING, NOTHING, unreadable.get()));
    }

    private boolean change(
            UnifiedJedis client,
            TokenKey key,
            long expectedRevision,
            byte[] revision,
            byte[] record,
            byte[] dueAt,
            byte[] unreadable) {
        List<byte[]> keys = Stream.of(names.record(key), names.due(key), names.unreadable(key, suffix()))
                .map(name -> name.getBytes(UTF_8))
                .toList();
        byte[] expected = Long.toString(expectedRevision).getBytes(US_ASCII);
        byte[] member = KeyNames.member(key).getBytes(UTF_8);
        Object changed = CHANGE.run(client, keys, List.of(expected, revision, record, dueAt, member, unreadable));
        return Long.valueOf(1).equals(changed);
    }

    /** Returns a random suffix for the key of a replaced unreadable record. */
    private static String suffix() {
        return Long.toHexString(ThreadLocalRandom.current().nextLong());
    }

    /**
     * Returns the serialized unreadable record if {@link #UNREADABLE} is expected, so that the script replaces exactly
     * these bytes; empty if the record is readable or missing. Returns no bytes for other revisions.
     */
    private Optional<byte[]> expectedDump(TokenKey key, long expectedRevision) {
        if (expectedRevision != UNREADABLE) {
            return Optional.of(NOTHING);
        }
        String record = names.record(key);
        byte[] dump = commands.repeatable(NOT_READ, key, client -> client.dump(record));
        return dump != null && isUnreadable(key) ? Optional.of(dump) : Optional.empty();
    }

    private boolean isUnreadable(TokenKey key) {
        try {
            load(key);
            return false;
        } catch (UnreadableRecordException e) {
            return true;
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>A record that is written or removed during the iteration may be included or not. A key may occur twice while
     * Redis resizes its tables.
     */
    @Override
    public Stream<TokenKey> keys() {
        return scan.keys();
    }

    @Override
    public List<TokenKey> due(String registration, Instant before, Optional<TokenKey> after, int limit) {
        return dueSets.due(registration, before, after, limit);
    }

    @Override
    public Optional<Instant> oldestDue(String registration) {
        return dueSets.oldestDue(registration);
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.SHARED;
    }

    /** Returns the time of the server; in a cluster all processes use the time of the same node. */
    @Override
    public Optional<Instant> now() {
        String anyKey = names.anyOfEachShard().findFirst().orElseThrow();
        List<String> parts = commands.repeatable(
                "the time cannot be read",
                client -> deployment.primaryOf(anyKey).run(TIME));
        return Optional.of(Instant.ofEpochSecond(Long.parseLong(parts.get(0)))
                .plus(Long.parseLong(parts.get(1)), ChronoUnit.MICROS));
    }

    /** Closes the client unless it belongs to the application. */
    @Override
    public void close() {
        if (closesClient) {
            deployment.client().close();
        }
    }

    /** Returns the location of the records, without the password. */
    @Override
    public String toString() {
        return "RedisTokenStore[" + scan.server() + "]";
    }
}
