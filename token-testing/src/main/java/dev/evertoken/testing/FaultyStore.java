package dev.evertoken.testing;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.DueIndex;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Breaks the store it is put around as a test says, and counts the calls.
 *
 * <pre>{@code
 * FaultyStore store = FaultyStore.over(new InMemoryTokenStore());
 * store.next(COMPARE_AND_SET).where(record -> record.generation() == 2).failAfter();
 * Hold load = store.next(LOAD).holdBefore();
 * store.down();
 * }</pre>
 *
 * <p>A planned fault is used up by the first call that fits. Around a {@link DueIndex} it is one itself.
 * Thread-safe.
 */
public class FaultyStore extends GatedStore {

    private enum Kind {
        FAILS_BEFORE,
        FAILS_AFTER,
        CONFLICTS,
        HELD_BEFORE,
        HELD_AFTER
    }

    private record Planned(StoreOperation operation, Predicate<TokenRecord> where, Kind kind, Checkpoint checkpoint) {
        boolean fits(Call call) {
            return operation == call.operation() && call.next().map(where::test).orElse(true);
        }
    }

    private final Map<StoreOperation, AtomicInteger> calls = new EnumMap<>(StoreOperation.class);
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Planned> plan = new ArrayList<>();
    private volatile boolean down;

    private FaultyStore(TokenStore store) {
        super(store);
        for (StoreOperation operation : StoreOperation.values()) {
            calls.put(operation, new AtomicInteger());
        }
    }

    /** Returns a store that does what {@code store} does until it is told otherwise. */
    public static FaultyStore over(TokenStore store) {
        return store instanceof DueIndex index ? new Indexed(store, index) : new FaultyStore(store);
    }

    /** Starts the plan of a fault for the next call of an operation; its last word puts it in force. */
    public Plan next(StoreOperation operation) {
        return new Plan(operation);
    }

    /** Makes every call fail until {@link #up}: the store does not answer. */
    public void down() {
        down = true;
    }

    /** Ends {@link #down}. */
    public void up() {
        down = false;
    }

    /** Returns how many calls of an operation were made, failed ones included. */
    public int calls(StoreOperation operation) {
        return count(operation).get();
    }

    /** Returns how many planned faults no call has come to yet. */
    public int faultsLeft() {
        lock.lock();
        try {
            return plan.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    final <T> T pass(Call call, Supplier<T> step, Supplier<T> lost) {
        count(call.operation()).incrementAndGet();
        if (down) {
            throw unanswered(call, "is down");
        }
        Optional<Planned> fault = take(call);
        return fault.isPresent() ? broken(fault.get(), call, step, lost) : step.get();
    }

    private static <T> T broken(Planned fault, Call call, Supplier<T> step, Supplier<T> lost) {
        switch (fault.kind()) {
            case FAILS_BEFORE -> throw unanswered(call, "failed before it did anything");
            case FAILS_AFTER -> {
                var unused = step.get();
                throw unanswered(call, "did it and its answer was lost");
            }
            case CONFLICTS -> {
                return lost.get();
            }
            case HELD_BEFORE -> {
                fault.checkpoint().stayUninterrupted();
                return step.get();
            }
            case HELD_AFTER -> {
                T result = step.get();
                fault.checkpoint().stayUninterrupted();
                return result;
            }
        }
        throw new IllegalStateException("no fault " + fault.kind());
    }

    private static TokenStoreException unanswered(Call call, String what) {
        String of = call.key().map(key -> " of " + key).orElse("");
        return TokenStoreException.unavailable(
                "the store " + what + ": " + call.operation() + of, new IOException("planned by a test"));
    }

    private AtomicInteger count(StoreOperation operation) {
        return Optional.ofNullable(calls.get(operation)).orElseThrow();
    }

    private Optional<Planned> take(Call call) {
        lock.lock();
        try {
            for (Iterator<Planned> all = plan.iterator(); all.hasNext(); ) {
                Planned one = all.next();
                if (one.fits(call)) {
                    all.remove();
                    return Optional.of(one);
                }
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private void plan(Planned fault, int times) {
        lock.lock();
        try {
            for (int i = 0; i < times; i++) {
                plan.add(fault);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Describes one fault; nothing is planned before its last word. Not thread-safe. */
    public final class Plan {
        private final StoreOperation operation;
        private Predicate<TokenRecord> where = any -> true;
        private int times = 1;

        private Plan(StoreOperation operation) {
            this.operation = operation;
        }

        /** Waits for a compare-and-set that writes such a record. */
        public Plan where(Predicate<TokenRecord> next) {
            this.where = next;
            return this;
        }

        /** Plans so many of these faults. */
        public Plan times(int count) {
            this.times = count;
            return this;
        }

        /** Throws and does nothing. */
        public void failBefore() {
            plan(Kind.FAILS_BEFORE, new Checkpoint());
        }

        /** Does it, then throws: the acknowledgement is lost. */
        public void failAfter() {
            plan(Kind.FAILS_AFTER, new Checkpoint());
        }

        /**
         * Returns false and does nothing: somebody was first.
         *
         * @throws IllegalStateException if the operation is no compare-and-set and no remove
         */
        public void conflict() {
            if (operation != StoreOperation.COMPARE_AND_SET && operation != StoreOperation.REMOVE) {
                throw new IllegalStateException(operation + " cannot lose a race");
            }
            plan(Kind.CONFLICTS, new Checkpoint());
        }

        /** Freezes the caller before anything is done. */
        public Checkpoint holdBefore() {
            return plan(Kind.HELD_BEFORE, new Checkpoint());
        }

        /** Freezes the caller after it is done and before it knows. */
        public Checkpoint holdAfter() {
            return plan(Kind.HELD_AFTER, new Checkpoint());
        }

        private Checkpoint plan(Kind kind, Checkpoint checkpoint) {
            FaultyStore.this.plan(new Planned(operation, where, kind, checkpoint), times);
            return checkpoint;
        }
    }

    /** The same around a store that finds due accounts. */
    private static final class Indexed extends FaultyStore implements DueIndex {
        private final DueIndex index;

        Indexed(TokenStore store, DueIndex index) {
            super(store);
            this.index = index;
        }

        @Override
        public List<TokenKey> due(String registration, Instant before, Optional<TokenKey> after, int limit) {
            return pass(Call.of(StoreOperation.DUE), () -> index.due(registration, before, after, limit));
        }

        @Override
        public Optional<Instant> oldestDue(String registration) {
            return pass(Call.of(StoreOperation.DUE), () -> index.oldestDue(registration));
        }
    }
}
