package dev.evertoken.store.jdbc;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.store.RecordCodec;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The statements on a store's own table. Each uses the primary key and is an atomic compare-and-set. Thread-safe.
 *
 * <p>A row is changed or removed only if it has the expected revision and its bytes still match the digest that was
 * written with them, which the database itself checks.
 */
final class RecordTable {

    private final Database database;
    private final Dialect dialect;
    private final String namespace;
    private final String select;
    private final String selectTimed;
    private final String selectAll;
    private final String insert;
    private final String update;
    private final String replace;
    private final String delete;
    private final String deleteUnconditionally;

    RecordTable(Database database, Dialect dialect, String table, String namespace) {
        this.database = database;
        this.dialect = dialect;
        this.namespace = namespace;
        String intact = " WHERE id = ? AND revision = ? AND digest = " + dialect.sha256("record");
        String set = "UPDATE " + table + " SET revision = ?, due_at = ?, record = ?, digest = ?";
        this.select = "SELECT revision, record, digest FROM " + table + " WHERE id = ?";
        this.selectTimed =
                "SELECT revision, record, digest, " + dialect.nowMillis() + " FROM " + table + " WHERE id = ?";
        this.selectAll = "SELECT revision, record, digest, id FROM " + table + " WHERE id IN (";
        this.insert = dialect.insertIfAbsent("INSERT INTO " + table
                + " (revision, due_at, record, digest, id, scope, namespace, registration, account)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
        this.update = set + intact;
        this.replace = "UPDATE " + table
                + " SET set_aside = record, revision = ?, due_at = ?, record = ?, digest = ? WHERE id = ?";
        this.delete = "DELETE FROM " + table + intact;
        this.deleteUnconditionally = "DELETE FROM " + table + " WHERE id = ?";
    }

    Optional<Row> read(Connection connection, TokenKey key) throws SQLException {
        return read(connection, key, select);
    }

    /** Returns the row with the database's time, in one statement; empty if there is no row. */
    Optional<TimedRow> readTimed(Connection connection, TokenKey key) throws SQLException {
        try (PreparedStatement statement = database.prepare(connection, selectTimed)) {
            statement.setBytes(1, id(key));
            try (ResultSet result = statement.executeQuery()) {
                return result.next()
                        ? Optional.of(new TimedRow(row(result), Instant.ofEpochMilli(result.getLong(4))))
                        : Optional.empty();
            }
        }
    }

    /** Returns the rows of several accounts, in one statement; accounts without a row are missing. */
    Map<TokenKey, Row> read(Connection connection, Set<TokenKey> keys) throws SQLException {
        Map<ByteBuffer, TokenKey> byId = new HashMap<>();
        keys.forEach(key -> byId.put(ByteBuffer.wrap(id(key)), key));
        Map<TokenKey, Row> rows = new HashMap<>();
        try (PreparedStatement statement = database.prepare(connection, selectAll(byId.size()))) {
            int at = 1;
            for (TokenKey key : byId.values()) {
                statement.setBytes(at++, id(key));
            }
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    TokenKey key = byId.get(ByteBuffer.wrap(result.getBytes(4)));
                    if (key != null) {
                        rows.put(key, row(result));
                    }
                }
            }
        }
        return rows;
    }

    private String selectAll(int ids) {
        return selectAll + String.join(", ", Collections.nCopies(ids, "?")) + ")";
    }

    /** Reads the row and locks it until the end of the transaction. */
    Optional<Row> readLocked(Connection connection, TokenKey key) throws SQLException {
        return read(connection, key, select + " FOR UPDATE");
    }

    boolean insert(Connection connection, TokenRecord next) throws SQLException {
        TokenKey key = next.key();
        try (PreparedStatement statement = database.prepare(connection, insert)) {
            setRecord(statement, next);
            statement.setBytes(5, id(key));
            statement.setBytes(6, Digests.scope(namespace, key.registration()));
            statement.setString(7, namespace);
            statement.setString(8, key.registration());
            statement.setString(9, key.account());
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            if (Dialect.isDuplicate(e)) {
                return false;
            }
            throw e;
        }
    }

    boolean update(Connection connection, long expectedRevision, TokenRecord next) throws SQLException {
        try (PreparedStatement statement = database.prepare(connection, update)) {
            setRecord(statement, next);
            statement.setBytes(5, id(next.key()));
            statement.setLong(6, expectedRevision);
            return statement.executeUpdate() == 1;
        }
    }

    /** Replaces any record, which is kept in the row; the caller has locked the row. */
    void replace(Connection connection, TokenRecord next) throws SQLException {
        try (PreparedStatement statement = database.prepare(connection, replace)) {
            setRecord(statement, next);
            statement.setBytes(5, id(next.key()));
            statement.executeUpdate();
        }
    }

    boolean delete(Connection connection, TokenKey key, long expectedRevision) throws SQLException {
        try (PreparedStatement statement = database.prepare(connection, delete)) {
            statement.setBytes(1, id(key));
            statement.setLong(2, expectedRevision);
            return statement.executeUpdate() == 1;
        }
    }

    /** Removes any record; the caller has locked the row. */
    void delete(Connection connection, TokenKey key) throws SQLException {
        try (PreparedStatement statement = database.prepare(connection, deleteUnconditionally)) {
            statement.setBytes(1, id(key));
            statement.executeUpdate();
        }
    }

    /** Returns the database's time. */
    Instant now(Connection connection) throws SQLException {
        try (PreparedStatement statement = database.prepare(connection, "SELECT " + dialect.nowMillis());
                ResultSet result = statement.executeQuery()) {
            result.next();
            return Instant.ofEpochMilli(result.getLong(1));
        }
    }

    private Optional<Row> read(Connection connection, TokenKey key, String sql) throws SQLException {
        try (PreparedStatement statement = database.prepare(connection, sql)) {
            statement.setBytes(1, id(key));
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? Optional.of(row(result)) : Optional.empty();
            }
        }
    }

    private static Row row(ResultSet result) throws SQLException {
        return new Row(result.getLong(1), result.getBytes(2), result.getBytes(3));
    }

    private static void setRecord(PreparedStatement statement, TokenRecord next) throws SQLException {
        byte[] record = RecordCodec.encode(next);
        Optional<Instant> due = next.dueAt();
        statement.setLong(1, next.revision());
        if (due.isPresent()) {
            statement.setLong(2, due.get().toEpochMilli());
        } else {
            statement.setNull(2, Types.BIGINT);
        }
        statement.setBytes(3, record);
        statement.setBytes(4, Digests.of(record));
    }

    private byte[] id(TokenKey key) {
        return Digests.id(namespace, key);
    }
}
