package dev.evertoken.examples.mailwarmup;

import dev.evertoken.examples.setup.LocalPostgres;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Writes and reads rows of {@code email_accounts} as the old program did, and makes commits fail. Thread-safe. */
final class MailRows {

    private final DataSource database;

    MailRows(DataSource database) {
        this.database = database;
    }

    /** Inserts an account without tokens. */
    void insert(String email) {
        insertJson(email, null);
    }

    /** Inserts an account with the JSON of Google's client libraries. */
    void insert(String email, TokenSet tokens, Map<String, String> client) {
        Map<String, String> members = new LinkedHashMap<>(client);
        tokens.accessToken().ifPresent(token -> members.put("token", token.reveal()));
        tokens.refreshToken().ifPresent(token -> members.put("refresh_token", token.reveal()));
        tokens.expiresAt().ifPresent(end -> members.put("expiry", end.toString()));
        StringBuilder json = new StringBuilder("{");
        members.forEach(
                (name, value) -> json.append(json.length() == 1 ? "" : ",").append('"' + name + "\":\"" + value + '"'));
        insertJson(email, json.append('}').toString());
    }

    private void insertJson(String email, @Nullable String json) {
        try (Connection connection = database.getConnection();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO email_accounts (email, oauth) VALUES (?, ?::jsonb)")) {
            insert.setString(1, email);
            insert.setString(2, json);
            insert.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the access token in each row that has one, by the id of the row. */
    Map<Long, Secret> accessTokens() {
        Map<Long, Secret> tokens = new LinkedHashMap<>();
        texts("oauth->>'token'").forEach((id, text) -> text.ifPresent(token -> tokens.put(id, Secret.of(token))));
        return tokens;
    }

    /** Returns the content of each row, by its id. */
    Map<Long, Optional<String>> contents() {
        return texts("md5(email || coalesce(oauth::text, ''))");
    }

    private Map<Long, Optional<String>> texts(String expression) {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("SELECT id, " + expression + " FROM email_accounts ORDER BY id");
                ResultSet rows = select.executeQuery()) {
            Map<Long, Optional<String>> texts = new LinkedHashMap<>();
            while (rows.next()) {
                texts.put(rows.getLong(1), Optional.ofNullable(rows.getString(2)));
            }
            return texts;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Makes each commit of a change of the table fail. */
    void failCommits() {
        LocalPostgres.execute(
                database,
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
                        + " 'BEGIN RAISE EXCEPTION ''the disk is full''; END'",
                "CREATE CONSTRAINT TRIGGER at_commit AFTER UPDATE ON email_accounts DEFERRABLE INITIALLY DEFERRED"
                        + " FOR EACH ROW EXECUTE FUNCTION refuse()");
    }

    void acceptCommits() {
        LocalPostgres.execute(database, "DROP TRIGGER at_commit ON email_accounts", "DROP FUNCTION refuse()");
    }
}
