package dev.evertoken.store.jdbc;

import java.sql.SQLException;

/**
 * A description of a driver's exception: its class, codes and stack trace. Its message is left out, because databases
 * quote rows and values in messages. Immutable.
 */
final class SqlFailure extends Exception {

    private static final long serialVersionUID = 1L;

    SqlFailure(SQLException failure) {
        super(failure.getClass().getName() + ", SQLSTATE " + failure.getSQLState() + ", code "
                + failure.getErrorCode());
        setStackTrace(failure.getStackTrace());
    }
}
