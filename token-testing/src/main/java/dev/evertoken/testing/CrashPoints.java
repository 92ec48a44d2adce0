package dev.evertoken.testing;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.provider.RefreshOutcome;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.Refresher;
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
 * Ends, freezes or breaks a process at one place of a refresh, seen from outside: from the store and the
 * refresher that are put between.
 *
 * <p>A crash is written {@code MODE POINT} or {@code MODE POINT n}, as {@code HALT AFTER_CLAIM} or {@code
 * FREEZE BEFORE_SAVE 2}; n counts how often the point was passed, from 1. Thread-safe.
 */
public final class CrashPoints {

    /** The system property that {@link #ofThisProcess} reads. */
    public static final String PROPERTY = "evertoken.crash";

    /** The exit code of a process that a crash point has ended. */
    public static final int HALTED = 42;

    /** Where; in the order of a refresh. */
    public enum Point {
        AFTER_LOAD,
        /** Before a compare-and-set of a record with a claim. */
        BEFORE_CLAIM,
        /** After it, if it was won. */
        AFTER_CLAIM,
        /** Before the refresher is called. */
        BEFORE_CALL,
        /** In the send permit, after it said yes: the next thing is the first byte. */
        BEFORE_SEND,
        /** After the refresher returned: the provider has acted and nobody has written it down. */
        AFTER_RESPONSE,
        /** Before the compare-and-set of the next generation: the journal, if there is one, has it already. */
        BEFORE_SAVE,
        /** After it, if it was won. */
        AFTER_SAVE
    }

    /** How. */
    public enum Mode {
        /** The process ends at once: no shutdown hook, no finally. Its exit code is {@value #HALTED}. */
        HALT,
        /** The thread stops until {@link #thaw}. */
        FREEZE,
        /** The call throws an {@link Error}. */
        THROW
    }

    private final Optional<Point> point;
    private final Mode mode;
    private final int turn;
    private final AtomicInteger passed = new AtomicInteger();
    private final Checkpoint frozen = new Checkpoint();
    private final Map<TokenKey, Long> generations = new ConcurrentHashMap<>();

    private CrashPoints(Optional<Point> point, Mode mode, int turn) {
        this.point = point;
        this.mode = mode;
        this.turn = turn;
    }

    /** Returns the crash that the system property {@value #PROPERTY} asks for, none if it is not set. */
    public static CrashPoints ofThisProcess() {
        String text = System.getProperty(PROPERTY, "");
        return text.isBlank() ? none() : parse(text);
    }

    /** Returns no crash at all. */
    public static CrashPoints none() {
        return new CrashPoints(Optional.empty(), Mode.THROW, 1);
    }

    /** Returns the crash at the first passage of a point. */
    public static CrashPoints at(Point point, Mode mode) {
        return new CrashPoints(Optional.of(point), mode, 1);
    }

    /**
     * Reads a crash.
     *
     * @throws IllegalArgumentException if the text is not of the form above
     */
    public static CrashPoints parse(String text) {
        String[] words = text.strip().split("\\s+", -1);
        try {
            Mode mode = Mode.valueOf(words[0]);
            Point point = Point.valueOf(words[1]);
            return new CrashPoints(Optional.of(point), mode, words.length > 2 ? Integer.parseInt(words[2]) : 1);
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "crash \"" + text + "\" is not \"MODE POINT\" or \"MODE POINT n\", as in \"HALT AFTER_CLAIM\"", e);
        }
    }

    /** Puts the store's points around it. */
    public TokenStore around(TokenStore store) {
        return store instanceof DueIndex index ? new Indexed(store, index) : new Crashing(store);
    }

    /** Puts the refresher's points around it. */
    public Refresher around(Refresher refresher) {
        return request -> {
            pass(Point.BEFORE_CALL);
            RefreshOutcome outcome = refresher.refresh(watched(request));
            pass(Point.AFTER_RESPONSE);
            return outcome;
        };
    }

    /** Blocks until a thread is frozen here; fails after ten seconds. */
    public void awaitFrozen() {
        frozen.awaitArrived();
    }

    /** Lets the frozen thread go on. */
    public void thaw() {
        frozen.release();
    }

    private RefreshRequest watched(RefreshRequest request) {
        return request.withPermit(() -> {
            boolean may = request.permit().maySend();
            if (may) {
                pass(Point.BEFORE_SEND);
            }
            return may;
        });
    }

    private void pass(Point here) {
        if (point.filter(wanted -> wanted == here).isEmpty() || passed.incrementAndGet() != turn) {
            return;
        }
        switch (mode) {
            case HALT -> Runtime.getRuntime().halt(HALTED);
            case FREEZE -> frozen.stayUninterrupted();
            case THROW -> throw new Crash(here);
        }
    }

    /** What {@link Mode#THROW} throws. Immutable. */
    public static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        private Crash(Point point) {
            super("crashed " + point);
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
    }
}
