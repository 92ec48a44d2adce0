package dev.evertoken.store.redis;

import dev.evertoken.store.redis.server.RedisProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** The contracts on a server behind sentinels, without a failover. */
class SentinelTest {

    private static SentinelGroup watched;
    private static RedisInstance redis;

    @BeforeAll
    static void start() {
        RedisProcess primary = RedisProcess.start();
        watched = SentinelGroup.start(primary, primary.port());
        redis = new RedisInstance(watched.location(), RedisInstance.client(primary.port()));
    }

    @AfterAll
    static void stop() {
        redis.admin().close();
        watched.close();
    }

    @Nested
    class AsStore extends RedisStoreContract {
        @Override
        RedisInstance redis() {
            return redis;
        }
    }

    @Nested
    class AsIndex extends RedisIndexContract {
        @Override
        RedisInstance redis() {
            return redis;
        }
    }

    @Nested
    class AsStamp extends RedisStampContract {
        @Override
        RedisInstance redis() {
            return redis;
        }
    }
}
