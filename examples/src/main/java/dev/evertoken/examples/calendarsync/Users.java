package dev.evertoken.examples.calendarsync;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;

/** The users of the backend. Thread-safe. */
record Users(DataSource database) {

    /** The ids of users that fit into the column. */
    private static final String ID = "[1-9]\\d{0,17}";

    /**
     * Returns whether there is a user with an id.
     *
     * @throws SQLException if the database cannot be read
     */
    boolean exists(String id) throws SQLException {
        if (!id.matches(ID)) {
            return false;
        }
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("SELECT 1 FROM users WHERE id = ?")) {
            select.setLong(1, Long.parseLong(id));
            try (ResultSet result = select.executeQuery()) {
                return result.next();
            }
        }
    }
}
