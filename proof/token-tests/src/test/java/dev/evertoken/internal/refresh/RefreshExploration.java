package dev.evertoken.internal.refresh;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import dev.evertoken.internal.account.Connections;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.NotConnectedException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;

/**
 * Model checks the orders in which two processes can use one account in one store. The processes run whole cycles of
 * the real engine against a provider that rotates strictly. The same check detects a store whose compare-and-set does
 * not compare.
 */
final class RefreshExploration {

    /** The classes between an operation and the shared state of the processes: the store and the provider. */
    private static final Set<String> CLASSES_WITH_SHARED_STATE = Stream.of(
                    OneProcess.class,
                    RefreshCycle.class,
                    Claims.class,
                    ProviderCall.class,
                    PendingWrites.class,
                    Settlement.class,
                    FailureRecorder.class,
                    Connections.class,
                    MonitoredStore.class,
                    TokenStore.class,
                    InMemoryTokenStore.class,
                    OneStrictProvider.class)
            .map(Class::getName)
            .collect(Collectors.toUnmodifiableSet());

    private static final TokenKey ALICE = TokenKey.of("acme", "alice");

    private RefreshExploration() {}

    /**
     * Explores orders of the operations of the processes.
     *
     * @param scenarios how many choices of operations
     * @param orders how many orders of each choice
     */
    static void explore(Class<? extends Processes> processes, int scenarios, int orders) {
        new ModelCheckingOptions()
                .iterations(scenarios)
                .invocationsPerIteration(orders)
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(0)
                .actorsAfter(0)
                .minimizeFailedScenario(false)
                .addGuarantee(
                        forClasses(RefreshExploration::isUnshared).allMethods().ignore())
                .addGuarantee(forClasses("java.util.concurrent.ConcurrentHashMap", OneStrictProvider.class.getName())
                        .allMethods()
                        .treatAsAtomic())
                .check(processes);
    }

    /** Returns whether a class needs no thread switch inside its methods: values, and state of a single process. */
    private static boolean isUnshared(String className) {
        if (className.startsWith("dev.evertoken.")) {
            return !CLASSES_WITH_SHARED_STATE.contains(className)
                    && !className.startsWith(RefreshExploration.class.getName());
        }
        return className.startsWith("java.time.")
                || className.startsWith("java.util.stream.")
                || className.startsWith("org.slf4j.")
                || className.equals("java.util.Optional");
    }

    /** Two processes with one account, and the conditions that must hold at the end. */
    abstract static class Processes {
        private final OneStrictProvider provider = new OneStrictProvider();
        private final TokenStore store;
        private volatile boolean disconnected;
        private volatile boolean reconnected;

        Processes(TokenStore store) {
            this.store = store;
            process().connect(provider.consent());
        }

        /** Starts a process, which has no state except that in the store. */
        private OneProcess process() {
            return new OneProcess(ALICE, provider, store);
        }

        @Operation
        public void refresh() {
            try {
                require(process().refresh() > 1, "a refresh without a new token");
            } catch (NotConnectedException | CancellationException e) {
                checkExpected(e);
            }
        }

        /** Checks that the account was disconnected or a peer is refreshing. */
        private void checkExpected(RuntimeException expected) {
            require(
                    expected instanceof CancellationException || disconnected,
                    "a missing account without a disconnect");
        }

        final void disconnectNow() {
            disconnected = true;
            process().disconnect();
        }

        final void reconnectNow() {
            process().connect(provider.consent());
            reconnected = true;
        }

        final void checkFinalRecord() {
            require(provider.reused() == 0, "a refresh token that is presented twice");
            Optional<TokenRecord> left = store.load(ALICE);
            if (left.isEmpty()) {
                require(disconnected, "a missing account without a disconnect");
                return;
            }
            TokenRecord record = left.get();
            require(reconnected || !disconnected, "a stored account after its disconnect");
            require(provider.isLive(record), "a record without the newest refresh token of its consent");
            require(!reconnected || !provider.isFirst(record), "an old grant over a new one");
            require(record.health().state() == ConnectionState.ACTIVE, "a valid grant with health " + record.health());
            require(record.claim().isEmpty(), "a claim without a call");
        }

        private static void require(boolean holds, String violation) {
            if (!holds) {
                throw new IllegalStateException(violation + " must not be");
            }
        }
    }

    /** Processes that also disconnect and reconnect. */
    abstract static class ReconnectingProcesses extends Processes {
        ReconnectingProcesses(TokenStore store) {
            super(store);
        }

        @Operation
        public void disconnect() {
            disconnectNow();
        }

        @Operation
        public void reconnect() {
            reconnectNow();
        }
    }

    public static final class Refreshing extends Processes {
        public Refreshing() {
            super(new InMemoryTokenStore(new OneProcess.ConstantTime()));
        }

        @Validate
        public void check() {
            checkFinalRecord();
        }
    }

    public static final class Reconnecting extends ReconnectingProcesses {
        public Reconnecting() {
            super(new InMemoryTokenStore(new OneProcess.ConstantTime()));
        }

        @Validate
        public void check() {
            checkFinalRecord();
        }
    }

    public static final class RefreshingCarelessly extends Processes {
        public RefreshingCarelessly() {
            super(new CarelessStore());
        }

        @Validate
        public void check() {
            checkFinalRecord();
        }
    }

    public static final class ReconnectingCarelessly extends ReconnectingProcesses {
        public ReconnectingCarelessly() {
            super(new CarelessStore());
        }

        @Validate
        public void check() {
            checkFinalRecord();
        }
    }

    /** Accepts every write without a comparison of revisions. */
    private static final class CarelessStore implements TokenStore {
        private final ConcurrentMap<TokenKey, TokenRecord> records = new ConcurrentHashMap<>();

        @Override
        public Optional<TokenRecord> load(TokenKey key) {
            return Optional.ofNullable(records.get(key));
        }

        @Override
        public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
            records.put(key, next);
            return true;
        }

        @Override
        public boolean remove(TokenKey key, long expectedRevision) {
            return records.remove(key) != null;
        }

        @Override
        public Stream<TokenKey> keys() {
            return records.keySet().stream();
        }

        @Override
        public Guarantee guarantee() {
            return Guarantee.PROCESS;
        }

        @Override
        public void close() {}
    }
}
