package dev.evertoken.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.DueIndex;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.SampleRecords;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A connection is returned in its original state after every operation and every outcome. */
class BorrowedConnectionTest {

    private static final TokenKey ALICE = TokenKey.of("google", "alice");

    private Optional<LendingDataSource> lender = Optional.empty();

    static Stream<DataSource> databases() {
        return Stream.of(Postgres.emptySchema(), H2.empty());
    }

    @AfterEach
    void checkConnections() throws SQLException {
        lender.orElseThrow().assertAllBack();
        lender.orElseThrow().close();
    }

    @ParameterizedTest
    @MethodSource("databases")
    void aConnectionInAutoCommitModeIsReturnedInAutoCommitMode(DataSource source) throws SQLException {
        callEveryOperation(lend(source, true));
    }

    @ParameterizedTest
    @MethodSource("databases")
    void aConnectionWithoutAutoCommitIsCommittedAndReturnedUnchanged(DataSource source) throws SQLException {
        callEveryOperation(lend(source, false));

        assertThat(JdbcTokenStore.open(source, "crm").load(ALICE))
                .as("committed")
                .isPresent();
    }

    @ParameterizedTest
    @MethodSource("databases")
    void aFailureRollsBackTheTransaction(DataSource source) throws SQLException {
        TokenStore store = lend(source, false);
        Postgres.execute(source, "DROP TABLE evertoken_tokens");

        assertThatThrownBy(() -> store.load(ALICE)).isInstanceOf(TokenStoreException.class);
        assertThatThrownBy(() -> store.remove(ALICE, TokenStore.UNREADABLE)).isInstanceOf(TokenStoreException.class);
    }

    @ParameterizedTest
    @MethodSource("databases")
    void aStreamOfKeysHoldsNoConnection(DataSource source) throws SQLException {
        TokenStore store = lend(source, true);
        int many = 2 * KeyPages.LENGTH + 1;
        IntStream.range(0, many).forEach(n -> insert(store, TokenKey.of("google", "account-" + n)));

        try (Stream<TokenKey> keys = store.keys()) {
            long seen = keys.peek(key -> lender.orElseThrow().assertAllBack())
                    .distinct()
                    .count();
            assertThat(seen).isEqualTo(many);
        }
    }

    private void callEveryOperation(TokenStore store) {
        TokenRecord record = insert(store, ALICE);
        assertThat(store.compareAndSet(ALICE, TokenStore.ABSENT, record)).isFalse();
        assertThat(store.compareAndSet(ALICE, 1, record)).isFalse();
        assertThat(store.compareAndSet(ALICE, TokenStore.UNREADABLE, record)).isFalse();
        assertThat(store.remove(ALICE, 1)).isFalse();
        assertThat(store.load(ALICE)).hasValue(record);
        assertThat(store.keys()).containsExactly(ALICE);
        assertThat(((DueIndex) store).due("google", Instant.EPOCH, Optional.empty(), 1))
                .isEmpty();
        assertThat(store.now()).isPresent();
    }

    private TokenStore lend(DataSource source, boolean autoCommit) throws SQLException {
        JdbcTokenStore.open(source, "crm", JdbcOptions.defaults().createTableIfMissing());
        Connection connection = source.getConnection();
        connection.setAutoCommit(autoCommit);
        LendingDataSource lending = new LendingDataSource(connection, autoCommit);
        lender = Optional.of(lending);
        return JdbcTokenStore.open(lending.source(), "crm");
    }

    private static TokenRecord insert(TokenStore store, TokenKey key) {
        TokenRecord record = SampleRecords.sparse(key);
        assertThat(store.compareAndSet(key, TokenStore.ABSENT, record)).isTrue();
        return record;
    }
}
