package dev.evertoken.store.jdbc;

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
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * Keeps tokens in columns of an application's own tables, and the rest of each record in a side table with the schema
 * of {@link JdbcTokenStore}. Both change in one transaction.
 *
 * <p>The application continues to read its columns, so their tokens are in clear text even with a key ring. The ring
 * then protects the journal, pending authorizations and the registrations without columns. Tokens that the application
 * writes itself are detected at the next load and judged by the table of {@code ReconciledRow}: a reconnect is adopted,
 * an old copy is not, and a row without tokens is disconnected. The side table always has the newest tokens, whatever
 * happens to the columns. Registrations without columns are stored as in {@link JdbcTokenStore}.
 *
 * <p>A load is one SELECT over both tables. A compare-and-set locks the application's row, reads it, decides and
 * writes. Thread-safe.
 */
public final class ColumnTokenStore implements TokenStore, DueIndex, ChangeStamp, StoreInspection {

    /** The default name of the side table. */
    public static final String SIDE_TABLE = "evertoken_state";

    private final JdbcTokenStore side;
    private final Map<String, MappedAccounts> registrations;

    private ColumnTokenStore(JdbcTokenStore side, Map<String, MappedAccounts> registrations) {
        this.side = side;
        this.registrations = registrations;
    }

    /** Returns options with the default name of the side table. */
    public static JdbcOptions options() {
        return JdbcOptions.defaults().withTable(SIDE_TABLE);
    }

    /**
     * Opens the store and checks that its tables and columns exist.
     *
     * @param namespace the name of the application in the engine's settings
     * @param environment the environment in the engine's settings, which adopted tokens belong to
     * @param options the options of the side table, based on {@link #options()}
     * @param columns the token columns by registration
     * @throws TokenStoreException if the database cannot be reached or a table is unsuitable; the message says how to
     *     fix it
     */
    public static ColumnTokenStore open(
            DataSource source,
            String namespace,
            String environment,
            JdbcOptions options,
            Map<String, TokenColumns> columns) {
        JdbcTokenStore side = JdbcTokenStore.open(source, namespace, options);
        Map<String, MappedAccounts> registrations = new LinkedHashMap<>();
        columns.forEach((registration, tokenColumns) ->
                registrations.put(registration, new MappedAccounts(registration, tokenColumns, side, environment)));
        registrations.values().forEach(MappedAccounts::check);
        return new ColumnTokenStore(side, registrations);
    }

    @Override
    public Optional<TokenRecord> load(TokenKey key) {
        MappedAccounts mapped = registrations.get(key.registration());
        return mapped == null ? side.load(key) : mapped.load(key);
    }

    /** Returns the record, with the database's time if the registration has no columns. */
    @Override
    public TimedRecord loadTimed(TokenKey key) {
        MappedAccounts mapped = registrations.get(key.registration());
        return mapped == null ? side.loadTimed(key) : TimedRecord.untimed(mapped.load(key));
    }

    /** Returns the records, with one SELECT for 50 accounts with columns and for 500 without. */
    @Override
    public List<LoadResult> loadAll(List<TokenKey> keys) {
        Map<TokenKey, LoadResult> results = new HashMap<>();
        keys.stream()
                .collect(Collectors.groupingBy(TokenKey::registration))
                .forEach((registration, some) ->
                        loadAll(registration, some).forEach(result -> results.put(result.key(), result)));
        return keys.stream()
                .map(key -> Objects.requireNonNull(results.get(key)))
                .toList();
    }

    private List<LoadResult> loadAll(String registration, List<TokenKey> keys) {
        MappedAccounts mapped = registrations.get(registration);
        return mapped == null ? side.loadAll(keys) : mapped.loadAll(keys);
    }

    @Override
    public List<StoreFact> inspect() {
        return side.inspect();
    }

    @Override
    public int batchSize() {
        return side.batchSize();
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the record has another key or cannot be encoded
     * @throws TokenStoreException also if the tokens are sealed, or the application has no row for them
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
     * Writes records for adoptable tokens in the application's tables to the side table, so that the due index includes
     * them. Call it once when migrating an application; further calls are harmless.
     *
     * @return the number of adopted accounts
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

    /** Returns the keys of the side table and those of adoptable tokens in the application's tables. */
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

    /** Returns a sentence that describes an account whose tokens in the application's table are not used. */
    @Override
    public Optional<String> absence(TokenKey key) {
        return Optional.ofNullable(registrations.get(key.registration())).flatMap(mapped -> mapped.absence(key));
    }

    /** Returns true for registrations with columns, whose tokens the application reads. */
    @Override
    public boolean keepsClearText(TokenKey key) {
        return registrations.containsKey(key.registration());
    }

    /** Returns the stamp of the side table, which the application's own changes of its columns do not move. */
    @Override
    public Optional<String> changeStamp() {
        return side.changeStamp();
    }

    @Override
    public Optional<Move> moveChangeStamp() {
        return side.moveChangeStamp();
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.SHARED;
    }

    @Override
    public int concurrentWrites() {
        return side.concurrentWrites();
    }

    /** Returns the database's time with millisecond precision. */
    @Override
    public Optional<Instant> now() {
        return side.now();
    }

    /** Does nothing, because the store holds no resources between calls. */
    @Override
    public void close() {}

    /** Returns the side table and the registrations with columns. */
    @Override
    public String toString() {
        return "ColumnTokenStore[" + side + ", columns of " + registrations.keySet() + "]";
    }
}
