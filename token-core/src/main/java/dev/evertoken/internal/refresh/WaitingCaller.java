package dev.evertoken.internal.refresh;

import dev.evertoken.internal.refresh.SingleFlight.Flight;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.operations.RefreshObservation.CallerWait;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The observation of one caller, from the first run that it waits for until it has a token or an exception. Further
 * runs that it needs belong to the same wait. Used by one thread at a time.
 */
final class WaitingCaller {

    private final Timekeeper time;
    private final long began;
    private @Nullable CallerWait wait;

    WaitingCaller(Timekeeper time) {
        this.time = time;
        this.began = time.nanos();
    }

    /** Records that the caller waits for a run, whether it has started the run or joined it. */
    void waitsFor(Flight flight, boolean joined) {
        if (wait == null) {
            wait = flight.observation().callerWaits(joined);
        }
    }

    /** Records the end of the wait, if there was one; {@code failure} is null if the caller has a token. */
    void ended(@Nullable Throwable failure) {
        if (wait != null) {
            wait.ended(
                    Duration.ofNanos(time.nanos() - began),
                    failure == null ? Optional.empty() : Optional.of(problem(failure)));
        }
    }

    private static Problem problem(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof TokenException known ? known.problem() : Problem.INTERNAL;
    }
}
