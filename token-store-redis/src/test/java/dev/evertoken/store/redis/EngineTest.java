package dev.evertoken.store.redis;

import static dev.evertoken.testing.EngineCluster.ANNA;
import static dev.evertoken.testing.EngineCluster.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.store.redis.server.RedisProcess;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.EngineCluster;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.SecretCanary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** The engine on a Redis that stops, restarts, loses writes or is copied. */
class EngineTest {

    @TempDir
    private Path folder;

    private final RedisProcess server = RedisProcess.start("appendonly yes", "appendfsync always");
    private EngineCluster cluster;
    private Tokens here;

    @BeforeEach
    void open() {
        cluster = EngineCluster.over(new RedisStoreFixture(), folder.resolve("responses"));
        here = cluster.tokens(server.location());
    }

    @AfterEach
    void close() {
        cluster.close();
        server.close();
    }

    private Problem problem(Tokens tokens) {
        return failure(tokens).problem();
    }

    private static TokenException failure(Tokens tokens) {
        TokenException failure = catchThrowableOfType(TokenException.class, () -> tokens.accessToken(ANNA));
        assertThat(failure).isNotNull();
        return failure;
    }

    @Test
    @Fault("O3")
    void aFullServerIsReportedWithARetryTimeAndCausesNoTokenRequest() {
        cluster.connectExpired(here);
        try (Jedis admin = server.admin()) {
            admin.configSet("maxmemory", "1");

            TokenException full = failure(here);
            assertThat(full.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
            assertThat(full.remedy()).isEqualTo(Remedy.RETRY);
            assertThat(full.retryAt()).isPresent();
            assertThat(full).hasMessageContaining("accepts no writes: its maxmemory is reached");

            admin.configSet("maxmemory", "0");
        }
        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("GENERATION 2");
    }

    private static Map<String, String> record(Jedis admin, TokenKey key) {
        return new HashMap<>(admin.hgetAll(new KeyNames(EngineCluster.NAMESPACE).record(key)));
    }

    @Test
    @Fault("O6")
    void anotherLoginInOneProcessIsUsedByTheOtherAfterFiveSeconds() {
        try (ManualClock clock = ManualClock.at(Instant.now());
                RedisTokenStore store = RedisTokenStore.open(server.location(), EngineCluster.NAMESPACE)) {
            Tokens watching = cluster.tokens(
                    server.location(),
                    builder -> builder.store(FaultyStore.over(store)).timekeeper(clock));
            cluster.connect(here);
            String old = watching.accessToken(ANNA).grantId();
            passFiveSeconds(clock);
            assertThat(watching.accessToken(ANNA).grantId()).isEqualTo(old);

            cluster.connect(here);
            passFiveSeconds(clock);
            assertThat(watching.accessToken(ANNA).grantId()).isNotEqualTo(old);

            here.disconnect(ANNA);
            passFiveSeconds(clock);
            assertThat(problem(watching)).isEqualTo(Problem.NOT_CONNECTED);
        }
    }

    /** Lets time pass, and waits until the engine has read the stamp of the store and set the timer again. */
    private static void passFiveSeconds(ManualClock clock) {
        clock.advance(Duration.ofSeconds(5));
        clock.awaitTimers(1);
    }

    @Test
    @Fault("A2")
    void oneOfTwoProcessesRefreshesAnExpiredTokenAndTheOtherAdoptsIt() {
        cluster.connectExpired(here);
        Tokens there = cluster.tokens(server.location());
        Checkpoint response = cluster.acme().holdResponse();
        CompletableFuture<String> first = cluster.async(() -> here.accessToken(ANNA));
        response.awaitArrived();
        CompletableFuture<String> second = cluster.async(() -> there.accessToken(ANNA));
        response.release();

        assertThat(EngineCluster.get(first)).isEqualTo("GENERATION 2");
        assertThat(EngineCluster.get(second)).isEqualTo("GENERATION 2");
        assertThat(cluster.tokenRequests()).isEqualTo(1);
    }

    @Test
    @Fault({"A8", "A20"})
    void aResponseDuringAnOutageIsSavedAfterItAndNoRequestIsRepeated() {
        cluster.connectExpired(here);
        Tokens there = cluster.tokens(server.location());
        Checkpoint response = cluster.acme().holdResponse();
        CompletableFuture<String> first = cluster.async(() -> here.accessToken(ANNA));
        response.awaitArrived();
        server.kill();
        response.release();
        assertThat(EngineCluster.get(first)).as("served from memory").isEqualTo("GENERATION 2");
        assertThat(outcome(() -> there.accessToken(ANNA))).isEqualTo("PROBLEM STORE_UNAVAILABLE");

        server.restart();

        assertThat(EngineCluster.get(cluster.async(() -> there.accessToken(ANNA))))
                .isEqualTo("GENERATION 2");
        assertThat(cluster.tokenRequests()).isEqualTo(1);
        assertThat(cluster.acme().ledger().familiesRevoked()).isEmpty();
        Until.holds("the risk was published", () -> cluster.hasEvent(TokenEvent.Kind.ROTATION_AT_RISK));
    }

    @Test
    @Fault({"A10", "F1", "F2", "F3"})
    void anOutageCausesNoTokenRequestAndCachedTokensAreServed() {
        cluster.connect(here);
        AccessToken first = here.accessToken(ANNA);
        Tokens there = cluster.tokens(server.location());
        server.kill();

        assertThat(here.accessToken(ANNA)).isEqualTo(first);
        assertThat(problem(there)).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(outcome(() -> here.replace(ANNA, first))).isEqualTo("PROBLEM STORE_UNAVAILABLE");
        assertThat(cluster.tokenRequests()).isZero();
    }

    @Test
    @Fault({"A10", "F3"})
    void anUnwritableServerCausesNoTokenRequest() {
        cluster.connectExpired(here);
        try (Jedis admin = server.admin()) {
            admin.configSet("min-replicas-to-write", "1");
            assertThat(problem(here)).isEqualTo(Problem.STORE_UNAVAILABLE);
            assertThat(cluster.tokenRequests()).isZero();
            admin.configSet("min-replicas-to-write", "0");
        }
        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("GENERATION 2");
    }

    @Test
    @Fault("F14")
    void aRecordRestoredFromAnOlderCopyIsRepairedAndReported() {
        cluster.connectExpired(here);
        try (Jedis admin = server.admin()) {
            Map<String, String> old = record(admin, ANNA);
            AccessToken second = here.accessToken(ANNA);
            assertThat(second.generation()).isEqualTo(2);
            admin.hset(new KeyNames(EngineCluster.NAMESPACE).record(ANNA), old);

            assertThat(outcome(() -> here.replace(ANNA, second))).isEqualTo("GENERATION 3");

            assertThat(cluster.tokenRequests()).as("each generation once").isEqualTo(2);
            assertThat(cluster.acme().ledger().familiesRevoked()).isEmpty();
            Until.holds("the conflict was published", () -> cluster.hasEvent(TokenEvent.Kind.ROTATION_CONFLICT));
        }
    }

    @Test
    @Fault("I6")
    void aRecordOfAnotherEnvironmentIsNotRefreshed() {
        cluster.connectExpired(here);
        Tokens staging = cluster.tokens(server.location(), builder -> builder.environment("staging"));

        assertThat(problem(staging)).isEqualTo(Problem.ENVIRONMENT_MISMATCH);
        assertThat(cluster.tokenRequests()).isZero();
    }

    @Test
    @Fault("I4")
    void theCiphertextOfAnotherAccountIsNotDecrypted() {
        TokenKey ben = TokenKey.of("acme", "ben");
        cluster.connectExpired(here);
        here.connect(ben, cluster.acme().consent("ben"));
        try (Jedis admin = server.admin()) {
            Map<String, String> fields = record(admin, ANNA);
            String foreignSecrets = secrets(record(admin, ben).get("record"));
            String manipulated = fields.get("record").replace(secrets(fields.get("record")), foreignSecrets);
            fields.put("record", manipulated);
            fields.put("length", Integer.toString(manipulated.getBytes(StandardCharsets.UTF_8).length));
            admin.hset(new KeyNames(EngineCluster.NAMESPACE).record(ANNA), fields);
        }
        assertThat(problem(cluster.tokens(server.location()))).isEqualTo(Problem.RECORD_UNREADABLE);
        assertThat(cluster.tokenRequests()).isZero();
    }

    private static String secrets(String record) {
        int from = record.indexOf("\"secrets\":{");
        return record.substring(from, record.indexOf('}', from) + 1);
    }

    @Test
    @Fault("F9")
    void aRecordOfALostKeyIsReportedAsUnreadable() {
        cluster.connectExpired(here);
        KeyRing other = KeyRing.parse(EngineCluster.newKey("k2"));
        Tokens tokens = cluster.tokens(server.location(), builder -> builder.encryption(other));

        assertThat(problem(tokens)).isEqualTo(Problem.RECORD_UNREADABLE);
        assertThat(tokens.status(ANNA).state()).isNotEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("GENERATION 2");
    }

    @Test
    @Fault("F10")
    void duringAKeyRotationAProcessReadsOnlyKeysOfItsRing() {
        cluster.connectExpired(here);
        Secret newKey = EngineCluster.newKey("k2");
        KeyRing rings = ringOf(newKey, cluster.keyRing());
        Tokens rotated = cluster.tokens(server.location(), builder -> builder.encryption(rings));

        assertThat(outcome(() -> rotated.accessToken(ANNA))).isEqualTo("GENERATION 2");
        try (Jedis admin = server.admin()) {
            assertThat(record(admin, ANNA).get("record")).contains("\"key_id\":\"k2\"");
        }
        assertThat(problem(here)).as("a process without the new key").isEqualTo(Problem.RECORD_UNREADABLE);
        Tokens updated =
                cluster.tokens(server.location(), builder -> builder.encryption(ringOf(cluster.keyRing(), newKey)));
        assertThat(outcome(() -> updated.accessToken(ANNA))).isEqualTo("GENERATION 2");
    }

    private static KeyRing ringOf(Secret active, Secret other) {
        return KeyRing.parse(Secret.of(active.reveal() + "," + other.reveal()));
    }

    @Test
    @Fault({"F18", "I2"})
    void noFileOfTheServerContainsAToken() throws IOException {
        cluster.connectExpired(here);
        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("GENERATION 2");
        try (Jedis admin = server.admin()) {
            admin.save();
        }
        List<Path> files;
        try (var all = Files.list(server.folder())) {
            files = all.toList();
        }
        assertThat(files).anyMatch(file -> file.toString().endsWith(".rdb"));
        SecretCanary.ofTestTokens().watching(cluster.keyRing()).assertNoneBelow(server.folder());
    }
}
