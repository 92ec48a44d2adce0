package dev.evertoken.store.redis;

import dev.evertoken.store.redis.server.RedisProcess;
import redis.clients.jedis.RedisClient;

/** One server for all tests that do not change its configuration. It ends with this process. */
final class SharedServer {

    private static final RedisProcess PROCESS = RedisProcess.start();
    private static final RedisInstance INSTANCE =
            new RedisInstance(PROCESS.location(), RedisClient.create("127.0.0.1", PROCESS.port()));

    private SharedServer() {}

    static RedisInstance redis() {
        return INSTANCE;
    }
}
