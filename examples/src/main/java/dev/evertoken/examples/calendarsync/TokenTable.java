package dev.evertoken.examples.calendarsync;

import dev.evertoken.examples.setup.LocalPostgres;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.jdbc.AccountType;
import dev.evertoken.store.jdbc.ColumnTokenStore;
import dev.evertoken.store.jdbc.JdbcOptions;
import dev.evertoken.store.jdbc.JdbcTokenStore;
import dev.evertoken.store.jdbc.TimeFormat;
import dev.evertoken.store.jdbc.TokenColumns;
import java.util.Map;
import javax.sql.DataSource;

/** The table of each service, and its columns for tokens. Immutable. */
enum TokenTable {
    /** The users of the backend, whose rows the backend creates and deletes. */
    USERS(
            "calendar-backend",
            "CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, google_access_token text,"
                    + " google_refresh_token text, google_token_expiry timestamptz, google_calendar_connected boolean"
                    + " NOT NULL DEFAULT false, google_calendar_id text NOT NULL DEFAULT 'primary', google_email"
                    + " text)") {
        @Override
        TokenColumns columns() {
            return TokenColumns.of("users", "id")
                    .accounts(AccountType.NUMBER)
                    .accessToken("google_access_token")
                    .refreshToken("google_refresh_token")
                    .expiresAt("google_token_expiry", TimeFormat.TIMESTAMP)
                    .connected("google_calendar_connected");
        }
    },

    /** The tokens of the agent: a row for each connected user. */
    GOOGLE_CALENDAR_TOKENS(
            "calendar-agent",
            "CREATE TABLE IF NOT EXISTS google_calendar_tokens (user_id text PRIMARY KEY, access_token text NOT NULL,"
                    + " refresh_token text, token_expiry timestamptz, scope text, created_at timestamptz NOT NULL"
                    + " DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now())") {
        @Override
        TokenColumns columns() {
            return TokenColumns.of("google_calendar_tokens", "user_id")
                    .accessToken("access_token")
                    .refreshToken("refresh_token")
                    .expiresAt("token_expiry", TimeFormat.TIMESTAMP)
                    .scopes("scope")
                    .updatedAt("updated_at")
                    .ownRows();
        }
    };

    static final String ENVIRONMENT = "prod";

    private final String service;
    private final String schema;

    TokenTable(String service, String schema) {
        this.service = service;
        this.schema = schema;
    }

    abstract TokenColumns columns();

    /** Returns the name of the service, which is the namespace of its tokens. */
    String service() {
        return service;
    }

    /** Returns the statement that creates the table if it is missing. */
    String schema() {
        return schema;
    }

    /** Creates the table if it is missing, and opens the store over its columns. */
    TokenStore open(DataSource database) {
        LocalPostgres.execute(database, schema);
        return ColumnTokenStore.open(
                database,
                service,
                ENVIRONMENT,
                ColumnTokenStore.options().createTableIfMissing(),
                Map.of(GoogleClient.REGISTRATION, columns()));
    }

    /** Opens a store that seals tokens, in a table of its own; the columns stay empty. */
    TokenStore openSealed(DataSource database) {
        LocalPostgres.execute(database, schema);
        return JdbcTokenStore.open(database, service, JdbcOptions.defaults().createTableIfMissing());
    }
}
