package dev.evertoken.store.jdbc;

import dev.evertoken.model.TokenStoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Locale;

/** The SQL of a database product. Immutable. */
public enum Dialect {
    /** PostgreSQL 11 or later and compatible databases. */
    POSTGRESQL("sha256(%s)", " ON CONFLICT DO NOTHING", "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"),

    /** MySQL 8.0 or later and MariaDB 10.6 or later. */
    MYSQL("UNHEX(SHA2(%s, 256))", "", "CAST(UNIX_TIMESTAMP(SYSDATE(3)) * 1000 AS SIGNED)"),

    /** H2 2.2 or later. */
    H2(
            "HASH('SHA-256', %s)",
            "", "DATEDIFF(MILLISECOND, TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00Z', CURRENT_TIMESTAMP)");

    private final String sha256;
    private final String ignoreDuplicate;
    private final String nowMillis;

    Dialect(String sha256, String ignoreDuplicate, String nowMillis) {
        this.sha256 = sha256;
        this.ignoreDuplicate = ignoreDuplicate;
        this.nowMillis = nowMillis;
    }

    /** Returns the dialect of a connection's database. */
    static Dialect of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        return switch (product.toLowerCase(Locale.ROOT)) {
            case "postgresql" -> POSTGRESQL;
            case "mysql", "mariadb" -> MYSQL;
            case "h2" -> H2;
            default ->
                throw TokenStoreException.refused(
                        "the database product \"" + product
                                + "\" is none of PostgreSQL, MySQL, MariaDB and H2; set the dialect if it is"
                                + " compatible with one of them",
                        new SQLFeatureNotSupportedException(product));
        };
    }

    /** Returns the expression for the SHA-256 of a column. */
    String sha256(String column) {
        return String.format(Locale.ROOT, sha256, column);
    }

    /** Returns an INSERT that does nothing if the row exists; in some dialects it fails instead. */
    String insertIfAbsent(String insert) {
        return insert + ignoreDuplicate;
    }

    /** Returns whether an INSERT failed because the row already exists. */
    static boolean isDuplicate(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.equals("23505") || (state.equals("23000") && e.getErrorCode() == 1062);
    }

    /** Returns the expression for the database's time, in milliseconds since the epoch. */
    String nowMillis() {
        return nowMillis;
    }

    /** Returns the name of the schema file. */
    String schemaFile() {
        return name().toLowerCase(Locale.ROOT) + ".sql";
    }
}
