package dev.evertoken.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.Tokens;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.store.redis.RedisLocation.Kind;
import dev.evertoken.testing.SecretCanary;
import dev.evertoken.testing.TestTokens;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.HostAndPort;

/** The syntax of a location. No message shows its password. */
class LocationTest {

    private static final String PASSWORD = TestTokens.access();

    @Test
    void everyPartOfALocationIsParsed() {
        RedisLocation location = RedisLocation.parse("rediss://app:p%40ss+word%2F@redis.example:6380/7");

        assertThat(location.kind()).isEqualTo(Kind.TLS_SERVER);
        assertThat(location.tls()).isTrue();
        assertThat(location.user()).contains("app");
        assertThat(location.password().map(Secret::reveal)).contains("p@ss+word/");
        assertThat(location.nodes()).containsExactly(new HostAndPort("redis.example", 6380));
        assertThat(location.database()).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({
        "redis://localhost, redis://localhost:6379/0",
        "redis://localhost:6380/, redis://localhost:6380/0",
        "redis://[::1]:6380/2, redis://::1:6380/2",
        "redis://:secret-password@localhost, redis://localhost:6379/0",
        "redis-sentinel://a:1;b#main, redis-sentinel://a:1;b:26379/0#main",
        "redis-sentinel://app:secret-password@a/3?tls=true#main, redis-sentinel://app@a:26379/3?tls=true#main",
        "redis-cluster://a;b:7000, redis-cluster://a:6379;b:7000/0",
        "redis://a?requireReplicas=true, redis://a:6379/0",
        "redis-sentinel://a/3?requireReplicas=true&tls=true#main, redis-sentinel://a:26379/3?tls=true#main",
        "redis-cluster://app:secret-password@a?tls=true, redis-cluster://app@a:6379/0?tls=true",
    })
    void aLocationIsShownWithoutItsPassword(String location, String shown) {
        assertThat(RedisLocation.parse(location.replace(';', ','))).hasToString(shown.replace(';', ','));
    }

    @ParameterizedTest
    @CsvSource({
        "redis://a, false",
        "redis://a?requireReplicas=true, true",
        "redis://a?requireReplicas=false, false",
        "redis-cluster://a?tls=true&requireReplicas=true, true",
        "redis-sentinel://a?requireReplicas=true&tls=false#main, true",
    })
    void aLocationMayRequireReplicas(String location, boolean required) {
        assertThat(RedisLocation.parse(location).replicasRequired()).isEqualTo(required);
    }

    @Test
    void anInvalidLocationIsRefusedAndNotShown() {
        assertRefused("redis://user:" + PASSWORD, "the store location redis://… has an address that is not host:port");
        assertRefused(
                "redis://user:" + PASSWORD + "@",
                "the store location redis://… does not have the form redis://user:password@host:port/database, the password"
                        + " percent-encoded");
        assertRefused(
                "redis://" + PASSWORD + "@localhost",
                "the store location redis://… has a user and no password; a password without a user is written"
                        + " :password@");
        assertRefused(
                "redis://:" + PASSWORD + "#@localhost",
                "the store location redis://… ends with a #name, which only redis-sentinel:// has; percent-encode"
                        + " special characters of the password");
        assertRefused(
                "redis://:" + PASSWORD + "%zz@localhost",
                "the store location redis://… has a percent sign that is not followed by two hexadecimal digits");
        assertRefused(
                "redis://:" + PASSWORD + "@localhost:99999",
                "the store location redis://… has the port 99999, which is not within 1 to 65535");
        assertRefused(
                "redis://:" + PASSWORD + "@a,b",
                "the store location redis://… names several servers; use redis-sentinel:// or redis-cluster://");
        assertRefused(
                "redis://:" + PASSWORD + "@a?tls=true",
                "the store location redis://… has a tls option; write rediss:// for TLS and redis:// without");
        assertRefused(
                "redis://:" + PASSWORD + "@a?requireReplica=true",
                "the store location redis://… does not have the form redis://user:password@host:port/database, the password"
                        + " percent-encoded");
        assertRefused(
                "redis-sentinel://:" + PASSWORD + "@a",
                "the store location redis-sentinel://… does not name the primary of the sentinels; end it with"
                        + " #name");
        assertRefused(
                "redis-cluster://:" + PASSWORD + "@a#main",
                "the store location redis-cluster://… ends with a #name, which only redis-sentinel:// has; percent-encode"
                        + " special characters of the password");
        assertRefused(
                "redis-cluster://:" + PASSWORD + "@a/1",
                "the store location redis-cluster://… names database 1; a cluster has database 0 only");
        assertRefused(
                "reddis://:" + PASSWORD + "@a",
                "a store location for Redis begins with redis://, rediss://, redis-sentinel://, redis-cluster://");
    }

    private static void assertRefused(String location, String message) {
        TokenException refusal =
                catchThrowableOfType(TokenException.class, () -> RedisTokenStore.open(location, "crm"));
        assertThat(refusal).hasMessage(message);
        assertThat(refusal.problem()).isEqualTo(Problem.STORE_REFUSED);
        SecretCanary.ofTestTokens().assertNoneIn(refusal);
    }

    @Test
    void theBuilderFindsTheStoreByEveryScheme() {
        for (String location : List.of(
                "redis://:" + PASSWORD + "@127.0.0.1:1",
                "rediss://:" + PASSWORD + "@127.0.0.1:1",
                "redis-sentinel://:" + PASSWORD + "@127.0.0.1:1#main",
                "redis-cluster://:" + PASSWORD + "@127.0.0.1:1")) {
            ClientRegistration client = ClientRegistration.builder("client-7")
                    .clientSecret(TestTokens.clientSecret())
                    .build();
            TokenException refusal = catchThrowableOfType(
                    TokenException.class,
                    () -> Tokens.builder()
                            .namespace("crm")
                            .store(location)
                            .client("google", client)
                            .build());
            String shown = RedisLocation.parse(location).toString();
            assertThat(refusal).hasMessageStartingWith("the token store cannot be opened: " + shown + " ");
            assertThat(refusal.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
            SecretCanary.ofTestTokens().assertNoneIn(refusal);
        }
    }
}
