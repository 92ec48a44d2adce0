package dev.evertoken.store.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** How the column is typed by which an application's table finds an account. Immutable. */
public enum AccountType {
    /** A text, as it is. */
    TEXT,
    /** A whole number, written without leading zeros. */
    NUMBER,
    /** A UUID, in lower case. */
    UUID;

    /** Tells whether a row can have this account at all: "02" and "two" are nobody where accounts are numbers. */
    boolean fits(String account) {
        try {
            return switch (this) {
                case TEXT -> true;
                case NUMBER -> Long.toString(Long.parseLong(account)).equals(account);
                case UUID -> java.util.UUID.fromString(account).toString().equals(account);
            };
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Sets a parameter to an account that {@link #fits}. */
    void set(PreparedStatement statement, int at, String account) throws SQLException {
        switch (this) {
            case TEXT -> statement.setString(at, account);
            case NUMBER -> statement.setLong(at, Long.parseLong(account));
            case UUID -> statement.setObject(at, java.util.UUID.fromString(account));
        }
    }

    String read(ResultSet result, int at) throws SQLException {
        return switch (this) {
            case TEXT, UUID -> result.getString(at);
            case NUMBER -> Long.toString(result.getLong(at));
        };
    }
}
