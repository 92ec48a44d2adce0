package dev.evertoken.store.jdbc;

import static dev.evertoken.store.jdbc.DatabaseEngines.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.internal.json.JsonDocument;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonWriter;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Token tables in the forms that applications use, with engines over a real
 * PostgreSQL: a JSON column per account, columns of a table of users, a table of tokens, columns with times as numbers.
 */
class ApplicationTablesTest {

    private final PGSimpleDataSource database = Postgres.emptySchema();
    private final DatabaseEngines application = new DatabaseEngines();

    @AfterEach
    void close() {
        application.close();
    }

    // ---- a pool of mail accounts, each with its tokens in one JSON column

    @Test
    void tokensInAJsonColumnAreRefreshedOnceAndOtherMembersAreKept() throws SQLException {
        Postgres.execute(
                database, "CREATE TABLE email_accounts (id bigserial PRIMARY KEY, email text NOT NULL, oauth jsonb)");
        List<TokenSet> pool = IntStream.range(0, 16)
                .mapToObj(n -> application.expired("mail-" + n))
                .toList();
        for (int n = 0; n < pool.size(); n++) {
            insertMailAccount(n, pool.get(n));
        }
        List<Integer> revoked = List.of(1, 3, 5, 7, 9, 11, 13);
        revoked.forEach(n -> application.acme().revoke("mail-" + n));
        Tokens tokens = application.process(mailStore());

        int refreshed = 0;
        for (int n = 0; n < pool.size(); n++) {
            TokenKey key = mail(n);
            if (revoked.contains(n)) {
                assertThat(problem(tokens, key)).isEqualTo(Problem.GRANT_DEAD);
                assertThat(problem(tokens, key))
                        .as("requested once, then not again")
                        .isEqualTo(Problem.GRANT_DEAD);
            } else {
                assertThat(tokens.accessToken(key).value())
                        .isNotEqualTo(pool.get(n).accessToken().orElseThrow());
                refreshed++;
            }
            assertThat(application.acme().ledger().tokenRequests("mail-" + n)).isEqualTo(1);
        }
        assertThat(refreshed).isEqualTo(9);

        JsonDocument written = JsonDocument.parse(string("SELECT oauth FROM email_accounts WHERE id = 1"))
                .orElseThrow();
        assertThat(written.text("token").map(Secret::of))
                .hasValue(tokens.accessToken(mail(0)).value());
        assertThat(written.text("client_id")).hasValue("pool-client-1");
        JsonDocument kept = JsonDocument.parse(string("SELECT oauth FROM email_accounts WHERE id = 2"))
                .orElseThrow();
        assertThat(kept.text("refresh_token").map(Secret::of))
                .as("the invalid token is kept and marked")
                .isEqualTo(pool.get(1).refreshToken());

        tokens.connect(mail(1), application.expired("mail-1"));
        assertThat(tokens.accessToken(mail(1)).generation()).isEqualTo(2);
        assertThat(string("SELECT count(*) FROM email_accounts"))
                .as("a reconnect adds no row")
                .isEqualTo("16");
    }

    @Test
    void aFailedCommitAfterARotationLosesNoToken() throws SQLException {
        Postgres.execute(
                database, "CREATE TABLE email_accounts (id bigserial PRIMARY KEY, email text NOT NULL, oauth jsonb)");
        TokenSet first = application.expired("mail-0");
        insertMailAccount(0, first);
        Tokens tokens = application.process(mailStore());
        Postgres.execute(
                database,
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
                        + " 'BEGIN RAISE EXCEPTION ''disk trouble''; END'",
                "CREATE CONSTRAINT TRIGGER at_commit AFTER UPDATE ON email_accounts DEFERRABLE INITIALLY DEFERRED"
                        + " FOR EACH ROW EXECUTE FUNCTION refuse()");

        AccessToken second = tokens.accessToken(mail(0));

        assertThat(second.generation()).isEqualTo(2);
        assertThat(tokens.status(mail(0)).unsaved()).isTrue();
        assertThat(storedMailToken()).isEqualTo(first.accessToken().orElseThrow());
        Postgres.execute(database, "DROP TRIGGER at_commit ON email_accounts");
        until(() -> storedMailToken().equals(second.value()));
        assertThat(application.acme().ledger().tokenRequests("mail-0")).isEqualTo(1);
    }

    @Test
    @Fault("N5")
    void aColumnWithARefreshTokenAloneIsCompletedByTheFirstUse() throws SQLException {
        Postgres.execute(
                database, "CREATE TABLE email_accounts (id bigserial PRIMARY KEY, email text NOT NULL, oauth jsonb)");
        TokenSet consent = application.expired("mail-0");
        insertMailAccount(0, consent);
        Postgres.execute(database, "UPDATE email_accounts SET oauth = oauth - 'token'");
        Tokens tokens = application.process(mailStore());

        AccountStatus status = tokens.status(mail(0));
        AccessToken token = tokens.accessToken(mail(0));

        assertThat(status.state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(status.expiresAt()).hasValue(Instant.EPOCH);
        assertThat(storedMailToken()).isEqualTo(token.value());
        assertThat(application.acme().ledger().tokenRequests("mail-0")).isEqualTo(1);
    }

    private ColumnTokenStore mailStore() {
        return store(TokenColumns.of("email_accounts", "id")
                .accounts(AccountType.NUMBER)
                .json("oauth", JsonMembers.googleAuthorizedUser())
                .adopting(RefreshModel.ROTATING));
    }

    private static TokenKey mail(int n) {
        return TokenKey.of("acme", Integer.toString(n + 1));
    }

    private void insertMailAccount(int n, TokenSet tokens) throws SQLException {
        JsonObject json = JsonObject.builder()
                .add("token", tokens.accessToken().orElseThrow().reveal())
                .add("refresh_token", tokens.refreshToken().orElseThrow().reveal())
                .add("client_id", "pool-client-1")
                .add("expiry", TimeFormat.text(tokens.expiresAt().orElseThrow()))
                .build();
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "INSERT INTO email_accounts (email, oauth) VALUES (?, CAST(? AS jsonb))")) {
            statement.setString(1, "mail-" + n + "@example.com");
            statement.setString(2, JsonWriter.text(json));
            statement.executeUpdate();
        }
    }

    private Secret storedMailToken() {
        return JsonDocument.parse(string("SELECT oauth FROM email_accounts"))
                .flatMap(json -> json.text("token"))
                .map(Secret::of)
                .orElseThrow();
    }

    // ---- a backend with tokens in its users table, and a service with a tokens table

    @Test
    void anAccountInAUsersTableIsConnectedRefreshedAndDisconnected() {
        Postgres.execute(
                database,
                "CREATE TABLE users (id bigint PRIMARY KEY, name text, google_access_token text, google_refresh_token"
                        + " text, google_token_expiry timestamptz, google_calendar_connected boolean NOT NULL DEFAULT"
                        + " false, google_calendar_id text DEFAULT 'primary', google_email text)",
                "INSERT INTO users (id, name, google_email) VALUES (2, 'Anna', 'anna@example.com')");
        TokenKey anna = TokenKey.of("acme", "2");
        ColumnTokenStore store = store(TokenColumns.of("users", "id")
                .accounts(AccountType.NUMBER)
                .accessToken("google_access_token")
                .refreshToken("google_refresh_token")
                .expiresAt("google_token_expiry", TimeFormat.TIMESTAMP)
                .connected("google_calendar_connected"));
        Tokens tokens = application.process(store);

        tokens.connect(anna, application.expired("anna"));
        assertThat(string("SELECT google_calendar_connected FROM users")).isEqualTo("t");
        AccessToken refreshed = tokens.accessToken(anna);

        assertThat(refreshed.generation()).isEqualTo(2);
        assertThat(Secret.of(string("SELECT google_access_token FROM users"))).isEqualTo(refreshed.value());
        assertThat(time("SELECT google_token_expiry FROM users"))
                .isBetween(Instant.now(), refreshed.expiresAt().orElseThrow().plusSeconds(1));
        assertThat(store.oldestDue("acme")).isPresent();

        assertThat(tokens.disconnect(anna)).isTrue();
        assertThat(string("SELECT concat(google_access_token, google_refresh_token, google_token_expiry) FROM users"))
                .isEmpty();
        assertThat(string("SELECT google_calendar_connected FROM users")).isEqualTo("f");
        assertThat(string("SELECT name || google_calendar_id || google_email FROM users"))
                .isEqualTo("Annaprimaryanna@example.com");
    }

    @Test
    void aTokensTableHasARowWhileTheUserIsConnected() {
        Postgres.execute(
                database,
                "CREATE TABLE google_calendar_tokens (user_id text PRIMARY KEY, access_token text NOT NULL,"
                        + " refresh_token text, token_expiry timestamptz, scope text, created_at timestamptz NOT NULL"
                        + " DEFAULT now(), updated_at timestamptz)");
        TokenKey anna = TokenKey.of("acme", "user-2");
        Tokens tokens = application.process(store(TokenColumns.of("google_calendar_tokens", "user_id")
                .accessToken("access_token")
                .refreshToken("refresh_token")
                .expiresAt("token_expiry", TimeFormat.TIMESTAMP)
                .scopes("scope")
                .updatedAt("updated_at")
                .ownRows()));

        tokens.connect(
                anna,
                application.expired("anna").toBuilder()
                        .scopes("calendar", "mail")
                        .build());
        assertThat(string("SELECT scope FROM google_calendar_tokens").split(" "))
                .containsExactlyInAnyOrder("calendar", "mail");
        AccessToken refreshed = tokens.accessToken(anna);

        assertThat(Secret.of(string("SELECT access_token FROM google_calendar_tokens")))
                .isEqualTo(refreshed.value());
        assertThat(time("SELECT updated_at FROM google_calendar_tokens"))
                .isAfterOrEqualTo(time("SELECT created_at FROM google_calendar_tokens"));

        assertThat(tokens.disconnect(anna)).isTrue();
        assertThat(string("SELECT count(*) FROM google_calendar_tokens")).isEqualTo("0");
        assertThat(string("SELECT count(*) FROM evertoken_state WHERE namespace <> ''"))
                .as("without the change stamp")
                .isEqualTo("0");
    }

    // ---- a dashboard with times as numbers

    @Test
    void aSettingsTableIsAdoptedListedByTheDueIndexAndReconnectedByTheApplication() throws SQLException {
        Postgres.execute(
                database,
                "CREATE TABLE user_settings (user_id bigint PRIMARY KEY, strava_access_token text,"
                        + " strava_refresh_token text, strava_token_expires_at bigint, strava_athlete_id bigint)",
                "CREATE INDEX ON user_settings (strava_token_expires_at)",
                "INSERT INTO user_settings (user_id, strava_athlete_id) VALUES (1, 101), (2, 102), (3, 103)");
        for (int user = 1; user <= 3; user++) {
            writeSettings(user, application.expired("athlete-" + user));
        }
        ColumnTokenStore store = store(TokenColumns.of("user_settings", "user_id")
                .accounts(AccountType.NUMBER)
                .accessToken("strava_access_token")
                .refreshToken("strava_refresh_token")
                .expiresAt("strava_token_expires_at", TimeFormat.EPOCH_SECONDS)
                .adopting(RefreshModel.ROTATING));
        assertThat(store.adopt()).isEqualTo(3);
        Tokens tokens = application.process(store);

        TokenKey second = TokenKey.of("acme", "2");
        application.acme().revoke("athlete-2");

        for (TokenKey key : store.due("acme", Instant.now(), Optional.empty(), 10)) {
            if (key.equals(second)) {
                assertThat(problem(tokens, key)).isEqualTo(Problem.GRANT_DEAD);
            } else {
                assertThat(tokens.accessToken(key).generation()).isEqualTo(2);
            }
        }
        assertThat(store.due("acme", Instant.now(), Optional.empty(), 10)).isEmpty();
        assertThat(Long.parseLong(string("SELECT min(strava_token_expires_at) FROM user_settings WHERE user_id <> 2")))
                .isGreaterThan(Instant.now().getEpochSecond());

        assertThat(string("SELECT strava_refresh_token FROM user_settings WHERE user_id = 2"))
                .as("kept and marked")
                .isNotNull();

        writeSettings(2, application.expired("athlete-2"));
        assertThat(application.process(store).accessToken(second).generation())
                .as("the application's reconnect is adopted")
                .isEqualTo(2);
        assertThat(string("SELECT count(*) FROM user_settings WHERE strava_athlete_id IS NOT NULL"))
                .isEqualTo("3");
    }

    private void writeSettings(int user, TokenSet tokens) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("UPDATE user_settings SET"
                        + " strava_access_token = ?, strava_refresh_token = ?, strava_token_expires_at = ?"
                        + " WHERE user_id = ?")) {
            statement.setString(1, tokens.accessToken().orElseThrow().reveal());
            statement.setString(2, tokens.refreshToken().orElseThrow().reveal());
            statement.setLong(3, tokens.expiresAt().orElseThrow().getEpochSecond());
            statement.setLong(4, user);
            statement.executeUpdate();
        }
    }

    // ---- helpers

    private ColumnTokenStore store(TokenColumns columns) {
        return ColumnTokenStore.open(
                database, "crm", "prod", ColumnTokenStore.options().createTableIfMissing(), Map.of("acme", columns));
    }

    private static Problem problem(Tokens tokens, TokenKey key) {
        TokenException problem = catchThrowableOfType(TokenException.class, () -> tokens.accessToken(key));
        assertThat(problem).as("a problem").isNotNull();
        return problem.problem();
    }

    private Instant time(String sql) {
        return query(sql, OffsetDateTime.class).toInstant();
    }

    private String string(String sql) {
        return query(sql, String.class);
    }

    private <T> T query(String sql, Class<T> type) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet result = statement.executeQuery()) {
            result.next();
            return type == String.class ? type.cast(result.getString(1)) : result.getObject(1, type);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
