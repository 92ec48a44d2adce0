package dev.evertoken.store.redis;

import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.ChangeStamp;
import dev.evertoken.spi.store.DueIndex;
import dev.evertoken.spi.store.LoadResult;
import dev.evertoken.spi.store.ReplicatedStore;
import dev.evertoken.spi.store.StoreFact;
import dev.evertoken.spi.store.StoreInspection;
import dev.evertoken.spi.store.TimedRecord;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.providers.ClusterConnectionProvider;
import redis.clients.jedis.providers.ConnectionProvider;

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
 * consistent with the records. Reads and writes go to the primary, because a replica may lag.
 *
 * <p>A failover or a crash of the server can lose confirmed writes. The store detects it by the replication id of the
 * server, and the engines then save the records that they know. A claim on a rotating refresh token also waits until a
 * replica has it, see {@link RedisOptions#replicaWait()}. An append-only file, and {@code min-replicas-to-write} with
 * replicas, make such losses rare.
 *
 * <p>Every command ends within the {@linkplain RedisOptions#timeout() timeout}. Namespaces are isolated from each
 * other. An unreadable record stays unchanged until it is replaced or removed as {@link #UNREADABLE}; it is then kept
 * under {@code …unreadable:…}. The keys are described in {@code KeyNames}.
 *
 * <p>An ACL user needs {@code ~evertoken:{namespace/*}*} and {@code +evalsha +eval +hmget +hset +hstrlen +type +dump
 * +rename +persist +del +zadd +zrem +zscore +zrange +zcount +scan +time +info +wait}. Thread-safe.
 */
public final class RedisTokenStore implements TokenStore, DueIndex, ReplicatedStore, ChangeStamp, StoreInspection {

    private static final Script DUMP = Script.ofCommand("DUMP");
    private static final byte[] NOTHING = new byte[0];
    private static final String NOT_READ = "the record cannot be read";
    private static final String NOT_WRITTEN = "the record cannot be written";

    private final RedisCommands commands;
    private final KeyNames names;
    private final RedisCalls calls;
    private final DueSets dueSets;
    private final RedisStamp stamp;
    private final Scan scan;
    private final RecordBatch batch;
    private final ServerClock clock;
    private final ReplicationHistory history = new ReplicationHistory();
    private final ReplicatedClaims claims;
    private final boolean closesClient;

    private RedisTokenStore(
            RedisCommands commands, KeyNames names, String server, RedisOptions options, boolean closesClient) {
        this.commands = commands;
        this.names = names;
        this.calls = new RedisCalls(commands, server);
        this.dueSets = new DueSets(calls, names);
        this.stamp = new RedisStamp(calls, names);
        this.scan = new Scan(commands, names, server);
        this.batch = new RecordBatch(names, this::load);
        this.clock = new ServerClock(names);
        this.claims = new ReplicatedClaims(commands, names, calls, history, options);
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
     *     redis-cluster://user:password@node-1:6379,node-2:6379}, the last two with {@code ?tls=true} for TLS, all of
     *     them with {@code ?requireReplicas=true} for {@link RedisOptions#requireReplicas()}; user and password
     *     percent-encoded
     * @param namespace the name of the application; stores of different namespaces can share a server and are isolated
     * @throws TokenStoreException if the server cannot be reached or is unsuitable; the message names the location
     *     without its password
     */
    public static RedisTokenStore open(String location, String namespace, RedisOptions options) {
        RedisLocation parsed = RedisLocation.parse(location);
        RedisOptions chosen = parsed.replicasRequired() ? options.requireReplicas() : options;
        KeyNames names = new KeyNames(namespace);
        RedisCommands commands;
        try {
            commands = new JedisCommands(ClientOpening.open(parsed, chosen));
        } catch (JedisException e) {
            throw RedisErrors.about("the token store cannot be opened", parsed.toString(), JedisFailures.of(e))
                    .build();
        }
        return checked(new RedisTokenStore(commands, names, parsed.toString(), chosen, true), chosen);
    }

    /**
     * Opens the store of a namespace over a client of the application, which the application closes: a {@code RedisClient},
     * {@code RedisSentinelClient}, {@code RedisClusterClient} or {@code JedisCluster} with timeouts for connecting, waiting
     * and commands. The commands for a cluster are sent over its connections, and each of them once.
     *
     * <p>Another client, such as the {@code JedisPooled} of Jedis 6 and 7 or the {@code RedisSentinelClient} of Jedis 7,
     * gives away no connection: claims are then not confirmed by a replica, so none succeeds with {@link
     * RedisOptions#requireReplicas()}, and records are read one by one. {@link #over(ConnectionProvider, String,
     * RedisOptions)} has no such limits.
     *
     * @param namespace see {@link #open(String, String, RedisOptions)}
     * @param options only {@link RedisOptions#evictionAccepted()} and the settings for replicas are used; the timeout must
     *     be the one of the client
     * @throws TokenStoreException if the server cannot be reached or is unsuitable
     */
    public static RedisTokenStore over(UnifiedJedis client, String namespace, RedisOptions options) {
        return over(new JedisCommands(JedisClient.of(client)), namespace, options);
    }

    /**
     * Opens the store of a namespace over connections of the application, which the application closes. With a {@link
     * ClusterConnectionProvider} the store asks the nodes of a cluster; any other provider has the connections to one
     * primary.
     *
     * @param options the number of connections must be the one of the provider; otherwise as for {@link
     *     #over(UnifiedJedis, String, RedisOptions)}
     * @throws TokenStoreException if the server cannot be reached or is unsuitable
     */
    public static RedisTokenStore over(ConnectionProvider connections, String namespace, RedisOptions options) {
        JedisServers servers = connections instanceof ClusterConnectionProvider cluster
                ? JedisNodes.of(cluster)
                : new JedisServer(connections, options.connections());
        return over(new JedisCommands(servers), namespace, options);
    }

    /**
     * Opens the store of a namespace over another client library, which the application closes.
     *
     * @param options only {@link RedisOptions#evictionAccepted()} and the settings for replicas are used; the timeout must
     *     be the one of the client
     * @throws TokenStoreException if the server cannot be reached or is unsuitable
     */
    public static RedisTokenStore over(RedisCommands commands, String namespace, RedisOptions options) {
        RedisTokenStore store =
                new RedisTokenStore(commands, new KeyNames(namespace), "the Redis of the given client", options, false);
        return checked(store, options);
    }

    private static RedisTokenStore checked(RedisTokenStore store, RedisOptions options) {
        try {
            List<String> servers = store.scan.servers();
            store.clock.start(servers.size());
            store.history.start(servers.stream()
                    .map(server -> ServerCheck.check(store.commands, server, store.scan.server(), options))
                    .toList());
            return store;
        } catch (RedisCommandException e) {
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
            List<byte @Nullable []> fields = fields(client, key, record);
            if (StoredRecord.isAbsent(fields) && client.type(record).equals("none")) {
                return Optional.empty();
            }
            return Optional.of(StoredRecord.read(key, fields));
        });
    }

    /** Returns the record and the time of the server in one round trip; in a cluster the record alone. */
    @Override
    public TimedRecord loadTimed(TokenKey key) {
        return clock.readsWithRecords()
                ? calls.repeatable(NOT_READ, key, client -> clock.load(client, key))
                        .orElseGet(() -> TimedRecord.untimed(load(key)))
                : TimedRecord.untimed(load(key));
    }

    /** Returns the records in one round trip to each server; a record that is missing costs two more. */
    @Override
    public List<LoadResult> loadAll(List<TokenKey> keys) {
        if (keys.isEmpty()) {
            return List.of();
        }
        var fields = calls.repeatable("the records cannot be read", client -> batch.fields(client, keys));
        return batch.results(keys, fields);
    }

    @Override
    public int batchSize() {
        return RecordBatch.LENGTH;
    }

    private static List<byte @Nullable []> fields(RedisCommands client, TokenKey key, String record) {
        try {
            return client.hmget(record, StoredRecord.fields());
        } catch (RedisCommandException e) {
            if (RedisErrors.code(e).equals("WRONGTYPE")) {
                throw StoredRecord.corrupt(key, "its key holds a value that is not a record", e);
            }
            throw e;
        }
    }

    /** @throws IllegalArgumentException if the record has another key or cannot be encoded */
    @Override
    public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
        next.requireKey(key);
        Optional<byte[]> unreadable = expectedDump(key, expectedRevision);
        if (unreadable.isEmpty()) {
            return false;
        }
        Change change = Change.write(names, key, expectedRevision, next, unreadable.get());
        return calls.repeatable(NOT_WRITTEN, key, change::run) == Change.DONE;
    }

    /**
     * {@inheritDoc}
     *
     * <p>The claim is not written if the server has a new replication id, which it gets in a failover or a restart.
     */
    @Override
    public ClaimResult claim(TokenKey key, long expectedRevision, TokenRecord claimed, long known) {
        claimed.requireKey(key);
        if (expectedRevision == UNREADABLE) {
            throw new IllegalArgumentException(key + ": a claim needs a readable record");
        }
        return claims.write(key, expectedRevision, claimed, known);
    }

    /** Returns how often the replication ids of the servers have changed; empty if the user may not run INFO. */
    @Override
    public OptionalLong history() {
        return claims.history();
    }

    @Override
    public boolean remove(TokenKey key, long expectedRevision) {
        Optional<byte[]> unreadable = expectedDump(key, expectedRevision);
        if (expectedRevision == ABSENT || unreadable.isEmpty()) {
            return false;
        }
        Change removal = Change.removal(names, key, expectedRevision, unreadable.get());
        return calls.once("the record cannot be removed", key, removal::run) == Change.DONE;
    }

    /**
     * Returns the serialized unreadable record if {@link #UNREADABLE} is expected, so that the script replaces exactly
     * these bytes; empty if the record is readable or missing. Returns no bytes for other revisions.
     */
    private Optional<byte[]> expectedDump(TokenKey key, long expectedRevision) {
        if (expectedRevision != UNREADABLE) {
            return Optional.of(NOTHING);
        }
        List<String> record = List.of(names.record(key));
        Optional<byte[]> dump = calls.repeatable(
                NOT_READ, key, client -> Optional.ofNullable((byte[]) DUMP.run(client, record, List.of())));
        return dump.filter(bytes -> isUnreadable(key));
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
    public Optional<String> changeStamp() {
        return Optional.of(stamp.read());
    }

    @Override
    public Optional<Move> moveChangeStamp() {
        return Optional.of(stamp.move());
    }

    /** Returns the eviction, the append-only file and the replicas of each server, from INFO. */
    @Override
    public List<StoreFact> inspect() {
        try {
            return scan.servers().stream()
                    .flatMap(serverOf -> ServerFacts.of(commands, serverOf, scan.server()).stream())
                    .toList();
        } catch (RedisCommandException e) {
            throw RedisErrors.about("the server cannot be inspected", scan.server(), e)
                    .build();
        }
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.SHARED;
    }

    /** Returns half of the connections, 8 at most, so that the others are free for refreshes. */
    @Override
    public int concurrentWrites() {
        return Math.max(1, Math.min(8, commands.connections() / 2));
    }

    /** Returns the time of the server; in a cluster all processes use the time of the same node. */
    @Override
    public Optional<Instant> now() {
        return Optional.of(calls.repeatable("the time cannot be read", clock::now));
    }

    /** Closes the client unless it belongs to the application. */
    @Override
    public void close() {
        if (closesClient) {
            commands.close();
        }
    }

    /** Returns the location of the records, without the password. */
    @Override
    public String toString() {
        return "RedisTokenStore[" + scan.server() + "]";
    }
}
