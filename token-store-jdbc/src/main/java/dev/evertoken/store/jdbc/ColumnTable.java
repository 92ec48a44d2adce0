package dev.evertoken.store.jdbc;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.store.jdbc.TokenForm.Found;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The statements on an application's table, each for one account. Thread-safe. */
final class ColumnTable {

    private final Database database;
    private final Dialect dialect;
    private final Names names;
    private final TokenForm form;

    /**
     * The names of the table and of its columns without the tokens.
     *
     * @param ownRows whether a row exists only while it has tokens
     */
    record Names(
            String table,
            String account,
            AccountType accountForm,
            Optional<String> connected,
            Optional<String> updatedAt,
            boolean ownRows) {}

    ColumnTable(Database database, Dialect dialect, Names names, TokenForm form) {
        this.database = database;
        this.dialect = dialect;
        this.names = names;
        this.form = form;
    }

    TokenForm form() {
        return form;
    }

    String name() {
        return names.table();
    }

    boolean ownRows() {
        return names.ownRows();
    }

    /** Returns whether a row can have this account. */
    boolean fits(String account) {
        return names.accountForm().fits(account);
    }

    /** Selects every column without reading a row, to check that they exist. */
    boolean check(Connection connection) throws SQLException {
        String columns = Stream.of(
                        Stream.of(names.account()),
                        form.columns().stream(),
                        names.connected().stream(),
                        names.updatedAt().stream())
                .flatMap(all -> all)
                .collect(Collectors.joining(", "));
        try (PreparedStatement statement =
                database.prepare(connection, "SELECT " + columns + " FROM " + names.table() + " WHERE 1 = 0")) {
            return statement.execute();
        }
    }

    /** Returns the SELECT of account and token columns from table {@code a}, with further columns and a join. */
    String select(String moreColumns, String join) {
        String columns = form.columns().stream().map(column -> ", a." + column).collect(Collectors.joining());
        return "SELECT a." + names.account() + columns + moreColumns + " FROM " + names.table() + " a" + join
                + " WHERE a." + names.account() + " = ?";
    }

    void setAccount(PreparedStatement statement, int at, String account) throws SQLException {
        names.accountForm().set(statement, at, account);
    }

    /**
     * Returns whether a row of {@link #select} belongs to this account, since a collation may match a different one.
     */
    boolean isOf(ResultSet result, String account) throws SQLException {
        return names.accountForm().read(result, 1).equals(account);
    }

    /** Returns the tokens in a row of {@link #select}. */
    Found found(ResultSet result) throws SQLException {
        return form.read(result, 2);
    }

    /** Returns the index of the first further column in a row of {@link #select}. */
    int further() {
        return form.columns().size() + 2;
    }

    /** Reads and locks the row of an account; empty if there is none. */
    Optional<Found> readLocked(Connection connection, String account) throws SQLException {
        try (PreparedStatement statement = database.prepare(connection, select("", "") + " FOR UPDATE")) {
            setAccount(statement, 1, account);
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    return Optional.empty();
                }
                if (!isOf(result, account)) {
                    throw refused("table " + names.table() + " does not distinguish account \"" + account
                            + "\" from one that differs in case, spaces or accents; give column "
                            + names.account() + " a binary collation");
                }
                return Optional.of(found(result));
            }
        }
    }

    /** Inserts a row with tokens; false if the row already exists. */
    boolean insert(Connection connection, String account, ColumnTokens tokens) throws SQLException {
        List<String> columns = new ArrayList<>(form.columns());
        columns.add(names.account());
        String placeholders = columns.stream().map(column -> "?").collect(Collectors.joining(", "));
        names.connected().ifPresent(columns::add);
        names.updatedAt().ifPresent(columns::add);
        String values = placeholders
                + names.connected().map(column -> ", TRUE").orElse("")
                + names.updatedAt().map(column -> ", CURRENT_TIMESTAMP").orElse("");
        String sql = dialect.insertIfAbsent(
                "INSERT INTO " + names.table() + " (" + String.join(", ", columns) + ") VALUES (" + values + ")");
        try (PreparedStatement statement = database.prepare(connection, sql)) {
            form.set(statement, 1, tokens, Found.NOTHING, dialect);
            setAccount(statement, form.columns().size() + 1, account);
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            if (Dialect.isDuplicate(e)) {
                return false;
            }
            throw e;
        }
    }

    /** Updates the tokens of an existing row. */
    void update(Connection connection, String account, ColumnTokens tokens, Found before) throws SQLException {
        String columns = form.columns().stream().map(column -> column + " = ?").collect(Collectors.joining(", "));
        String connected = names.connected()
                .map(column -> ", " + column + " = " + (tokens.areNone() ? "FALSE" : "TRUE"))
                .orElse("");
        String updated = names.updatedAt()
                .map(column -> ", " + column + " = CURRENT_TIMESTAMP")
                .orElse("");
        String sql = "UPDATE " + names.table() + " SET " + columns + connected + updated + " WHERE " + names.account()
                + " = ?";
        try (PreparedStatement statement = database.prepare(connection, sql)) {
            form.set(statement, 1, tokens, before, dialect);
            setAccount(statement, form.columns().size() + 1, account);
            requireOne(statement.executeUpdate());
        }
    }

    /** Removes the tokens, or the whole row if it exists only for them. */
    void clear(Connection connection, String account, Found before) throws SQLException {
        if (!names.ownRows()) {
            update(connection, account, ColumnTokens.none(false), before);
            return;
        }
        try (PreparedStatement statement =
                database.prepare(connection, "DELETE FROM " + names.table() + " WHERE " + names.account() + " = ?")) {
            setAccount(statement, 1, account);
            requireOne(statement.executeUpdate());
        }
    }

    /** Returns a page of the accounts with tokens, in the order of their column. */
    KeyPages.Page<String> accounts(Connection connection, String registration, Optional<String> end)
            throws SQLException {
        String from = end.isPresent() ? " AND " + names.account() + " > ?" : "";
        String sql = "SELECT " + names.account() + " FROM " + names.table() + " WHERE " + form.present()
                + " AND " + names.account() + " IS NOT NULL" + from + " ORDER BY " + names.account() + " LIMIT "
                + KeyPages.LENGTH;
        try (PreparedStatement statement = database.prepare(connection, sql)) {
            if (end.isPresent()) {
                setAccount(statement, 1, end.get());
            }
            try (ResultSet result = statement.executeQuery()) {
                return page(result, registration);
            }
        }
    }

    /** Returns the accounts of a result, without those that are no valid accounts. */
    private KeyPages.Page<String> page(ResultSet result, String registration) throws SQLException {
        List<TokenKey> keys = new ArrayList<>();
        Optional<String> last = Optional.empty();
        int rows = 0;
        while (result.next()) {
            rows++;
            String account = names.accountForm().read(result, 1);
            last = Optional.of(account);
            key(registration, account).ifPresent(keys::add);
        }
        return new KeyPages.Page<>(keys, rows < KeyPages.LENGTH ? Optional.empty() : last);
    }

    private static Optional<TokenKey> key(String registration, String account) {
        try {
            return Optional.of(TokenKey.of(registration, account));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // blank or too long: never a valid key
        }
    }

    private void requireOne(int rows) {
        if (rows != 1) {
            throw refused(rows + " rows of table " + names.table() + " have the same account; column " + names.account()
                    + " must be unique");
        }
    }

    private static TokenException refused(String detail) {
        return TokenException.about(Problem.STORE_REFUSED).detail(detail).build();
    }
}
