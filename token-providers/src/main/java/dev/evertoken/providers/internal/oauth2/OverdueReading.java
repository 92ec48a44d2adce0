package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.spi.Timekeeper;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Dispatcher;
import okhttp3.Response;

/**
 * One call whose response is read on after its deadline, on a thread of the HTTP client. The thread that started the call
 * returns at the deadline.
 *
 * <p>A request that has not been written by the deadline is cut off then, and so is one for which too many other
 * responses of the endpoint are overdue: a provider that never responds must not occupy threads without limit.
 * Thread-safe.
 */
final class OverdueReading implements Callback {

    /** The limit of responses of one endpoint that are overdue at the same time. */
    private static final int MOST_OVERDUE = 64;

    private static final long IDLE_SECONDS = 10;

    private final TokenEndpointRequest call;
    private final RequestDispatch dispatch;
    private final Call sending;
    private final AtomicInteger overdue;
    private final Reader reader;
    private final CompletableFuture<EndpointOutcome> last = new CompletableFuture<>();
    private final CompletableFuture<EndpointOutcome> first = new CompletableFuture<>();

    /** Reads a whole response. */
    @FunctionalInterface
    interface Reader {
        EndpointOutcome read(Response response) throws IOException;
    }

    /** @param overdue counts the overdue responses of the endpoint */
    OverdueReading(CallAttempt attempt, Call sending, AtomicInteger overdue, Reader reader) {
        this.call = attempt.call();
        this.dispatch = attempt.dispatch();
        this.sending = sending;
        this.overdue = overdue;
        this.reader = reader;
    }

    /**
     * Returns a dispatcher without a limit of its own, since each call is waited for or counted; its threads are
     * daemons.
     */
    static Dispatcher dispatcher() {
        AtomicInteger number = new AtomicInteger();
        Dispatcher dispatcher = new Dispatcher(new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "evertoken-call-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                }));
        dispatcher.setMaxRequests(Integer.MAX_VALUE);
        dispatcher.setMaxRequestsPerHost(Integer.MAX_VALUE);
        return dispatcher;
    }

    /** Sends the request and returns its outcome, or {@link EndpointOutcome.Overdue} at the deadline. */
    EndpointOutcome outcome() {
        Timekeeper.Scheduled deadline = call.time().schedule(call.deadline(), this::deadlineExceeded);
        Timekeeper.Scheduled limit = call.time().schedule(call.readLimit(), () -> cancel(call.readLimit()));
        CompletableFuture<?> unused = last.whenComplete((outcome, failure) -> {
            deadline.cancel();
            limit.cancel();
        });
        sending.enqueue(this);
        return CompletableFuture.anyOf(first, last)
                .thenApply(EndpointOutcome.class::cast)
                .join();
    }

    private void deadlineExceeded() {
        if (dispatch.isWritten() && isCounted()) {
            first.complete(new EndpointOutcome.Overdue(dispatch.overdue(call.deadline()), last));
        } else {
            cancel(call.deadline());
        }
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

    @Override
    public void onResponse(Call answered, Response response) {
        try (response) {
            last.complete(reader.read(response));
        } catch (IOException e) {
            last.complete(dispatch.failed(e));
        } catch (RuntimeException | Error e) {
            last.completeExceptionally(e);
        }
    }

    @Override
    public void onFailure(Call failed, IOException e) {
        last.complete(dispatch.failed(e));
    }
}
