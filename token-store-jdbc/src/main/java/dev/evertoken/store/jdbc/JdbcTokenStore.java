package dev.evertoken.store.jdbc;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.ChangeStamp;
import dev.evertoken.spi.store.DueIndex;
import dev.evertoken.spi.store.LoadResult;
import dev.evertoken.spi.store.StoreFact;
import dev.evertoken.spi.store.StoreInspection;
import dev.evertoken.spi.store.TimedRecord;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * Keeps records in a table of a relational database, which all processes with access to the database share.
 *
 * <p>A load is one SELECT by primary key, a batch of loads is one SELECT for 500 records, and a compare-and-set is one
 * INSERT or one {@code UPDATE … WHERE revision = ?}, each in its own transaction. Use a plain {@link DataSource} whose
 * connections do not take part in transactions of the application; otherwise, rolling back a web request would also
 * roll back a rotated token. Connections are returned in their original state. Every failure of the database is a
 * {@link TokenStoreException} that says whether waiting helps and contains no row values and no password.
 *
 * <p>A row that was changed by hand or truncated is unreadable, not missing: its digest no longer matches. It stays
 * unchanged until it is replaced or removed as {@link #UNREADABLE}; a replaced record is kept in the column {@code
 * set_aside}. Rows are identified by digests, so that no collation can confuse accounts. Thread-safe.
 */
public final class JdbcTokenStore implements TokenStore, DueIndex, ChangeStamp, StoreInspection {

    private static final int STAMP_ATTEMPTS = 100;

    private final String namespace;
    private final Dialect dialect;
    private final JdbcClient client;
    private final RecordTable records;
    private final DueRows due;
    private final KeyRows keys;
    private final StampRow stamp;

    private JdbcTokenStore(JdbcClient client, Dialect dialect, String namespace) {
        this.namespace = namespace;
        this.dialect = dialect;
        this.client = client;
        this.records = new RecordTable(client.database(), dialect, client.table(), namespace);
        this.due = new DueRows(client.database(), client.table(), namespace);
        this.keys = new KeyRows(client.database(), client.table(), namespace);
        this.stamp = new StampRow(client.database(), dialect, client.table(), namespace);
    }

    /** Opens a store with {@link JdbcOptions#defaults()}; see {@link #open(DataSource, String, JdbcOptions)}. */
    public static JdbcTokenStore open(DataSource source, String namespace) {
        return open(source, namespace, JdbcOptions.defaults());
    }

    /**
     * Opens the store of a namespace and checks that its table exists.
     *
     * @param source the source of connections, which are returned after each call; it is not closed with the store
     * @param namespace the name of the application; stores of different namespaces can share a table and are isolated
     * @throws TokenStoreException if the database cannot be reached or its table is unsuitable; the message says how to
     *     fix it
     */
    public static JdbcTokenStore open(DataSource source, String namespace, JdbcOptions options) {
        if (namespace.isBlank() || namespace.length() > 64) {
            throw new IllegalArgumentException("the namespace is blank or longer than 64 characters");
        }
        JdbcClient client = JdbcClient.ofOwnTable(new Database(source, options.statementTimeout()), options.table());
        Dialect dialect = options.dialect()
                .orElseGet(() -> client.read("the database cannot be opened for", Optional.empty(), Dialect::of));
        client.prepare(new Schema(client.database(), dialect, Schema.Kind.TOKENS, options.table()), options);
        return new JdbcTokenStore(client, dialect, namespace);
    }

    /** @throws UnreadableRecordException if the record is unreadable; it is left unchanged */
    @Override
    public Optional<TokenRecord> load(TokenKey key) {
        return client.read(
                        "the record cannot be read from", Optional.of(key), connection -> records.read(connection, key))
                .map(row -> row.record(key));
    }

    /**
     * Returns the record and the database's time, with one SELECT.
     *
     * @throws UnreadableRecordException if the record is unreadable; it is left unchanged
     */
    @Override
    public TimedRecord loadTimed(TokenKey key) {
        return client.read(
                        "the record cannot be read from",
                        Optional.of(key),
                        connection -> records.readTimed(connection, key))
                .map(row -> row.record(key))
                .orElseGet(() -> TimedRecord.untimed(Optional.empty()));
    }

    /** Returns the records, with one SELECT for 500 of them. */
    @Override
    public List<LoadResult> loadAll(List<TokenKey> keys) {
        Map<TokenKey, Row> rows = new HashMap<>();
        for (int from = 0; from < keys.size(); from += KeyPages.LENGTH) {
            Set<TokenKey> some = new HashSet<>(keys.subList(from, Math.min(keys.size(), from + KeyPages.LENGTH)));
            rows.putAll(client.read(
                    "the records cannot be read from", Optional.empty(), connection -> records.read(connection, some)));
        }
        return keys.stream()
                .map(key -> LoadResult.of(
                        key, same -> Optional.ofNullable(rows.get(same)).map(row -> row.record(same))))
                .toList();
    }

    @Override
    public int batchSize() {
        return KeyPages.LENGTH;
    }

    /** @throws IllegalArgumentException if the record has another key or cannot be encoded */
    @Override
    public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
        next.requireKey(key);
        if (expectedRevision == UNREADABLE) {
            return changeUnreadable(key, connection -> records.replace(connection, next));
        }
        return client.write(
                "the record cannot be written to",
                Optional.of(key),
                connection -> expectedRevision == ABSENT
                        ? records.insert(connection, next)
                        : records.update(connection, expectedRevision, next));
    }

    @Override
    public boolean remove(TokenKey key, long expectedRevision) {
        if (expectedRevision == UNREADABLE) {
            return changeUnreadable(key, connection -> records.delete(connection, key));
        }
        return client.write(
                "the record cannot be removed from",
                Optional.of(key),
                connection -> records.delete(connection, key, expectedRevision));
    }

    /**
     * Changes a record if it is unreadable. The row is locked, because the database cannot check readability itself.
     */
    private boolean changeUnreadable(TokenKey key, Change change) {
        return client.transaction("the record cannot be replaced in", Optional.of(key), connection -> {
            boolean unreadable = records.readLocked(connection, key)
                    .filter(row -> row.revision(key) == UNREADABLE)
                    .isPresent();
            if (unreadable) {
                change.make(connection);
            }
            return unreadable;
        });
    }

    /** Returns the keys, read in pages of a few hundred without holding a connection between pages. */
    @Override
    public Stream<TokenKey> keys() {
        return KeyPages.<byte[]>stream(end -> client.read(
                "the keys cannot be read from", Optional.empty(), connection -> keys.after(connection, end)));
    }

    /** Returns whether the database accepts and keeps writes, and whether the table is open to every user. */
    @Override
    public List<StoreFact> inspect() {
        DatabaseFacts facts = new DatabaseFacts(dialect, client.table());
        return client.read("the database cannot be inspected for", Optional.empty(), facts::of);
    }

    @Override
    public List<TokenKey> due(String registration, Instant before, Optional<TokenKey> after, int limit) {
        return client.read(
                "the due accounts cannot be read from",
                Optional.empty(),
                connection -> due.due(connection, registration, before, after, limit));
    }

    @Override
    public Optional<Instant> oldestDue(String registration) {
        return client.read(
                "the due accounts cannot be read from",
                Optional.empty(),
                connection -> due.oldest(connection, registration));
    }

    @Override
    public Optional<String> changeStamp() {
        return Optional.of(readStamp());
    }

    /** Reads the stamp and replaces it, and repeats both if another process was first. */
    @Override
    public Optional<Move> moveChangeStamp() {
        for (int attempt = 1; attempt <= STAMP_ATTEMPTS; attempt++) {
            String before = readStamp();
            Optional<Move> move = client.write(
                    "the change stamp cannot be written to",
                    Optional.empty(),
                    connection -> stamp.replace(connection, before));
            if (move.isPresent()) {
                return move;
            }
        }
        throw TokenException.about(Problem.STORE_UNAVAILABLE)
                .detail("the change stamp cannot be written to table " + client.table()
                        + ": other processes were always first")
                .build();
    }

    private String readStamp() {
        return client.read("the change stamp cannot be read from", Optional.empty(), stamp::read);
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.SHARED;
    }

    /** Returns 4, so that a pool of the usual ten connections has some left for refreshes. */
    @Override
    public int concurrentWrites() {
        return 4;
    }

    /** Returns the database's time with millisecond precision. */
    @Override
    public Optional<Instant> now() {
        return Optional.of(client.read("the time cannot be read with", Optional.empty(), records::now));
    }

    /** Does nothing, because the store holds no resources between calls. */
    @Override
    public void close() {}

    /** Returns the dialect and the table. */
    @Override
    public String toString() {
        return "JdbcTokenStore[" + dialect.name().toLowerCase(Locale.ROOT) + ", table " + client.table()
                + ", namespace " + namespace + "]";
    }

    // For stores that add to these rows

    JdbcClient client() {
        return client;
    }

    RecordTable records() {
        return records;
    }

    Dialect dialect() {
        return dialect;
    }

    String namespace() {
        return namespace;
    }

    private interface Change {
        void make(Connection connection) throws SQLException;
    }
}
