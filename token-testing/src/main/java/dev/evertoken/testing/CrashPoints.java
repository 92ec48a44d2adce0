package dev.evertoken.testing;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.store.DueIndex;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Ends, suspends or fails a process at one point of a refresh. The points are in wrappers of the store and of the
 * refresher.
 *
 * <p>A crash is written {@code MODE POINT} or {@code MODE POINT n}, for example {@code HALT AFTER_CLAIM} or {@code
 * FREEZE BEFORE_SAVE 2}; {@code n} selects the n-th time that the point is reached, from 1. Thread-safe.
 */
public final class CrashPoints {

    /** The system property that {@link #ofThisProcess} reads. */
    public static final String PROPERTY = "evertoken.crash";

    /** The exit code of a process that was ended by a crash point. */
    public static final int HALTED = 42;

    /** The points, in the order of a refresh. */
    public enum Point {
        AFTER_LOAD,
        /** Before a compare-and-set of a record with a claim. */
        BEFORE_CLAIM,
        /** After that compare-and-set, if it succeeded. */
        AFTER_CLAIM,
        /** Before the refresher is called. */
        BEFORE_CALL,
        /** After the send permit was granted and before the first byte is sent. */
        BEFORE_SEND,
        /** After the refresher returned: the provider has acted and nothing has been saved. */
        AFTER_RESPONSE,
        /** Before the compare-and-set of the next generation. The journal, if there is one, already contains it. */
        BEFORE_SAVE,
        /** After that compare-and-set, if it succeeded. */
        AFTER_SAVE
    }

    /** The ways in which a process fails. */
    public enum Mode {
        /**
         * The process exits at once, without shutdown hooks or {@code finally} blocks. Its exit code is {@value
         * #HALTED}.
         */
        HALT,
        /** The thread is suspended until {@link #resume}. */
        FREEZE,
        /** The call throws an {@link Error}. */
        THROW
    }

    private final Optional<Point> point;
    private final Mode mode;
    private final int occurrence;
    private final AtomicInteger passed = new AtomicInteger();
    private final Checkpoint frozen = new Checkpoint();
    private final Map<TokenKey, Long> generations = new ConcurrentHashMap<>();

    private CrashPoints(Optional<Point> point, Mode mode, int occurrence) {
        this.point = point;
        this.mode = mode;
        this.occurrence = occurrence;
    }

    /** Returns the crash that is set in the system property {@value #PROPERTY}; none if it is not set. */
    public static CrashPoints ofThisProcess() {
        String text = System.getProperty(PROPERTY, "");
        return text.isBlank() ? none() : parse(text);
    }

    /** Returns an instance that never crashes. */
    public static CrashPoints none() {
        return new CrashPoints(Optional.empty(), Mode.THROW, 1);
    }

    /** Returns a crash at the first time that a point is reached. */
    public static CrashPoints at(Point point, Mode mode) {
        return new CrashPoints(Optional.of(point), mode, 1);
    }

    /**
     * Parses a crash.
     *
     * @throws IllegalArgumentException if the text does not have the form above
     */
    public static CrashPoints parse(String text) {
        String[] words = text.strip().split("\\s+", -1);
        try {
            Mode mode = Mode.valueOf(words[0]);
            Point point = Point.valueOf(words[1]);
            return new CrashPoints(Optional.of(point), mode, words.length > 2 ? Integer.parseInt(words[2]) : 1);
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "crash \"" + text
                            + "\" is not \"MODE POINT\" or \"MODE POINT n\", for example \"HALT AFTER_CLAIM\"",
                    e);
        }
    }

    /** Returns a store that contains the crash points of a store. */
    public TokenStore around(TokenStore store) {
        return store instanceof DueIndex index ? new Indexed(store, index) : new Crashing(store);
    }

    /** Returns a refresher that contains the crash points of a refresher. */
    public Refresher around(Refresher refresher) {
        return request -> {
            pass(Point.BEFORE_CALL);
            TokenOutcome outcome = refresher.refresh(intercepted(request));
            pass(Point.AFTER_RESPONSE);
            return outcome;
        };
    }

    /**
     * Blocks until a thread is suspended at the crash point.
     *
     * @throws AssertionError if that takes more than ten seconds
     */
    public void awaitFrozen() {
        frozen.awaitArrived();
    }

    /** Resumes the suspended thread. */
    public void resume() {
        frozen.release();
    }

    private RefreshRequest intercepted(RefreshRequest request) {
        return request.withPermit(() -> {
            boolean may = request.permit().maySend();
            if (may) {
                pass(Point.BEFORE_SEND);
            }
            return may;
        });
    }

    private void pass(Point here) {
        if (point.filter(wanted -> wanted == here).isEmpty() || passed.incrementAndGet() != occurrence) {
            return;
        }
        switch (mode) {
            case HALT -> Runtime.getRuntime().halt(HALTED);
            case FREEZE -> frozen.arriveUninterruptibly();
            case THROW -> throw new Crash(here);
        }
    }

    /** The error that {@link Mode#THROW} throws. Immutable. */
    public static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        private Crash(Point point) {
            super("crashed at " + point);
        }
    }

    private class Crashing extends GatedStore {
        Crashing(TokenStore store) {
            super(store);
        }

        @Override
        final <T> T pass(Call call, Supplier<T> step, Supplier<T> lost) {
            return switch (call.operation()) {
                case LOAD -> load(step);
                case COMPARE_AND_SET -> write(call.next().orElseThrow(), step);
                default -> step.get();
            };
        }

        private <T> T load(Supplier<T> step) {
            T result = step.get();
            if (result instanceof Optional<?> found && found.orElse(null) instanceof TokenRecord record) {
                generations.put(record.key(), record.generation());
            }
            CrashPoints.this.pass(Point.AFTER_LOAD);
            return result;
        }

        private <T> T write(TokenRecord next, Supplier<T> step) {
            boolean saves = next.generation() > generations.getOrDefault(next.key(), Long.MAX_VALUE);
            boolean claims = next.claim().isPresent();
            if (saves || claims) {
                CrashPoints.this.pass(saves ? Point.BEFORE_SAVE : Point.BEFORE_CLAIM);
            }
            T won = step.get();
            if (Boolean.TRUE.equals(won)) {
                generations.put(next.key(), next.generation());
            }
            if ((saves || claims) && Boolean.TRUE.equals(won)) {
                CrashPoints.this.pass(saves ? Point.AFTER_SAVE : Point.AFTER_CLAIM);
            }
            return won;
        }
    }

    private final class Indexed extends Crashing implements DueIndex {
        private final DueIndex index;

        Indexed(TokenStore store, DueIndex index) {
            super(store);
            this.index = index;
        }

        @Override
        public List<TokenKey> due(String registration, Instant before, Optional<TokenKey> after, int limit) {
            return index.due(registration, before, after, limit);
        }

        @Override
        public Optional<Instant> oldestDue(String registration) {
            return index.oldestDue(registration);
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
