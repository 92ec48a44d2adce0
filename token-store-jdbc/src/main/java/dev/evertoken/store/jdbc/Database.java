package dev.evertoken.store.jdbc;

import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Set;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs operations on connections from a pool and returns each connection in its original state: auto-commit, network
 * timeout, no open transaction.
 *
 * <p>Every statement has a timeout in the database, and the connection has a slightly longer one for a database that
 * does not respond at all. An operation that the database rolled back because of a conflict is repeated after a pause,
 * without a connection, see {@link ConflictBackoff}. A read whose connection is broken is repeated at once. A write
 * whose connection is lost is not repeated, because it may have taken effect. A connection whose transaction can
 * neither be committed nor rolled back is aborted, so that its next user cannot commit an incomplete transaction.
 * Thread-safe.
 */
final class Database {

    /** States of a complete rollback: serialization failure, deadlock, and the equivalent of H2. */
    private static final Set<String> ROLLED_BACK = Set.of("40001", "40P01", "90131");

    /** The attempts of a read while connections are broken. */
    private static final int READ_ATTEMPTS = 4;

    private static final int NETWORK_GRACE_MILLIS = 2_000;
    private static final int NOT_SUPPORTED = -1;

    private static final Logger log = LoggerFactory.getLogger(Database.class);

    private final DataSource source;
    private final int statementSeconds;
    private final int networkMillis;

    Database(DataSource source, Duration statementTimeout) {
        this.source = source;
        this.statementSeconds = Math.toIntExact(statementTimeout.plusMillis(999).toSeconds());
        this.networkMillis = Math.toIntExact(statementTimeout.toMillis()) + NETWORK_GRACE_MILLIS;
    }

    /** An operation on a connection, with statements from {@link #prepare}. */
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /** The kind of an operation, which determines whether it is repeated after its connection is lost. */
    private enum Kind {
        /** Repeated, because a pool may return a connection that was broken by a restart of the database. */
        READ,
        /** Never repeated, because it may have taken effect. */
        WRITE,
        /** Like a write, but with several statements. */
        TRANSACTION
    }

    /** Runs a single statement that reads. */
    <T> T read(Work<T> operation) throws SQLException {
        return repeated(operation, Kind.READ);
    }

    /** Runs a single statement that writes; it needs no transaction if the connection is in auto-commit mode. */
    <T> T write(Work<T> operation) throws SQLException {
        return repeated(operation, Kind.WRITE);
    }

    /** Runs several statements in one transaction. */
    <T> T transaction(Work<T> operation) throws SQLException {
        return repeated(operation, Kind.TRANSACTION);
    }

    PreparedStatement prepare(Connection connection, String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setQueryTimeout(statementSeconds);
        return statement;
    }

    private <T> T repeated(Work<T> operation, Kind kind) throws SQLException {
        ConflictBackoff conflicts = new ConflictBackoff();
        int lost = 0;
        while (true) {
            Connection connection = connection();
            try (connection) {
                return withNetworkTimeout(connection, operation, kind == Kind.TRANSACTION);
            } catch (SQLException e) {
                boolean again =
                        isRolledBack(e) ? conflicts.pause() : kind == Kind.READ && isLost(e) && ++lost < READ_ATTEMPTS;
                if (!again) {
                    throw e;
                }
                log.debug("a database operation is repeated, SQLSTATE {}", e.getSQLState());
            }
        }
    }

    private static boolean isRolledBack(SQLException e) {
        return ROLLED_BACK.contains(String.valueOf(e.getSQLState()));
    }

    /** Returns whether a connection was lost immediately and not by a timeout. */
    private static boolean isLost(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return (state.startsWith("08") || state.startsWith("57P0"))
                && !(e.getCause() instanceof SocketTimeoutException);
    }

    /** Returns a connection. A pool that is started by its first connection may wrap the driver's exception. */
    private Connection connection() throws SQLException {
        try {
            return source.getConnection();
        } catch (RuntimeException e) {
            if (e.getCause() instanceof SQLException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private <T> T withNetworkTimeout(Connection connection, Work<T> operation, boolean transactional)
            throws SQLException {
        int before = limitNetworkTimeout(connection);
        try {
            return execute(connection, operation, transactional);
        } finally {
            restoreNetworkTimeout(connection, before);
        }
    }

    private static <T> T execute(Connection connection, Work<T> operation, boolean transactional) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        if (autoCommit && !transactional) {
            return operation.on(connection);
        }
        if (autoCommit) {
            connection.setAutoCommit(false);
        }
        boolean committed = false;
        try {
            T result = operation.on(connection);
            connection.commit();
            committed = true;
            return result;
        } finally {
            if (!committed) {
                rollBack(connection);
            }
            if (autoCommit) {
                restoreAutoCommit(connection);
            }
        }
    }

    private static void rollBack(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            log.debug("a connection that cannot roll back is aborted, SQLSTATE {}", e.getSQLState());
            abort(connection);
        }
    }

    private static void restoreAutoCommit(Connection connection) {
        try {
            if (!connection.isClosed()) {
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            log.debug("a connection that cannot be set to auto-commit is aborted, SQLSTATE {}", e.getSQLState());
            abort(connection);
        }
    }

    private static void abort(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            log.warn("a broken connection could not be aborted, SQLSTATE {}", e.getSQLState());
        }
    }

    /** Limits the network timeout of a connection and returns the original one; a shorter one is kept. */
    private int limitNetworkTimeout(Connection connection) throws SQLException {
        try {
            int before = connection.getNetworkTimeout();
            if (before == 0 || before > networkMillis) {
                connection.setNetworkTimeout(Runnable::run, networkMillis);
            }
            return before;
        } catch (SQLFeatureNotSupportedException e) {
            return NOT_SUPPORTED; // only the timeout of the statement applies
        }
    }

    private void restoreNetworkTimeout(Connection connection, int before) {
        if (before == NOT_SUPPORTED || (before != 0 && before <= networkMillis)) {
            return;
        }
        try {
            if (!connection.isClosed()) {
                connection.setNetworkTimeout(Runnable::run, before);
            }
        } catch (SQLException e) {
            log.debug("a connection whose timeout cannot be restored is aborted, SQLSTATE {}", e.getSQLState());
            abort(connection);
        }
    }
}
