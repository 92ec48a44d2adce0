package dev.evertoken.store.redis;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The replication ids of the servers that hold the records.
 *
 * <p>A server gets a new one when it is promoted, when it restarts, and when its first replica connects. In the first two
 * cases it may lack writes that were confirmed before. Thread-safe.
 */
final class ReplicationHistory {

    private static final String ID = "master_replid";
    private static final String REPLICAS = "connected_slaves";
    private static final Optional<String> REPLICATION = Optional.of("replication");

    private final ReentrantLock lock = new ReentrantLock();
    private volatile State state = new State("", 0, 0);

    /**
     * The state that was read last.
     *
     * @param ids the ids in order, separated by spaces; empty if they are unknown
     * @param changes the number of changes so far
     * @param replicas the number of connected replicas of the server with the fewest
     */
    private record State(String ids, long changes, int replicas) {}

    /** Sets the first history from the results of INFO; servers that do not permit it have no results. */
    void start(List<Map<String, String>> servers) {
        state = new State(ids(servers), 0, replicas(servers));
    }

    /**
     * Returns the ids after this number of changes, separated by spaces, or an empty text if they are unknown. Returns
     * nothing if there are further changes.
     */
    Optional<String> ids(long changes) {
        State now = state;
        return now.changes() == changes ? Optional.of(now.ids()) : Optional.empty();
    }

    /** Returns whether a replica was connected when this was last known. */
    boolean hasReplicas() {
        return state.replicas() > 0;
    }

    /** Records the number of replicas that a server has just reported. */
    void seen(int replicas) {
        if (state.replicas() != replicas) {
            update(known -> new State(known.ids(), known.changes(), replicas));
        }
    }

    /**
     * Reads the history again.
     *
     * @param names the names of the keys, whose servers are asked
     * @return the number of changes so far; empty if the ids are unknown
     * @throws RedisCommandException if a server fails
     */
    OptionalLong read(RedisCommands commands, KeyNames names) {
        if (state.ids().isEmpty()) {
            return OptionalLong.empty();
        }
        List<Map<String, String>> servers = commands
                .onePerServer(names.anyOfEachShard().toList())
                .stream()
                .map(server -> ServerCheck.parsed(commands.info(server, REPLICATION)))
                .toList();
        String ids = ids(servers);
        update(known ->
                new State(ids, known.ids().equals(ids) ? known.changes() : known.changes() + 1, replicas(servers)));
        return OptionalLong.of(state.changes());
    }

    private interface Update {
        State of(State known);
    }

    private void update(Update update) {
        lock.lock();
        try {
            state = update.of(state);
        } finally {
            lock.unlock();
        }
    }

    private static String ids(List<Map<String, String>> servers) {
        Set<String> ids = new TreeSet<>();
        for (Map<String, String> server : servers) {
            if (!server.containsKey(ID)) {
                return "";
            }
            ids.add(server.get(ID));
        }
        return String.join(" ", ids);
    }

    private static int replicas(List<Map<String, String>> servers) {
        return servers.stream()
                .mapToInt(server -> Integer.parseInt(server.getOrDefault(REPLICAS, "0")))
                .min()
                .orElse(0);
    }
}
