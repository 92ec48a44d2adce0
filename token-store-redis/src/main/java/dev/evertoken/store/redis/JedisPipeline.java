package dev.evertoken.store.redis;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Sends one command for each of many keys, in one round trip to each server. The pipelines of Jedis are not used, because
 * their types differ between its versions. Thread-safe.
 */
final class JedisPipeline {

    private static final Logger log = LoggerFactory.getLogger(JedisPipeline.class);

    private final JedisServers servers;

    JedisPipeline(JedisServers servers) {
        this.servers = servers;
    }

    /**
     * Returns one reply for each key, empty for a command that failed.
     *
     * @throws RedisCommandException if there is one server only, and it cannot be reached
     */
    List<Optional<Object>> replies(List<String> keys, Function<String, CommandArguments> command) {
        Map<String, List<String>> byServer = byServer(keys);
        Map<String, Object> replies = new HashMap<>();
        byServer.values().forEach(some -> {
            try {
                replies.putAll(fromOneServer(some, command));
            } catch (JedisException e) {
                RedisCommandException failure = servers.failure(some.get(0), e);
                if (byServer.size() == 1) {
                    throw failure;
                }
                log.debug("one of {} servers did not return {} records", byServer.size(), some.size(), e);
            }
        });
        return keys.stream().map(key -> Optional.ofNullable(replies.get(key))).toList();
    }

    /** Groups the keys by their servers; the server is looked up once for each hash tag. */
    private Map<String, List<String>> byServer(List<String> keys) {
        Map<String, String> known = new HashMap<>();
        try {
            return keys.stream()
                    .collect(Collectors.groupingBy(
                            key -> known.computeIfAbsent(tag(key), tag -> servers.serverOf(key)),
                            LinkedHashMap::new,
                            Collectors.toList()));
        } catch (JedisException e) {
            throw servers.failure(keys.get(0), e);
        }
    }

    private static String tag(String key) {
        return key.substring(0, key.indexOf('}') + 1);
    }

    private Map<String, Object> fromOneServer(List<String> keys, Function<String, CommandArguments> command) {
        Optional<Connection> own = servers.connection(keys.get(0));
        if (own.isEmpty()) {
            return oneByOne(keys, command);
        }
        try (Connection connection = own.get()) {
            keys.forEach(key -> connection.sendCommand(command.apply(key)));
            List<Object> replies = connection.getMany(keys.size());
            Map<String, Object> found = new HashMap<>();
            for (int n = 0; n < keys.size(); n++) {
                if (!(replies.get(n) instanceof JedisDataException)) {
                    found.put(keys.get(n), replies.get(n));
                }
            }
            return found;
        }
    }

    private Map<String, Object> oneByOne(List<String> keys, Function<String, CommandArguments> command) {
        Map<String, Object> found = new HashMap<>();
        for (String key : keys) {
            try {
                found.put(key, servers.run(key, command.apply(key)));
            } catch (JedisDataException e) {
                log.debug("{} was not returned: {}", key, e.getClass().getSimpleName());
            }
        }
        return found;
    }
}
