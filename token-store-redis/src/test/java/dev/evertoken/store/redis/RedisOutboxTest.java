package dev.evertoken.store.redis;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.outbox.Outbox;
import dev.evertoken.spi.outbox.OutboxException;
import dev.evertoken.spi.outbox.OutboxMessage;
import dev.evertoken.store.redis.server.RedisProcess;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** The outbox contract on a single server, over Jedis and over another client. */
class RedisOutboxTest {

    /** Those of the comment of {@link RedisOutbox}. */
    private static final String[] PERMISSIONS = ("reset on >outbox-password ~evertoken:{contract-*/*}*"
                    + " +evalsha +eval +hmget +hset +hdel +zadd +zrem +zrange +zcard +incr +del +info")
            .split(" ", -1);

    @Nested
    class OverJedis extends RedisOutboxContract {
        @Override
        RedisInstance redis() {
            return SharedServer.redis();
        }
    }

    @Nested
    class OverAnotherClient extends RedisOutboxContract {
        @Override
        RedisInstance redis() {
            return SharedServer.redis();
        }

        @Override
        RedisOutbox open(String name) {
            return RedisOutbox.over(new OneConnection(SharedServer.port()), name, RedisOptions.defaults());
        }
    }

    @Nested
    class AsAUserWithTheDocumentedPermissions extends RedisOutboxContract {
        @Override
        RedisInstance redis() {
            try (Jedis admin = new Jedis("127.0.0.1", SharedServer.port())) {
                String unused = admin.aclSetUser("outbox", PERMISSIONS);
            }
            return new RedisInstance(
                    "redis://outbox:outbox-password@127.0.0.1:" + SharedServer.port(),
                    SharedServer.redis().admin());
        }
    }

    @Test
    void aServerThatEndsIsReportedWithoutTheContentOfTheMessage() {
        RedisProcess server = RedisProcess.start();
        try (Outbox outbox = RedisOutbox.open(server.location(), "crm")) {
            server.close();

            assertThatThrownBy(() -> outbox.add(new OutboxMessage(
                            "m",
                            "mirror",
                            TokenKey.of("google", "alice"),
                            "event",
                            Optional.empty(),
                            "payload",
                            Instant.EPOCH)))
                    .isInstanceOf(OutboxException.class)
                    .hasMessageStartingWith("google/alice: the message cannot be written: redis://127.0.0.1:")
                    .hasMessageNotContaining("payload");
        }
    }
}
