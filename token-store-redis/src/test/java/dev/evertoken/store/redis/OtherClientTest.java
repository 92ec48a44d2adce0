package dev.evertoken.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.ReplicatedStore.ClaimResult;
import dev.evertoken.store.redis.server.RedisProcess;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A store over another implementation of the port, which has one connection only. */
class OtherClientTest {

    private static final TokenKey ANNA = TokenKey.of("acme", "anna");

    private static RedisTokenStore over(int port, String namespace) {
        return RedisTokenStore.over(new OneConnection(port), namespace, RedisOptions.defaults());
    }

    @Nested
    class AsStore extends RedisStoreContract {
        @Override
        RedisInstance redis() {
            return SharedServer.redis();
        }

        @Override
        RedisTokenStore open(String namespace) {
            return over(SharedServer.port(), namespace);
        }
    }

    @Test
    void aClaimIsConfirmedByAReplica() {
        try (RedisProcess server = RedisProcess.start();
                RedisProcess replica = RedisProcess.start("replicaof 127.0.0.1 " + server.port());
                OneConnection client = new OneConnection(server.port())) {
            Until.holds("the replica follows", () -> LostWritesScene.follows(replica));
            RedisTokenStore store = RedisTokenStore.over(
                    client,
                    RedisInstance.newNamespace(),
                    RedisOptions.defaults().withReplicaWait(Duration.ofSeconds(1)));

            assertThat(GivenConnectionsTest.claim(store)).isEqualTo(ClaimResult.SAVED);
        }
    }

    @Test
    void aBrokenConnectionIsReportedAsFromJedis() {
        RedisProcess server = RedisProcess.start();
        try (OneConnection client = new OneConnection(server.port())) {
            RedisTokenStore store = RedisTokenStore.over(client, RedisInstance.newNamespace(), RedisOptions.defaults());
            server.close();

            TokenStoreException failure = catchThrowableOfType(TokenStoreException.class, () -> store.load(ANNA));

            assertThat(failure.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
            assertThat(failure)
                    .hasMessageStartingWith(ANNA + ": the record cannot be read: the Redis of the given client");
        }
    }
}
