package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.spi.Timekeeper;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Call;
import okhttp3.Response;

/**
 * One call whose response is read on after its deadline, on a thread of its own. The thread that started the call
 * returns at the deadline.
 *
 * <p>A request that has not been written by the deadline is cut off then, and so is one for which too many other
 * responses of the endpoint are overdue: a provider that never responds must not occupy threads without limit.
 * Thread-safe.
 */
final class OverdueReading {

    /** The limit of responses of one endpoint that are overdue at the same time. */
    private static final int MOST_OVERDUE = 64;

    private static final Executor THREADS = CallThreads.named("evertoken-call");

    private final CallAttempt attempt;
    private final TokenEndpointRequest call;
    private final RequestDispatch dispatch;
    private final Call sending;
    private final AtomicInteger overdue;
    private final Reader reader;
    private final long startNanos;
    private final CompletableFuture<EndpointOutcome> last = new CompletableFuture<>();
    private final CompletableFuture<EndpointOutcome> first = new CompletableFuture<>();

    /** Reads a whole response. */
    @FunctionalInterface
    interface Reader {
        EndpointOutcome read(Response response) throws IOException;
    }

    /** @param overdue counts the overdue responses of the endpoint */
    OverdueReading(CallAttempt attempt, Call sending, AtomicInteger overdue, Reader reader) {
        this.attempt = attempt;
        this.call = attempt.call();
        this.dispatch = attempt.dispatch();
        this.sending = sending;
        this.overdue = overdue;
        this.reader = reader;
        this.startNanos = call.time().nanos();
    }

    /** Sends the request and returns its outcome, or {@link EndpointOutcome.Overdue} at the deadline. */
    EndpointOutcome outcome() {
        untilTheEnd(call.time().schedule(call.deadline(), this::deadlineExceeded));
        THREADS.execute(this::send);
        return CompletableFuture.anyOf(first, last)
                .thenApply(EndpointOutcome.class::cast)
                .join();
    }

    private void deadlineExceeded() {
        if (dispatch.isWritten() && isCounted()) {
            Duration left = call.readLimit().minusNanos(call.time().nanos() - startNanos);
            untilTheEnd(call.time().schedule(left, () -> cancel(call.readLimit())));
            first.complete(new EndpointOutcome.Overdue(dispatch.overdue(call.deadline()), last));
        } else {
            cancel(call.deadline());
        }
    }

    private void untilTheEnd(Timekeeper.Scheduled timer) {
        CompletableFuture<?> unused = last.whenComplete((outcome, failure) -> timer.cancel());
    }

    private boolean isCounted() {
        if (overdue.incrementAndGet() > MOST_OVERDUE) {
            overdue.decrementAndGet();
            return false;
        }
        CompletableFuture<?> unused = last.whenComplete((outcome, failure) -> overdue.decrementAndGet());
        return true;
    }

    private void cancel(Duration exceeded) {
        dispatch.exceeded(exceeded);
        sending.cancel();
    }

    private void send() {
        try (Response response = attempt.execute(sending)) {
            last.complete(reader.read(response));
        } catch (IOException e) {
            last.complete(dispatch.failed(e));
        } catch (RuntimeException | Error e) {
            last.completeExceptionally(e);
        }
    }
}
