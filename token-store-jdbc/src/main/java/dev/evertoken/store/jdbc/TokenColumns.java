package dev.evertoken.store.jdbc;

import dev.evertoken.model.RefreshModel;
import java.util.Optional;

/**
 * The columns of an application's own table that hold the tokens of a registration's accounts, one row for each
 * account. Not thread-safe; configure on one thread before opening the store.
 *
 * <p>Names consist of letters, digits and underscores. The account column must be unique.
 */
public final class TokenColumns {

    private final String table;
    private final String account;
    private AccountType accountForm = AccountType.TEXT;
    private Optional<String> accessToken = Optional.empty();
    private Optional<String> refreshToken = Optional.empty();
    private Optional<String> expiresAt = Optional.empty();
    private TimeFormat time = TimeFormat.TIMESTAMP;
    private Optional<String> scopes = Optional.empty();
    private Optional<JsonColumn> json = Optional.empty();
    private Optional<String> connected = Optional.empty();
    private Optional<String> updatedAt = Optional.empty();
    private boolean ownRows;
    private Optional<RefreshModel> adopted = Optional.empty();

    private TokenColumns(String table, String account) {
        this.table = JdbcOptions.requireTable(table);
        this.account = JdbcOptions.requireColumn(account);
    }

    /**
     * Returns the columns of a table whose account column has the account of a {@link dev.evertoken.model.TokenKey}, a
     * text by default.
     */
    public static TokenColumns of(String table, String accountColumn) {
        return new TokenColumns(table, accountColumn);
    }

    /** Sets the type of the account column. */
    public TokenColumns accounts(AccountType form) {
        this.accountForm = form;
        return this;
    }

    /** Sets the column of the access token. */
    public TokenColumns accessToken(String column) {
        this.accessToken = Optional.of(JdbcOptions.requireColumn(column));
        return this;
    }

    /** Sets the column of the refresh token. */
    public TokenColumns refreshToken(String column) {
        this.refreshToken = Optional.of(JdbcOptions.requireColumn(column));
        return this;
    }

    /** Sets the column of the access token's expiry. */
    public TokenColumns expiresAt(String column, TimeFormat form) {
        this.expiresAt = Optional.of(JdbcOptions.requireColumn(column));
        this.time = form;
        return this;
    }

    /** Sets the column of the granted scopes, separated by spaces. */
    public TokenColumns scopes(String column) {
        this.scopes = Optional.of(JdbcOptions.requireColumn(column));
        return this;
    }

    /** Sets a single column for all parts, with a JSON object: {@code text}, {@code json} or {@code jsonb}. */
    public TokenColumns json(String column, JsonMembers members) {
        this.json = Optional.of(new JsonColumn(JdbcOptions.requireColumn(column), members));
        return this;
    }

    /** Sets a boolean column that is true while the row has tokens. */
    public TokenColumns connected(String column) {
        this.connected = Optional.of(JdbcOptions.requireColumn(column));
        return this;
    }

    /** Sets a timestamp column that is set to the database's time with every change of the tokens. */
    public TokenColumns updatedAt(String column) {
        this.updatedAt = Optional.of(JdbcOptions.requireColumn(column));
        return this;
    }

    /** Inserts and deletes rows together with their tokens; by default the application creates the rows. */
    public TokenColumns ownRows() {
        this.ownRows = true;
        return this;
    }

    /**
     * Adopts tokens that the application has written itself, and treats them as a new grant. By default, they are
     * ignored until the account is connected. A copy of a production database on a developer's machine therefore does
     * not refresh any token that is not known to be from production.
     *
     * @param model the refresh model of this registration's provider
     */
    public TokenColumns adopting(RefreshModel model) {
        this.adopted = Optional.of(model);
        return this;
    }

    ColumnTable on(Database database, Dialect dialect) {
        return new ColumnTable(
                database,
                dialect,
                new ColumnTable.Names(table, account, accountForm, connected, updatedAt, ownRows),
                form());
    }

    Optional<RefreshModel> adopted() {
        return adopted;
    }

    private TokenForm form() {
        boolean separate =
                accessToken.isPresent() || refreshToken.isPresent() || expiresAt.isPresent() || scopes.isPresent();
        if (json.isPresent() && separate) {
            throw new IllegalArgumentException(
                    "table " + table + " must have its tokens either in a JSON column or in separate columns");
        }
        if (json.isPresent()) {
            return json.get();
        }
        return new SeparateColumns(
                accessToken.orElseThrow(() -> new IllegalArgumentException(
                        "table " + table + " has no column for the access token; set it or a JSON column")),
                refreshToken,
                expiresAt,
                time,
                scopes);
    }
}
