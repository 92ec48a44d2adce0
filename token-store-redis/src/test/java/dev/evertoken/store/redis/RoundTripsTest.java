package dev.evertoken.store.redis;

import static dev.evertoken.testing.EngineCluster.ANNA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.redis.server.RedisProcess;
import dev.evertoken.testing.ConcurrentRun;
import dev.evertoken.testing.EngineCluster;
import dev.evertoken.testing.SampleRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The round trips of each operation over open connections, which the guide documents. */
class RoundTripsTest {

    private static final int REFRESH = 3;
    private static final TokenKey GINA = TokenKey.of("google", "gina");

    @TempDir
    private Path folder;

    private final RedisProcess server = RedisProcess.start();
    private final Proxy proxy = Proxy.to(server.port());
    private final String location = "redis://127.0.0.1:" + proxy.port();

    @AfterEach
    void close() {
        proxy.close();
        server.close();
    }

    private int roundTripsOf(Runnable operation) {
        int before = proxy.requests();
        operation.run();
        return proxy.requests() - before;
    }

    @Test
    void everyOperationIsOneRoundTripAndALoadOfAnAbsentRecordIsTwo() {
        try (RedisTokenStore store = RedisTokenStore.open(location, RedisInstance.newNamespace())) {
            TokenRecord first = SampleRecords.full(ANNA);
            TokenRecord second = SampleRecords.next(first);
            assertThat(store.compareAndSet(GINA, TokenStore.ABSENT, SampleRecords.full(GINA)))
                    .as("the server has the script")
                    .isTrue();

            assertThat(roundTripsOf(() -> store.load(ANNA))).as("absent").isEqualTo(2);
            assertThat(roundTripsOf(() -> store.compareAndSet(ANNA, TokenStore.ABSENT, first)))
                    .isEqualTo(1);
            assertThat(roundTripsOf(() -> store.load(ANNA))).isEqualTo(1);
            assertThat(roundTripsOf(() -> store.compareAndSet(ANNA, first.revision(), second)))
                    .isEqualTo(1);
            assertThat(roundTripsOf(() -> store.compareAndSet(ANNA, first.revision(), first)))
                    .as("a conflict")
                    .isEqualTo(1);
            assertThat(roundTripsOf(store::now)).isEqualTo(1);
            assertThat(store.loadTimed(GINA).time())
                    .as("the server has this script too")
                    .isPresent();
            assertThat(roundTripsOf(() -> store.loadTimed(ANNA))).isEqualTo(1);
            assertThat(roundTripsOf(() -> store.remove(ANNA, second.revision())))
                    .isEqualTo(1);
        }
    }

    @Test
    @Fault("P1")
    void aBatchIsOneRoundTripAndEachAbsentRecordIsTwoMore() {
        List<TokenKey> keys = IntStream.range(0, 20)
                .mapToObj(n -> TokenKey.of("acme", "account-" + n))
                .toList();
        try (RedisTokenStore store = RedisTokenStore.open(location, RedisInstance.newNamespace())) {
            keys.forEach(key -> assertThat(store.compareAndSet(key, TokenStore.ABSENT, SampleRecords.sparse(key)))
                    .isTrue());

            assertThat(roundTripsOf(() -> assertThat(store.loadAll(keys))
                            .allSatisfy(result -> assertThat(result.record()).isPresent())))
                    .isEqualTo(1);
            assertThat(roundTripsOf(() -> store.loadAll(List.of(keys.get(0), GINA))))
                    .isEqualTo(3);
        }
    }

    @Test
    @Fault("P1")
    void aPageOfKeysIsReadWhenItsFirstKeyIsNeeded() {
        try (RedisTokenStore store = RedisTokenStore.open(location, RedisInstance.newNamespace())) {
            ConcurrentRun.run(4, thread -> {
                for (int n = 0; n < 300; n++) {
                    TokenKey key = TokenKey.of("acme", "account-" + thread + "-" + n);
                    assertThat(store.compareAndSet(key, TokenStore.ABSENT, SampleRecords.sparse(key)))
                            .isTrue();
                }
                return Stream.empty();
            });
            Iterator<TokenKey> keys = store.keys().iterator();

            assertThat(roundTripsOf(keys::next)).as("the first page").isEqualTo(1);
            assertThat(roundTripsOf(() -> keys.forEachRemaining(key -> {})))
                    .as("the other pages")
                    .isBetween(1, 3);
        }
    }

    @Test
    void aRefreshIsThreeRoundTripsAndACachedTokenIsNone() {
        try (EngineCluster cluster = EngineCluster.over(new RedisStoreFixture(), folder.resolve("responses"))) {
            Tokens tokens = cluster.tokens(
                    location,
                    builder -> seldomLooking(builder)
                            .client("google", cluster.providers().google().registration())
                            .endpoints("google", cluster.providers().google().endpoints()));
            cluster.connect(tokens);
            tokens.connect(GINA, cluster.providers().google().consent("gina"));
            AccessToken annasToken = tokens.replace(ANNA, tokens.accessToken(ANNA)); // the server has the scripts
            AccessToken ginasToken = tokens.accessToken(GINA);

            assertThat(roundTripsOf(() -> tokens.replace(ANNA, annasToken)))
                    .as("load with the server's time, claim, settle")
                    .isEqualTo(REFRESH);
            assertThat(roundTripsOf(() -> tokens.replace(GINA, ginasToken))).isEqualTo(REFRESH);
            assertThat(roundTripsOf(() -> tokens.accessToken(ANNA))).isZero();
        }
    }

    /** Sets a settle window in which the replication id of the server is not asked for while a test runs. */
    private static TokensBuilder seldomLooking(TokensBuilder builder) {
        return builder.settleWindow(Duration.ofMinutes(5)).claimDuration(Duration.ofMinutes(6));
    }

    @Test
    void aConfirmedClaimIsOneMoreRoundTrip() {
        try (RedisProcess replica = RedisProcess.start("replicaof 127.0.0.1 " + server.port());
                EngineCluster cluster = EngineCluster.over(new RedisStoreFixture(), folder.resolve("responses"))) {
            Until.holds("the replica follows", () -> LostWritesScene.follows(replica));
            Tokens tokens = cluster.tokens(location, RoundTripsTest::seldomLooking);
            cluster.connect(tokens);
            AccessToken first = tokens.accessToken(ANNA);
            AccessToken second = tokens.replace(ANNA, first);

            assertThat(roundTripsOf(() -> tokens.replace(ANNA, second)))
                    .as("load with the server's time, claim, wait, settle")
                    .isEqualTo(REFRESH + 1);
        }
    }

    @Test
    void theReplicationIdIsOneRoundTrip() {
        try (RedisTokenStore store = RedisTokenStore.open(location, RedisInstance.newNamespace())) {
            assertThat(roundTripsOf(store::history)).isEqualTo(1);
        }
    }

    @Test
    @Fault("O6")
    void theChangeStampIsOneRoundTripToReadAndOneToMove() throws IOException {
        try (RedisTokenStore store = RedisTokenStore.open(location, RedisInstance.newNamespace())) {
            assertThat(store.moveChangeStamp()).as("the server has the script").isPresent();

            assertThat(roundTripsOf(store::changeStamp)).isEqualTo(1);
            assertThat(roundTripsOf(store::moveChangeStamp)).isEqualTo(1);
        }
        assertThat(guide())
                .containsPattern("\\| Change stamp: [^|\n]*(\\|[^|\n]*){2}\\| 1 round trip and 1 round trip \\|");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Refresh of a rotating account", "Refresh of an account whose refresh token is not rotated"})
    void theGuideHasTheseFigures(String row) throws IOException {
        assertThat(guide()).containsPattern("\\| " + row + " (\\|[^|\n]*){2}\\| " + REFRESH + " round trips \\|");
    }

    private static String guide() throws IOException {
        return Files.readString(Path.of(System.getProperty("basedir", "."), "..", "docs", "stores.md"));
    }

    @Test
    @Fault("P1")
    void theGuideHasTheFigureOfABatch() throws IOException {
        String guide = Files.readString(Path.of(System.getProperty("basedir", "."), "..", "docs", "stores.md"));

        assertThat(guide).containsPattern("\\| Read of 500 records[^|]* (\\|[^|\n]*){2}\\| 1 round trip \\|");
    }
}
