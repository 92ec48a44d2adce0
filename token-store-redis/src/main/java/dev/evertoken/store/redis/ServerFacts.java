package dev.evertoken.store.redis;

import dev.evertoken.spi.store.StoreFact;
import dev.evertoken.spi.store.StoreFact.Topic;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@code INFO} reports about whether a server can lose records. Stateless. */
final class ServerFacts {

    private ServerFacts() {}

    /**
     * Returns the facts of one server.
     *
     * @param serverOf a key of the server
     * @param server the location without its password
     * @throws RedisCommandException if the server does not respond
     */
    static List<StoreFact> of(RedisCommands commands, String serverOf, String server) {
        try {
            Map<String, String> info = ServerCheck.parsed(commands.info(serverOf, Optional.empty()));
            return List.of(eviction(info, server), persistence(info, server), replicas(info, server));
        } catch (RedisCommandException e) {
            if (RedisErrors.code(e).equals("NOPERM")) {
                return List.of(StoreFact.bad(
                        Topic.PERMISSIONS,
                        server,
                        "the user may not run INFO, so eviction and replicas cannot be checked"));
            }
            throw e;
        }
    }

    private static StoreFact eviction(Map<String, String> info, String server) {
        String policy = info.getOrDefault("maxmemory_policy", "noeviction");
        boolean bounded = !info.getOrDefault("maxmemory", "0").equals("0");
        String sentence = "maxmemory-policy is " + policy + (bounded ? "" : ", and maxmemory is not set");
        return new StoreFact(Topic.EVICTION, server, !policy.startsWith("allkeys-"), sentence);
    }

    private static StoreFact persistence(Map<String, String> info, String server) {
        boolean off = info.getOrDefault("aof_enabled", "1").equals("0");
        return new StoreFact(
                Topic.PERSISTENCE,
                server,
                !off,
                off ? "there is no append-only file: a crash loses the latest writes" : "the append-only file is on");
    }

    private static StoreFact replicas(Map<String, String> info, String server) {
        String number = info.getOrDefault("connected_slaves", "0");
        boolean behind = info.entrySet().stream()
                .filter(entry -> entry.getKey().matches("slave\\d+"))
                .anyMatch(entry -> !entry.getValue().contains("state=online"));
        return new StoreFact(
                Topic.REPLICAS,
                server,
                !behind,
                "replicas: " + number + (behind ? ", of which some do not have all writes" : ""));
    }
}
