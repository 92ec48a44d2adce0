package dev.evertoken.store.redis;

import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.redis.server.RedisProcess;
import dev.evertoken.testing.DueSweepContract;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import redis.clients.jedis.UnifiedJedis;

/** The cost of a sweep over one Redis, in commands of the server. */
class SweepCostTest extends DueSweepContract {

    private static final String PREFIX = "cmdstat_";
    private static final Set<String> OF_CONNECTIONS = Set.of("info", "ping", "hello", "auth", "select", "quit");

    private final RedisProcess server = RedisProcess.start();
    private final UnifiedJedis admin = RedisInstance.client(server.port());

    @AfterEach
    void stop() {
        admin.close();
        server.close();
    }

    @Override
    protected TokenStore newStore() {
        return RedisTokenStore.open(server.location(), RedisInstance.newNamespace());
    }

    @Override
    protected Map<String, Long> operations() {
        return admin.info("commandstats")
                .lines()
                .filter(line -> line.startsWith(PREFIX))
                .map(line -> line.substring(PREFIX.length()).split(":calls=|,"))
                .filter(words -> !OF_CONNECTIONS.contains(words[0]) && !words[0].startsWith("client"))
                .collect(Collectors.toMap(words -> words[0], words -> Long.parseLong(words[1])));
    }
}
