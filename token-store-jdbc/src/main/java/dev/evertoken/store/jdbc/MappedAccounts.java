package dev.evertoken.store.jdbc;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.store.RecordCodec;
import dev.evertoken.store.jdbc.ReconciledRow.Known;
import dev.evertoken.store.jdbc.ReconciledRow.Verdict;
import dev.evertoken.store.jdbc.SideRows.Both;
import dev.evertoken.store.jdbc.SideRows.Side;
import dev.evertoken.store.jdbc.TokenForm.Found;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The accounts of one registration whose tokens are in columns of an application's table: the application's row is
 * locked, both tables are read, the revision is compared, both are written. Thread-safe.
 */
final class MappedAccounts {

    private static final Logger log = LoggerFactory.getLogger(MappedAccounts.class);

    private final String registration;
    private final TokenColumns columns;
    private final ColumnTable table;
    private final JdbcTokenStore side;
    private final SideRows rows;
    private final String environment;
    private final JdbcClient calls;

    MappedAccounts(String registration, TokenColumns columns, JdbcTokenStore side, String environment) {
        Database database = side.calls().database();
        this.registration = registration;
        this.columns = columns;
        this.table = columns.on(database, side.dialect());
        this.side = side;
        this.rows = new SideRows(database, side.calls().table(), side.namespace());
        this.environment = environment;
        this.calls = new JdbcClient(database, table.name());
    }

    void check() {
        calls.read("the store cannot be opened on", Optional.empty(), table::check);
    }

    Optional<TokenRecord> load(TokenKey key) {
        if (!table.fits(key.account())) {
            return Optional.empty();
        }
        Optional<Both> both =
                calls.read("the tokens cannot be read from", Optional.of(key), on -> rows.readBoth(on, key, table));
        return both.flatMap(read -> reconciled(key, read.found(), read.side()).record());
    }

    boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
        ColumnTokens tokens = tokens(next);
        return calls.transaction("the tokens cannot be written to", Optional.of(key), on -> {
            Optional<Found> found = locked(on, key);
            Side known = rows.read(on, key);
            if (revision(key, found, known) != expectedRevision || !writeColumns(on, key, found, tokens)) {
                return false;
            }
            writeSide(on, known, next);
            writeSpent(on, key, known, found, tokens);
            return true;
        });
    }

    boolean remove(TokenKey key, long expectedRevision) {
        if (expectedRevision == TokenStore.ABSENT) {
            return false;
        }
        return calls.transaction("the tokens cannot be removed from", Optional.of(key), on -> {
            Optional<Found> found = locked(on, key);
            if (found.isEmpty() || revision(key, found, rows.read(on, key)) != expectedRevision) {
                return false;
            }
            table.clear(on, key.account(), found.get());
            side.records().delete(on, key);
            return true;
        });
    }

    /** Returns the accounts that would be adopted and are not in the side table yet. */
    Stream<TokenKey> adoptable() {
        if (columns.adopted().isEmpty()) {
            return Stream.empty();
        }
        return KeyPages.<String>stream(end -> calls.read("the accounts cannot be read from", Optional.empty(), on -> {
            KeyPages.Page<String> page = table.accounts(on, registration, end);
            return new KeyPages.Page<>(rows.missing(on, page.keys()), page.end());
        }));
    }

    // ---- inside one transaction

    private Optional<Found> locked(Connection on, TokenKey key) throws SQLException {
        return table.fits(key.account()) ? table.readLocked(on, key.account()) : Optional.empty();
    }

    private long revision(TokenKey key, Optional<Found> found, Side known) {
        try {
            return found.flatMap(there -> reconciled(key, there, known).record())
                    .map(TokenRecord::revision)
                    .orElse(TokenStore.ABSENT);
        } catch (UnreadableRecordException e) {
            return TokenStore.UNREADABLE;
        }
    }

    private boolean writeColumns(Connection on, TokenKey key, Optional<Found> found, ColumnTokens tokens)
            throws SQLException {
        if (found.isPresent()) {
            if (!found.get().tokens().sameTokens(tokens)) {
                table.update(on, key.account(), tokens, found.get());
            }
            return true;
        }
        if (table.ownRows() && table.fits(key.account())) {
            return table.insert(on, key.account(), tokens);
        }
        throw refused(
                key,
                "table " + table.name() + " has no row for this account to keep its tokens in; the application makes"
                        + " it first");
    }

    /** The application's row is locked, so nobody else is at work here; what comes up all the same is done again. */
    private void writeSide(Connection on, Side known, TokenRecord next) throws SQLException {
        boolean written = true;
        if (known.row().isEmpty()) {
            written = side.records().insert(on, next);
        } else if (known.row().get().revision(next.key()) == TokenStore.UNREADABLE) {
            side.records().replace(on, next);
        } else {
            written = side.records().update(on, known.row().get().revision(next.key()), next);
        }
        if (!written) {
            throw new SQLException("the side table was written by somebody else", "40001");
        }
    }

    private void writeSpent(Connection on, TokenKey key, Side known, Optional<Found> found, ColumnTokens tokens)
            throws SQLException {
        SpentTokenDigests spent = known.spent();
        ColumnTokens there = found.map(Found::tokens).orElse(ColumnTokens.none(false));
        for (ColumnTokens before : List.of(ownTokens(key, known), there)) {
            if (before.root().isPresent() && !before.root().equals(tokens.root())) {
                spent = spent.plus(before.root().get());
            }
        }
        if (spent != known.spent()) {
            rows.setSpent(on, key, spent);
        }
    }

    private ColumnTokens ownTokens(TokenKey key, Side known) {
        try {
            return known.row().map(row -> tokens(row.record(key))).orElse(ColumnTokens.none(false));
        } catch (UnreadableRecordException e) {
            return ColumnTokens.none(true); // it is being replaced for that
        }
    }

    // ---- judging

    private ReconciledRow reconciled(TokenKey key, Found found, Side known) {
        Optional<Known> own = known.row().map(row -> row.record(key)).map(record -> new Known(record, tokens(record)));
        Adoption adoption = new Adoption(key, side.namespace(), environment, columns.adopted());
        ReconciledRow judged = ReconciledRow.of(own, found.tokens(), known.spent(), adoption);
        if (judged.verdict() == Verdict.BEHIND) {
            log.warn(
                    "{}: table {} has older or fewer tokens than were stored last; those count, and the next write puts"
                            + " them there",
                    key,
                    table.name());
        } else if (judged.verdict() == Verdict.ADOPTED && own.isPresent()) {
            log.info("{}: table {} has tokens from elsewhere; they count as a new grant", key, table.name());
        }
        return judged;
    }

    /** Returns a record's tokens in the parts that the columns keep. */
    private ColumnTokens tokens(TokenRecord record) {
        if (!(record.secrets() instanceof SecretPart.Clear clear)) {
            throw refused(
                    record.key(),
                    "the tokens are sealed by a key ring, but the application reads them in table " + table.name()
                            + "; leave out the key ring, or keep them in a table of their own");
        }
        ColumnTokens tokens = ColumnTokens.of(RecordCodec.decodeTokens(record.key(), clear.bytes()));
        return table.form().hasRefreshToken() ? tokens : tokens.withoutRefreshToken();
    }

    private static TokenException refused(TokenKey key, String why) {
        return TokenException.about(Problem.STORE_REFUSED).key(key).detail(why).build();
    }
}
