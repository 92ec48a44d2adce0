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
 * A wrapper of a store that fails as a test specifies, and counts the calls.
 *
 * <pre>{@code
 * FaultyStore store = FaultyStore.over(new InMemoryTokenStore());
 * store.next(COMPARE_AND_SET).where(record -> record.generation() == 2).failAfter();
 * Checkpoint load = store.next(LOAD).holdBefore();
 * store.down();
 * }</pre>
 *
 * <p>A planned fault applies to the first matching call only. A wrapper of a {@link DueIndex} is a {@code DueIndex} as
 * well. Thread-safe.
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

    /** Returns a wrapper that behaves like {@code store} until a fault is planned. */
    public static FaultyStore over(TokenStore store) {
        return store instanceof DueIndex index ? new Indexed(store, index) : new FaultyStore(store);
    }

    /** Starts the description of a fault of the next call of an operation. The last method of the chain plans it. */
    public Plan next(StoreOperation operation) {
        return new Plan(operation);
    }

    /** Makes every call fail until {@link #up}, as if the store were unreachable. */
    public void down() {
        down = true;
    }

    /** Ends the effect of {@link #down}. */
    public void up() {
        down = false;
    }

    /** Returns the number of calls of an operation, including failed ones. */
    public int calls(StoreOperation operation) {
        return count(operation).get();
    }

    /** Returns the number of planned faults that have not applied to a call yet. */
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
            throw unavailable(call, "is down");
        }
        Optional<Planned> fault = take(call);
        return fault.isPresent() ? faulty(fault.get(), call, step, lost) : step.get();
    }

    private static <T> T faulty(Planned fault, Call call, Supplier<T> step, Supplier<T> lost) {
        switch (fault.kind()) {
            case FAILS_BEFORE -> throw unavailable(call, "failed before any change");
            case FAILS_AFTER -> {
                var unused = step.get();
                throw unavailable(call, "applied the change and the response was lost");
            }
            case CONFLICTS -> {
                return lost.get();
            }
            case HELD_BEFORE -> {
                fault.checkpoint().arriveUninterruptibly();
                return step.get();
            }
            case HELD_AFTER -> {
                T result = step.get();
                fault.checkpoint().arriveUninterruptibly();
                return result;
            }
        }
        throw new IllegalStateException("no fault " + fault.kind());
    }

    private static TokenStoreException unavailable(Call call, String failure) {
        String of = call.key().map(key -> " of " + key).orElse("");
        return TokenStoreException.unavailable(
                "the store " + failure + ": " + call.operation() + of, new IOException("planned by a test"));
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

    /** The description of one fault; nothing is planned before its last method. Not thread-safe. */
    public final class Plan {
        private final StoreOperation operation;
        private Predicate<TokenRecord> where = any -> true;
        private int times = 1;

        private Plan(StoreOperation operation) {
            this.operation = operation;
        }

        /** Restricts the fault to a compare-and-set that writes a matching record. */
        public Plan where(Predicate<TokenRecord> next) {
            this.where = next;
            return this;
        }

        /** Plans this number of equal faults. */
        public Plan times(int count) {
            this.times = count;
            return this;
        }

        /** Throws without calling the store. */
        public void failBefore() {
            plan(Kind.FAILS_BEFORE, new Checkpoint());
        }

        /** Calls the store, then throws: the acknowledgment is lost. */
        public void failAfter() {
            plan(Kind.FAILS_AFTER, new Checkpoint());
        }

        /**
         * Returns false without calling the store, as if another writer had been first.
         *
         * @throws IllegalStateException if the operation is neither a compare-and-set nor a remove
         */
        public void conflict() {
            if (operation != StoreOperation.COMPARE_AND_SET && operation != StoreOperation.REMOVE) {
                throw new IllegalStateException(operation + " cannot conflict");
            }
            plan(Kind.CONFLICTS, new Checkpoint());
        }

        /** Blocks the caller before the store is called, until the checkpoint is released. */
        public Checkpoint holdBefore() {
            return plan(Kind.HELD_BEFORE, new Checkpoint());
        }

        /**
         * Blocks the caller after the store was called and before the result is returned, until the checkpoint is
         * released.
         */
        public Checkpoint holdAfter() {
            return plan(Kind.HELD_AFTER, new Checkpoint());
        }

        private Checkpoint plan(Kind kind, Checkpoint checkpoint) {
            FaultyStore.this.plan(new Planned(operation, where, kind, checkpoint), times);
            return checkpoint;
        }
    }

    /** A wrapper of a store that is a {@link DueIndex}. */
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

        @Override
        public boolean isListed(TokenKey key, Instant dueAt) {
            return index.isListed(key, dueAt);
        }

        @Override
        public void repair(TokenKey key) {
            index.repair(key);
        }
    }
}
