package dev.evertoken.store.redis;

import dev.evertoken.store.redis.server.RedisProcess;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;

/** A primary, its replica and three sentinels. Close it in the end. Thread-safe. */
final class SentinelGroup implements AutoCloseable {

    final RedisProcess primary;
    final RedisProcess replica;
    private final List<RedisProcess> sentinels;

    private SentinelGroup(RedisProcess primary, RedisProcess replica, List<RedisProcess> sentinels) {
        this.primary = primary;
        this.replica = replica;
        this.sentinels = sentinels;
    }

    /** Starts all of them. The replica reaches the primary at {@code replicatesFrom}, which may be a proxy. */
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
        SentinelGroup watched = new SentinelGroup(primary, replica, sentinels);
        sentinels.forEach(sentinel -> Until.holds("the sentinels know all", () -> knowsAll(sentinel)));
        return watched;
    }

    private static boolean knowsAll(RedisProcess sentinel) {
        try (Jedis admin = sentinel.admin()) {
            String info = admin.info("sentinel");
            return info.contains("slaves=1,sentinels=3");
        }
    }

    String location() {
        return sentinels.stream()
                .map(one -> "127.0.0.1:" + one.port())
                .collect(Collectors.joining(",", "redis-sentinel://", "/0#watched"));
    }

    /** Waits until the sentinels have put the replica in charge. */
    void awaitFailover() {
        Until.holds("the replica is in charge", () -> {
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
