package dev.evertoken.store.jdbc;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.DueIndex;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * Keeps records in a table of a relational database, shared by every process that reaches it.
 *
 * <p>A load is one SELECT by primary key, a compare-and-set one INSERT or one {@code UPDATE … WHERE revision = ?},
 * each in a transaction of its own: give it a plain {@link DataSource}, not one whose connections belong to a
 * transaction of the application, or a rolled-back page view takes a rotated token with it. Connections go back as
 * they came. Wherever the database fails the answer is a {@link TokenStoreException} that says whether waiting
 * helps, without a value of a row and without a password.
 *
 * <p>A row that was changed by hand or torn is unreadable, not missing: its bytes no longer are those that were
 * written. It stays until it is replaced or removed as {@link #UNREADABLE}, and a replaced one stays in the column
 * {@code set_aside}. Rows are found and kept apart by digests, so that no collation mixes up accounts. Thread-safe.
 */
public final class JdbcTokenStore implements TokenStore, DueIndex {

    private final String namespace;
    private final Dialect dialect;
    private final JdbcClient calls;
    private final RecordTable records;
    private final DueRows due;
    private final KeyRows keys;

    private JdbcTokenStore(JdbcClient calls, Dialect dialect, String namespace) {
        this.namespace = namespace;
        this.dialect = dialect;
        this.calls = calls;
        this.records = new RecordTable(calls.database(), dialect, calls.table(), namespace);
        this.due = new DueRows(calls.database(), calls.table(), namespace);
        this.keys = new KeyRows(calls.database(), calls.table(), namespace);
    }

    /** Opens a store with {@link JdbcOptions#defaults()}, otherwise as {@link #open(DataSource, String, JdbcOptions)}. */
    public static JdbcTokenStore open(DataSource source, String namespace) {
        return open(source, namespace, JdbcOptions.defaults());
    }

    /**
     * Opens the store of a namespace, and looks whether its table is there.
     *
     * @param source whose connections are used and given back, never kept; it is not closed with the store
     * @param namespace the application; stores of different namespaces can share a table and never meet
     * @throws TokenStoreException if the database cannot be reached or its table is not fit, saying what to do
     */
    public static JdbcTokenStore open(DataSource source, String namespace, JdbcOptions options) {
        if (namespace.isBlank() || namespace.length() > 64) {
            throw new IllegalArgumentException("the namespace is blank or longer than 64 characters");
        }
        JdbcClient calls = new JdbcClient(new Database(source, options.statementTimeout()), options.table());
        Dialect dialect = options.dialect()
                .orElseGet(() -> calls.read("the database cannot be opened for", Optional.empty(), Dialect::of));
        Schema schema = new Schema(calls.database(), dialect, options.table());
        if (options.createIfMissing()) {
            calls.told("the schema cannot be created:", Optional.empty(), () -> {
                schema.create();
                return true;
            });
        }
        calls.read("the store cannot be opened on", Optional.empty(), schema::check);
        return new JdbcTokenStore(calls, dialect, namespace);
    }

    /** @throws UnreadableRecordException if there is one that cannot be read; it is left as it is */
    @Override
    public Optional<TokenRecord> load(TokenKey key) {
        return calls.read("the record cannot be read from", Optional.of(key), on -> records.read(on, key))
                .map(row -> row.record(key));
    }

    /** @throws IllegalArgumentException if the record is another key's, or cannot be encoded */
    @Override
    public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
        next.requireKey(key);
        if (expectedRevision == UNREADABLE) {
            return whereUnreadable(key, on -> records.replace(on, next));
        }
        return calls.write(
                "the record cannot be written to",
                Optional.of(key),
                on -> expectedRevision == ABSENT
                        ? records.insert(on, next)
                        : records.update(on, expectedRevision, next));
    }

    @Override
    public boolean remove(TokenKey key, long expectedRevision) {
        if (expectedRevision == UNREADABLE) {
            return whereUnreadable(key, on -> records.delete(on, key));
        }
        return calls.write(
                "the record cannot be removed from", Optional.of(key), on -> records.delete(on, key, expectedRevision));
    }

    /** Whether a record can be read is for this code to say, so the row is kept from others while it is looked at. */
    private boolean whereUnreadable(TokenKey key, Change change) {
        return calls.transaction("the record cannot be replaced in", Optional.of(key), on -> {
            boolean unreadable = records.readLocked(on, key)
                    .filter(row -> row.revision(key) == UNREADABLE)
                    .isPresent();
            if (unreadable) {
                change.make(on);
            }
            return unreadable;
        });
    }

    /** Returns the keys in pages of a few hundred; between two pages no connection is held. */
    @Override
    public Stream<TokenKey> keys() {
        return KeyPages.<byte[]>stream(
                end -> calls.read("the keys cannot be read from", Optional.empty(), on -> keys.after(on, end)));
    }

    @Override
    public List<TokenKey> due(String registration, Instant before, Optional<TokenKey> after, int limit) {
        return calls.read(
                "the due accounts cannot be read from",
                Optional.empty(),
                on -> due.due(on, registration, before, after, limit));
    }

    @Override
    public Optional<Instant> oldestDue(String registration) {
        return calls.read("the due accounts cannot be read from", Optional.empty(), on -> due.oldest(on, registration));
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.SHARED;
    }

    /** Returns the database's time, to the millisecond. */
    @Override
    public Optional<Instant> now() {
        return Optional.of(calls.read("the time cannot be read beside", Optional.empty(), records::now));
    }

    /** Does nothing: between two calls the store holds nothing. */
    @Override
    public void close() {}

    /** Returns the dialect and the table. */
    @Override
    public String toString() {
        return "JdbcTokenStore[" + dialect.name().toLowerCase(Locale.ROOT) + ", table " + calls.table() + ", namespace "
                + namespace + "]";
    }

    // ---- what a store that does more with the same rows needs

    JdbcClient calls() {
        return calls;
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
