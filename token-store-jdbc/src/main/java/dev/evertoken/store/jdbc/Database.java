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
 * Borrows a connection for one piece of work and gives it back as it was: auto-commit, network time-out, no open
 * transaction.
 *
 * <p>Every statement has a time-out in the database, and the connection one that is a little longer, for a database
 * that does not answer at all. What lost against another transaction and was undone as a whole is done again, and so is
 * a read whose connection turns out to be gone; a write whose connection is lost never is, for it may have arrived. A
 * connection whose transaction can be neither ended nor undone is aborted, so that nothing half done is committed by
 * the next one who has it. Thread-safe.
 */
final class Database {

    /** Undone as a whole by the database: serialization failure, deadlock; the same for H2. */
    private static final Set<String> UNDONE = Set.of("40001", "40P01", "90131");

    private static final int ATTEMPTS = 4;
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

    /** Something to do on a connection, with statements of {@link #prepare}. */
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /** What becomes of work whose connection is lost. */
    private enum Kind {
        /** Read again: pools hand out connections that a restarted database has long forgotten. */
        READ,
        /** Never written again: it may have arrived. */
        WRITE,
        /** The same, and several statements. */
        TOGETHER
    }

    /** Reads with one statement. */
    <T> T read(Work<T> work) throws SQLException {
        return repeated(work, Kind.READ);
    }

    /** Writes with one statement: by itself where the connection commits by itself. */
    <T> T write(Work<T> work) throws SQLException {
        return repeated(work, Kind.WRITE);
    }

    /** Does what are several statements, all or none of them. */
    <T> T transaction(Work<T> work) throws SQLException {
        return repeated(work, Kind.TOGETHER);
    }

    PreparedStatement prepare(Connection connection, String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setQueryTimeout(statementSeconds);
        return statement;
    }

    private <T> T repeated(Work<T> work, Kind kind) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            Connection connection = connection();
            try (connection) {
                return guarded(connection, work, kind == Kind.TOGETHER);
            } catch (SQLException e) {
                boolean again = UNDONE.contains(String.valueOf(e.getSQLState())) || (kind == Kind.READ && isLost(e));
                if (attempt == ATTEMPTS || !again) {
                    throw e;
                }
                log.debug("work on the database is done again, attempt {}, SQLSTATE {}", attempt, e.getSQLState());
            }
        }
    }

    /** Tells whether a connection was lost at once, rather than by waiting for an answer. */
    private static boolean isLost(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return (state.startsWith("08") || state.startsWith("57P0"))
                && !(e.getCause() instanceof SocketTimeoutException);
    }

    /** A pool that starts with its first connection may wrap the driver's exception in one of its own. */
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

    private <T> T guarded(Connection connection, Work<T> work, boolean together) throws SQLException {
        int before = limitSilence(connection);
        try {
            return committed(connection, work, together);
        } finally {
            setSilence(connection, before);
        }
    }

    private static <T> T committed(Connection connection, Work<T> work, boolean together) throws SQLException {
        boolean byItself = connection.getAutoCommit();
        if (byItself && !together) {
            return work.on(connection);
        }
        if (byItself) {
            connection.setAutoCommit(false);
        }
        boolean ended = false;
        try {
            T result = work.on(connection);
            connection.commit();
            ended = true;
            return result;
        } finally {
            if (!ended) {
                undo(connection);
            }
            if (byItself) {
                commitByItself(connection);
            }
        }
    }

    private static void undo(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            log.debug("a connection that cannot roll back is aborted, SQLSTATE {}", e.getSQLState());
            abort(connection);
        }
    }

    private static void commitByItself(Connection connection) {
        try {
            if (!connection.isClosed()) {
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            log.debug("a connection that does not go back to auto-commit is aborted, SQLSTATE {}", e.getSQLState());
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

    /** Returns the network time-out that the connection came with; a shorter one stays. */
    private int limitSilence(Connection connection) throws SQLException {
        try {
            int before = connection.getNetworkTimeout();
            if (before == 0 || before > networkMillis) {
                connection.setNetworkTimeout(Runnable::run, networkMillis);
            }
            return before;
        } catch (SQLFeatureNotSupportedException e) {
            return NOT_SUPPORTED; // then the statement's time-out is all there is
        }
    }

    private void setSilence(Connection connection, int before) {
        if (before == NOT_SUPPORTED || (before != 0 && before <= networkMillis)) {
            return;
        }
        try {
            if (!connection.isClosed()) {
                connection.setNetworkTimeout(Runnable::run, before);
            }
        } catch (SQLException e) {
            log.debug("a connection that does not take its time-out back is aborted, SQLSTATE {}", e.getSQLState());
            abort(connection);
        }
    }
}
