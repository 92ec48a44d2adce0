package dev.evertoken.store.redis;

import dev.evertoken.store.redis.RedisCommandException.Reason;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import redis.clients.jedis.BuilderFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisCluster;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.RedisSentinelClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.util.Pool;

/**
 * One server, or the primary that Sentinel names, over a client of the application.
 *
 * @param pools returns the connections of the client; none if it does not give them away
 */
record JedisClient(UnifiedJedis client, Supplier<Stream<Pool<Connection>>> pools) implements JedisServers {

    /** Returns the servers of a client. */
    @SuppressWarnings("deprecation") // JedisCluster is the only client of a cluster in Jedis 6 and 7.0.
    static JedisServers of(UnifiedJedis client) {
        if (client instanceof JedisCluster cluster) {
            return new JedisNodes(
                    cluster::getConnectionFromSlot, cluster::getClusterNodes, cluster::type, cluster::close);
        }
        try {
            return Newer.of(client);
        } catch (LinkageError e) {
            return new JedisClient(client, Stream::empty); // this version of Jedis lacks one of these types or methods
        }
    }

    /** The clients that Jedis 6 and 7.0 do not have, in a class that is not loaded with them. */
    private static final class Newer {

        static JedisServers of(UnifiedJedis client) {
            if (client instanceof RedisClusterClient cluster) {
                return new JedisNodes(
                        cluster::getConnectionFromSlot, cluster::getClusterNodes, cluster::type, cluster::close);
            }
            Supplier<Stream<Pool<Connection>>> pools = pools(client);
            try (Stream<Pool<Connection>> found = pools.get()) {
                return new JedisClient(client, found.findFirst().isPresent() ? pools : Stream::empty);
            }
        }

        private static Supplier<Stream<Pool<Connection>>> pools(UnifiedJedis client) {
            if (client instanceof RedisClient single) {
                return () -> Stream.of(single.getPool());
            }
            return client instanceof RedisSentinelClient sentinel
                    ? () -> sentinel.getPrimaryNodesConnectionMap().values().stream()
                    : Stream::empty;
        }
    }

    @Override
    public Object run(String key, CommandArguments command) {
        return client.executeCommand(new CommandObject<>(command, BuilderFactory.RAW_OBJECT));
    }

    @Override
    public Optional<Connection> connection(String key) {
        return pools.get().findFirst().map(Pool::getResource);
    }

    @Override
    public List<String> onePerServer(List<String> keys) {
        return keys.stream().limit(1).toList();
    }

    @Override
    public String serverOf(String key) {
        return "";
    }

    @Override
    public void failed(String key, Reason reason) {
        // The client of the application looks up its server itself.
    }

    @Override
    public int connections() {
        return pools.get().mapToInt(Pool::getMaxTotal).findFirst().orElse(1);
    }

    @Override
    public void dropIdle() {
        pools.get().forEach(Pool::clear);
    }

    @Override
    public void close() {
        client.close();
    }
}
