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
 * Keeps each record in a Redis hash, shared by all processes that reach the server: one server from 6.2 on, Sentinel or
 * Cluster.
 *
 * <p>A write is one script in one round trip:
 *
 * <ol>
 *   <li>read the revision that stands there; one's own means that this write has been here before
 *   <li>compare it with the one that was loaded
 *   <li>move the account among the due ones of its shard
 *   <li>write the record, with no time to live
 * </ol>
 *
 * <p>So a write that a client or a proxy sends twice counts once, and the due accounts are never out of step with the
 * records. Everything goes to the primary, reads too: a replica may lag. What a failover or a crash of the server
 * forgets, the store cannot know; the engine notices a record that has gone back. An append-only file, and {@code
 * min-replicas-to-write} where there are replicas, make that rare.
 *
 * <p>Every command ends within the {@linkplain RedisOptions#timeout() time-out}. Accounts of different namespaces never
 * meet. A record that cannot be read stays where it is until it is replaced or removed as {@link #UNREADABLE}, and even
 * then it is kept, under {@code …unreadable:…}. The keys are described at {@code KeyNames}.
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
    private final RedisCommands calls;
    private final DueSets dueSets;
    private final Scan scan;
    private final boolean closesClient;

    private RedisTokenStore(Deployment deployment, KeyNames names, String server, boolean closesClient) {
        this.deployment = deployment;
        this.names = names;
        this.calls = new RedisCommands(deployment, server);
        this.dueSets = new DueSets(calls, names);
        this.scan = new Scan(deployment, names, server);
        this.closesClient = closesClient;
    }

    /** Opens a store with the standard options, otherwise as {@link #open(String, String, RedisOptions)}. */
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
     * @param namespace the application; stores of different namespaces can share a server and never meet
     * @throws TokenStoreException if it cannot be reached or is not fit, naming what was tried without the password
     */
    public static RedisTokenStore open(String location, String namespace, RedisOptions options) {
        RedisLocation where = RedisLocation.parse(location);
        KeyNames names = new KeyNames(namespace);
        Deployment deployment;
        try {
            deployment = Deployment.of(ClientOpening.open(where, options));
        } catch (JedisException e) {
            throw RedisErrors.about("the token store cannot be opened", where.toString(), e)
                    .build();
        }
        return checked(new RedisTokenStore(deployment, names, where.toString(), true), options);
    }

    /**
     * Opens the store of a namespace over a client of the application, which closes it: a {@link
     * redis.clients.jedis.RedisClient RedisClient}, {@link redis.clients.jedis.RedisSentinelClient
     * RedisSentinelClient} or {@link RedisClusterClient} with time-outs on connecting, waiting and commands.
     *
     * @param namespace as at {@link #open(String, String, RedisOptions)}
     * @param options of which only {@link RedisOptions#evictionAccepted()} counts
     * @throws TokenStoreException if the server cannot be reached or is not fit
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
        return calls.repeatable(NOT_READ, key, client -> {
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
                throw StoredRecord.corrupt(key, "there is something else than a record at its key", e);
            }
            throw e;
        }
    }

    /** @throws IllegalArgumentException if the record is another key's, or cannot be encoded */
    @Override
    public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
        next.requireKey(key);
        byte[] record = RecordCodec.encode(next);
        byte[] revision = Long.toString(next.revision()).getBytes(US_ASCII);
        byte[] dueAt = next.dueAt()
                .map(time -> Long.toString(DueSets.score(time)).getBytes(US_ASCII))
                .orElse(NOTHING);
        Optional<byte[]> seen = seen(key, expectedRevision);
        return seen.isPresent()
                && calls.repeatable(
                        NOT_WRITTEN,
                        key,
                        client -> change(client, key, expectedRevision, revision, record, dueAt, seen.get()));
    }

    @Override
    public boolean remove(TokenKey key, long expectedRevision) {
        Optional<byte[]> seen = seen(key, expectedRevision);
        return expectedRevision != ABSENT
                && seen.isPresent()
                && calls.once(
                        "the record cannot be removed",
                        key,
                        client -> change(client, key, expectedRevision, NOTHING, NOTHING, NOTHING, seen.get()));
    }

    private boolean change(
            UnifiedJedis client,
            TokenKey key,
            long expectedRevision,
            byte[] revision,
            byte[] record,
            byte[] dueAt,
            byte[] seen) {
        List<byte[]> keys = Stream.of(names.record(key), names.due(key), names.unreadable(key, suffix()))
                .map(name -> name.getBytes(UTF_8))
                .toList();
        byte[] expected = Long.toString(expectedRevision).getBytes(US_ASCII);
        byte[] member = KeyNames.member(key).getBytes(UTF_8);
        Object changed = CHANGE.run(client, keys, List.of(expected, revision, record, dueAt, member, seen));
        return Long.valueOf(1).equals(changed);
    }

    /** A name for what is kept of a record that cannot be read; those of one account do not meet. */
    private static String suffix() {
        return Long.toHexString(ThreadLocalRandom.current().nextLong());
    }

    /**
     * Returns the bytes of a record that cannot be read, if one is expected: the script replaces exactly those. Empty
     * if there is none; nothing at all if none is expected.
     */
    private Optional<byte[]> seen(TokenKey key, long expectedRevision) {
        if (expectedRevision != UNREADABLE) {
            return Optional.of(NOTHING);
        }
        String record = names.record(key);
        byte[] dump = calls.repeatable(NOT_READ, key, client -> client.dump(record));
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
     * <p>A record that is written or removed meanwhile may be in it or not; while Redis resizes its tables a key may be in it
     * twice.
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

    /** Returns the time of the server; in a cluster that of one and the same node for all processes. */
    @Override
    public Optional<Instant> now() {
        String anyKey = names.anyOfEachShard().findFirst().orElseThrow();
        List<String> parts = calls.repeatable(
                "the time cannot be read",
                client -> deployment.primaryOf(anyKey).run(TIME));
        return Optional.of(Instant.ofEpochSecond(Long.parseLong(parts.get(0)))
                .plus(Long.parseLong(parts.get(1)), ChronoUnit.MICROS));
    }

    /** Closes the client unless it is the application's. */
    @Override
    public void close() {
        if (closesClient) {
            deployment.client().close();
        }
    }

    /** Returns where the records are, without the password. */
    @Override
    public String toString() {
        return "RedisTokenStore[" + scan.server() + "]";
    }
}
