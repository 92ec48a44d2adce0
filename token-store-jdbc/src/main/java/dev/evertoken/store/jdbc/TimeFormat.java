package dev.evertoken.store.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** The format of the expiry of an access token in a table. Immutable. */
public enum TimeFormat {
    /** {@code timestamp with time zone}; MySQL's {@code timestamp}. */
    TIMESTAMP {
        @Override
        void set(PreparedStatement statement, int at, Instant time) throws SQLException {
            statement.setObject(at, time.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC));
        }

        @Override
        Optional<Instant> read(ResultSet result, int at) throws SQLException {
            return Optional.ofNullable(result.getObject(at, OffsetDateTime.class))
                    .map(OffsetDateTime::toInstant);
        }

        @Override
        int type() {
            return Types.TIMESTAMP_WITH_TIMEZONE;
        }
    },

    /** {@code timestamp without time zone} or {@code datetime}, in UTC. */
    TIMESTAMP_IN_UTC {
        @Override
        void set(PreparedStatement statement, int at, Instant time) throws SQLException {
            statement.setObject(at, LocalDateTime.ofInstant(time.truncatedTo(ChronoUnit.MICROS), ZoneOffset.UTC));
        }

        @Override
        Optional<Instant> read(ResultSet result, int at) throws SQLException {
            return Optional.ofNullable(result.getObject(at, LocalDateTime.class))
                    .map(time -> time.toInstant(ZoneOffset.UTC));
        }

        @Override
        int type() {
            return Types.TIMESTAMP;
        }
    },

    /** Whole seconds since 1970, the format of Strava. */
    EPOCH_SECONDS {
        @Override
        void set(PreparedStatement statement, int at, Instant time) throws SQLException {
            statement.setLong(at, time.getEpochSecond());
        }

        @Override
        Optional<Instant> read(ResultSet result, int at) throws SQLException {
            long seconds = result.getLong(at);
            return result.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochSecond(seconds));
        }

        @Override
        int type() {
            return Types.BIGINT;
        }
    },

    /** A text in ISO 8601; without an offset it is in UTC, the format of Google's client libraries. */
    ISO_TEXT {
        @Override
        void set(PreparedStatement statement, int at, Instant time) throws SQLException {
            statement.setString(at, text(time));
        }

        @Override
        Optional<Instant> read(ResultSet result, int at) throws SQLException {
            return Optional.ofNullable(result.getString(at)).flatMap(TimeFormat::parsed);
        }

        @Override
        int type() {
            return Types.VARCHAR;
        }
    };

    abstract void set(PreparedStatement statement, int at, Instant time) throws SQLException;

    abstract Optional<Instant> read(ResultSet result, int at) throws SQLException;

    /** Returns the JDBC type of a null parameter. */
    abstract int type();

    static String text(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** Parses a time; empty if the text is invalid, in which case the token counts as expired. */
    static Optional<Instant> parsed(String text) {
        try {
            return Optional.of(
                    text.matches(".*(Z|z|[+-]\\d\\d:?\\d\\d)")
                            ? OffsetDateTime.parse(text.replace(' ', 'T')).toInstant()
                            : LocalDateTime.parse(text.replace(' ', 'T')).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
