package dev.evertoken.store.jdbc;

import dev.evertoken.model.TokenStoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Locale;

/** The SQL of a database product, where products differ. Immutable. */
public enum Dialect {
    /** PostgreSQL from 11 on, and what speaks its language. */
    POSTGRESQL(
            "sha256(%s)",
            " ON CONFLICT DO NOTHING", "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"),

    /** MySQL from 8.0 on and MariaDB from 10.6 on. */
    MYSQL("UNHEX(SHA2(%s, 256))", "", "SELECT CAST(UNIX_TIMESTAMP(SYSDATE(3)) * 1000 AS SIGNED)"),

    /** H2 from 2.2 on. */
    H2(
            "HASH('SHA-256', %s)",
            "", "SELECT DATEDIFF(MILLISECOND, TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00Z', CURRENT_TIMESTAMP)");

    private final String sha256;
    private final String unlessThere;
    private final String nowMillis;

    Dialect(String sha256, String unlessThere, String nowMillis) {
        this.sha256 = sha256;
        this.unlessThere = unlessThere;
        this.nowMillis = nowMillis;
    }

    /** Returns the dialect of the database behind a connection. */
    static Dialect of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        return switch (product.toLowerCase(Locale.ROOT)) {
            case "postgresql" -> POSTGRESQL;
            case "mysql", "mariadb" -> MYSQL;
            case "h2" -> H2;
            default ->
                throw TokenStoreException.refused(
                        "the database calls itself \"" + product
                                + "\", which is none of PostgreSQL, MySQL, MariaDB and H2; set the dialect if it speaks"
                                + " the language of one of them",
                        new SQLFeatureNotSupportedException(product));
        };
    }

    /** Returns the expression for the SHA-256 of a column. */
    String sha256(String column) {
        return String.format(Locale.ROOT, sha256, column);
    }

    /** Returns an INSERT that writes nothing where the row is there already; in some dialects it fails instead. */
    String insertUnlessThere(String insert) {
        return insert + unlessThere;
    }

    /** Tells whether an INSERT failed because the row is there already. */
    static boolean isDuplicate(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.equals("23505") || (state.equals("23000") && e.getErrorCode() == 1062);
    }

    /** Returns the query for the database's time, in milliseconds since the epoch. */
    String nowMillis() {
        return nowMillis;
    }

    /** Returns the name of the schema file. */
    String schemaFile() {
        return name().toLowerCase(Locale.ROOT) + ".sql";
    }
}
