package dev.evertoken.examples.stravasync;

import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import javax.sql.DataSource;

/** Writes and reads rows of {@code user_settings} as the dashboard did before it used the library. Thread-safe. */
final class StravaRows {

    private final DataSource database;

    StravaRows(DataSource database) {
        this.database = database;
    }

    /** Inserts a user who is not connected. */
    void insert(long user) {
        update("INSERT INTO user_settings (user_id) VALUES (?)", user);
    }

    /** Inserts a user with tokens. */
    void insert(long user, TokenSet tokens) {
        update(
                "INSERT INTO user_settings (user_id, strava_access_token, strava_refresh_token,"
                        + " strava_token_expires_at) VALUES (?, ?, ?, ?)",
                user,
                tokens.accessToken().map(Secret::reveal).orElseThrow(),
                tokens.refreshToken().map(Secret::reveal).orElseThrow(),
                tokens.expiresAt().orElseThrow().getEpochSecond());
    }

    boolean hasTokens(long user) {
        return number(
                        "SELECT count(*) FROM user_settings WHERE user_id = ? AND strava_access_token IS NOT NULL"
                                + " AND strava_refresh_token IS NOT NULL",
                        user)
                == 1;
    }

    /** Returns the athlete of a user, 0 if there is none. */
    long athlete(long user) {
        return number("SELECT strava_athlete_id FROM user_settings WHERE user_id = ?", user);
    }

    long expiringBefore(Instant end) {
        return number("SELECT count(*) FROM user_settings WHERE strava_token_expires_at < ?", end.getEpochSecond());
    }

    long count() {
        return number("SELECT count(*) FROM user_settings WHERE user_id > ?", 0L);
    }

    private void update(String sql, Object... parameters) {
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement(sql)) {
            for (int at = 0; at < parameters.length; at++) {
                update.setObject(at + 1, parameters[at]);
            }
            update.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private long number(String sql, long parameter) {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, parameter);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
