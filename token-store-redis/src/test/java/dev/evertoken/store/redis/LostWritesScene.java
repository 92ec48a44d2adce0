package dev.evertoken.store.redis;

import dev.evertoken.Tokens;
import dev.evertoken.model.TokenKey;
import dev.evertoken.store.redis.server.RedisProcess;
import dev.evertoken.testing.EngineCluster;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import redis.clients.jedis.Jedis;

/**
 * A primary and its replica, with a proxy that holds replication back, and a proxy that clients are moved with. A failover
 * then loses real writes. Must be closed. Not thread-safe.
 */
final class LostWritesScene implements AutoCloseable {

    final RedisProcess primary = RedisProcess.start();
    private final Proxy replication = Proxy.to(primary.port());
    private final Proxy clients = Proxy.to(primary.port());
    final RedisProcess replica = RedisProcess.start("replicaof 127.0.0.1 " + replication.port());
    final EngineCluster cluster;

    /** Starts the servers, and waits until the replica follows. */
    LostWritesScene(Path journal) {
        cluster = EngineCluster.over(new RedisStoreFixture(), journal);
        Until.holds("the replica follows", () -> follows(replica));
    }

    static boolean follows(RedisProcess replica) {
        try (Jedis admin = replica.admin()) {
            return admin.info("replication").contains("master_link_status:up");
        }
    }

    static List<TokenKey> keys(int accounts) {
        return IntStream.range(0, accounts)
                .mapToObj(n -> TokenKey.of("acme", "account-" + n))
                .toList();
    }

    /** Returns the location of the current primary. */
    String location() {
        return "redis://127.0.0.1:" + clients.port();
    }

    /** Connects accounts whose access tokens have expired, and waits until the replica has them. */
    void connectExpired(Tokens tokens, List<TokenKey> keys) {
        keys.forEach(
                key -> tokens.connect(key, EngineCluster.expired(cluster.acme().consent(key.account()))));
        Until.holds("the replica has the accounts", () -> records(replica) >= records(primary));
    }

    private static int records(RedisProcess server) {
        try (Jedis admin = server.admin()) {
            return admin.keys("*:record:*").size();
        }
    }

    /** Keeps all further writes from the replica, which stays connected. */
    void holdReplicationBack() {
        replication.mute();
    }

    /** Kills the primary, promotes the replica and moves the clients to it. */
    void failOver() {
        primary.kill();
        try (Jedis admin = replica.admin()) {
            admin.replicaofNoOne();
        }
        clients.pointTo(replica.port());
    }

    /** Returns the accounts whose grants have ended, because a refresh token was used twice. */
    List<String> lostGrants() {
        return cluster.acme().ledger().familiesRevoked();
    }

    @Override
    public void close() {
        cluster.close();
        clients.close();
        replica.close();
        replication.close();
        primary.close();
    }
}
