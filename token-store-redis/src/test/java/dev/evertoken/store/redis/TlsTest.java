package dev.evertoken.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.store.redis.server.RedisProcess;
import dev.evertoken.testing.SecretCanary;
import dev.evertoken.testing.TestTokens;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.UnifiedJedis;

/** The contracts on a server with TLS, with a user that has only the permissions that the store requires. */
class TlsTest {

    private static final String ADMIN_PASSWORD = TestTokens.clientSecret();
    private static final String PASSWORD = TestTokens.clientSecret();
    private static final String USER = "user app on >" + PASSWORD + " ~evertoken:* -@all +evalsha +eval"
            + " +hmget +hset +hstrlen +type +dump +rename +persist +del +zadd +zrem +zscore +zrange +zcount +scan"
            + " +time +info +wait";

    private static Certificate certificate;
    private static RedisProcess server;
    private static UnifiedJedis admin;

    @BeforeAll
    static void start() {
        certificate = Certificate.create();
        int port = RedisProcess.freePort();
        List<String> users = List.of(USER, "user default on >" + ADMIN_PASSWORD + " ~* +@all");
        server = RedisProcess.start(
                port,
                Stream.concat(Stream.of(certificate.settings(port)), users.stream())
                        .toArray(String[]::new));
        JedisClientConfig config = DefaultJedisClientConfig.builder()
                .password(ADMIN_PASSWORD)
                .sslOptions(certificate.trust())
                .build();
        admin = RedisInstance.client(port, config);
    }

    @AfterAll
    static void stop() {
        admin.close();
        server.close();
    }

    private static String location(String password) {
        return "rediss://app:" + URLEncoder.encode(password, StandardCharsets.UTF_8) + "@127.0.0.1:" + server.port();
    }

    private static RedisOptions trusting() {
        return RedisOptions.defaults().withTls(certificate.trust());
    }

    @Nested
    class AsStore extends RedisStoreContract {
        @Override
        RedisInstance redis() {
            return new RedisInstance(location(PASSWORD), trusting(), admin);
        }
    }

    @Nested
    class AsIndex extends RedisIndexContract {
        @Override
        RedisInstance redis() {
            return new RedisInstance(location(PASSWORD), trusting(), admin);
        }
    }

    @Nested
    class AsStamp extends RedisStampContract {
        @Override
        RedisInstance redis() {
            return new RedisInstance(location(PASSWORD), trusting(), admin);
        }
    }

    @Test
    void anUntrustedServerIsRefused() {
        assertRefused(
                location(PASSWORD),
                RedisOptions.defaults(),
                "the token store cannot be opened: rediss://app@127.0.0.1:" + server.port()
                        + "/0 cannot be reached over"
                        + " TLS: its certificate is not trusted, not for this name, or it does not speak TLS");
    }

    @Test
    void aServerWithACertificateForAnotherNameIsRefused() {
        assertRefused(
                location(PASSWORD).replace("@127.0.0.1", "@localhost"),
                trusting(),
                "the token store cannot be opened: rediss://app@localhost:" + server.port()
                        + "/0 cannot be reached over"
                        + " TLS: its certificate is not trusted, not for this name, or it does not speak TLS");
    }

    @Test
    void aWrongPasswordIsRefusedAndNotShown() {
        assertRefused(
                location(TestTokens.clientSecret()),
                trusting(),
                "the token store cannot be opened: rediss://app@127.0.0.1:" + server.port()
                        + "/0 does not accept the user or the password");
    }

    @Test
    void aMissingPasswordIsRefused() {
        assertRefused(
                "rediss://127.0.0.1:" + server.port(),
                trusting(),
                "the token store cannot be opened: rediss://127.0.0.1:" + server.port()
                        + "/0 requires a password, and none was given");
    }

    private static void assertRefused(String location, RedisOptions options, String message) {
        TokenStoreException refusal =
                catchThrowableOfType(TokenStoreException.class, () -> RedisTokenStore.open(location, "crm", options));
        assertThat(refusal).hasMessage(message);
        assertThat(refusal.problem()).isEqualTo(Problem.STORE_REFUSED);
        SecretCanary.ofTestTokens().assertNoneIn(refusal);
    }
}
