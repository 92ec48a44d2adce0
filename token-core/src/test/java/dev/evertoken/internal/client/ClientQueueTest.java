package dev.evertoken.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.client.TaskQueue.Place;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The limit of a client, the limit of all clients, and the order in which tasks start. */
class ClientQueueTest {

    private final Deque<Runnable> threads = new ArrayDeque<>();
    private final List<String> log = new ArrayList<>();

    // ---- one client

    @Test
    @Fault("L1")
    void theExecutorGetsNoMoreTasksThanTheLimit() {
        TaskQueue queue = queues(threads::add, 3).refreshes("acme");

        submit(queue, "a", 5);
        assertThat(threads).hasSize(3);

        threads.remove().run();
        assertThat(threads).as("the slot that became free").hasSize(3);
        assertThat(log).containsExactly("a1");
        runAll();
        assertThat(log).containsExactly("a1", "a2", "a3", "a4", "a5");
    }

    @Test
    void aTaskKnowsHowManyAreAheadOfIt() {
        TaskQueue queue = queues(threads::add, 2).refreshes("acme");

        List<Place> places = submit(queue, "a", 4);
        assertThat(places).extracting(Place::ahead).containsExactly(1, 1, 2, 3);

        threads.remove().run();
        assertThat(places.get(3).ahead()).isEqualTo(2);
    }

    @Test
    void aThreadOfTheEngineContinuesWithTheNextTask() {
        TaskQueue queue = ClientQueues.ofEngine(threads::add, 1).refreshes("acme");
        submit(queue, "a", 3);

        threads.remove().run();

        assertThat(threads).isEmpty();
        assertThat(log).containsExactly("a1", "a2", "a3");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tasksSubmittedInsideATaskWaitForItWithoutNesting(boolean engine) {
        Executor direct = Runnable::run;
        ClientQueues queues = engine ? ClientQueues.ofEngine(direct, 1) : ClientQueues.ofApplication(direct, 1);
        TaskQueue queue = queues.refreshes("acme");

        queue.submit(new Step(() -> {
            submit(queue, "a", 10_000);
            log.add("outer");
        }));

        assertThat(log).hasSize(10_001).startsWith("outer", "a1", "a2").endsWith("a10000");
    }

    // ---- many clients

    @Test
    @Fault("L1")
    void aClientGetsItsOwnSlotsHoweverManyTasksOthersHave() {
        ClientQueues queues = queues(threads::add, 8);
        for (String busy : List.of("b1", "b2", "b3", "b4", "b5", "b6", "b7", "b8", "b9", "b10")) {
            submit(queues.refreshes(busy), busy + "-", 100);
        }
        assertThat(threads)
                .as("32 shared slots and four for each of ten clients")
                .hasSize(32 + 10 * 4);

        submit(queues.refreshes("healthy"), "healthy", 6);
        assertThat(threads).hasSize(32 + 11 * 4);
        threads.removeLast().run();
        assertThat(log).containsExactly("healthy4");
    }

    @Test
    @Fault("L1")
    void aSharedSlotGoesToTheClientThatHasWaitedTheLongest() {
        ClientQueues queues = queues(threads::add, 5);
        List<String> clients = IntStream.range(0, 20).mapToObj(n -> "c" + n).toList();
        clients.forEach(client -> submit(queues.refreshes(client), "busy", 5));
        assertThat(threads).as("every client has its limit").hasSize(20 * 5);
        submit(queues.refreshes("first"), "first", 6);
        submit(queues.refreshes("second"), "second", 6);
        assertThat(threads).as("no shared slot is left").hasSize(20 * 5 + 2 * 4);

        threads.remove().run();
        assertThat(List.of(started(), started(), started(), started()))
                .containsExactly("first5", "second5", "first6", "second6");
    }

    @Test
    @Fault("L1")
    void backgroundTasksDelayNoRefreshOfTheirClient() {
        ClientQueues queues = queues(threads::add, 64);
        submit(queues.background("acme"), "background", 100);
        assertThat(threads).hasSize(4);

        submit(queues.refreshes("acme"), "refresh", 64);
        assertThat(threads).hasSize(4 + 64);
    }

    @Test
    @Fault("L1")
    void theLimitsHoldWithManyThreads() throws InterruptedException {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch ended = new CountDownLatch(4 * 500);
        ClientQueues queues = ClientQueues.ofEngine(EngineThreads.forCycles(), 6);
        for (int number = 0; number < 500; number++) {
            for (String client : List.of("a", "b", "c", "d")) {
                queues.refreshes(client).submit(new Step(() -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    Thread.onSpinWait();
                    running.decrementAndGet();
                    ended.countDown();
                }));
            }
        }

        assertThat(ended.await(20, TimeUnit.SECONDS)).as("no task was lost").isTrue();
        assertThat(most.get()).isBetween(1, 4 * 6);
    }

    // ---- executors that fail, and tasks that fail

    @ParameterizedTest
    @ValueSource(classes = {RejectedExecutionException.class, OutOfMemoryError.class})
    void aTaskThatTheExecutorRefusesIsRejectedAndItsSlotIsFree(Class<? extends Throwable> kind) {
        boolean[] refuses = {true};
        ClientQueues queues = queues(
                task -> {
                    if (refuses[0]) {
                        throw thrown(kind);
                    }
                    threads.add(task);
                },
                1);

        submit(queues.refreshes("acme"), "a", 2);
        assertThat(log).containsExactly("a1 rejected: " + kind.getName(), "a2 rejected: " + kind.getName());

        refuses[0] = false;
        submit(queues.refreshes("acme"), "b", 1);
        runAll();
        assertThat(log).endsWith("b1");
    }

    @Test
    void tasksThatWaitAreRejectedIfTheExecutorRefusesThemLater() {
        boolean[] refuses = {false};
        ClientQueues queues = queues(
                task -> {
                    if (refuses[0]) {
                        throw new RejectedExecutionException("planned by a test");
                    }
                    threads.add(task);
                },
                1);
        submit(queues.refreshes("acme"), "a", 3);
        refuses[0] = true;

        threads.remove().run();

        String reason = RejectedExecutionException.class.getName();
        assertThat(log).containsExactly("a1", "a2 rejected: " + reason, "a3 rejected: " + reason);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTaskThatThrowsFreesItsSlotAndTheThreadSeesTheError(boolean engine) {
        ClientQueues queues = engine ? ClientQueues.ofEngine(threads::add, 1) : queues(threads::add, 1);
        TaskQueue queue = queues.refreshes("acme");
        queue.submit(new Step(() -> {
            throw new LinkageError("planned by a test");
        }));
        submit(queue, "a", 1);

        assertThatThrownBy(() -> threads.remove().run()).isInstanceOf(LinkageError.class);

        assertThat(log).isEmpty();
        runAll();
        assertThat(log).containsExactly("a1");
    }

    @Test
    void anErrorOfATaskThatRanOnTheSubmittingThreadIsNotARejection() {
        TaskQueue direct = queues(Runnable::run, 1).refreshes("acme");
        TaskQueue.Task failing = new Step(() -> {
            throw new LinkageError("planned by a test");
        });

        assertThatThrownBy(() -> direct.submit(failing)).isInstanceOf(LinkageError.class);
        assertThatThrownBy(() -> TaskQueue.of(Runnable::run).submit(failing)).isInstanceOf(LinkageError.class);
        assertThat(log).isEmpty();
    }

    // ---- helpers of the test

    private static ClientQueues queues(Executor executor, int limit) {
        return ClientQueues.ofApplication(executor, limit);
    }

    private List<Place> submit(TaskQueue queue, String name, int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> queue.submit(new Named(name + number)))
                .toList();
    }

    /** Runs the task that has started last, and returns its name. */
    private String started() {
        threads.removeLast().run();
        return log.get(log.size() - 1);
    }

    private void runAll() {
        while (!threads.isEmpty()) {
            threads.remove().run();
        }
    }

    private static RuntimeException thrown(Class<? extends Throwable> kind) {
        if (kind == OutOfMemoryError.class) {
            throw new OutOfMemoryError("unable to create native thread (planned by a test)");
        }
        return new RejectedExecutionException("planned by a test");
    }

    /** Writes its name to the log. */
    private final class Named implements TaskQueue.Task {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        public void run() {
            log.add(name);
        }

        @Override
        public void rejected(Throwable why) {
            log.add(name + " rejected: " + why.getClass().getName());
        }
    }

    /** Runs an action and is never rejected. */
    private record Step(Runnable action) implements TaskQueue.Task {
        @Override
        public void run() {
            action.run();
        }

        @Override
        public void rejected(Throwable why) {
            throw new AssertionError("no task is rejected here", why);
        }
    }
}
