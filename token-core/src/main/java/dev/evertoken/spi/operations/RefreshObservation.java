package dev.evertoken.spi.operations;

import dev.evertoken.model.Problem;
import java.time.Duration;
import java.util.Optional;

/**
 * The observation of one refresh of an account, from its start to its end; see {@link EngineObserver}. Later versions
 * may add methods. Implementations are thread-safe.
 */
public interface RefreshObservation {

    /** Called once, when the refresh starts, on the thread of {@link EngineObserver#refresh}. */
    default void started() {}

    /**
     * Called when a caller starts to wait for the refresh, on the thread of the caller. A caller that does not block
     * waits too. A caller that joins the refresh may do so shortly before {@link #started} is called.
     *
     * @param joined false for the caller that started the refresh, true for any other
     */
    default CallerWait callerWaits(boolean joined) {
        return CallerWait.none();
    }

    /**
     * Called before each step of the refresh, on the thread that runs it. A refresh that waits for another process or
     * for its parent has several steps, possibly on different threads.
     */
    default Step stepStarts() {
        return Step.none();
    }

    /** Called once, after the waiting callers have been released. */
    default void ended(RefreshEnd end) {}

    /** Returns an observation that does nothing. */
    static RefreshObservation none() {
        return NoObservation.INSTANCE;
    }

    /** A caller that waits for a refresh. Implementations are thread-safe. */
    @FunctionalInterface
    interface CallerWait {

        /**
         * Called once, when the caller has a token or an exception, possibly on another thread than its start.
         *
         * @param took the time since the caller started to wait
         * @param problem the problem of the exception that the caller gets; empty if it gets a token. {@link
         *     Problem#WAIT_TIMEOUT} if the refresh continues without the caller
         */
        void ended(Duration took, Optional<Problem> problem);

        /** Returns an observation that does nothing. */
        static CallerWait none() {
            return NoObservation.NO_WAIT;
        }
    }

    /** A step of a refresh. Used by one thread. */
    @FunctionalInterface
    interface Step {

        /** Called once, at the end of the step, on the thread of its start. */
        void ended();

        /** Returns an observation that does nothing. */
        static Step none() {
            return NoObservation.NO_STEP;
        }
    }
}
