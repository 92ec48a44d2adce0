package dev.evertoken.store.redis;

import dev.evertoken.store.redis.RedisCommandException.Reason;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.providers.ClusterConnectionProvider;
import redis.clients.jedis.util.JedisClusterCRC16;
import redis.clients.jedis.util.Pool;

/**
 * The nodes of a cluster. Commands are sent to the node of their slot over its connections, not by the client of Jedis,
 * because that one repeats them by itself.
 *
 * @param ofSlot returns a connection to the primary of a slot
 * @param pools returns the connections to each node
 * @param renewal looks up the nodes again, so that a key is found that has moved
 * @param closing closes the client
 */
record JedisNodes(
        IntFunction<Connection> ofSlot,
        Supplier<Map<String, ConnectionPool>> pools,
        Consumer<String> renewal,
        Runnable closing)
        implements JedisServers {

    private static final Logger log = LoggerFactory.getLogger(JedisNodes.class);
    private static final Set<Reason> RENEWING = Set.of(Reason.MOVED, Reason.DISCONNECTED, Reason.TIMED_OUT);

    static JedisNodes of(ClusterConnectionProvider provider) {
        return new JedisNodes(
                provider::getConnectionFromSlot, provider::getNodes, key -> provider.renewSlotCache(), provider::close);
    }

    @Override
    public Object run(String key, CommandArguments command) {
        try (Connection connection = connectionTo(key)) {
            return connection.executeCommand(command);
        } catch (JedisAskDataException e) {
            return runWhereItIsMovedTo(e, command);
        }
    }

    /** Sends a command, which the first node has refused, to the node to which the keys of the slot are moving. */
    private Object runWhereItIsMovedTo(JedisAskDataException e, CommandArguments command) {
        ConnectionPool target = pools.get().get(e.getTargetNode().toString());
        if (target == null) {
            throw e;
        }
        try (Connection connection = target.getResource()) {
            connection.executeCommand(new CommandArguments(Protocol.Command.ASKING));
            return connection.executeCommand(command);
        }
    }

    @Override
    public Optional<Connection> connection(String key) {
        return Optional.of(connectionTo(key));
    }

    @Override
    public List<String> onePerServer(List<String> keys) {
        Map<String, String> byServer = new LinkedHashMap<>();
        keys.forEach(key -> byServer.putIfAbsent(serverOf(key), key));
        return List.copyOf(byServer.values());
    }

    /** Returns the text form of a connection, which is its address. */
    @Override
    public String serverOf(String key) {
        try (Connection connection = connectionTo(key)) {
            return connection.toString();
        }
    }

    @Override
    public void failed(String key, Reason reason) {
        if (RENEWING.contains(reason)) {
            try {
                renewal.accept(key);
            } catch (JedisException e) {
                log.debug("the nodes of the cluster could not be looked up again", e);
            }
        }
    }

    @Override
    public int connections() {
        return pools.get().values().stream()
                .mapToInt(Pool::getMaxTotal)
                .findFirst()
                .orElse(1);
    }

    @Override
    public void dropIdle() {
        pools.get().values().forEach(Pool::clear);
    }

    @Override
    public void close() {
        closing.run();
    }

    private Connection connectionTo(String key) {
        return ofSlot.apply(JedisClusterCRC16.getSlot(key));
    }
}
