package dev.evertoken.store.jdbc;

import dev.evertoken.model.TokenKey;
import dev.evertoken.store.jdbc.TokenForm.Found;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The statements on the side table of an application's table. Thread-safe. */
final class SideRows {

    private static final List<String> FIELDS = List.of("revision", "record", "digest", "spent");

    private final Database database;
    private final String table;
    private final String namespace;

    /** The side table's data of an account; the row is empty if there is none. */
    record Side(Optional<Row> row, SpentTokenDigests spent) {}

    /** The data of an account in both tables, read at the same time. */
    record Both(Found found, Side side) {}

    SideRows(Database database, String table, String namespace) {
        this.database = database;
        this.table = table;
        this.namespace = namespace;
    }

    /** Reads both tables in one statement; empty if the application has no row for the account. */
    Optional<Both> readBoth(Connection connection, TokenKey key, ColumnTable columns) throws SQLException {
        try (PreparedStatement statement = database.prepare(connection, select(columns, ""))) {
            statement.setBytes(1, id(key));
            columns.setAccount(statement, 2, key.account());
            try (ResultSet result = statement.executeQuery()) {
                return result.next() && columns.isOf(result, key.account())
                        ? Optional.of(new Both(columns.found(result), side(result, columns.further())))
                        : Optional.empty();
            }
        }
    }

    /**
     * Reads both tables for several accounts in one statement, so that the two parts of an account belong together;
     * accounts without a row of the application are missing.
     */
    Map<TokenKey, Both> readBoth(Connection connection, List<TokenKey> keys, ColumnTable columns) throws SQLException {
        String sql = IntStream.range(0, keys.size())
                .mapToObj(n -> select(columns, ", " + n))
                .collect(Collectors.joining(" UNION ALL "));
        Map<TokenKey, Both> rows = new HashMap<>();
        try (PreparedStatement statement = database.prepare(connection, sql)) {
            int at = 1;
            for (TokenKey key : keys) {
                statement.setBytes(at++, id(key));
                columns.setAccount(statement, at++, key.account());
            }
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    TokenKey key = keys.get(result.getInt(columns.further() + FIELDS.size()));
                    if (columns.isOf(result, key.account())) {
                        rows.put(key, new Both(columns.found(result), side(result, columns.further())));
                    }
                }
            }
        }
        return rows;
    }

    private String select(ColumnTable columns, String further) {
        String side = FIELDS.stream().map(field -> ", s." + field).collect(Collectors.joining());
        return columns.select(side + further, " LEFT JOIN " + table + " s ON s.id = ?");
    }

    Side read(Connection connection, TokenKey key) throws SQLException {
        String sql = "SELECT " + String.join(", ", FIELDS) + " FROM " + table + " WHERE id = ?";
        try (PreparedStatement statement = database.prepare(connection, sql)) {
            statement.setBytes(1, id(key));
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? side(result, 1) : new Side(Optional.empty(), new SpentTokenDigests(new byte[0]));
            }
        }
    }

    void setSpent(Connection connection, TokenKey key, SpentTokenDigests spent) throws SQLException {
        try (PreparedStatement statement =
                database.prepare(connection, "UPDATE " + table + " SET spent = ? WHERE id = ?")) {
            statement.setBytes(1, spent.bytes());
            statement.setBytes(2, id(key));
            statement.executeUpdate();
        }
    }

    /** Returns those of the keys that have no row. */
    List<TokenKey> missing(Connection connection, List<TokenKey> keys) throws SQLException {
        if (keys.isEmpty()) {
            return keys;
        }
        String placeholders = keys.stream().map(key -> "?").collect(Collectors.joining(", "));
        try (PreparedStatement statement = database.prepare(
                connection, "SELECT registration, account FROM " + table + " WHERE id IN (" + placeholders + ")")) {
            int at = 1;
            for (TokenKey key : keys) {
                statement.setBytes(at++, id(key));
            }
            Set<TokenKey> existing = new HashSet<>();
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    existing.add(TokenKey.of(result.getString(1), result.getString(2)));
                }
            }
            List<TokenKey> missing = new ArrayList<>(keys);
            missing.removeAll(existing);
            return missing;
        }
    }

    private static Side side(ResultSet result, int from) throws SQLException {
        long revision = result.getLong(from);
        if (result.wasNull()) {
            return new Side(Optional.empty(), new SpentTokenDigests(new byte[0]));
        }
        byte[] spent = result.getBytes(from + 3);
        return new Side(
                Optional.of(new Row(revision, result.getBytes(from + 1), result.getBytes(from + 2))),
                new SpentTokenDigests(spent == null ? new byte[0] : spent));
    }

    private byte[] id(TokenKey key) {
        return Digests.id(namespace, key);
    }
}
