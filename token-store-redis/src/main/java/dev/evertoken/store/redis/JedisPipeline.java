package dev.evertoken.store.redis;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
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
        List<Optional<Object>> replies = new ArrayList<>(Collections.nCopies(keys.size(), Optional.empty()));
        Map<String, List<Integer>> byServer = byServer(keys);
        byServer.values().forEach(some -> {
            Sending sending = new Sending(keys, some, command, replies);
            try {
                fromOneServer(sending);
            } catch (JedisException e) {
                RedisCommandException failure = servers.failure(sending.anyKey(), e);
                if (byServer.size() == 1) {
                    throw failure;
                }
                log.debug("one of {} servers did not return {} records", byServer.size(), some.size(), e);
            }
        });
        return replies;
    }

    /**
     * The commands to one server.
     *
     * @param positions those of the keys that this server holds
     * @param replies receives the replies at the positions of their keys; those of failed commands stay empty
     */
    private record Sending(
            List<String> keys,
            List<Integer> positions,
            Function<String, CommandArguments> command,
            List<Optional<Object>> replies) {

        String anyKey() {
            return keys.get(positions.get(0));
        }

        CommandArguments command(int position) {
            return command.apply(keys.get(position));
        }

        void received(int position, Object reply) {
            replies.set(position, Optional.ofNullable(reply));
        }
    }

    /** Returns the positions of the keys of each server; the server is looked up once for each hash tag. */
    private Map<String, List<Integer>> byServer(List<String> keys) {
        Map<String, String> known = new HashMap<>();
        Map<String, List<Integer>> positions = new LinkedHashMap<>();
        try {
            for (int n = 0; n < keys.size(); n++) {
                String server = known.computeIfAbsent(tag(keys.get(n)), servers::serverOf);
                positions.computeIfAbsent(server, any -> new ArrayList<>()).add(n);
            }
        } catch (JedisException e) {
            throw servers.failure(keys.get(0), e);
        }
        return positions;
    }

    private static String tag(String key) {
        return key.substring(0, key.indexOf('}') + 1);
    }

    private void fromOneServer(Sending sending) {
        Optional<Connection> own = servers.connection(sending.anyKey());
        if (own.isEmpty()) {
            oneByOne(sending);
            return;
        }
        try (Connection connection = own.get()) {
            sending.positions().forEach(position -> connection.sendCommand(sending.command(position)));
            List<Object> replies = connection.getMany(sending.positions().size());
            for (int n = 0; n < replies.size(); n++) {
                if (!(replies.get(n) instanceof JedisDataException)) {
                    sending.received(sending.positions().get(n), replies.get(n));
                }
            }
        }
    }

    private void oneByOne(Sending sending) {
        for (int position : sending.positions()) {
            String key = sending.keys().get(position);
            try {
                sending.received(position, servers.run(key, sending.command(position)));
            } catch (JedisDataException e) {
                log.debug("{} was not returned: {}", key, e.getClass().getSimpleName());
            }
        }
    }
}
