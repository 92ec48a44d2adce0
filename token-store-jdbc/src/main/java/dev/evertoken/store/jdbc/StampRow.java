package dev.evertoken.store.jdbc;

import dev.evertoken.spi.store.ChangeStamp;
import dev.evertoken.spi.store.ChangeStamp.Move;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The row of a store's own table with the change stamp of a namespace, in the column {@code revision}. The row does not
 * exist before the first move.
 *
 * <p>Its namespace is empty, and the namespace of an application never is. So no statement about accounts finds the
 * row, not even a statement of an earlier version. A table of an earlier version needs no change. Thread-safe.
 */
final class StampRow {

    /** The name in the account column of the row, which identifies it to a reader of the table. */
    private static final String NAME = "change stamp";

    private static final String NO_NAMESPACE = "";
    private static final byte[] NO_RECORD = new byte[0];

    private final Database database;
    private final String namespace;
    private final byte[] id;
    private final String select;
    private final String insert;
    private final String update;

    StampRow(Database database, Dialect dialect, String table, String namespace) {
        this.database = database;
        this.namespace = namespace;
        this.id = Digests.of(NO_NAMESPACE, namespace, NAME);
        this.select = "SELECT revision FROM " + table + " WHERE id = ?";
        this.insert = dialect.insertIfAbsent("INSERT INTO " + table
                + " (revision, id, scope, namespace, registration, account, record, digest)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
        this.update = "UPDATE " + table + " SET revision = ? WHERE id = ? AND revision = ?";
    }

    String read(Connection connection) throws SQLException {
        try (PreparedStatement statement = database.prepare(connection, select)) {
            statement.setBytes(1, id);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? Long.toString(result.getLong(1)) : ChangeStamp.NONE;
            }
        }
    }

    /** Replaces a stamp; empty if another process was first. */
    Optional<Move> replace(Connection connection, String before) throws SQLException {
        long after = ThreadLocalRandom.current().nextLong();
        boolean replaced = before.equals(ChangeStamp.NONE)
                ? insert(connection, after)
                : update(connection, Long.parseLong(before), after);
        return replaced ? Optional.of(new Move(before, Long.toString(after))) : Optional.empty();
    }

    private boolean insert(Connection connection, long after) throws SQLException {
        try (PreparedStatement statement = database.prepare(connection, insert)) {
            statement.setLong(1, after);
            statement.setBytes(2, id);
            statement.setBytes(3, Digests.of(NO_NAMESPACE, NAME));
            statement.setString(4, NO_NAMESPACE);
            statement.setString(5, namespace);
            statement.setString(6, NAME);
            statement.setBytes(7, NO_RECORD);
            statement.setBytes(8, Digests.of(NO_RECORD));
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            if (Dialect.isDuplicate(e)) {
                return false;
            }
            throw e;
        }
    }

    private boolean update(Connection connection, long before, long after) throws SQLException {
        try (PreparedStatement statement = database.prepare(connection, update)) {
            statement.setLong(1, after);
            statement.setBytes(2, id);
            statement.setLong(3, before);
            return statement.executeUpdate() == 1;
        }
    }
}
