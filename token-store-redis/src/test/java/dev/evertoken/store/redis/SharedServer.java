package dev.evertoken.store.redis;

import dev.evertoken.store.redis.server.RedisProcess;

/** One server for all tests that do not change its configuration. It ends with this process. */
final class SharedServer {

    private static final RedisProcess PROCESS = RedisProcess.start();
    private static final RedisInstance INSTANCE =
            new RedisInstance(PROCESS.location(), RedisInstance.client(PROCESS.port()));

    private SharedServer() {}

    static int port() {
        return PROCESS.port();
    }

    static RedisInstance redis() {
        return INSTANCE;
    }
}
