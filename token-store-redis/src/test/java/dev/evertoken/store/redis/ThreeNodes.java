package dev.evertoken.store.redis;

import dev.evertoken.store.redis.server.RedisProcess;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisCluster;
import redis.clients.jedis.UnifiedJedis;

/** A cluster of three nodes without replicas. Must be closed. Thread-safe. */
final class ThreeNodes implements AutoCloseable {

    private static final int SLOTS = 16_384;

    final List<RedisProcess> nodes;
    private final UnifiedJedis client;

    private ThreeNodes(List<RedisProcess> nodes, UnifiedJedis client) {
        this.nodes = nodes;
        this.client = client;
    }

    static ThreeNodes start() {
        List<RedisProcess> nodes = Stream.generate(
                        () -> RedisProcess.start("cluster-enabled yes", "cluster-node-timeout 2000"))
                .limit(3)
                .toList();
        for (int n = 0; n < nodes.size(); n++) {
            join(nodes, n);
        }
        nodes.forEach(node -> Until.holds("the cluster is up", () -> {
            try (Jedis admin = node.admin()) {
                String info = admin.clusterInfo();
                return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:3");
            }
        }));
        return new ThreeNodes(nodes, client(nodes));
    }

    private static void join(List<RedisProcess> nodes, int n) {
        int from = SLOTS * n / nodes.size();
        int to = SLOTS * (n + 1) / nodes.size();
        try (Jedis admin = nodes.get(n).admin()) {
            admin.clusterAddSlots(IntStream.range(from, to).toArray());
            nodes.forEach(other -> admin.clusterMeet("127.0.0.1", other.port()));
        }
    }

    @SuppressWarnings("deprecation") // The only client of a cluster that all versions of Jedis have.
    private static UnifiedJedis client(List<RedisProcess> nodes) {
        return new JedisCluster(addresses(nodes));
    }

    /** Returns the node that has a slot. */
    RedisProcess holderOf(int slot) {
        return nodes.get(indexOf(slot));
    }

    /** Returns a node that does not have a slot. */
    RedisProcess another(int slot) {
        return nodes.get((indexOf(slot) + 1) % nodes.size());
    }

    private int indexOf(int slot) {
        int next = 1;
        while (slot >= SLOTS * next / nodes.size()) {
            next++;
        }
        return next - 1;
    }

    UnifiedJedis client() {
        return client;
    }

    Set<HostAndPort> addresses() {
        return addresses(nodes);
    }

    private static Set<HostAndPort> addresses(List<RedisProcess> nodes) {
        return nodes.stream()
                .map(node -> new HostAndPort("127.0.0.1", node.port()))
                .collect(Collectors.toSet());
    }

    /** Returns the cluster with a location that names two of the three nodes. */
    RedisInstance redis() {
        String two =
                nodes.stream().skip(1).map(node -> "127.0.0.1:" + node.port()).collect(Collectors.joining(","));
        return new RedisInstance("redis-cluster://" + two, client);
    }

    @Override
    public void close() {
        client.close();
        nodes.forEach(RedisProcess::close);
    }
}
