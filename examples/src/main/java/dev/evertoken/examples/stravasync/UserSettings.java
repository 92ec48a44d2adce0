package dev.evertoken.examples.stravasync;

import dev.evertoken.model.RefreshModel;
import dev.evertoken.store.jdbc.AccountType;
import dev.evertoken.store.jdbc.ColumnTokenStore;
import dev.evertoken.store.jdbc.TimeFormat;
import dev.evertoken.store.jdbc.TokenColumns;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;

/** The dashboard's table of users, as it was before: the library keeps its tokens in the columns. Thread-safe. */
final class UserSettings {

    static final String[] SCHEMA = {
        "CREATE TABLE user_settings (user_id bigint PRIMARY KEY, strava_access_token text, strava_refresh_token text,"
                + " strava_token_expires_at bigint, strava_athlete_id bigint)",
        "CREATE INDEX user_settings_strava_expiry ON user_settings (strava_token_expires_at)"
    };

    static final String NAMESPACE = "stravasync";
    static final String ENVIRONMENT = "prod";

    private final DataSource database;

    UserSettings(DataSource database) {
        this.database = database;
    }

    /** Opens the store over the columns; existing tokens are used as they are. */
    ColumnTokenStore tokens() {
        TokenColumns columns = TokenColumns.of("user_settings", "user_id")
                .accounts(AccountType.NUMBER)
                .accessToken("strava_access_token")
                .refreshToken("strava_refresh_token")
                .expiresAt("strava_token_expires_at", TimeFormat.EPOCH_SECONDS)
                .adopting(RefreshModel.ROTATING);
        return ColumnTokenStore.open(
                database,
                NAMESPACE,
                ENVIRONMENT,
                ColumnTokenStore.options().createTableIfMissing(),
                Map.of("strava", columns));
    }

    boolean has(long user) {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("SELECT 1 FROM user_settings WHERE user_id = ?")) {
            select.setLong(1, user);
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        } catch (SQLException e) {
            throw new DatabaseDownException(e);
        }
    }

    void setAthlete(long user, String athlete) {
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement(
                        "UPDATE user_settings SET strava_athlete_id = ? WHERE user_id = ?")) {
            update.setLong(1, Long.parseLong(athlete));
            update.setLong(2, user);
            update.executeUpdate();
        } catch (SQLException e) {
            throw new DatabaseDownException(e);
        }
    }

    /** The database does not respond. Immutable. */
    static final class DatabaseDownException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        DatabaseDownException(SQLException cause) {
            super("the database does not respond", cause);
        }
    }
}
