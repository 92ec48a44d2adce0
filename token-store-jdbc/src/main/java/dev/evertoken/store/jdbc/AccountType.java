package dev.evertoken.store.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The type of the account column in an application's table. Immutable. */
public enum AccountType {
    /** A text. */
    TEXT,
    /** A whole number, written without leading zeros. */
    NUMBER,
    /** A UUID, in lower case. */
    UUID;

    /** Returns whether a row can have this account; "02" and "two" cannot occur in a numeric column. */
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

    /** Sets a parameter to an account for which {@link #fits} returns true. */
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
