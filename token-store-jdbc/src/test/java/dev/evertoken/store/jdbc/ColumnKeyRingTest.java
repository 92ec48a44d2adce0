package dev.evertoken.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.SecretPart;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An application with a key ring whose tables keep tokens in clear text, because it reads them itself. */
class ColumnKeyRingTest {

    private static final TokenKey ANNA = DatabaseEngines.ANNA;

    private final DataSource database = H2.empty();
    private final DatabaseEngines application = new DatabaseEngines();

    @AfterEach
    void close() {
        application.close();
    }

    @Test
    @Fault("N11")
    void theColumnsStayReadableForTheApplicationAndAllOtherAccountsAreSealed() throws SQLException {
        Postgres.execute(database, "CREATE TABLE users (id varchar(64) PRIMARY KEY, access text, refresh text)");
        Postgres.execute(database, "INSERT INTO users (id) VALUES ('anna')");
        ColumnTokenStore store = ColumnTokenStore.open(
                database,
                "crm",
                "prod",
                ColumnTokenStore.options().createTableIfMissing(),
                Map.of(
                        "acme",
                        TokenColumns.of("users", "id").accessToken("access").refreshToken("refresh")));
        TokenKey other = TokenKey.of("acme-eu", "anna");
        Tokens tokens = application.process(
                store,
                builder -> builder.encryption(KeyRing.of("k1", new byte[32]))
                        .client("acme-eu", "acme", application.acme().registration()));

        tokens.connect(ANNA, application.expired("anna"));
        tokens.connect(other, application.expired("anna"));
        AccessToken refreshed = tokens.accessToken(ANNA);

        assertThat(refreshed.generation()).isEqualTo(2);
        assertThat(Secret.of(accessColumn())).isEqualTo(refreshed.value());
        assertThat(store.load(other).orElseThrow().secrets()).isInstanceOf(SecretPart.Envelope.class);
    }

    private String accessColumn() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT access FROM users WHERE id = 'anna'")) {
            assertThat(row.next()).isTrue();
            return row.getString(1);
        }
    }
}
