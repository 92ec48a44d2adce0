package dev.evertoken.jdkhttp;

import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The body of a response, before the caller gets it. Immutable. */
sealed interface ArrivedBody<T> {

    /** Returns a subscriber for a response that is not judged: the caller's subscriber reads its body. */
    static <T> BodySubscriber<ArrivedBody<T>> whole(BodySubscriber<T> callers) {
        return BodySubscribers.mapping(callers, Whole::new);
    }

    /** Returns a subscriber for a response that is judged by the beginning of its body. */
    static <T> BodySubscriber<ArrivedBody<T>> peeked(PeekedBody body) {
        return BodySubscribers.mapping(body, Peeked::new);
    }

    /** Returns whether the response is judged. */
    boolean isJudged();

    /** Returns the beginning of the body as text; empty if the response is not judged. */
    String shown();

    /** Discards what has not been read. */
    void drop();

    /**
     * Passes the whole body to the caller.
     *
     * @param callers returns the caller's subscriber; called only if the response is judged
     */
    CompletionStage<T> handTo(Supplier<BodySubscriber<T>> callers);

    /** The result of the caller's subscriber. */
    record Whole<T>(T body) implements ArrivedBody<T> {

        @Override
        public boolean isJudged() {
            return false;
        }

        @Override
        public String shown() {
            return "";
        }

        @Override
        public void drop() {}

        @Override
        public CompletionStage<T> handTo(Supplier<BodySubscriber<T>> callers) {
            return CompletableFuture.completedFuture(body);
        }
    }

    /** A body of which the beginning was buffered. */
    record Peeked<T>(PeekedBody body) implements ArrivedBody<T> {

        @Override
        public boolean isJudged() {
            return true;
        }

        @Override
        public String shown() {
            return body.text();
        }

        @Override
        public void drop() {
            body.drop();
        }

        @Override
        public CompletionStage<T> handTo(Supplier<BodySubscriber<T>> callers) {
            return body.handTo(callers.get());
        }
    }
}
