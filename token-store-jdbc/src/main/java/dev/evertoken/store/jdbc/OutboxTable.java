package dev.evertoken.store.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.outbox.Backlog;
import dev.evertoken.spi.outbox.LeasedMessage;
import dev.evertoken.spi.outbox.OutboxMessage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The statements on the table of an outbox. A lease is a conditional update, which one of several processes makes;
 * {@code SKIP LOCKED} only keeps them from waiting for each other. Thread-safe.
 */
final class OutboxTable {

    private final Database database;
    private final String namespace;
    private final String exists;
    private final String deleteReplaced;
    private final String insert;
    private final String due;
    private final String lease;
    private final String leased;
    private final String delete;
    private final String replaced;
    private final String endLease;
    private final String count;
    private final String next;
    private final String clear;

    OutboxTable(Database database, Dialect dialect, String table, String namespace) {
        this.database = database;
        this.namespace = namespace;
        String mine = " WHERE scope = ? AND id = ? AND lease_id = ?";
        String first = " AND NOT EXISTS (SELECT 1 FROM " + table
                + " earlier WHERE earlier.line = m.line AND earlier.position < m.position)";
        this.exists = "SELECT 1 FROM " + table + " WHERE scope = ? AND id = ?";
        this.deleteReplaced = "DELETE FROM " + table + " WHERE line = ? AND collapse_key = ? AND lease_id IS NULL";
        this.insert = dialect.insertIfAbsent("INSERT INTO " + table
                + " (scope, id, line, namespace, destination, registration, account, kind, collapse_key, payload,"
                + " created_at, available_at, attempts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)");
        this.due = "SELECT m.position FROM " + table + " m WHERE m.scope = ? AND m.available_at <= ?" + first
                + " ORDER BY m.available_at, m.position LIMIT ? FOR UPDATE SKIP LOCKED";
        this.lease =
                "UPDATE " + table + " SET lease_id = ?, available_at = ? WHERE available_at <= ? AND position IN (";
        this.leased =
                "SELECT id, destination, registration, account, kind, collapse_key, payload, created_at, attempts,"
                        + " position FROM " + table + " WHERE lease_id = ? AND position IN (";
        this.delete = "DELETE FROM " + table + mine;
        this.replaced = "SELECT 1 FROM " + table + " later WHERE later.line = ? AND later.collapse_key = ?"
                + " AND later.position > (SELECT m.position FROM " + table + " m WHERE m.scope = ? AND m.id = ?)";
        this.endLease = "UPDATE " + table + " SET lease_id = NULL, attempts = attempts + ?, available_at = ?" + mine;
        this.count = "SELECT COUNT(*), MIN(created_at) FROM " + table + " WHERE scope = ?";
        this.next = "SELECT MIN(m.available_at) FROM " + table + " m WHERE m.scope = ?" + first;
        this.clear = "DELETE FROM " + table + " WHERE scope = ?";
    }

    /** Adds a message at the end of its line, in a transaction, unless one with its id waits. */
    boolean add(Connection connection, OutboxMessage message) throws SQLException {
        if (exists(connection, message)) {
            return false;
        }
        if (message.collapseKey().isPresent()) {
            deleteReplaced(connection, message);
        }
        try (PreparedStatement statement = database.prepare(connection, insert)) {
            statement.setBytes(1, scope(message.destination()));
            statement.setString(2, message.id());
            statement.setBytes(3, line(message));
            statement.setString(4, namespace);
            statement.setString(5, message.destination());
            statement.setString(6, message.account().registration());
            statement.setString(7, message.account().account());
            statement.setString(8, message.kind());
            statement.setString(9, message.collapseKey().orElse(null));
            statement.setBytes(10, message.payload().getBytes(UTF_8));
            statement.setLong(11, message.createdAt().toEpochMilli());
            statement.setLong(12, message.createdAt().toEpochMilli());
            return inserted(statement);
        }
    }

    /** Returns whether a message was inserted; false if another process has added it at the same moment. */
    private static boolean inserted(PreparedStatement statement) throws SQLException {
        try {
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            if (Dialect.isDuplicate(e)) {
                return false;
            }
            throw e;
        }
    }

    private boolean exists(Connection connection, OutboxMessage message) throws SQLException {
        try (PreparedStatement statement = database.prepare(connection, exists)) {
            statement.setBytes(1, scope(message.destination()));
            statement.setString(2, message.id());
            return hasRow(statement);
        }
    }

    private void deleteReplaced(Connection connection, OutboxMessage message) throws SQLException {
        try (PreparedStatement statement = database.prepare(connection, deleteReplaced)) {
            statement.setBytes(1, line(message));
            statement.setString(2, message.collapseKey().orElseThrow());
            statement.executeUpdate();
        }
    }

    /** Leases the first messages of lines that are due, in a transaction. */
    List<LeasedMessage> lease(Connection connection, String destination, Instant now, Duration duration, int limit)
            throws SQLException {
        List<Long> positions = due(connection, destination, now, limit);
        if (positions.isEmpty()) {
            return List.of();
        }
        String leaseId = UUID.randomUUID().toString();
        Instant until = Instant.ofEpochMilli(now.plus(duration).toEpochMilli());
        try (PreparedStatement statement = database.prepare(connection, lease + marks(positions))) {
            statement.setString(1, leaseId);
            statement.setLong(2, until.toEpochMilli());
            statement.setLong(3, now.toEpochMilli());
            setAll(statement, 4, positions);
            if (statement.executeUpdate() == 0) {
                return List.of();
            }
        }
        return leased(connection, positions, leaseId, until);
    }

    private List<Long> due(Connection connection, String destination, Instant now, int limit) throws SQLException {
        try (PreparedStatement statement = database.prepare(connection, due)) {
            statement.setBytes(1, scope(destination));
            statement.setLong(2, now.toEpochMilli());
            statement.setInt(3, limit);
            try (ResultSet result = statement.executeQuery()) {
                List<Long> positions = new ArrayList<>();
                while (result.next()) {
                    positions.add(result.getLong(1));
                }
                return positions;
            }
        }
    }

    private List<LeasedMessage> leased(Connection connection, List<Long> positions, String leaseId, Instant until)
            throws SQLException {
        Map<Long, LeasedMessage> byPosition = new HashMap<>();
        try (PreparedStatement statement = database.prepare(connection, leased + marks(positions))) {
            statement.setString(1, leaseId);
            setAll(statement, 2, positions);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    byPosition.put(
                            result.getLong(10), new LeasedMessage(message(result), result.getInt(9), leaseId, until));
                }
            }
        }
        return positions.stream()
                .flatMap(position -> Optional.ofNullable(byPosition.get(position)).stream())
                .toList();
    }

    private static OutboxMessage message(ResultSet row) throws SQLException {
        return new OutboxMessage(
                row.getString(1),
                row.getString(2),
                TokenKey.of(row.getString(3), row.getString(4)),
                row.getString(5),
                Optional.ofNullable(row.getString(6)),
                new String(row.getBytes(7), UTF_8),
                Instant.ofEpochMilli(row.getLong(8)));
    }

    /** Removes a message with its current lease. */
    boolean remove(Connection connection, LeasedMessage message) throws SQLException {
        try (PreparedStatement statement = database.prepare(connection, delete)) {
            setLease(statement, 1, message);
            return statement.executeUpdate() == 1;
        }
    }

    /**
     * Ends a lease in a transaction: the message is due again, or is removed if a later one replaces it.
     *
     * @param failed the number of attempts to add
     */
    boolean endLease(Connection connection, LeasedMessage message, int failed, Instant nextAttempt)
            throws SQLException {
        if (isReplaced(connection, message.message())) {
            return remove(connection, message);
        }
        try (PreparedStatement statement = database.prepare(connection, endLease)) {
            statement.setInt(1, failed);
            statement.setLong(2, nextAttempt.toEpochMilli());
            setLease(statement, 3, message);
            return statement.executeUpdate() == 1;
        }
    }

    private boolean isReplaced(Connection connection, OutboxMessage message) throws SQLException {
        if (message.collapseKey().isEmpty()) {
            return false;
        }
        try (PreparedStatement statement = database.prepare(connection, replaced)) {
            statement.setBytes(1, line(message));
            statement.setString(2, message.collapseKey().get());
            statement.setBytes(3, scope(message.destination()));
            statement.setString(4, message.id());
            return hasRow(statement);
        }
    }

    Backlog backlog(Connection connection, String destination) throws SQLException {
        try (PreparedStatement statement = database.prepare(connection, count)) {
            statement.setBytes(1, scope(destination));
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                long messages = result.getLong(1);
                return messages == 0
                        ? Backlog.empty()
                        : new Backlog(
                                messages,
                                Optional.of(Instant.ofEpochMilli(result.getLong(2))),
                                nextAttempt(connection, destination));
            }
        }
    }

    private Optional<Instant> nextAttempt(Connection connection, String destination) throws SQLException {
        try (PreparedStatement statement = database.prepare(connection, next)) {
            statement.setBytes(1, scope(destination));
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                long millis = result.getLong(1);
                return result.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
            }
        }
    }

    long clear(Connection connection, String destination) throws SQLException {
        try (PreparedStatement statement = database.prepare(connection, clear)) {
            statement.setBytes(1, scope(destination));
            return statement.executeUpdate();
        }
    }

    private void setLease(PreparedStatement statement, int from, LeasedMessage message) throws SQLException {
        statement.setBytes(from, scope(message.message().destination()));
        statement.setString(from + 1, message.message().id());
        statement.setString(from + 2, message.leaseId());
    }

    private static void setAll(PreparedStatement statement, int from, List<Long> positions) throws SQLException {
        for (int i = 0; i < positions.size(); i++) {
            statement.setLong(from + i, positions.get(i));
        }
    }

    private static String marks(List<Long> positions) {
        return String.join(", ", Collections.nCopies(positions.size(), "?")) + ")";
    }

    private static boolean hasRow(PreparedStatement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery()) {
            return result.next();
        }
    }

    private byte[] scope(String destination) {
        return Digests.of(namespace, destination);
    }

    private byte[] line(OutboxMessage message) {
        TokenKey account = message.account();
        return Digests.of(namespace, message.destination(), account.registration(), account.account());
    }
}
