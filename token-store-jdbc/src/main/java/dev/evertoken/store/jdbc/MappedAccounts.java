package dev.evertoken.store.jdbc;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.LoadResult;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.store.RecordCodec;
import dev.evertoken.store.jdbc.ReconciledRow.Known;
import dev.evertoken.store.jdbc.SideRows.Both;
import dev.evertoken.store.jdbc.SideRows.Side;
import dev.evertoken.store.jdbc.TokenForm.Found;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The accounts of one registration whose tokens are in columns of an application's table. A write locks the
 * application's row, reads both tables, compares the revision, and writes both tables. Thread-safe.
 */
final class MappedAccounts {

    /** The number of accounts in one SELECT over both tables, which has a part for each of them. */
    private static final int ACCOUNTS_PER_SELECT = 50;

    private final String registration;
    private final TokenColumns columns;
    private final ColumnTable table;
    private final JdbcTokenStore side;
    private final SideRows rows;
    private final String environment;
    private final JdbcClient client;
    private final RowLog rowLog;

    MappedAccounts(String registration, TokenColumns columns, JdbcTokenStore side, String environment) {
        Database database = side.client().database();
        this.registration = registration;
        this.columns = columns;
        this.table = columns.on(database, side.dialect());
        this.side = side;
        this.rows = new SideRows(database, side.client().table(), side.namespace());
        this.environment = environment;
        this.rowLog = new RowLog(table.name());
        this.client = JdbcClient.ofApplicationTable(database, table.name());
    }

    void check() {
        client.read("the store cannot be opened on", Optional.empty(), table::check);
    }

    Optional<TokenRecord> load(TokenKey key) {
        if (!table.fits(key.account())) {
            return Optional.empty();
        }
        Optional<Both> both = client.read(
                "the tokens cannot be read from",
                Optional.of(key),
                connection -> rows.readBoth(connection, key, table));
        return both.flatMap(read -> reconciled(key, read.found(), read.side()).record());
    }

    /** Returns one result for each account, with one SELECT for {@value #ACCOUNTS_PER_SELECT} of them. */
    List<LoadResult> loadAll(List<TokenKey> keys) {
        List<TokenKey> possible = keys.stream()
                .distinct()
                .filter(key -> table.fits(key.account()))
                .toList();
        Map<TokenKey, Both> found = new HashMap<>();
        for (int from = 0; from < possible.size(); from += ACCOUNTS_PER_SELECT) {
            List<TokenKey> some = possible.subList(from, Math.min(possible.size(), from + ACCOUNTS_PER_SELECT));
            found.putAll(client.read(
                    "the tokens cannot be read from",
                    Optional.empty(),
                    connection -> rows.readBoth(connection, some, table)));
        }
        return keys.stream()
                .map(key -> LoadResult.of(
                        key,
                        same -> Optional.ofNullable(found.get(same))
                                .flatMap(read -> reconciled(same, read.found(), read.side())
                                        .record())))
                .toList();
    }

    /** Returns why the tokens of an account without a record are not used; empty if the application has none. */
    Optional<String> absence(TokenKey key) {
        if (!table.fits(key.account())) {
            return Optional.empty();
        }
        return client.read(
                        "the tokens cannot be read from",
                        Optional.of(key),
                        connection -> rows.readBoth(connection, key, table))
                .filter(both -> both.side().row().isEmpty())
                .map(both -> both.found().tokens())
                .filter(tokens -> !tokens.areNone())
                .map(tokens -> "table " + table.name() + " has tokens of this account that are not used, because "
                        + unused(tokens));
    }

    private String unused(ColumnTokens tokens) {
        if (tokens.damaged()) {
            return "a value is not a token";
        }
        return columns.adopted().isEmpty()
                ? "its TokenColumns are configured without adopting(…)"
                : "there is no access token";
    }

    boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
        ColumnTokens tokens = tokens(next);
        if (tokens.areNone()) {
            throw refused(
                    key,
                    "an account with a refresh token alone cannot be stored in table " + table.name()
                            + ", which has no column for refresh tokens");
        }
        return client.transaction("the tokens cannot be written to", Optional.of(key), connection -> {
            Optional<Found> found = locked(connection, key);
            Side known = rows.read(connection, key);
            if (revision(key, found, known) != expectedRevision || !writeColumns(connection, key, found, tokens)) {
                return false;
            }
            writeSide(connection, known, next);
            writeSpent(connection, key, known, found, tokens);
            return true;
        });
    }

    boolean remove(TokenKey key, long expectedRevision) {
        if (expectedRevision == TokenStore.ABSENT) {
            return false;
        }
        return client.transaction("the tokens cannot be removed from", Optional.of(key), connection -> {
            Optional<Found> found = locked(connection, key);
            if (found.isEmpty() || revision(key, found, rows.read(connection, key)) != expectedRevision) {
                return false;
            }
            table.clear(connection, key.account(), found.get());
            side.records().delete(connection, key);
            return true;
        });
    }

    /** Returns the adoptable accounts that are not in the side table yet. */
    Stream<TokenKey> adoptable() {
        if (columns.adopted().isEmpty()) {
            return Stream.empty();
        }
        return KeyPages.<String>stream(end ->
                client.read("the accounts cannot be read from", Optional.empty(), connection -> {
                    KeyPages.Page<String> page = table.accounts(connection, registration, end);
                    return new KeyPages.Page<>(rows.missing(connection, page.keys()), page.end());
                }));
    }

    // Within a transaction

    private Optional<Found> locked(Connection connection, TokenKey key) throws SQLException {
        return table.fits(key.account()) ? table.readLocked(connection, key.account()) : Optional.empty();
    }

    private long revision(TokenKey key, Optional<Found> found, Side known) {
        try {
            return found.flatMap(
                            columnsFound -> reconciled(key, columnsFound, known).record())
                    .map(TokenRecord::revision)
                    .orElse(TokenStore.ABSENT);
        } catch (UnreadableRecordException e) {
            return TokenStore.UNREADABLE;
        }
    }

    private boolean writeColumns(Connection connection, TokenKey key, Optional<Found> found, ColumnTokens tokens)
            throws SQLException {
        if (found.isPresent()) {
            if (!found.get().tokens().sameTokens(tokens)) {
                table.update(connection, key.account(), tokens, found.get());
            }
            return true;
        }
        if (table.ownRows() && table.fits(key.account())) {
            return table.insert(connection, key.account(), tokens);
        }
        throw refused(
                key,
                "table " + table.name() + " has no row for this account's tokens; the application has to create it"
                        + " first");
    }

    /**
     * Writes the record. The lock on the application's row excludes other writers; a conflict is repeated nevertheless.
     */
    private void writeSide(Connection connection, Side known, TokenRecord next) throws SQLException {
        boolean written = true;
        if (known.row().isEmpty()) {
            written = side.records().insert(connection, next);
        } else if (known.row().get().revision(next.key()) == TokenStore.UNREADABLE) {
            side.records().replace(connection, next);
        } else {
            written = side.records().update(connection, known.row().get().revision(next.key()), next);
        }
        if (!written) {
            throw new SQLException("the side table was changed by another writer", "40001");
        }
    }

    private void writeSpent(Connection connection, TokenKey key, Side known, Optional<Found> found, ColumnTokens tokens)
            throws SQLException {
        SpentTokenDigests spent = known.spent();
        ColumnTokens current = found.map(Found::tokens).orElse(ColumnTokens.none(false));
        for (ColumnTokens before : List.of(ownTokens(key, known), current)) {
            if (before.root().isPresent() && !before.root().equals(tokens.root())) {
                spent = spent.plus(before.root().get());
            }
        }
        if (spent != known.spent()) {
            rows.setSpent(connection, key, spent);
        }
    }

    private ColumnTokens ownTokens(TokenKey key, Side known) {
        try {
            return known.row().map(row -> tokens(row.record(key))).orElse(ColumnTokens.none(false));
        } catch (UnreadableRecordException e) {
            return ColumnTokens.none(true); // the record is replaced because it is unreadable
        }
    }

    // Reconciliation

    private ReconciledRow reconciled(TokenKey key, Found found, Side known) {
        Optional<Known> own = known.row().map(row -> row.record(key)).map(record -> new Known(record, tokens(record)));
        Adoption adoption = new Adoption(key, side.namespace(), environment, columns.adopted());
        ReconciledRow result = ReconciledRow.of(own, found.tokens(), known.spent(), adoption);
        rowLog.compared(key, result.verdict(), found.tokens().damaged(), own.isPresent());
        return result;
    }

    /** Returns the tokens of a record, limited to the parts with a column. */
    private ColumnTokens tokens(TokenRecord record) {
        if (!(record.secrets() instanceof SecretPart.Clear clear)) {
            throw refused(
                    record.key(),
                    "the tokens are sealed by a key ring, but the application reads them from table " + table.name()
                            + "; remove the key ring, or keep the tokens in a separate table");
        }
        ColumnTokens tokens = ColumnTokens.of(RecordCodec.decodeTokens(record.key(), clear.bytes()));
        return table.form().hasRefreshToken() ? tokens : tokens.withoutRefreshToken();
    }

    private static TokenException refused(TokenKey key, String detail) {
        return TokenException.about(Problem.STORE_REFUSED)
                .key(key)
                .detail(detail)
                .build();
    }
}
