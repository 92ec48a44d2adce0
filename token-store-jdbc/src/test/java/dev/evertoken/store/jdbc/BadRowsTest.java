package dev.evertoken.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.spi.store.UnreadableRecordException.Reason;
import dev.evertoken.store.RecordCodec;
import dev.evertoken.testing.SampleRecords;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows that this store did not write: each is reported with its reason, none is used, none is lost. */
class BadRowsTest {

    private static final TokenKey ALICE = TokenKey.of("google", "alice");
    private static final TokenKey BOB = TokenKey.of("google", "bob");

    static Stream<DataSource> databases() {
        return Stream.<DataSource>of(Postgres.pool(Postgres.emptySchema(), 2), Postgres.pool(H2.empty(), 2));
    }

    @ParameterizedTest
    @MethodSource("databases")
    void aManuallyChangedRecordIsRefusedAndNotOverwritten(DataSource source) throws SQLException {
        TokenStore store = open(source);
        TokenRecord record = insert(store, ALICE);
        String text = new String(RecordCodec.encode(record), StandardCharsets.UTF_8);
        set(source, ALICE, text.replace("client-fingerprint", "other-fingerprint"));

        assertThat(unreadable(store, ALICE, Reason.CORRUPT))
                .hasMessage("google/alice: the record was changed or truncated after it was written");
        assertThat(store.compareAndSet(ALICE, record.revision(), SampleRecords.next(record)))
                .isFalse();
        assertThat(store.remove(ALICE, record.revision())).isFalse();
    }

    @ParameterizedTest
    @MethodSource("databases")
    void aRowWithADifferentRevisionThanItsRecordIsRefused(DataSource source) throws SQLException {
        TokenStore store = open(source);
        insert(store, ALICE);
        Postgres.execute(source, "UPDATE evertoken_tokens SET revision = 4711");

        assertThat(unreadable(store, ALICE, Reason.CORRUPT))
                .hasMessage("google/alice: the record has another revision than its row");
    }

    @ParameterizedTest
    @MethodSource("databases")
    @Fault("I4")
    void aRowWithTheRecordOfAnotherAccountIsRefused(DataSource source) throws SQLException {
        TokenStore store = open(source);
        insert(store, ALICE);
        insert(store, BOB);
        byte[] bobsRecord = column(source, BOB, "record");
        set(source, ALICE, bobsRecord, Digests.of(bobsRecord));

        assertThat(unreadable(store, ALICE, Reason.CORRUPT))
                .hasMessage("google/alice: the record belongs to google/bob");
    }

    @ParameterizedTest
    @MethodSource("databases")
    @Fault("F16")
    void aRecordOfANewerFormatIsReportedAndNotOverwritten(DataSource source) throws SQLException {
        TokenStore store = open(source);
        TokenRecord record = insert(store, ALICE);
        byte[] newer = "{\"format\":99}".getBytes(StandardCharsets.UTF_8);
        set(source, ALICE, newer, Digests.of(newer));

        assertThat(unreadable(store, ALICE, Reason.NEWER_FORMAT)).hasMessageContaining("has format 99");
        assertThat(store.compareAndSet(ALICE, TokenStore.ABSENT, SampleRecords.next(record)))
                .isFalse();
        assertThat(column(source, ALICE, "record")).isEqualTo(newer);
    }

    @ParameterizedTest
    @MethodSource("databases")
    void anUnreadableRecordIsKeptAsideOnReplacement(DataSource source) throws SQLException {
        TokenStore store = open(source);
        TokenRecord record = insert(store, ALICE);
        set(source, ALICE, "{torn");

        assertThat(store.compareAndSet(ALICE, TokenStore.UNREADABLE, record)).isTrue();

        assertThat(column(source, ALICE, "set_aside")).asString().isEqualTo("{torn");
        assertThat(store.load(ALICE)).hasValue(record);
    }

    @ParameterizedTest
    @MethodSource("databases")
    @Fault("F19")
    void namespacesShareATableAndAreIsolated(DataSource source) {
        TokenStore crm = open(source);
        TokenStore shop = JdbcTokenStore.open(source, "shop");
        TokenRecord record = insert(crm, ALICE);

        assertThat(shop.load(ALICE)).isEmpty();
        assertThat(shop.keys()).isEmpty();
        assertThat(shop.remove(ALICE, record.revision())).isFalse();
        assertThat(shop.compareAndSet(ALICE, record.revision(), SampleRecords.next(record)))
                .isFalse();
        insert(shop, ALICE);
        assertThat(crm.load(ALICE)).hasValue(record);
        assertThat(crm.keys()).containsExactly(ALICE);
    }

    private static TokenStore open(DataSource source) {
        return JdbcTokenStore.open(source, "crm", JdbcOptions.defaults().createTableIfMissing());
    }

    private static TokenRecord insert(TokenStore store, TokenKey key) {
        TokenRecord record = SampleRecords.full(key);
        assertThat(store.compareAndSet(key, TokenStore.ABSENT, record)).isTrue();
        return record;
    }

    private static UnreadableRecordException unreadable(TokenStore store, TokenKey key, Reason reason) {
        UnreadableRecordException problem =
                catchThrowableOfType(UnreadableRecordException.class, () -> store.load(key));
        assertThat(problem).as("a record that cannot be read").isNotNull();
        assertThat(problem.reason()).isEqualTo(reason);
        return problem;
    }

    private static void set(DataSource source, TokenKey key, String record) throws SQLException {
        set(source, key, record.getBytes(StandardCharsets.UTF_8), column(source, key, "digest"));
    }

    private static void set(DataSource source, TokenKey key, byte[] record, byte[] digest) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "UPDATE evertoken_tokens SET record = ?, digest = ? WHERE account = ?")) {
            statement.setBytes(1, record);
            statement.setBytes(2, digest);
            statement.setString(3, key.account());
            assertThat(statement.executeUpdate()).isEqualTo(1);
        }
    }

    private static byte[] column(DataSource source, TokenKey key, String column) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("SELECT " + column + " FROM evertoken_tokens WHERE account = ?")) {
            statement.setString(1, key.account());
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getBytes(1);
            }
        }
    }
}
