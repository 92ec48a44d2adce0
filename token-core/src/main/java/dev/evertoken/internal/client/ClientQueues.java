package dev.evertoken.internal.client;

import dev.evertoken.model.TokenKey;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * The queues of an engine. Each client has one for its refreshes, one for refreshes that no caller waits for, and one
 * for tasks that may take longer, such as a repeated revocation, so that a client whose provider hangs delays no other
 * client, and such tasks delay no refresh. Thread-safe.
 */
public final class ClientQueues {

    /** The number of tasks of a queue that run however many tasks of other queues are running. */
    private static final int KEPT = 4;

    /** The number of clients that can use their whole limit at the same time. */
    private static final int CLIENTS_AT_THE_LIMIT = 4;

    private final int limit;
    private final TaskSlots slots;
    private final TaskRunner runner;
    private final TaskSlots aheadSlots;
    private final TaskRunner aheadRunner;
    private final ConcurrentMap<String, TaskQueue> refreshes = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, TaskQueue> background = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, TaskQueue> ahead = new ConcurrentHashMap<>();

    private ClientQueues(Executor executor, boolean keepsThread, int limit) {
        this.limit = limit;
        this.slots = new TaskSlots((int) Math.min(Integer.MAX_VALUE, (long) CLIENTS_AT_THE_LIMIT * limit), KEPT);
        this.runner = new TaskRunner(executor, slots, keepsThread);
        this.aheadSlots = new TaskSlots(0, limit);
        this.aheadRunner = new TaskRunner(executor, aheadSlots, keepsThread);
    }

    /**
     * Returns queues whose tasks run on threads that are used for nothing else.
     *
     * @param limit the number of refreshes of a client that run at the same time; 1 or more
     */
    public static ClientQueues ofEngine(Executor threads, int limit) {
        return new ClientQueues(threads, true, limit);
    }

    /** Returns queues whose tasks run on an executor of the application, which may have other tasks. */
    public static ClientQueues ofApplication(Executor executor, int limit) {
        return new ClientQueues(executor, false, limit);
    }

    /** Returns a queue that runs a limited number of tasks at the same time on threads that are used for nothing else. */
    public static TaskQueue single(Executor threads, int limit) {
        TaskSlots slots = new TaskSlots(0, limit);
        return new ClientQueue(limit, slots, new TaskRunner(threads, slots, true));
    }

    /** Returns the queue for the refreshes of a client. */
    public TaskQueue refreshes(String registration) {
        TaskQueue known = refreshes.get(registration);
        if (known != null) {
            return known;
        }
        TaskQueue created = queue(limit);
        TaskQueue earlier = refreshes.putIfAbsent(registration, created);
        return earlier == null ? created : earlier;
    }

    /** The queues for the refreshes of the clients, by the accounts of these. */
    public record OfRefreshes(ClientQueues queues) implements Function<TokenKey, TaskQueue> {
        @Override
        public TaskQueue apply(TokenKey key) {
            return queues.refreshes(key.registration());
        }
    }

    /** The queues for tasks that no caller waits for, by registration. */
    public record OfBackground(ClientQueues queues) implements Function<String, TaskQueue> {
        @Override
        public TaskQueue apply(String registration) {
            return queues.background(registration);
        }
    }

    /** Returns the queue for tasks of a client that no caller waits for. */
    public TaskQueue background(String registration) {
        return background.computeIfAbsent(registration, client -> queue(Math.min(KEPT, limit)));
    }

    /**
     * Returns the queue for refreshes of a client that no caller waits for. It takes no slot of any other queue, and a
     * task starts at once as long as no more than {@link #mostAhead} of them run.
     */
    public TaskQueue ahead(String registration) {
        return ahead.computeIfAbsent(registration, client -> new ClientQueue(limit, aheadSlots, aheadRunner));
    }

    /** Returns how many refreshes of a client that no caller waits for can run at the same time. */
    public int mostAhead() {
        return limit;
    }

    private TaskQueue queue(int most) {
        return new ClientQueue(most, slots, runner);
    }
}
