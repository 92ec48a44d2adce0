package dev.evertoken.spi.provider;

import dev.evertoken.model.Problem;
import java.time.Instant;
import java.util.Optional;

/**
 * The meaning of an API's response for the token that was sent. Immutable.
 *
 * @param action the action of the interceptor
 * @param problem the problem reported to the caller; empty if the token is not at fault
 * @param until the earliest time of the next attempt, if the API states it
 * @param detail one sentence on the case, never a body
 */
public record ResourceVerdict(Action action, Optional<Problem> problem, Optional<Instant> until, String detail) {

    /** The action of the interceptor. Later versions may add constants: keep a default branch in a {@code switch}. */
    public enum Action {
        /** Pass the response on unchanged. */
        PASS,
        /** Use a newer token if there is one, otherwise refresh once; then send the request again. */
        REFRESH_AND_RETRY,
        /**
         * Use a newer token if there is one, otherwise derive it once from the parent's token; then send the request
         * again.
         */
        REDERIVE_FROM_PARENT,
        /** Use a newer token if there is one, but refresh nothing. */
        ADOPT_ONLY,
        /**
         * Sign again with the same token and send the request again; same as {@link #PASS} if requests are not signed.
         */
        SIGN_AGAIN
    }

    /** Returns a verdict that passes on a response that does not concern the token. */
    public static ResourceVerdict pass() {
        return new ResourceVerdict(Action.PASS, Optional.empty(), Optional.empty(), "");
    }

    /** Returns a verdict that passes on a response and names its problem. */
    public static ResourceVerdict pass(Problem problem, String detail) {
        return new ResourceVerdict(Action.PASS, Optional.of(problem), Optional.empty(), detail);
    }

    /** Returns a verdict that refreshes the token and sends the request again. */
    public static ResourceVerdict refresh(String detail) {
        return new ResourceVerdict(
                Action.REFRESH_AND_RETRY, Optional.of(Problem.API_REJECTS_TOKEN), Optional.empty(), detail);
    }

    /** Returns this verdict with the earliest time of the next attempt. */
    public ResourceVerdict until(Instant moment) {
        return new ResourceVerdict(action, problem, Optional.of(moment), detail);
    }
}
