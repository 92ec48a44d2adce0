package dev.evertoken.store.redis;

import static dev.evertoken.testing.Office.ANNA;
import static dev.evertoken.testing.Office.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.store.redis.server.RedisProcess;
import dev.evertoken.testing.Fault;
import dev.evertoken.testing.Hold;
import dev.evertoken.testing.Office;
import dev.evertoken.testing.SecretCanary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** What the engine makes of a Redis that goes, comes back, forgets, and is copied. */
class EngineTest {

    @TempDir
    private Path folder;

    private final RedisProcess server = RedisProcess.start("appendonly yes", "appendfsync always");
    private Office office;
    private Tokens here;

    @BeforeEach
    void open() {
        office = Office.over(new RedisWorkplace(), folder.resolve("answers"));
        here = office.tokens(server.location());
    }

    @AfterEach
    void close() {
        office.close();
        server.close();
    }

    private Problem problem(Tokens tokens) {
        TokenException failure = catchThrowableOfType(TokenException.class, () -> tokens.accessToken(ANNA));
        assertThat(failure).isNotNull();
        return failure.problem();
    }

    private static Map<String, String> record(Jedis admin, TokenKey key) {
        return new HashMap<>(admin.hgetAll(new KeyNames(Office.NAMESPACE).record(key)));
    }

    @Test
    @Fault("A2")
    void ofTwoProcessesThatSeeTheExpiryOneAsksAndTheOtherAdopts() {
        office.connectExpired(here);
        Tokens there = office.tokens(server.location());
        Hold answer = office.acme().holdAnswer();
        CompletableFuture<String> first = office.async(() -> here.accessToken(ANNA));
        answer.awaitArrived();
        CompletableFuture<String> second = office.async(() -> there.accessToken(ANNA));
        answer.release();

        assertThat(Office.get(first)).isEqualTo("GENERATION 2");
        assertThat(Office.get(second)).isEqualTo("GENERATION 2");
        assertThat(office.posts()).isEqualTo(1);
    }

    @Test
    @Fault({"A8", "A20"})
    void aServerThatGoesDuringTheCallGetsTheAnswerWhenItIsBackAndNobodyAsksTwice() {
        office.connectExpired(here);
        Tokens there = office.tokens(server.location());
        Hold answer = office.acme().holdAnswer();
        CompletableFuture<String> first = office.async(() -> here.accessToken(ANNA));
        answer.awaitArrived();
        server.kill();
        answer.release();
        assertThat(Office.get(first)).as("served from memory").isEqualTo("GENERATION 2");
        assertThat(outcome(() -> there.accessToken(ANNA))).isEqualTo("PROBLEM STORE_UNAVAILABLE");

        server.restart();

        assertThat(Office.get(office.async(() -> there.accessToken(ANNA)))).isEqualTo("GENERATION 2");
        assertThat(office.posts()).isEqualTo(1);
        assertThat(office.acme().ledger().familiesRevoked()).isEmpty();
        Until.holds("the alarm was told", () -> office.hasTold(TokenEvent.Kind.ROTATION_AT_RISK));
    }

    @Test
    @Fault({"A10", "F1", "F2", "F3"})
    void withoutTheServerNobodyIsAskedAndWhatIsAtHandIsServed() {
        office.connect(here);
        AccessToken first = here.accessToken(ANNA);
        Tokens there = office.tokens(server.location());
        server.kill();

        assertThat(here.accessToken(ANNA)).isEqualTo(first);
        assertThat(problem(there)).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(outcome(() -> here.replace(ANNA, first))).isEqualTo("PROBLEM STORE_UNAVAILABLE");
        assertThat(office.posts()).isZero();
    }

    @Test
    @Fault({"A10", "F3"})
    void withoutAWritableServerNobodyIsAsked() {
        office.connectExpired(here);
        try (Jedis admin = server.admin()) {
            admin.configSet("min-replicas-to-write", "1");
            assertThat(problem(here)).isEqualTo(Problem.STORE_UNAVAILABLE);
            assertThat(office.posts()).isZero();
            admin.configSet("min-replicas-to-write", "0");
        }
        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("GENERATION 2");
    }

    @Test
    @Fault("F14")
    void aServerThatComesBackFromAnOlderCopyIsGivenBackWhatItForgotAndItIsTold() {
        office.connectExpired(here);
        try (Jedis admin = server.admin()) {
            Map<String, String> old = record(admin, ANNA);
            AccessToken second = here.accessToken(ANNA);
            assertThat(second.generation()).isEqualTo(2);
            admin.hset(new KeyNames(Office.NAMESPACE).record(ANNA), old);

            assertThat(outcome(() -> here.replace(ANNA, second))).isEqualTo("GENERATION 3");

            assertThat(office.posts()).as("each generation once").isEqualTo(2);
            assertThat(office.acme().ledger().familiesRevoked()).isEmpty();
            Until.holds("the loss was told", () -> office.hasTold(TokenEvent.Kind.ROTATION_CONFLICT));
        }
    }

    @Test
    @Fault("I6")
    void aCopyUnderAnotherStageIsNotRefreshed() {
        office.connectExpired(here);
        Tokens staging = office.tokens(server.location(), builder -> builder.environment("staging"));

        assertThat(problem(staging)).isEqualTo(Problem.ENVIRONMENT_MISMATCH);
        assertThat(office.posts()).isZero();
    }

    @Test
    @Fault("I4")
    void theCiphertextOfAnotherAccountDoesNotOpen() {
        TokenKey ben = TokenKey.of("acme", "ben");
        office.connectExpired(here);
        here.connect(ben, office.acme().consent("ben"));
        try (Jedis admin = server.admin()) {
            Map<String, String> annas = record(admin, ANNA);
            String stolen = secrets(record(admin, ben).get("record"));
            String poisoned = annas.get("record").replace(secrets(annas.get("record")), stolen);
            annas.put("record", poisoned);
            annas.put("length", Integer.toString(poisoned.getBytes(StandardCharsets.UTF_8).length));
            admin.hset(new KeyNames(Office.NAMESPACE).record(ANNA), annas);
        }
        assertThat(problem(office.tokens(server.location()))).isEqualTo(Problem.RECORD_UNREADABLE);
        assertThat(office.posts()).isZero();
    }

    private static String secrets(String record) {
        int from = record.indexOf("\"secrets\":{");
        return record.substring(from, record.indexOf('}', from) + 1);
    }

    @Test
    @Fault("F9")
    void aRecordOfALostKeyIsNeitherMissingNorDead() {
        office.connectExpired(here);
        KeyRing other = KeyRing.parse(Office.newKey("k2"));
        Tokens tokens = office.tokens(server.location(), builder -> builder.encryption(other));

        assertThat(problem(tokens)).isEqualTo(Problem.RECORD_UNREADABLE);
        assertThat(tokens.status(ANNA).state()).isNotEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("GENERATION 2");
    }

    @Test
    @Fault("F10")
    void whileKeysAreExchangedOldAndNewProcessesReadEachOther() {
        office.connectExpired(here);
        Secret newKey = Office.newKey("k2");
        KeyRing rings = joined(newKey, office.ring());
        Tokens newer = office.tokens(server.location(), builder -> builder.encryption(rings));

        assertThat(outcome(() -> newer.accessToken(ANNA))).isEqualTo("GENERATION 2");
        try (Jedis admin = server.admin()) {
            assertThat(record(admin, ANNA).get("record")).contains("\"key_id\":\"k2\"");
        }
        assertThat(problem(here))
                .as("the new key has to be everywhere before it is active")
                .isEqualTo(Problem.RECORD_UNREADABLE);
        Tokens updated = office.tokens(server.location(), builder -> builder.encryption(joined(office.ring(), newKey)));
        assertThat(outcome(() -> updated.accessToken(ANNA))).isEqualTo("GENERATION 2");
    }

    private static KeyRing joined(Secret active, Secret other) {
        return KeyRing.parse(Secret.of(active.reveal() + "," + other.reveal()));
    }

    @Test
    @Fault({"F18", "I2"})
    void noDumpOfTheServerShowsAToken() throws IOException {
        office.connectExpired(here);
        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("GENERATION 2");
        try (Jedis admin = server.admin()) {
            admin.save();
        }
        List<Path> files;
        try (var all = Files.list(server.folder())) {
            files = all.toList();
        }
        assertThat(files).anyMatch(file -> file.toString().endsWith(".rdb"));
        SecretCanary.ofTestTokens().watching(office.ring()).assertNoneBelow(server.folder());
    }
}
