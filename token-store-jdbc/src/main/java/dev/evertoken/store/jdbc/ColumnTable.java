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

/** The statements on an application's table, each about one account. Thread-safe. */
final class ColumnTable {

    private final Database database;
    private final Dialect dialect;
    private final Names names;
    private final TokenForm form;

    /**
     * What the table is called and made of besides the tokens.
     *
     * @param ownRows whether a row is there only with tokens
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

    /** Tells whether a row can have this account at all. */
    boolean fits(String account) {
        return names.accountForm().fits(account);
    }

    /** Reads no row, but names every column. */
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

    /** Returns the SELECT of account and columns as table {@code a}, with more columns and a join before the condition. */
    String select(String moreColumns, String join) {
        String columns = form.columns().stream().map(column -> ", a." + column).collect(Collectors.joining());
        return "SELECT a." + names.account() + columns + moreColumns + " FROM " + names.table() + " a" + join
                + " WHERE a." + names.account() + " = ?";
    }

    void setAccount(PreparedStatement statement, int at, String account) throws SQLException {
        names.accountForm().set(statement, at, account);
    }

    /** Tells whether a row of {@link #select} is this account's: a collation may take another one for it. */
    boolean isOf(ResultSet result, String account) throws SQLException {
        return names.accountForm().read(result, 1).equals(account);
    }

    /** Returns what a row of {@link #select} has. */
    Found found(ResultSet result) throws SQLException {
        return form.read(result, 2);
    }

    /** Returns where in a row of {@link #select} the further columns begin. */
    int further() {
        return form.columns().size() + 2;
    }

    /** Reads the columns of an account's row and keeps others from writing it; empty if there is no row. */
    Optional<Found> readLocked(Connection connection, String account) throws SQLException {
        try (PreparedStatement statement = database.prepare(connection, select("", "") + " FOR UPDATE")) {
            setAccount(statement, 1, account);
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    return Optional.empty();
                }
                if (!isOf(result, account)) {
                    throw refused("table " + names.table() + " takes account \"" + account
                            + "\" for another one, which differs in case, blanks or accents; give column "
                            + names.account() + " a binary collation");
                }
                return Optional.of(found(result));
            }
        }
    }

    /** Inserts a row with tokens; false if somebody was first. */
    boolean insert(Connection connection, String account, ColumnTokens tokens) throws SQLException {
        List<String> columns = new ArrayList<>(form.columns());
        columns.add(names.account());
        String marks = columns.stream().map(column -> "?").collect(Collectors.joining(", "));
        names.connected().ifPresent(columns::add);
        names.updatedAt().ifPresent(columns::add);
        String values = marks
                + names.connected().map(any -> ", TRUE").orElse("")
                + names.updatedAt().map(any -> ", CURRENT_TIMESTAMP").orElse("");
        String sql = dialect.insertUnlessThere(
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

    /** Writes the tokens of a row that is there. */
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

    /** Takes the tokens out: the whole row where it is there for them alone. */
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

    /** Returns the accounts that have tokens, in the order of their column. */
    KeyPages.Page<String> accounts(Connection connection, String registration, Optional<String> end)
            throws SQLException {
        String from = end.isPresent() ? " AND " + names.account() + " > ?" : "";
        String sql = "SELECT " + names.account() + " FROM " + names.table() + " WHERE " + form.mark() + " IS NOT NULL"
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

    /** Returns the accounts of a result; one that cannot be an account is left out. */
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
            return Optional.empty(); // blank, too long: nobody can ask for it either
        }
    }

    private void requireOne(int rows) {
        if (rows != 1) {
            throw refused(rows + " rows of table " + names.table() + " have one account; column " + names.account()
                    + " has to be unique");
        }
    }

    private static TokenException refused(String why) {
        return TokenException.about(Problem.STORE_REFUSED).detail(why).build();
    }
}
