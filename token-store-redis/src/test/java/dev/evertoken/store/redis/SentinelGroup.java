package dev.evertoken.store.redis;

import dev.evertoken.store.redis.server.RedisProcess;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;

/** A primary, its replica and three sentinels. Must be closed. Thread-safe. */
final class SentinelGroup implements AutoCloseable {

    final RedisProcess primary;
    final RedisProcess replica;
    private final List<RedisProcess> sentinels;

    private SentinelGroup(RedisProcess primary, RedisProcess replica, List<RedisProcess> sentinels) {
        this.primary = primary;
        this.replica = replica;
        this.sentinels = sentinels;
    }

    /** Starts the replica, which connects to port {@code replicatesFrom} (possibly of a proxy), and the sentinels. */
    static SentinelGroup start(RedisProcess primary, int replicatesFrom) {
        RedisProcess replica = RedisProcess.start("replicaof 127.0.0.1 " + replicatesFrom, "repl-timeout 5");
        Until.holds("the replica follows", () -> {
            try (Jedis admin = replica.admin()) {
                return admin.info("replication").contains("master_link_status:up");
            }
        });
        List<RedisProcess> sentinels = Stream.generate(() -> RedisProcess.sentinel(primary.port(), 2))
                .limit(3)
                .toList();
        SentinelGroup group = new SentinelGroup(primary, replica, sentinels);
        sentinels.forEach(sentinel -> Until.holds("the sentinels know each other", () -> knowsAll(sentinel)));
        return group;
    }

    private static boolean knowsAll(RedisProcess sentinel) {
        try (Jedis admin = sentinel.admin()) {
            String info = admin.info("sentinel");
            return info.contains("slaves=1,sentinels=3");
        }
    }

    String location() {
        return sentinels.stream()
                .map(sentinel -> "127.0.0.1:" + sentinel.port())
                .collect(Collectors.joining(",", "redis-sentinel://", "/0#watched"));
    }

    /** Waits until the sentinels have promoted the replica. */
    void awaitFailover() {
        Until.holds("the replica is promoted", () -> {
            try (Jedis admin = replica.admin()) {
                return admin.info("replication").contains("role:master");
            }
        });
    }

    @Override
    public void close() {
        sentinels.forEach(RedisProcess::close);
        replica.close();
        primary.close();
    }
}
