package dev.evertoken.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Lifetime;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.LoadResult;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.RecordCodec;
import dev.evertoken.testing.SampleRecords;
import dev.evertoken.testing.TestTokens;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Writes of the application to its own columns, by the rows of the table at {@link ReconciledRow}. */
class ForeignWritesTest {

    private static final TokenKey ALICE = TokenKey.of("strava", "7");
    private static final Instant END = Instant.parse("2026-05-01T12:00:00Z");

    static Stream<DataSource> databases() {
        return Stream.<DataSource>of(Postgres.pool(Postgres.emptySchema(), 2), Postgres.pool(H2.empty(), 2))
                .peek(ForeignWritesTest::createTable);
    }

    private static void createTable(DataSource source) {
        Postgres.execute(
                source,
                "CREATE TABLE user_settings (user_id bigint PRIMARY KEY, theme varchar(20), strava_access_token"
                        + " varchar(200), strava_refresh_token varchar(200), strava_token_expires_at bigint)",
                "INSERT INTO user_settings (user_id, theme) VALUES (7, 'dark')");
    }

    @ParameterizedTest
    @MethodSource("databases")
    void aConnectedAccountIsWrittenToTheColumnsAndOtherColumnsAreKept(DataSource source) throws SQLException {
        TokenStore store = open(source, false);
        TokenRecord record = connected(store, TestTokens.access(), TestTokens.refresh());

        assertThat(store.load(ALICE)).hasValue(record);
        assertThat(columns(source)).isEqualTo(Columns.of(record));
        assertThat(string(source, "SELECT theme FROM user_settings")).isEqualTo("dark");
    }

    @ParameterizedTest
    @MethodSource("databases")
    void anAccountWhoseTokensTheApplicationRemovesIsNotConnected(DataSource source) throws SQLException {
        TokenStore store = open(source, false);
        TokenRecord record = connected(store, TestTokens.access(), TestTokens.refresh());
        write(source, null, null);

        assertThat(store.load(ALICE)).isEmpty();
        assertThat(store.compareAndSet(ALICE, record.revision(), rotated(record)))
                .isFalse();
        connected(store, TestTokens.access(), TestTokens.refresh());
    }

    @ParameterizedTest
    @MethodSource("databases")
    void anOldCopyWrittenByTheApplicationIsIgnoredAndCorrected(DataSource source) throws SQLException {
        TokenStore store = open(source, false);
        TokenRecord first = connected(store, TestTokens.access(), TestTokens.refresh());
        TokenRecord second = rotated(first);
        TokenRecord third = rotated(second);
        assertThat(store.compareAndSet(ALICE, first.revision(), second)).isTrue();
        assertThat(store.compareAndSet(ALICE, second.revision(), third)).isTrue();

        Columns old = Columns.of(first);
        write(source, old.access(), old.refresh());

        assertThat(store.load(ALICE)).as("nothing is lost").hasValue(third);
        TokenRecord claimed = third.next().claim(SampleRecords.claim()).build(SampleRecords.revision(), END);
        assertThat(store.compareAndSet(ALICE, third.revision(), claimed)).isTrue();
        assertThat(columns(source)).isEqualTo(Columns.of(third));
    }

    @ParameterizedTest
    @MethodSource("databases")
    void aRefreshTokenThatTheApplicationClearsIsKept(DataSource source) throws SQLException {
        TokenStore store = open(source, false);
        TokenRecord record = connected(store, TestTokens.access(), TestTokens.refresh());
        write(source, TestTokens.access(), null);

        assertThat(store.load(ALICE)).hasValue(record);
    }

    @ParameterizedTest
    @Fault("N9")
    @MethodSource("databases")
    void aTokenWithALineBreakIsNeitherAdoptedNorUsed(DataSource source) throws SQLException {
        TokenStore store = open(source, true);
        write(source, TestTokens.access() + "\n", TestTokens.refresh());
        assertThat(store.load(ALICE)).isEmpty();

        write(source, null, null);
        TokenRecord record = connected(store, TestTokens.access(), TestTokens.refresh());
        write(source, TestTokens.access(), TestTokens.refresh() + "\r\n");
        assertThat(store.load(ALICE)).hasValue(record);
    }

    @ParameterizedTest
    @Fault("N5")
    @MethodSource("databases")
    void aRowWithARefreshTokenAloneIsAdoptedAndDueAtOnce(DataSource source) throws SQLException {
        TokenStore store = open(source, true);
        write(source, null, TestTokens.refresh());

        TokenRecord adopted = store.load(ALICE).orElseThrow();

        assertThat(adopted.lifetime().hasAccessToken()).isFalse();
        assertThat(adopted.dueAt()).hasValue(Instant.EPOCH);
        assertThat(store.keys()).containsExactly(ALICE);
        TokenRecord next = rotated(adopted);
        assertThat(store.compareAndSet(ALICE, adopted.revision(), next)).isTrue();
        assertThat(columns(source)).isEqualTo(Columns.of(next));
    }

    @ParameterizedTest
    @Fault("N5")
    @MethodSource("databases")
    void aRefreshTokenAloneIsWrittenAndReadAsItWas(DataSource source) throws SQLException {
        TokenStore store = open(source, false);
        TokenRecord alone = alone(TestTokens.refresh());
        assertThat(store.compareAndSet(ALICE, TokenStore.ABSENT, alone)).isTrue();

        assertThat(store.load(ALICE)).hasValue(alone);
        assertThat(columns(source).access()).isNull();
        assertThat(columns(source).refresh()).isNotNull();
        assertThat(store.keys()).containsExactly(ALICE);
    }

    @ParameterizedTest
    @Fault("N5")
    @MethodSource("databases")
    void anotherRefreshTokenAloneReplacesTheRecordUnlessItIsSpent(DataSource source) throws SQLException {
        TokenStore store = open(source, false);
        TokenRecord first = connected(store, TestTokens.access(), TestTokens.refresh());
        TokenRecord second =
                rotated(first).next().refreshModel(RefreshModel.ROTATING).build(SampleRecords.revision(), END);
        assertThat(store.compareAndSet(ALICE, first.revision(), second)).isTrue();

        write(source, null, Columns.of(first).refresh());
        assertThat(store.load(ALICE)).as("a spent token").hasValue(second);
        write(source, null, TestTokens.refresh());

        TokenRecord adopted = store.load(ALICE).orElseThrow();
        assertThat(adopted.grant()).isNotEqualTo(second.grant());
        assertThat(adopted.lifetime().hasAccessToken()).isFalse();
    }

    @ParameterizedTest
    @Fault("N5")
    @MethodSource("databases")
    void aRefreshTokenAloneIsOfNoUseToAProviderWithoutRefreshTokens(DataSource source) throws SQLException {
        TokenStore store = open(source, false);
        TokenRecord record = record(ALICE, TestTokens.access(), TestTokens.refresh())
                .next()
                .refreshModel(RefreshModel.EXTENDING)
                .build(SampleRecords.revision(), END);
        assertThat(store.compareAndSet(ALICE, TokenStore.ABSENT, record)).isTrue();

        write(source, null, TestTokens.refresh());

        assertThat(store.load(ALICE)).hasValue(record);
    }

    @Test
    @Fault("N5")
    void aTableWithoutARefreshTokenColumnRefusesARefreshTokenAlone() {
        DataSource source = H2.empty();
        Postgres.execute(source, "CREATE TABLE users (id bigint PRIMARY KEY, token varchar(200))");
        TokenStore store = ColumnTokenStore.open(
                source,
                "sync",
                "prod",
                ColumnTokenStore.options().createTableIfMissing(),
                Map.of(
                        "strava",
                        TokenColumns.of("users", "id")
                                .accounts(AccountType.NUMBER)
                                .accessToken("token")
                                .ownRows()));

        assertThatThrownBy(() -> store.compareAndSet(ALICE, TokenStore.ABSENT, alone(TestTokens.refresh())))
                .isInstanceOf(TokenStoreException.class)
                .hasMessage("strava/7: an account with a refresh token alone cannot be stored in table users, which has"
                        + " no column for refresh tokens");
        assertThat(store.keys()).isEmpty();
    }

    private static TokenRecord alone(String refresh) {
        return SampleRecords.sparse(ALICE)
                .next()
                .lifetime(Lifetime.ofRefreshToken(END, Optional.empty()))
                .secrets(new SecretPart.Clear(RecordCodec.encodeTokens(TokenSet.ofRefreshToken(refresh))))
                .build(SampleRecords.revision(), END);
    }

    @ParameterizedTest
    @MethodSource("databases")
    void anotherAccessTokenOfTheSameGrantIsIgnored(DataSource source) throws SQLException {
        TokenStore store = open(source, false);
        TokenRecord record = connected(store, TestTokens.access(), TestTokens.refresh());
        write(source, TestTokens.access(), Columns.of(record).refresh());

        assertThat(store.load(ALICE)).hasValue(record);
    }

    @ParameterizedTest
    @MethodSource("databases")
    void unknownTokensAreANewGrantAndALateResponseOfTheOldGrantIsDropped(DataSource source) throws SQLException {
        TokenStore store = open(source, false);
        TokenRecord invalidated = invalidated(connected(store, TestTokens.access(), TestTokens.refresh()), store);
        String access = TestTokens.access();
        String refresh = TestTokens.refresh();
        write(source, access, refresh);

        TokenRecord adopted = store.load(ALICE).orElseThrow();
        assertThat(store.load(ALICE)).as("every load returns the same record").hasValue(adopted);
        assertThat(adopted.grant().id()).isNotEqualTo(invalidated.grant().id()).startsWith("adopted-");
        assertThat(adopted.generation()).isEqualTo(1);
        assertThat(adopted.health().state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(adopted.origin()).isEqualTo(invalidated.origin());
        assertThat(adopted.lifetime().expiresAt()).hasValue(END.plusSeconds(1));
        assertThat(Columns.of(adopted)).isEqualTo(new Columns(access, refresh));

        assertThat(store.compareAndSet(ALICE, invalidated.revision(), rotated(invalidated)))
                .isFalse();
        TokenRecord next = rotated(adopted);
        assertThat(store.compareAndSet(ALICE, adopted.revision(), next)).isTrue();
        assertThat(store.load(ALICE)).hasValue(next);
        assertThat(columns(source)).isEqualTo(Columns.of(next));
    }

    @ParameterizedTest
    @MethodSource("databases")
    void existingTokensAreIgnoredUnlessAdoptionIsEnabled(DataSource source) throws SQLException {
        String refresh = TestTokens.refresh();
        write(source, TestTokens.access(), refresh);

        TokenStore notAdopting = open(source, false);
        assertThat(notAdopting.load(ALICE)).isEmpty();
        assertThat(notAdopting.keys()).isEmpty();
        assertThat(notAdopting.absence(ALICE))
                .hasValue("table user_settings has tokens of this account that are not used, because its TokenColumns"
                        + " are configured without adopting(…)");
        assertThat(notAdopting.absence(TokenKey.of("strava", "8"))).isEmpty();

        ColumnTokenStore adopting = open(source, true);
        TokenRecord adopted = adopting.load(ALICE).orElseThrow();
        assertThat(adopted.refreshModel()).isEqualTo(RefreshModel.ROTATING);
        assertThat(adopted.origin().namespace()).isEqualTo("sync");
        assertThat(adopted.origin().environment()).isEqualTo("prod");
        assertThat(Columns.of(adopted).refresh()).isEqualTo(refresh);
        assertThat(adopting.keys()).containsExactly(ALICE);
        assertThat(adopting.oldestDue("strava")).isEmpty();

        assertThat(adopting.adopt()).isEqualTo(1);
        assertThat(adopting.adopt()).isZero();
        assertThat(adopting.keys()).containsExactly(ALICE);
        assertThat(adopting.oldestDue("strava")).hasValue(END.plusSeconds(1).minus(Duration.ofMinutes(5)));
        assertThat(adopting.load(ALICE).orElseThrow().grant()).isEqualTo(adopted.grant());
    }

    @ParameterizedTest
    @MethodSource("databases")
    void adoptedTokensWithoutAnExpiryCountAsExpired(DataSource source) throws SQLException {
        write(source, TestTokens.access(), TestTokens.refresh());
        Postgres.execute(source, "UPDATE user_settings SET strava_token_expires_at = NULL");

        TokenRecord adopted = open(source, true).load(ALICE).orElseThrow();

        assertThat(adopted.lifetime().expiresAt()).hasValue(Instant.EPOCH);
        assertThat(adopted.lifetime().expiryAssumed()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("databases")
    void anAccountWithoutARowOrWithAnImpossibleIdIsRefused(DataSource source) {
        TokenStore store = open(source, true);
        TokenKey bob = TokenKey.of("strava", "8");
        TokenKey name = TokenKey.of("strava", "alice");
        TokenKey leadingZero = TokenKey.of("strava", "07");

        assertThat(store.load(bob)).isEmpty();
        assertThatThrownBy(() -> store.compareAndSet(bob, TokenStore.ABSENT, record(bob, "a", "b")))
                .isInstanceOf(TokenStoreException.class)
                .hasMessage("strava/8: table user_settings has no row for this account's tokens; the"
                        + " application has to create it first");
        for (TokenKey impossible : new TokenKey[] {name, leadingZero}) {
            assertThat(store.load(impossible)).isEmpty();
            assertThat(store.remove(impossible, 1)).isFalse();
            assertThatThrownBy(() -> store.compareAndSet(impossible, TokenStore.ABSENT, record(impossible, "a", "b")))
                    .isInstanceOf(TokenStoreException.class);
        }
    }

    @Test
    void anAccountThatTheTableCannotDistinguishDoesNotGetTheTokensOfAnother() {
        DataSource source = H2.empty();
        Postgres.execute(source, "CREATE TABLE users (name varchar_ignorecase(100) PRIMARY KEY, token varchar(200))");
        TokenStore store = ColumnTokenStore.open(
                source,
                "sync",
                "prod",
                ColumnTokenStore.options().createTableIfMissing(),
                Map.of(
                        "strava",
                        TokenColumns.of("users", "name").accessToken("token").ownRows()));
        TokenKey lowerCase = TokenKey.of("strava", "alice");
        TokenKey upperCase = TokenKey.of("strava", "ALICE");
        TokenRecord record = record(lowerCase, TestTokens.access(), TestTokens.refresh());
        assertThat(store.compareAndSet(lowerCase, TokenStore.ABSENT, record)).isTrue();

        assertThat(store.load(lowerCase)).hasValue(record);
        assertThat(store.load(upperCase)).isEmpty();
        assertThatThrownBy(() -> store.compareAndSet(upperCase, TokenStore.ABSENT, record(upperCase, "a", "b")))
                .isInstanceOf(TokenStoreException.class)
                .hasMessage(
                        "table users does not distinguish account \"ALICE\" from one that differs in case, spaces or"
                                + " accents; give column name a binary collation");
    }

    @ParameterizedTest
    @MethodSource("databases")
    void sealedTokensAreRefusedInATableOfTheApplication(DataSource source) throws SQLException {
        TokenStore store = open(source, false);

        assertThatThrownBy(() -> store.compareAndSet(ALICE, TokenStore.ABSENT, SampleRecords.full(ALICE)))
                .isInstanceOf(TokenStoreException.class)
                .hasMessage("strava/7: the tokens are sealed by a key ring, but the application reads them from table"
                        + " user_settings; remove the key ring, or keep the tokens in a separate table");
        assertThat(columns(source)).isEqualTo(new Columns(null, null));
    }

    @ParameterizedTest
    @MethodSource("databases")
    void aWriteChangesBothTablesOrNone(DataSource source) throws SQLException {
        TokenStore store = open(source, false);
        TokenRecord record = connected(store, TestTokens.access(), TestTokens.refresh());
        Columns before = columns(source);
        Postgres.execute(source, "ALTER TABLE evertoken_state ADD CHECK (revision = " + record.revision() + ")");

        assertThatThrownBy(() -> store.compareAndSet(ALICE, record.revision(), rotated(record)))
                .isInstanceOf(TokenStoreException.class)
                .satisfies(problem ->
                        assertThat(((TokenStoreException) problem).problem()).isEqualTo(Problem.STORE_REFUSED));

        assertThat(columns(source)).isEqualTo(before);
        assertThat(store.load(ALICE)).hasValue(record);
    }

    @ParameterizedTest
    @MethodSource("databases")
    void aRemovalClearsTheColumnsAndKeepsTheRow(DataSource source) throws SQLException {
        TokenStore store = open(source, false);
        TokenRecord record = connected(store, TestTokens.access(), TestTokens.refresh());

        assertThat(store.remove(ALICE, record.revision())).isTrue();

        assertThat(columns(source)).isEqualTo(new Columns(null, null));
        assertThat(string(source, "SELECT theme FROM user_settings")).isEqualTo("dark");
        assertThat(store.keys()).isEmpty();
    }

    /** The two token columns. */
    private record Columns(String access, String refresh) {
        static Columns of(TokenRecord record) {
            TokenSet tokens =
                    RecordCodec.decodeTokens(record.key(), record.secrets().bytes());
            return new Columns(
                    tokens.accessToken().orElseThrow().reveal(),
                    tokens.refreshToken().orElseThrow().reveal());
        }
    }

    @ParameterizedTest
    @MethodSource("databases")
    @Fault("P1")
    void aBatchReadsWhatTheApplicationWroteLikeSingleLoadsDo(DataSource source) throws SQLException {
        for (int user = 100; user < 160; user++) {
            Postgres.execute(source, "INSERT INTO user_settings (user_id, theme) VALUES (" + user + ", 'light')");
        }
        TokenStore store = open(source, true);
        connected(store, TestTokens.access(), TestTokens.refresh());
        write(source, TestTokens.access(), TestTokens.refresh(), 7);
        write(source, TestTokens.access(), TestTokens.refresh(), 159);
        List<TokenKey> keys = Stream.concat(
                        Stream.of(ALICE, TokenKey.of("strava", "no-number"), TokenKey.of("strava", "1")),
                        IntStream.range(100, 160).mapToObj(user -> TokenKey.of("strava", Integer.toString(user))))
                .toList();

        List<LoadResult> results = store.loadAll(keys);

        assertThat(results).extracting(LoadResult::key).isEqualTo(keys);
        assertThat(results).filteredOn(result -> result.record().isPresent()).hasSize(2);
        assertThat(results)
                .allSatisfy(result -> assertThat(result.record().map(TokenRecord::secrets))
                        .isEqualTo(store.load(result.key()).map(TokenRecord::secrets)));
    }

    private static ColumnTokenStore open(DataSource source, boolean adopting) {
        TokenColumns columns = TokenColumns.of("user_settings", "user_id")
                .accounts(AccountType.NUMBER)
                .accessToken("strava_access_token")
                .refreshToken("strava_refresh_token")
                .expiresAt("strava_token_expires_at", TimeFormat.EPOCH_SECONDS);
        return ColumnTokenStore.open(
                source,
                "sync",
                "prod",
                ColumnTokenStore.options().createTableIfMissing(),
                Map.of("strava", adopting ? columns.adopting(RefreshModel.ROTATING) : columns));
    }

    private static TokenRecord connected(TokenStore store, String access, String refresh) {
        TokenRecord record = record(ALICE, access, refresh);
        assertThat(store.compareAndSet(ALICE, TokenStore.ABSENT, record)).isTrue();
        return record;
    }

    private static TokenRecord record(TokenKey key, String access, String refresh) {
        return SampleRecords.sparse(key)
                .next()
                .secrets(secrets(access, refresh))
                .build(SampleRecords.revision(), END);
    }

    private static TokenRecord rotated(TokenRecord record) {
        return record.next()
                .generation(record.generation() + 1)
                .secrets(secrets(TestTokens.access(), TestTokens.refresh()))
                .build(SampleRecords.revision(), record.updatedAt());
    }

    private static TokenRecord invalidated(TokenRecord record, TokenStore store) {
        TokenRecord invalidated = record.next()
                .health(record.health().become(ConnectionState.NEEDS_REAUTH, Problem.GRANT_DEAD, END))
                .build(SampleRecords.revision(), END.minusSeconds(60));
        assertThat(store.compareAndSet(ALICE, record.revision(), invalidated)).isTrue();
        return invalidated;
    }

    private static SecretPart secrets(String access, String refresh) {
        return new SecretPart.Clear(RecordCodec.encodeTokens(
                TokenSet.builder(access).refreshToken(refresh).expiresAt(END).build()));
    }

    private static void write(DataSource source, String access, String refresh) throws SQLException {
        write(source, access, refresh, 7);
    }

    private static void write(DataSource source, String access, String refresh, int user) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = connection.prepareStatement("UPDATE user_settings SET"
                        + " strava_access_token = ?, strava_refresh_token = ?, strava_token_expires_at = ?"
                        + " WHERE user_id = ?")) {
            statement.setString(1, access);
            statement.setString(2, refresh);
            statement.setLong(3, END.plusSeconds(1).getEpochSecond());
            statement.setInt(4, user);
            assertThat(statement.executeUpdate()).isEqualTo(1);
        }
    }

    private static Columns columns(DataSource source) throws SQLException {
        return new Columns(
                string(source, "SELECT strava_access_token FROM user_settings"),
                string(source, "SELECT strava_refresh_token FROM user_settings"));
    }

    private static String string(DataSource source, String sql) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet result = statement.executeQuery()) {
            result.next();
            return Optional.ofNullable(result.getString(1)).orElse(null);
        }
    }
}
