package dev.evertoken.store.redis;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.RedisSentinelClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.util.JedisClusterCRC16;
import redis.clients.jedis.util.Pool;

/** A Redis client, with the differences between one server and a cluster. Implementations are thread-safe. */
sealed interface Deployment {

    /** A server that holds records and accepts writes, never a replica. Implementations are thread-safe. */
    interface Primary {
        /** Runs a command on this server, whatever its keys. */
        <T> T run(CommandObject<T> command);
    }

    /** Returns the client for all commands that name a key. */
    UnifiedJedis client();

    /** Returns the servers that currently hold the shards of a namespace, without duplicates. */
    List<Primary> primaries(KeyNames names);

    /** Returns the server that holds a key. */
    Primary primaryOf(String key);

    /**
     * Returns a connection to the server that holds a key, for several commands in a row; the caller closes it. Empty if
     * the client gives none away.
     */
    Optional<Connection> connection(String key);

    /** Returns the maximum number of connections to one server. */
    int connections();

    /** Closes the idle connections, which are all broken after a restart of the server. */
    void dropIdle();

    static Deployment of(UnifiedJedis client) {
        return client instanceof RedisClusterClient cluster ? new Cluster(cluster) : new Single(client);
    }

    /** One server, or the primary that Sentinel names. Thread-safe. */
    record Single(UnifiedJedis client) implements Deployment {

        @Override
        public List<Primary> primaries(KeyNames names) {
            return List.of(primaryOf(""));
        }

        @Override
        public Primary primaryOf(String key) {
            return client::executeCommand;
        }

        @Override
        public Optional<Connection> connection(String key) {
            return pools().findFirst().map(Pool::getResource);
        }

        @Override
        public int connections() {
            return pools().mapToInt(Pool::getMaxTotal).findFirst().orElse(1);
        }

        @Override
        public void dropIdle() {
            pools().forEach(Pool::clear);
        }

        private Stream<Pool<Connection>> pools() {
            if (client instanceof RedisClient single) {
                return Stream.of(single.getPool());
            }
            return client instanceof RedisSentinelClient sentinel
                    ? sentinel.getPrimaryNodesConnectionMap().values().stream()
                    : Stream.empty();
        }
    }

    /** The servers of a cluster, located by the slots of the shards. Thread-safe. */
    record Cluster(RedisClusterClient client) implements Deployment {

        @Override
        public List<Primary> primaries(KeyNames names) {
            Map<HostAndPort, Primary> byAddress = new LinkedHashMap<>();
            names.anyOfEachShard().map(JedisClusterCRC16::getSlot).forEach(slot -> {
                try (Connection connection = client.getConnectionFromSlot(slot)) {
                    byAddress.putIfAbsent(connection.getHostAndPort(), new OfSlot(client, slot));
                }
            });
            return List.copyOf(byAddress.values());
        }

        @Override
        public Primary primaryOf(String key) {
            return new OfSlot(client, JedisClusterCRC16.getSlot(key));
        }

        @Override
        public Optional<Connection> connection(String key) {
            return Optional.of(client.getConnectionFromSlot(JedisClusterCRC16.getSlot(key)));
        }

        @Override
        public int connections() {
            return client.getClusterNodes().values().stream()
                    .mapToInt(Pool::getMaxTotal)
                    .findFirst()
                    .orElse(1);
        }

        @Override
        public void dropIdle() {
            client.getClusterNodes().values().forEach(Pool::clear);
        }
    }

    /** The server that holds a slot. Thread-safe. */
    record OfSlot(RedisClusterClient client, int slot) implements Primary {

        @Override
        public <T> T run(CommandObject<T> command) {
            try (Connection connection = client.getConnectionFromSlot(slot)) {
                return connection.executeCommand(command);
            }
        }
    }
}
