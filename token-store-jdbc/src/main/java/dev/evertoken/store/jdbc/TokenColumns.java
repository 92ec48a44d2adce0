package dev.evertoken.store.jdbc;

import dev.evertoken.model.RefreshModel;
import java.util.Optional;

/**
 * Where an application's own table has the tokens of a registration's accounts, one row for each. Not thread-safe;
 * hand it over and leave it.
 *
 * <p>Names are plain: letters, digits and underscores. The account column is unique.
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

    /** Starts with the table and the column that has the account of a {@link dev.evertoken.model.TokenKey}, a text. */
    public static TokenColumns of(String table, String accountColumn) {
        return new TokenColumns(table, accountColumn);
    }

    /** Says how the account column is typed. */
    public TokenColumns accounts(AccountType form) {
        this.accountForm = form;
        return this;
    }

    /** Names the column of the access token. */
    public TokenColumns accessToken(String column) {
        this.accessToken = Optional.of(JdbcOptions.requireColumn(column));
        return this;
    }

    /** Names the column of the refresh token. */
    public TokenColumns refreshToken(String column) {
        this.refreshToken = Optional.of(JdbcOptions.requireColumn(column));
        return this;
    }

    /** Names the column of the access token's end. */
    public TokenColumns expiresAt(String column, TimeFormat form) {
        this.expiresAt = Optional.of(JdbcOptions.requireColumn(column));
        this.time = form;
        return this;
    }

    /** Names the column of the granted scopes, a text with blanks between them. */
    public TokenColumns scopes(String column) {
        this.scopes = Optional.of(JdbcOptions.requireColumn(column));
        return this;
    }

    /** Says that one column has all of it, as a JSON object: {@code text}, {@code json} or {@code jsonb}. */
    public TokenColumns json(String column, JsonMembers members) {
        this.json = Optional.of(new JsonColumn(JdbcOptions.requireColumn(column), members));
        return this;
    }

    /** Names a boolean column that is true while there are tokens. */
    public TokenColumns connected(String column) {
        this.connected = Optional.of(JdbcOptions.requireColumn(column));
        return this;
    }

    /** Names a timestamp column that is set to the database's time with every change of the tokens. */
    public TokenColumns updatedAt(String column) {
        this.updatedAt = Optional.of(JdbcOptions.requireColumn(column));
        return this;
    }

    /** Says that a row is there only with tokens: it is inserted with them and deleted with them. */
    public TokenColumns ownRows() {
        this.ownRows = true;
        return this;
    }

    /**
     * Says that tokens which the application has put there by itself are taken over as those of a new grant. Without
     * it they are left alone until the account is connected; and a copy of a production database, started on a
     * developer's machine, refreshes nothing that is not recognised as production's.
     *
     * @param model how the grants of this registration's provider live on
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
                    "table " + table + " has its tokens in a JSON column or in columns of their own, not in both");
        }
        if (json.isPresent()) {
            return json.get();
        }
        return new SeparateColumns(
                accessToken.orElseThrow(() -> new IllegalArgumentException(
                        "table " + table + " has no column for the access token; name it, or a JSON column")),
                refreshToken,
                expiresAt,
                time,
                scopes);
    }
}
