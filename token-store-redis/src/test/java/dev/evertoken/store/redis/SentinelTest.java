package dev.evertoken.store.redis;

import dev.evertoken.store.redis.server.RedisProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import redis.clients.jedis.RedisClient;

/** A server that sentinels watch over, while it stays in charge. */
class SentinelTest {

    private static Watched watched;
    private static Site site;

    @BeforeAll
    static void start() {
        RedisProcess primary = RedisProcess.start();
        watched = Watched.start(primary, primary.port());
        site = new Site(watched.location(), RedisClient.create("127.0.0.1", primary.port()));
    }

    @AfterAll
    static void stop() {
        site.admin().close();
        watched.close();
    }

    @Nested
    class AsStore extends RedisStoreContract {
        @Override
        Site site() {
            return site;
        }
    }

    @Nested
    class AsIndex extends RedisIndexContract {
        @Override
        Site site() {
            return site;
        }
    }
}
