package dev.evertoken.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.StoreFact;
import dev.evertoken.spi.store.StoreFact.Topic;
import dev.evertoken.spi.store.TimedRecord;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.redis.server.RedisProcess;
import dev.evertoken.testing.SampleRecords;
import dev.evertoken.testing.SecretCanary;
import dev.evertoken.testing.TestTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** Servers that are unsuitable for tokens, or become unsuitable. */
class BadServerTest {

    private static final TokenKey ANNA = TokenKey.of("acme", "anna");
    private static final RedisProcess SERVER = RedisProcess.start();
    private static final String AT = "redis://127.0.0.1:" + SERVER.port() + "/0";

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @BeforeEach
    void resetServer() {
        set("maxmemory", "0");
        set("maxmemory-policy", "noeviction");
        set("min-replicas-to-write", "0");
        set("save", "");
        try (Jedis admin = SERVER.admin()) {
            admin.replicaofNoOne();
        }
    }

    private static void set(String name, String value) {
        try (Jedis admin = SERVER.admin()) {
            admin.configSet(name, value);
        }
    }

    private static RedisTokenStore open() {
        return RedisTokenStore.open(SERVER.location(), RedisInstance.newNamespace());
    }

    private static void assertFails(Problem problem, String message, ThrowingCallable call) {
        TokenStoreException failure = catchThrowableOfType(TokenStoreException.class, call);
        assertThat(failure).hasMessage(message);
        assertThat(failure.problem()).isEqualTo(problem);
        SecretCanary.ofTestTokens().assertNoneIn(failure);
    }

    @Test
    @Fault("F15")
    void aServerThatEvictsAnyKeyIsRefused() {
        set("maxmemory", "100mb");
        set("maxmemory-policy", "allkeys-lru");

        assertFails(
                Problem.STORE_REFUSED,
                "the token store cannot be opened: " + AT + " evicts any key when its memory is full (maxmemory-policy"
                        + " allkeys-lru), including refresh tokens that cannot be restored; set noeviction or a"
                        + " volatile- policy, or accept it in the options of the store",
                BadServerTest::open);
        RedisTokenStore.open(SERVER.location(), "crm", RedisOptions.defaults().acceptEviction())
                .close();
    }

    @Test
    @Fault("F15")
    void aServerThatEvictsOnlyKeysWithATimeToLiveIsAccepted() {
        set("maxmemory", "100mb");
        set("maxmemory-policy", "volatile-ttl");

        open().close();
    }

    @Test
    @Fault("F15")
    void aRecordHasNoTimeToLiveAndTheNextWriteRemovesOneThatWasSet() {
        String namespace = RedisInstance.newNamespace();
        String key = new KeyNames(namespace).record(ANNA);
        try (RedisTokenStore store = RedisTokenStore.open(SERVER.location(), namespace);
                Jedis admin = SERVER.admin()) {
            TokenRecord first = SampleRecords.full(ANNA);
            store.compareAndSet(ANNA, TokenStore.ABSENT, first);
            assertThat(admin.ttl(key)).isEqualTo(-1);

            admin.expire(key, 3600);
            assertThat(store.compareAndSet(ANNA, first.revision(), SampleRecords.next(first)))
                    .isTrue();

            assertThat(admin.ttl(key)).isEqualTo(-1);
        }
    }

    @Test
    @Fault("F13")
    void aReplicaIsRefusedAndADemotedPrimaryRefusesTheWrite() {
        try (RedisTokenStore store = open();
                Jedis admin = SERVER.admin()) {
            admin.replicaof("127.0.0.1", 1);

            assertFails(
                    Problem.STORE_UNAVAILABLE,
                    ANNA + ": the record cannot be written: " + AT
                            + " accepts no writes: it is a read-only replica now",
                    () -> store.compareAndSet(ANNA, TokenStore.ABSENT, SampleRecords.full(ANNA)));
            assertFails(
                    Problem.STORE_REFUSED,
                    "the token store cannot be opened: " + AT + " is a read-only replica; use the address of its"
                            + " primary, or redis-sentinel:// if it changes",
                    BadServerTest::open);
        }
    }

    @Test
    @Fault("O3")
    void aFullServerIsUnavailableForWritesAndKeepsTheRecord() {
        try (RedisTokenStore store = open()) {
            TokenRecord first = SampleRecords.full(ANNA);
            assertThat(store.compareAndSet(ANNA, TokenStore.ABSENT, first)).isTrue();
            set("maxmemory", "1");

            assertFails(
                    Problem.STORE_UNAVAILABLE,
                    ANNA + ": the record cannot be written: " + AT
                            + " accepts no writes: its maxmemory is reached and nothing may be evicted",
                    () -> store.compareAndSet(ANNA, first.revision(), SampleRecords.next(first)));
            assertThat(store.load(ANNA)).isEqualTo(Optional.of(first));
        }
    }

    @Test
    @Fault("O3")
    void aServerThatCannotSaveToItsDiskIsUnavailableForWritesUntilItCan() throws IOException {
        try (RedisTokenStore store = open();
                Jedis admin = SERVER.admin()) {
            TokenRecord first = SampleRecords.full(ANNA);
            assertThat(store.compareAndSet(ANNA, TokenStore.ABSENT, first)).isTrue();
            set("save", "3600 1000000"); // otherwise the state of the last background save is ignored
            Path inTheWay = Files.createDirectory(SERVER.folder().resolve("dump.rdb"));
            awaitSave(admin, "err");

            assertFails(
                    Problem.STORE_UNAVAILABLE,
                    ANNA + ": the record cannot be written: " + AT + " accepts no writes: it cannot save to its disk",
                    () -> store.compareAndSet(ANNA, first.revision(), SampleRecords.next(first)));
            assertThat(store.load(ANNA)).hasValue(first);

            Files.delete(inTheWay);
            awaitSave(admin, "ok");
            assertThat(store.compareAndSet(ANNA, first.revision(), SampleRecords.next(first)))
                    .isTrue();
        }
    }

    private static void awaitSave(Jedis admin, String status) {
        admin.bgsave();
        Until.holds("the state of the last background save is " + status, () -> {
            String state = admin.info("persistence");
            return state.contains("rdb_last_bgsave_status:" + status) && state.contains("rdb_bgsave_in_progress:0");
        });
    }

    @Test
    void aServerWithTooFewReplicasRefusesTheWrite() {
        try (RedisTokenStore store = open()) {
            set("min-replicas-to-write", "1");

            assertFails(
                    Problem.STORE_UNAVAILABLE,
                    ANNA + ": the record cannot be written: " + AT
                            + " accepts no writes: too few replicas are connected",
                    () -> store.compareAndSet(ANNA, TokenStore.ABSENT, SampleRecords.full(ANNA)));
        }
    }

    @Test
    void aUserWithoutPermissionsIsReported() {
        String password = TestTokens.clientSecret();
        try (Jedis admin = SERVER.admin()) {
            admin.aclSetUser("poor", "on", ">" + password, "~other:*", "+@all");
        }
        String login =
                "redis://poor:" + password.replace("%", "%25").replace("+", "%2B") + "@127.0.0.1:" + SERVER.port();
        try (RedisTokenStore store = RedisTokenStore.open(login, "crm")) {
            assertFails(
                    Problem.STORE_REFUSED,
                    ANNA + ": the record cannot be read: redis://poor@127.0.0.1:" + SERVER.port()
                            + "/0 does not permit this user to run the commands or access the keys of the store",
                    () -> store.load(ANNA));
        }
    }

    @Test
    void aUserWithoutWritePermissionIsReportedAndWritesNothing() {
        try (Jedis admin = SERVER.admin()) {
            admin.aclSetUser("reader", "on", ">reader-password", "~evertoken:*", "+@all", "-hset");
        }
        String location = "redis://reader:reader-password@127.0.0.1:" + SERVER.port();
        try (RedisTokenStore store = RedisTokenStore.open(location, RedisInstance.newNamespace())) {
            assertFails(
                    Problem.STORE_REFUSED,
                    ANNA + ": the record cannot be written: redis://reader@127.0.0.1:" + SERVER.port()
                            + "/0 does not permit this user to run the commands or access the keys of the store",
                    () -> store.compareAndSet(ANNA, TokenStore.ABSENT, SampleRecords.full(ANNA)));
            assertThat(store.load(ANNA)).isEmpty();
        }
    }

    @Test
    void aUserWhoMayNotReadTheTimeGetsTheRecordWithoutIt() {
        try (Jedis admin = SERVER.admin()) {
            admin.aclSetUser("timeless", "on", ">timeless-password", "~evertoken:*", "+@all", "-time");
        }
        String location = "redis://timeless:timeless-password@127.0.0.1:" + SERVER.port();
        try (RedisTokenStore store = RedisTokenStore.open(location, RedisInstance.newNamespace())) {
            TokenRecord annas = SampleRecords.full(ANNA);
            assertThat(store.compareAndSet(ANNA, TokenStore.ABSENT, annas)).isTrue();

            assertThat(store.loadTimed(ANNA)).isEqualTo(TimedRecord.untimed(Optional.of(annas)));
        }
    }

    @Test
    void aMissingDatabaseIsReported() {
        assertFails(
                Problem.STORE_REFUSED,
                "the token store cannot be opened: redis://127.0.0.1:" + SERVER.port()
                        + "/99 has no database of that number",
                () -> RedisTokenStore.open(SERVER.location() + "/99", "crm"));
    }

    @Test
    void tlsToAServerWithoutTlsIsReported() {
        RedisOptions oneSecond = RedisOptions.defaults().withTimeout(Duration.ofSeconds(1));
        TokenStoreException failure = catchThrowableOfType(
                TokenStoreException.class,
                () -> RedisTokenStore.open("rediss://127.0.0.1:" + SERVER.port(), "crm", oneSecond));
        assertThat(failure).hasMessageStartingWith("the token store cannot be opened: rediss://127.0.0.1:");
    }

    @Test
    void anUnknownHostAndAClosedPortAreReported() {
        assertFails(
                Problem.STORE_UNAVAILABLE,
                "the token store cannot be opened: redis://no-such-host.invalid:6379/0 has an unknown host" + " name",
                () -> RedisTokenStore.open("redis://no-such-host.invalid", "crm"));
        assertFails(
                Problem.STORE_UNAVAILABLE,
                "the token store cannot be opened: redis://127.0.0.1:1/0 refuses connections",
                () -> RedisTokenStore.open("redis://127.0.0.1:1", "crm"));
    }

    @Test
    void anOldServerIsRefused() {
        Map<String, String> old = Map.of("redis_version", "5.0.14.1");
        assertFails(
                Problem.STORE_REFUSED,
                "the token store cannot be opened: redis://old is Redis 5.0.14.1; 6.2 or later is required",
                () -> ServerCheck.judge(old, "redis://old", RedisOptions.defaults()));
        ServerCheck.judge(Map.of("redis_version", "6.2.0"), "redis://new", RedisOptions.defaults());
        ServerCheck.judge(Map.of("redis_version", "8.10.1"), "redis://new", RedisOptions.defaults());
        ServerCheck.judge(Map.of("redis_version", "unstable"), "redis://new", RedisOptions.defaults());
    }

    @Test
    void aDiagnosisLearnsOfEvictionPersistenceAndReplicas() {
        try (RedisTokenStore store = open()) {
            assertThat(store.inspect())
                    .filteredOn(StoreFact::isGood)
                    .extracting(StoreFact::topic)
                    .contains(Topic.EVICTION);

            set("maxmemory-policy", "allkeys-lru");

            assertThat(store.inspect())
                    .contains(StoreFact.bad(
                            Topic.EVICTION, AT, "maxmemory-policy is allkeys-lru, and maxmemory is not set"))
                    .contains(StoreFact.good(Topic.REPLICAS, AT, "replicas: 0"))
                    .extracting(StoreFact::topic)
                    .contains(Topic.PERSISTENCE);
        }
    }
}
