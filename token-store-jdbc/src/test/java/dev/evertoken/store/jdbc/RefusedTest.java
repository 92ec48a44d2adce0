package dev.evertoken.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.SampleRecords;
import dev.evertoken.testing.SecretCanary;
import dev.evertoken.testing.TestTokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** A refusal of the database is reported with its cause and the operation, and without any secret. */
class RefusedTest {

    private static final TokenKey ALICE = TokenKey.of("google", "alice");
    private static final JdbcOptions CREATING = JdbcOptions.defaults().createTableIfMissing();
    private static final AtomicInteger ROLES = new AtomicInteger();

    private final PGSimpleDataSource postgres = Postgres.emptySchema();

    @Test
    void aWrongAddressIsNamed() throws IOException {
        int closedPort = freePort();
        TokenStoreException problem = failure(() -> JdbcTokenStore.open(Postgres.source(closedPort, "public"), "crm"));

        assertThat(problem.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(problem)
                .hasMessageStartingWith("the database cannot be opened for table evertoken_tokens: the connection"
                        + " could not be made or was lost: Connection to 127.0.0.1:" + closedPort + " refused");
    }

    @Test
    void aWrongPasswordIsReportedAndNotShown() {
        Postgres.execute(
                postgres,
                "DROP ROLE IF EXISTS guarded",
                "CREATE ROLE guarded LOGIN PASSWORD '" + TestTokens.clientSecret() + "'");
        PGSimpleDataSource source = Postgres.source(Postgres.port(), "public");
        source.setUser("guarded");
        source.setPassword(TestTokens.clientSecret());

        TokenStoreException problem = failure(() -> JdbcTokenStore.open(source, "crm"));

        assertThat(problem.problem()).isEqualTo(Problem.STORE_REFUSED);
        assertThat(problem)
                .hasMessageContaining("the database refuses the user or the password")
                .hasMessageContaining("\"guarded\"")
                .hasMessageContaining("28P01");
    }

    @Test
    void aPoolWithoutConnectionsReportsTheErrorOfTheDatabase() {
        JdbcDataSource database = H2.empty();
        database.setPassword(TestTokens.clientSecret());
        Postgres.execute(database, "SELECT 1");
        JdbcDataSource wrong = new JdbcDataSource();
        wrong.setURL(database.getURL() + ";IFEXISTS=TRUE");
        wrong.setUser("sa");
        wrong.setPassword(TestTokens.clientSecret());
        var config = new HikariConfig();
        config.setDataSource(wrong);
        config.setInitializationFailTimeout(-1);
        config.setConnectionTimeout(1_500);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            TokenStoreException problem = failure(() -> JdbcTokenStore.open(pool, "crm"));

            assertThat(problem.problem()).isEqualTo(Problem.STORE_REFUSED);
            assertThat(problem).hasMessageContaining("refuses the user or the password");
        }
    }

    @Test
    void aWrongDatabaseIsNamed() {
        PGSimpleDataSource source = Postgres.source(Postgres.port(), "public");
        source.setDatabaseName("nowhere");

        assertThat(failure(() -> JdbcTokenStore.open(source, "crm")))
                .hasMessageContaining("the database does not exist")
                .hasMessageContaining("\"nowhere\"");
    }

    @Test
    void anUnknownDatabaseIsRefusedUnlessADialectIsSet() throws Exception {
        DataSource other = RenamedDatabase.of(H2.empty(), "Oracle");

        assertThat(failure(() -> JdbcTokenStore.open(other, "crm", CREATING)))
                .hasMessage("the database product \"Oracle\" is none of PostgreSQL, MySQL, MariaDB and H2;"
                        + " set the dialect if it is compatible with one of them");
        assertThat(JdbcTokenStore.open(other, "crm", CREATING.withDialect(Dialect.H2))
                        .now())
                .isPresent();
    }

    @Test
    void aMissingTableIsReportedWithAHintToTheSchemaFiles() {
        for (DataSource source : new DataSource[] {postgres, H2.empty()}) {
            TokenStoreException problem = failure(() -> JdbcTokenStore.open(source, "crm"));

            assertThat(problem.problem()).isEqualTo(Problem.STORE_REFUSED);
            assertThat(problem)
                    .hasMessageStartingWith("the store cannot be opened on table evertoken_tokens: the table does"
                            + " not exist; set createTableIfMissing() in the options of the store, or create it under"
                            + " this name with the schema file of this module (SQLSTATE ");
        }
    }

    @Test
    void aMissingSideTableAndAMissingApplicationTableAreToldApart() {
        DataSource source = H2.empty();
        Map<String, TokenColumns> columns =
                Map.of("google", TokenColumns.of("users", "id").accessToken("token"));

        assertThat(failure(() -> ColumnTokenStore.open(source, "crm", "prod", ColumnTokenStore.options(), columns)))
                .hasMessageStartingWith("the store cannot be opened on table evertoken_state: the table does not exist;"
                        + " set createTableIfMissing() in the options of the store, or create it under this name with"
                        + " the schema file of this module (SQLSTATE ");
        assertThat(failure(() -> ColumnTokenStore.open(
                        source, "crm", "prod", ColumnTokenStore.options().createTableIfMissing(), columns)))
                .hasMessageStartingWith("the store cannot be opened on table users: the table does not exist; it is a"
                        + " table of the application, named by TokenColumns.of (SQLSTATE ");
    }

    @Test
    void aMissingSchemaAndAMissingColumnAreReported() {
        assertThat(failure(() -> JdbcTokenStore.open(
                        H2.empty(), "crm", JdbcOptions.defaults().withTable("nowhere.tokens"))))
                .hasMessageContaining("the schema does not exist");

        for (DataSource source : new DataSource[] {postgres, H2.empty()}) {
            JdbcTokenStore.open(source, "crm", CREATING);
            Postgres.execute(source, "ALTER TABLE evertoken_tokens DROP COLUMN digest");

            assertThat(failure(() -> JdbcTokenStore.open(source, "crm")))
                    .hasMessageContaining("the table lacks a column");
        }
    }

    @Test
    void aMissingPermissionIsReported() {
        String role = "reader_" + ROLES.incrementAndGet();
        JdbcTokenStore.open(postgres, "crm", CREATING);
        String schema = postgres.getCurrentSchema();
        Postgres.execute(
                postgres,
                "DROP ROLE IF EXISTS " + role,
                "CREATE ROLE " + role + " LOGIN",
                "GRANT USAGE ON SCHEMA " + schema + " TO " + role,
                "GRANT SELECT ON evertoken_tokens TO " + role);
        PGSimpleDataSource reader = Postgres.source(Postgres.port(), schema);
        reader.setUser(role);
        TokenStore store = JdbcTokenStore.open(reader, "crm");

        assertThat(store.load(ALICE)).isEmpty();
        TokenStoreException problem = failure(() -> insert(store));
        assertThat(problem.problem()).isEqualTo(Problem.STORE_REFUSED);
        assertThat(problem)
                .hasMessage("google/alice: the record cannot be written to table evertoken_tokens: the database user"
                        + " lacks the required permission (SQLSTATE 42501)");
    }

    @Test
    @Fault("O3")
    void aReadOnlyDatabaseIsUnavailableForWritesAndStillRead() {
        TokenRecord record = insert(JdbcTokenStore.open(postgres, "crm", CREATING));
        PGSimpleDataSource readOnly = Postgres.source(Postgres.port(), postgres.getCurrentSchema());
        readOnly.setOptions("-c default_transaction_read_only=on");
        TokenStore store = JdbcTokenStore.open(readOnly, "crm");

        assertThat(store.load(ALICE)).hasValue(record);
        TokenStoreException problem =
                failure(() -> store.compareAndSet(ALICE, record.revision(), SampleRecords.next(record)));
        assertThat(problem.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(problem)
                .hasMessage("google/alice: the record cannot be written to table evertoken_tokens: the database accepts"
                        + " no writes: the server, the connection or the transaction is read-only, such as after a"
                        + " failover (SQLSTATE 25006)");
    }

    @Test
    @Fault("F17")
    void aSlowStatementIsTimedOut() throws Exception {
        JdbcOptions oneSecond = CREATING.withStatementTimeout(Duration.ofSeconds(1));
        JdbcDataSource h2 = H2.empty();
        h2.setURL(h2.getURL() + ";LOCK_TIMEOUT=500"); // it waits for a lock three times, 2 s each by default
        for (DataSource source : new DataSource[] {postgres, h2}) {
            TokenStore store = JdbcTokenStore.open(source, "crm", oneSecond);
            TokenRecord record = insert(store);
            try (Connection other = source.getConnection()) {
                other.setAutoCommit(false);
                try (var statement = other.createStatement()) {
                    statement.executeUpdate("UPDATE evertoken_tokens SET account = account");
                }

                assertThat(store.load(ALICE)).as("a reader does not wait").hasValue(record);
                assertThat(failure(() -> store.remove(ALICE, record.revision())).problem())
                        .isEqualTo(Problem.STORE_UNAVAILABLE);
                other.rollback();
            }
            assertThat(store.remove(ALICE, record.revision())).isTrue();
        }
    }

    @Test
    void anExhaustedPoolIsReported() throws Exception {
        try (HikariDataSource pool = Postgres.pool(postgres, 1, Duration.ofSeconds(1))) {
            TokenStore store = JdbcTokenStore.open(pool, "crm", CREATING);
            try (Connection borrowed = pool.getConnection()) {
                TokenStoreException problem = failure(() -> store.load(ALICE));

                assertThat(borrowed.isValid(1)).isTrue();
                assertThat(problem.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
                assertThat(problem).hasMessageContaining("Connection is not available, request timed out");
            }
            assertThat(store.load(ALICE)).isEmpty();
        }
    }

    @Test
    void aDatabaseMessageWithRowContentIsNotRepeated() {
        for (DataSource source : new DataSource[] {postgres, H2.empty()}) {
            TokenStore store = JdbcTokenStore.open(source, "crm", CREATING);
            Postgres.execute(source, "ALTER TABLE evertoken_tokens ADD CHECK (revision < 0)");
            TokenRecord record = SampleRecords.full(ALICE)
                    .next()
                    .secrets(new SecretPart.Clear(TestTokens.access().getBytes(StandardCharsets.US_ASCII)))
                    .build(SampleRecords.revision(), Instant.EPOCH);

            TokenStoreException problem = failure(() -> store.compareAndSet(ALICE, TokenStore.ABSENT, record));

            assertThat(problem.problem()).isEqualTo(Problem.STORE_REFUSED);
            assertThat(problem).hasMessageContaining("a value does not fit its column");
        }
    }

    @Test
    void passwordsAreRemovedFromDriverMessages() {
        String secret = TestTokens.clientSecret();
        for (String message : new String[] {
            "No suitable driver found for jdbc:postgresql://db.example/app?user=x&password=" + secret,
            "cannot open jdbc:sqlserver://db.example;user=x;password=" + secret,
            "redis://default:" + secret + "@db.example/0 is not for us",
            "login failed, password=" + secret + " is wrong",
        }) {
            SecretCanary.ofTestTokens().assertNoneIn("words", SqlErrors.withoutPasswords(message));
        }
        assertThat(SqlErrors.withoutPasswords("No suitable driver found for jdbc:postgresql://db.example/app?a=b"))
                .isEqualTo("No suitable driver found for jdbc:postgresql://db.example/app");
    }

    @Test
    void invalidSettingsAreRefused() {
        assertThatThrownBy(() -> JdbcOptions.defaults().withTable("tokens; DROP TABLE users"))
                .hasMessage("table name \"tokens; DROP TABLE users\" is not made of letters, digits and underscores");
        assertThatThrownBy(() -> JdbcOptions.defaults().withStatementTimeout(Duration.ofMillis(10)))
                .hasMessage("statementTimeout PT0.01S is not within PT1S and PT5M");
        assertThatThrownBy(() -> JdbcTokenStore.open(H2.empty(), " ", CREATING))
                .hasMessage("the namespace is blank or longer than 64 characters");
    }

    private static TokenRecord insert(TokenStore store) {
        TokenRecord record = SampleRecords.full(ALICE);
        assertThat(store.compareAndSet(ALICE, TokenStore.ABSENT, record)).isTrue();
        return record;
    }

    private static TokenStoreException failure(ThrowingCallable call) {
        TokenStoreException failure = catchThrowableOfType(TokenStoreException.class, call);
        assertThat(failure).as("a failure of the store").isNotNull();
        SecretCanary.ofTestTokens().assertNoneIn(failure);
        return failure;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
