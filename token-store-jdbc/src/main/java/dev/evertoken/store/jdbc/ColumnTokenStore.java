package dev.evertoken.store.jdbc;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.DueIndex;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * Keeps tokens where an application has them already, in columns of its own tables, and everything else of a record
 * in a side table of the schema of {@link JdbcTokenStore}; both change in one transaction.
 *
 * <p>The application goes on reading its columns, so they are in clear text and this store takes no key ring. What it
 * writes there by itself is noticed at the next load and judged by the table of {@code Reconciled}: a reconnect is
 * taken over, an old copy is not, a row whose tokens were taken out is disconnected; the newest tokens are in the
 * side table whatever happens to the columns. Registrations without columns are kept as {@link JdbcTokenStore} does.
 *
 * <p>A load is one SELECT over both tables. A compare-and-set locks the application's row, reads, decides and writes.
 * Thread-safe.
 */
public final class ColumnTokenStore implements TokenStore, DueIndex {

    /** Name of the side table, unless the options name another one. */
    public static final String SIDE_TABLE = "evertoken_state";

    private final JdbcTokenStore side;
    private final Map<String, MappedAccounts> registrations;

    private ColumnTokenStore(JdbcTokenStore side, Map<String, MappedAccounts> registrations) {
        this.side = side;
        this.registrations = registrations;
    }

    /** Returns options for a side table of the usual name. */
    public static JdbcOptions options() {
        return JdbcOptions.defaults().withTable(SIDE_TABLE);
    }

    /**
     * Opens the store, and looks whether all its tables and columns are there.
     *
     * @param namespace the application, as the engine is told
     * @param environment the stage, as the engine is told: adopted tokens are of this stage
     * @param options of the side table; {@link #options()} to begin with
     * @param columns where the tokens of a registration are
     * @throws TokenStoreException if the database cannot be reached or a table is not fit, saying what to do
     */
    public static ColumnTokenStore open(
            DataSource source,
            String namespace,
            String environment,
            JdbcOptions options,
            Map<String, TokenColumns> columns) {
        JdbcTokenStore side = JdbcTokenStore.open(source, namespace, options);
        Map<String, MappedAccounts> registrations = new LinkedHashMap<>();
        columns.forEach((registration, where) ->
                registrations.put(registration, new MappedAccounts(registration, where, side, environment)));
        registrations.values().forEach(MappedAccounts::check);
        return new ColumnTokenStore(side, registrations);
    }

    @Override
    public Optional<TokenRecord> load(TokenKey key) {
        MappedAccounts mapped = registrations.get(key.registration());
        return mapped == null ? side.load(key) : mapped.load(key);
    }

    /**
     * As the interface says.
     *
     * @throws IllegalArgumentException if the record is another key's, or cannot be encoded
     * @throws TokenStoreException also if the tokens are sealed, or the application has no row to put them in
     */
    @Override
    public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
        next.requireKey(key);
        MappedAccounts mapped = registrations.get(key.registration());
        return mapped == null
                ? side.compareAndSet(key, expectedRevision, next)
                : mapped.compareAndSet(key, expectedRevision, next);
    }

    @Override
    public boolean remove(TokenKey key, long expectedRevision) {
        MappedAccounts mapped = registrations.get(key.registration());
        return mapped == null ? side.remove(key, expectedRevision) : mapped.remove(key, expectedRevision);
    }

    /**
     * Writes down in the side table what the application's tables have and nobody has asked for yet, so that the due
     * index knows of it. To be called once when an application moves over, and again whenever it likes.
     *
     * @return how many accounts were adopted
     */
    public long adopt() {
        try (Stream<TokenKey> keys = registrations.values().stream().flatMap(MappedAccounts::adoptable)) {
            return keys.filter(this::adopt).count();
        }
    }

    private boolean adopt(TokenKey key) {
        return load(key)
                .filter(record -> compareAndSet(key, record.revision(), written(record)))
                .isPresent();
    }

    private static TokenRecord written(TokenRecord record) {
        return record.next().build(ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE), record.updatedAt());
    }

    /** Returns the keys of the side table, and of the application's tables those that would be adopted. */
    @Override
    public Stream<TokenKey> keys() {
        return Stream.concat(side.keys(), registrations.values().stream().flatMap(MappedAccounts::adoptable));
    }

    @Override
    public List<TokenKey> due(String registration, Instant before, Optional<TokenKey> after, int limit) {
        return side.due(registration, before, after, limit);
    }

    @Override
    public Optional<Instant> oldestDue(String registration) {
        return side.oldestDue(registration);
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.SHARED;
    }

    /** Returns the database's time, to the millisecond. */
    @Override
    public Optional<Instant> now() {
        return side.now();
    }

    /** Does nothing: between two calls the store holds nothing. */
    @Override
    public void close() {}

    /** Returns the side table and the registrations that have columns. */
    @Override
    public String toString() {
        return "ColumnTokenStore[" + side + ", columns of " + registrations.keySet() + "]";
    }
}
