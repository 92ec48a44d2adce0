package dev.evertoken.store.jdbc;

import dev.evertoken.model.TokenKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The due accounts of a store's table, read with its index on registration and time. Thread-safe.
 *
 * <p>These are plain reads, which neither wait for locked rows nor lock any, so {@code SKIP LOCKED} is not needed. The
 * claim in the record keeps two processes from refreshing the same account.
 */
final class DueRows {

    private final Database database;
    private final String namespace;
    private final String cursor;
    private final String first;
    private final String next;
    private final String oldest;

    DueRows(Database database, String table, String namespace) {
        this.database = database;
        this.namespace = namespace;
        String select = "SELECT account FROM " + table + " WHERE scope = ? AND due_at < ?";
        String inOrder = " ORDER BY due_at, id LIMIT ?";
        this.cursor = "SELECT due_at FROM " + table + " WHERE id = ? AND due_at < ?";
        this.first = select + inOrder;
        this.next = select + " AND (due_at > ? OR (due_at = ? AND id > ?))" + inOrder;
        this.oldest = "SELECT MIN(due_at) FROM " + table + " WHERE scope = ? AND due_at IS NOT NULL";
    }

    List<TokenKey> due(Connection connection, String registration, Instant before, Optional<TokenKey> after, int limit)
            throws SQLException {
        Optional<Long> from = after.isEmpty() ? Optional.empty() : dueAt(connection, after.get(), before);
        try (PreparedStatement statement = database.prepare(connection, from.isPresent() ? next : first)) {
            int at = 1;
            statement.setBytes(at++, Digests.scope(namespace, registration));
            statement.setLong(at++, before.toEpochMilli());
            if (from.isPresent()) {
                statement.setLong(at++, from.get());
                statement.setLong(at++, from.get());
                statement.setBytes(at++, Digests.id(namespace, after.orElseThrow()));
            }
            statement.setInt(at, limit);
            return accounts(statement, registration);
        }
    }

    Optional<Instant> oldest(Connection connection, String registration) throws SQLException {
        try (PreparedStatement statement = database.prepare(connection, oldest)) {
            statement.setBytes(1, Digests.scope(namespace, registration));
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                long millis = result.getLong(1);
                return result.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
            }
        }
    }

    private Optional<Long> dueAt(Connection connection, TokenKey key, Instant before) throws SQLException {
        try (PreparedStatement statement = database.prepare(connection, cursor)) {
            statement.setBytes(1, Digests.id(namespace, key));
            statement.setLong(2, before.toEpochMilli());
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? Optional.of(result.getLong(1)) : Optional.empty();
            }
        }
    }

    private static List<TokenKey> accounts(PreparedStatement statement, String registration) throws SQLException {
        List<TokenKey> keys = new ArrayList<>();
        try (ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                keys.add(TokenKey.of(registration, result.getString(1)));
            }
        }
        return keys;
    }
}
