package dev.evertoken.jdkhttp;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A body whose beginning is buffered until the decision about the response: then either the whole body is passed to the
 * caller's subscriber, starting with the buffered part, or the rest is not read.
 *
 * <p>If the beginning does not arrive in time, {@link #endPeek} ends the wait for it. If a body ends early, the part that
 * was read is passed on, followed by the failure. Thread-safe.
 */
final class PeekedBody implements BodySubscriber<PeekedBody>, Subscription {

    private final int wanted;
    private final CompletableFuture<PeekedBody> read = new CompletableFuture<>();
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final Queue<List<ByteBuffer>> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicLong alreadyRequested = new AtomicLong();
    private final AtomicLong demand = new AtomicLong();
    private final AtomicInteger turns = new AtomicInteger();
    private final CompletableFuture<Subscription> source = new CompletableFuture<>();
    private volatile @Nullable BodySubscriber<?> caller;
    private volatile @Nullable Throwable failure;
    private volatile boolean ended;
    private volatile boolean told;

    /** @param wanted the number of bytes to buffer, at least 1 */
    PeekedBody(int wanted) {
        this.wanted = wanted;
    }

    /** Completes as soon as enough of the body, or all of it, has been read. */
    @Override
    public CompletionStage<PeekedBody> getBody() {
        return read;
    }

    /** Completes {@link #getBody()} with the part that has been read so far, unless it has completed. */
    void endPeek() {
        read.complete(this);
    }

    /** Returns the buffered part as text. */
    String text() {
        return shown.toString(StandardCharsets.UTF_8);
    }

    /** Passes the whole body to the caller's subscriber. */
    <T> CompletionStage<T> handTo(BodySubscriber<T> subscriber) {
        subscriber.onSubscribe(this);
        caller = subscriber;
        tell();
        return subscriber.getBody();
    }

    /** Discards the body; the rest is not read. */
    void drop() {
        if (!ended) {
            cancel();
        }
    }

    // ---- from the connection, one signal after the other

    @Override
    public void onSubscribe(Subscription subscription) {
        source.complete(subscription);
        requestMore(subscription);
    }

    /** Counts the item as requested on behalf of the caller, who may get the body before the item arrives. */
    private void requestMore(Subscription subscription) {
        alreadyRequested.incrementAndGet();
        subscription.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        boolean peeking = !read.isDone();
        if (peeking) {
            buffers.forEach(this::show);
        }
        waiting.add(buffers);
        if (peeking && shown.size() >= wanted) {
            read.complete(this);
        } else if (!read.isDone()) {
            requestMore(source.join());
        }
        tell();
    }

    private void show(ByteBuffer buffer) {
        ByteBuffer view = buffer.duplicate();
        byte[] some = new byte[Math.min(view.remaining(), Math.max(0, wanted - shown.size()))];
        view.get(some);
        shown.writeBytes(some);
    }

    @Override
    public void onError(Throwable why) {
        failure = why;
        end();
    }

    @Override
    public void onComplete() {
        end();
    }

    private void end() {
        ended = true;
        read.complete(this);
        tell();
    }

    // ---- from the caller's subscriber, on any thread

    @Override
    public void request(long items) {
        if (items < 1) {
            CompletableFuture<Void> unused = source.thenAccept(Subscription::cancel);
            waiting.clear();
            onError(new IllegalArgumentException("a subscriber requested " + items + " items"));
            return;
        }
        demand.updateAndGet(known -> known + items < 0 ? Long.MAX_VALUE : known + items);
        long covered = Math.min(items, alreadyRequested.getAndUpdate(left -> Math.max(0, left - items)));
        if (items - covered > 0) {
            source.join().request(items - covered);
        }
        tell();
    }

    @Override
    public void cancel() {
        told = true;
        CompletableFuture<Void> unused = source.thenAccept(Subscription::cancel);
    }

    // ---- one signal after the other to the caller's subscriber

    private void tell() {
        if (turns.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        while (seen != 0) {
            BodySubscriber<?> subscriber = caller;
            if (subscriber != null) {
                tell(subscriber);
            }
            seen = turns.addAndGet(-seen);
        }
    }

    private void tell(BodySubscriber<?> subscriber) {
        while (!told && demand.get() > 0) {
            List<ByteBuffer> next = waiting.poll();
            if (next == null) {
                break;
            }
            demand.updateAndGet(known -> known == Long.MAX_VALUE ? known : known - 1);
            subscriber.onNext(next);
        }
        if (ended && !told && waiting.isEmpty()) {
            told = true;
            Throwable why = failure;
            if (why == null) {
                subscriber.onComplete();
            } else {
                subscriber.onError(why);
            }
        }
    }
}
