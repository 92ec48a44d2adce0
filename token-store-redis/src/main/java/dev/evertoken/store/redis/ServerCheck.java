package dev.evertoken.store.redis;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the properties of a server before it stores tokens: its version, whether it is a replica, and whether it loses
 * records. Stateless. Thread-safe.
 */
final class ServerCheck {

    private static final Logger log = LoggerFactory.getLogger(ServerCheck.class);

    private ServerCheck() {}

    /**
     * Checks one server and returns the properties that INFO reports; empty if the user may not run it.
     *
     * @param serverOf a key of the server
     * @param server the location, for messages
     * @throws TokenException with {@link Problem#STORE_REFUSED} if the server is unsuitable; the message says why and
     *     how to fix it
     */
    static Map<String, String> check(RedisCommands commands, String serverOf, String server, RedisOptions options) {
        try {
            Map<String, String> info = parsed(commands.info(serverOf, Optional.empty()));
            judge(info, server, options);
            return info;
        } catch (RedisCommandException e) {
            if (!RedisErrors.code(e).equals("NOPERM")) {
                throw e;
            }
            if (options.replicasRequired()) {
                throw refused(server, "does not permit this user to run INFO, which is needed to require replicas");
            }
            log.warn(
                    "{} does not permit this user to run INFO: whether it evicts records, and whether it was replaced in"
                            + " a failover, cannot be checked",
                    server);
            return Map.of();
        }
    }

    /** Judges the server by the properties that INFO reports. */
    static void judge(Map<String, String> info, String server, RedisOptions options) {
        String version = info.getOrDefault("redis_version", "");
        if (isTooOld(version)) {
            throw refused(server, "is Redis " + version + "; 6.2 or later is required");
        }
        if (info.getOrDefault("role", "master").equals("slave")) {
            throw refused(
                    server,
                    "is a read-only replica; use the address of its primary, or redis-sentinel:// if it changes");
        }
        String policy = info.getOrDefault("maxmemory_policy", "noeviction");
        if (policy.startsWith("allkeys-")) {
            checkEviction(info, policy, server, options);
        }
        if (info.getOrDefault("aof_enabled", "1").equals("0")) {
            log.warn("{} has no append-only file: the latest refresh tokens are lost if it crashes", server);
        }
    }

    /** Checks an {@code allkeys-} policy; other policies do not affect records, which never have an expiry. */
    private static void checkEviction(Map<String, String> info, String policy, String server, RedisOptions options) {
        boolean bounded = !info.getOrDefault("maxmemory", "0").equals("0");
        if (bounded && !options.evictionAccepted()) {
            throw refused(
                    server,
                    "evicts any key when its memory is full (maxmemory-policy " + policy + "), including refresh"
                            + " tokens that cannot be restored; set noeviction or a volatile- policy, or accept it in"
                            + " the options of the store");
        }
        log.warn("{} evicts tokens when its memory is full (maxmemory-policy {})", server, policy);
    }

    private static boolean isTooOld(String version) {
        String[] parts = version.split("\\.", -1);
        if (parts.length < 2 || !(parts[0] + parts[1]).matches("\\d{2,6}")) {
            return false;
        }
        int major = Integer.parseInt(parts[0]);
        return major < 6 || (major == 6 && Integer.parseInt(parts[1]) < 2);
    }

    static Map<String, String> parsed(String info) {
        Map<String, String> values = new HashMap<>();
        info.lines()
                .map(line -> line.split(":", 2))
                .filter(parts -> parts.length == 2)
                .forEach(parts -> values.put(parts[0], parts[1].strip()));
        return values;
    }

    private static TokenException refused(String server, String reason) {
        return TokenException.about(Problem.STORE_REFUSED)
                .detail("the token store cannot be opened: " + server + " " + reason)
                .build();
    }
}
