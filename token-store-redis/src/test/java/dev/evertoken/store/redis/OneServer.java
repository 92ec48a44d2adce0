package dev.evertoken.store.redis;

import dev.evertoken.store.redis.server.RedisProcess;
import redis.clients.jedis.RedisClient;

/** One server for all tests that leave it as it is; it ends with this process. */
final class OneServer {

    private static final RedisProcess PROCESS = RedisProcess.start();
    private static final Site SITE = new Site(PROCESS.location(), RedisClient.create("127.0.0.1", PROCESS.port()));

    private OneServer() {}

    static Site site() {
        return SITE;
    }
}
