package dev.evertoken.store.jdbc;

import java.sql.SQLException;

/**
 * What is told of a driver's exception: its kind and place. Its words stay out, for databases show rows and values in
 * them. Immutable.
 */
final class SqlFailure extends Exception {

    private static final long serialVersionUID = 1L;

    SqlFailure(SQLException from) {
        super(from.getClass().getName() + ", SQLSTATE " + from.getSQLState() + ", code " + from.getErrorCode());
        setStackTrace(from.getStackTrace());
    }
}
