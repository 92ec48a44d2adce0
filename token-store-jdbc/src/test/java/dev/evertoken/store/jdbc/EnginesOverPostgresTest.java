package dev.evertoken.store.jdbc;

import static dev.evertoken.store.jdbc.DatabaseEngines.ANNA;
import static dev.evertoken.store.jdbc.DatabaseEngines.get;
import static dev.evertoken.store.jdbc.DatabaseEngines.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.zaxxer.hikari.HikariDataSource;
import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.SecretCanary;
import dev.evertoken.testing.TestTokens;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** The guarantees of the engine over a real PostgreSQL. */
class EnginesOverPostgresTest {

    private static final JdbcOptions OPTIONS =
            JdbcOptions.defaults().createTableIfMissing().withStatementTimeout(Duration.ofSeconds(1));

    private final PGSimpleDataSource direct = Postgres.emptySchema();
    private final TcpProxy proxy = TcpProxy.to(Postgres.port());
    private final HikariDataSource pool =
            Postgres.impatientPool(Postgres.source(proxy.port(), direct.getCurrentSchema()), 8);
    private final JdbcTokenStore store = JdbcTokenStore.open(pool, "crm", OPTIONS);
    private final JdbcTokenStore another = JdbcTokenStore.open(direct, "crm", OPTIONS);
    private final DatabaseEngines application = new DatabaseEngines();

    @AfterEach
    void close() {
        application.close();
        pool.close();
        proxy.close();
    }

    @Test
    @Fault("O6")
    void anotherLoginInOneProcessIsUsedByTheOtherAfterFiveSeconds() {
        try (ManualClock clock = ManualClock.at(Instant.now())) {
            Tokens watching = application.process(store, builder -> builder.timekeeper(clock));
            Tokens other = application.process(another);
            other.connect(ANNA, application.acme().consent("anna"));
            AccessToken old = watching.accessToken(ANNA);
            passFiveSeconds(clock);
            assertThat(watching.accessToken(ANNA).grantId()).isEqualTo(old.grantId());

            other.connect(ANNA, application.acme().consent("anna"));
            passFiveSeconds(clock);
            assertThat(watching.accessToken(ANNA).grantId()).isNotEqualTo(old.grantId());

            other.disconnect(ANNA);
            passFiveSeconds(clock);
            assertThat(failure(() -> watching.accessToken(ANNA)).problem()).isEqualTo(Problem.NOT_CONNECTED);
        }
    }

    /** Lets time pass, and waits until the engine has read the stamp of the store and set the timer again. */
    private static void passFiveSeconds(ManualClock clock) {
        clock.advance(Duration.ofSeconds(5));
        clock.awaitTimers(1);
    }

    @Test
    @Fault("A2")
    void twoProcessesRefreshEachExpiredAccountOnce() throws Exception {
        Tokens one = application.process(store);
        Tokens two = application.process(another);
        List<TokenKey> keys = IntStream.range(0, 20)
                .mapToObj(n -> TokenKey.of("acme", "account-" + n))
                .toList();
        keys.forEach(key -> one.connect(key, application.expired(key.account())));

        List<CompletableFuture<AccessToken>> pending = new ArrayList<>();
        for (TokenKey key : keys) {
            pending.add(one.accessTokenAsync(key));
            pending.add(two.accessTokenAsync(key));
        }

        for (CompletableFuture<AccessToken> token : pending) {
            assertThat(get(token).generation()).isEqualTo(2);
        }
        keys.forEach(key -> assertThat(application.acme().ledger().tokenRequests(key.account()))
                .isEqualTo(1));
    }

    @Test
    @Fault({"A8", "A20"})
    void aResponseDuringAnOutageIsSavedAfterItAndThePeerSendsNoRequest() throws Exception {
        Tokens owner = application.process(store);
        Tokens peer = application.process(JdbcTokenStore.open(pool, "crm", OPTIONS));
        owner.connect(ANNA, application.expired("anna"));
        Checkpoint checkpoint = application.acme().holdResponse();
        CompletableFuture<AccessToken> refresh = owner.accessTokenAsync(ANNA);
        checkpoint.awaitArrived();
        proxy.down();
        checkpoint.release();

        AccessToken second = get(refresh);
        assertThat(second.generation()).isEqualTo(2);
        assertThat(failure(() -> peer.accessToken(ANNA)).problem()).isEqualTo(Problem.STORE_UNAVAILABLE);

        proxy.heal();
        assertThat(get(peer.accessTokenAsync(ANNA)).value()).isEqualTo(second.value());
        until(() -> another.load(ANNA).orElseThrow().generation() == 2);
        assertThat(application.acme().ledger().tokenRequests("anna")).isEqualTo(1);
    }

    @Test
    @Fault({"A10", "F3", "O3"})
    void aReadOnlyStoreCausesNoTokenRequestAndAValidTokenIsServed() {
        TokenKey bob = TokenKey.of("acme", "bob");
        Tokens writer = application.process(another);
        writer.connect(ANNA, application.expiring("anna", Duration.ofMinutes(1)));
        writer.connect(bob, application.expired("bob"));
        PGSimpleDataSource readOnly = Postgres.source(Postgres.port(), direct.getCurrentSchema());
        readOnly.setOptions("-c default_transaction_read_only=on");
        Tokens reader = application.process(JdbcTokenStore.open(readOnly, "crm", JdbcOptions.defaults()));

        assertThat(reader.accessToken(ANNA).generation()).isEqualTo(1);
        TokenException problem = failure(() -> reader.accessToken(bob));
        assertThat(problem.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(problem.remedy()).isEqualTo(Remedy.RETRY);
        assertThat(problem.retryAt()).isPresent();
        assertThat(application.acme().ledger().tokenRequests()).isZero();

        assertThat(writer.accessToken(bob).generation()).as("nothing is lost").isEqualTo(2);
    }

    @Test
    @Fault({"F1", "F2"})
    void duringAnOutageACachedTokenIsServedAndNoAccountCountsAsNotConnected() {
        Tokens tokens = application.process(store);
        tokens.connect(ANNA, application.expiring("anna", Duration.ofMinutes(1)));
        Tokens started = application.process(JdbcTokenStore.open(pool, "crm", OPTIONS));
        proxy.down();

        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(1);
        TokenException problem = failure(() -> started.accessToken(ANNA));
        assertThat(problem.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(problem.key()).contains(ANNA);
        assertThat(application.acme().ledger().tokenRequests()).isZero();
    }

    @Test
    @Fault({"F9", "F10"})
    void aLostKeyIsReportedAndARotatedKeyStillDecrypts() {
        byte[] first = newKey();
        byte[] second = newKey();
        KeyRing old = ring("k1", first);
        KeyRing both = ring("k2", second, "k1", first);
        KeyRing upcoming = ring("k1", first, "k2", second);
        Tokens before = application.process(store, builder -> builder.encryption(old));
        before.connect(ANNA, application.expired("anna"));
        TokenRecord record = store.load(ANNA).orElseThrow();
        Tokens withoutKey = application.process(store, builder -> builder.encryption(ring("k9", newKey())));

        assertThat(failure(() -> withoutKey.accessToken(ANNA)).problem()).isEqualTo(Problem.RECORD_UNREADABLE);
        assertThat(application.acme().ledger().tokenRequests()).isZero();
        assertThat(store.load(ANNA)).hasValue(record);

        Tokens updated = application.process(store, builder -> builder.encryption(both));
        Tokens notUpdated = application.process(another, builder -> builder.encryption(upcoming));
        AccessToken next = updated.accessToken(ANNA);
        assertThat(next.generation()).isEqualTo(2);
        assertThat(notUpdated.accessToken(ANNA).value()).isEqualTo(next.value());
    }

    @Test
    @Fault("F18")
    void theTableContainsNoTokenInClearTextIfTheyAreSealed() throws SQLException {
        Tokens tokens = application.process(store, builder -> builder.encryption(ring("k1", newKey())));
        tokens.connect(ANNA, application.expired("anna"));
        tokens.accessToken(ANNA);

        String dump = dump();
        assertThat(dump).contains("anna");
        SecretCanary.ofTestTokens().assertNoneIn("the table", dump);

        Tokens open = application.process(another);
        TokenKey bob = TokenKey.of("acme", "bob");
        open.connect(bob, application.expired("bob"));
        assertThat(SecretCanary.ofTestTokens().leaksIn("the table", dump()))
                .as("the canary finds tokens in clear text")
                .isNotEmpty();
    }

    @Test
    @Fault({"I6", "I7"})
    void anotherEnvironmentAndAnotherClientAreRefusedBeforeAnyRefresh() {
        application.process(store).connect(ANNA, application.expired("anna"));
        TokenRecord record = store.load(ANNA).orElseThrow();
        Tokens staging = application.process(another, builder -> builder.environment("staging"));
        ClientRegistration other = ClientRegistration.builder("another-client-1")
                .clientSecret(TestTokens.clientSecret())
                .build();

        assertThat(failure(() -> staging.accessToken(ANNA)).problem()).isEqualTo(Problem.ENVIRONMENT_MISMATCH);
        TokenException mismatch =
                failure(() -> application.process(another, other).accessToken(ANNA));
        assertThat(mismatch.problem()).isEqualTo(Problem.CLIENT_MISMATCH);
        assertThat(mismatch).hasMessageContaining(record.origin().clientFingerprint());
        assertThat(application.acme().ledger().tokenRequests()).isZero();
        assertThat(store.load(ANNA)).hasValue(record);
    }

    @Test
    @Fault("G8")
    void anImportOfOldTokensDuringARefreshLosesNoToken() throws Exception {
        Tokens tokens = application.process(store);
        TokenSet first = application.expired("anna");
        tokens.connect(ANNA, first);
        Checkpoint checkpoint = application.acme().holdResponse();
        CompletableFuture<AccessToken> refreshing = tokens.accessTokenAsync(ANNA);
        checkpoint.awaitArrived();
        Tokens importer = application.process(another);

        importer.connectAll(Map.of(ANNA, first));

        checkpoint.release();
        assertThat(get(refreshing).generation()).isEqualTo(2);
        assertThat(another.load(ANNA).orElseThrow().generation()).isEqualTo(2);
        assertThat(application.acme().ledger().tokenRequests("anna")).isEqualTo(1);
    }

    @Test
    void aRefreshIsThreeStatementsAndACachedTokenIsNone() {
        CountingSource counting = new CountingSource(direct);
        JdbcTokenStore counted = JdbcTokenStore.open(counting.source(), "crm");
        Tokens tokens = application.process(counted);
        tokens.connect(ANNA, application.expired("anna"));
        counting.drain();

        tokens.accessToken(ANNA);
        assertThat(counting.drain())
                .as("load with the time of the database, claim, settle")
                .containsExactly("SELECT", "UPDATE", "UPDATE");

        tokens.accessToken(ANNA);
        assertThat(counting.drain()).isEmpty();
    }

    private String dump() throws SQLException {
        StringBuilder dump = new StringBuilder();
        try (Connection connection = direct.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT * FROM evertoken_tokens")) {
            while (rows.next()) {
                for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
                    byte[] bytes = rows.getObject(column) instanceof byte[] raw ? raw : new byte[0];
                    dump.append(rows.getString(column))
                            .append(' ')
                            .append(new String(bytes, StandardCharsets.ISO_8859_1))
                            .append('\n');
                }
            }
        }
        return dump.toString();
    }

    private static KeyRing ring(String id, byte[] key) {
        return KeyRing.of(id, key);
    }

    private static KeyRing ring(String active, byte[] key, String other, byte[] otherKey) {
        return KeyRing.parse(Secret.of(text(active, key) + "," + text(other, otherKey)));
    }

    private static String text(String id, byte[] key) {
        return id + ":" + Base64.getEncoder().encodeToString(key);
    }

    private static byte[] newKey() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return key;
    }

    private static TokenException failure(ThrowingCallable call) {
        TokenException failure = catchThrowableOfType(TokenException.class, call);
        assertThat(failure).as("a problem").isNotNull();
        SecretCanary.ofTestTokens().assertNoneIn(failure);
        return failure;
    }
}
