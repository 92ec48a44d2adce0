package dev.evertoken.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.zaxxer.hikari.HikariDataSource;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.SampleRecords;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Connections that are lost during a call: the outcome is never assumed, and the next call works. */
class LostConnectionTest {

    private static final TokenKey ALICE = TokenKey.of("google", "alice");
    private static final JdbcOptions OPTIONS =
            JdbcOptions.defaults().createTableIfMissing().withStatementTimeout(Duration.ofSeconds(1));

    private final PGSimpleDataSource direct = Postgres.emptySchema();
    private final TcpProxy proxy = TcpProxy.to(Postgres.port());
    private final HikariDataSource pool = Postgres.impatientPool(throughProxy(), 2);
    private final TokenStore store = JdbcTokenStore.open(pool, "crm", OPTIONS);
    private final TokenRecord first = SampleRecords.full(ALICE);

    LostConnectionTest() {
        assertThat(store.compareAndSet(ALICE, TokenStore.ABSENT, first)).isTrue();
    }

    /** The driver also waits for the cancellation of a statement, ten seconds by default. */
    private PGSimpleDataSource throughProxy() {
        PGSimpleDataSource source = Postgres.source(proxy.port(), direct.getCurrentSchema());
        source.setCancelSignalTimeout(1);
        return source;
    }

    /** Lets new connections work, then closes the old ones, so that none with lost data remains in use. */
    private void restoreConnections() {
        proxy.heal();
        proxy.cut();
    }

    @AfterEach
    void close() {
        pool.close();
        proxy.close();
    }

    @Test
    void aConnectionKilledDuringATransactionLeavesTheOldRecord() throws Exception {
        TokenRecord next = SampleRecords.next(first);
        TokenStore slow = JdbcTokenStore.open(pool, "crm", OPTIONS.withStatementTimeout(Duration.ofSeconds(30)));
        try (Connection other = direct.getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.executeUpdate("UPDATE evertoken_tokens SET account = account");
            CompletableFuture<TokenStoreException> write = CompletableFuture.supplyAsync(
                    () -> failure(() -> slow.compareAndSet(ALICE, first.revision(), next)));
            terminateWaitingConnection(statement);

            TokenStoreException problem = write.get(20, TimeUnit.SECONDS);
            assertThat(problem.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
            assertThat(problem).hasMessageContaining("the connection could not be made or was lost");
            other.rollback();
        }

        assertThat(store.load(ALICE)).hasValue(first);
        assertThat(store.compareAndSet(ALICE, first.revision(), next)).isTrue();
    }

    @Test
    void aWriteWithALostAcknowledgementIsRecognizedByItsRevision() {
        TokenRecord next = SampleRecords.next(first);
        proxy.loseResponses();

        TokenStoreException problem = failure(() -> store.compareAndSet(ALICE, first.revision(), next));
        restoreConnections();

        assertThat(problem.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(store.load(ALICE)).hasValue(next);
        assertThat(store.compareAndSet(ALICE, first.revision(), next)).isFalse();
    }

    @Test
    @Fault("F17")
    void anUnresponsiveDatabaseIsTimedOut() {
        proxy.loseRequests();
        long began = System.nanoTime();

        TokenStoreException problem = failure(() -> store.load(ALICE));

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
        assertThat(problem.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        restoreConnections();
        assertThat(store.load(ALICE)).hasValue(first);
    }

    @Test
    void closedConnectionsAreReplaced() {
        for (int round = 0; round < 3; round++) {
            proxy.cut();
            assertThat(loadWithRetries()).isEqualTo(first);
        }
    }

    /** Retries, because a pool may hand out connections that it has not yet found to be broken. */
    private TokenRecord loadWithRetries() {
        for (int attempt = 0; attempt < 5; attempt++) {
            try {
                return store.load(ALICE).orElseThrow();
            } catch (TokenStoreException e) {
                assertThat(e.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
            }
        }
        throw new AssertionError("no working connection after five attempts");
    }

    private void terminateWaitingConnection(Statement statement) throws SQLException {
        int terminated = 0;
        while (terminated == 0) {
            try (ResultSet result = statement.executeQuery("SELECT count(pg_terminate_backend(pid)) FROM pg_locks"
                    + " WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE query LIKE 'UPDATE%')")) {
                result.next();
                terminated = result.getInt(1);
            }
        }
    }

    private static TokenStoreException failure(ThrowingCallable call) {
        TokenStoreException failure = catchThrowableOfType(TokenStoreException.class, call);
        assertThat(failure).as("a failure of the store").isNotNull();
        return failure;
    }
}
