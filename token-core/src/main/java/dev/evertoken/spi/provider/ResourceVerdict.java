package dev.evertoken.spi.provider;

import dev.evertoken.model.Problem;
import java.time.Instant;
import java.util.Optional;

/**
 * What an API's answer says about the token that was sent. Immutable.
 *
 * @param action what the interceptor does
 * @param problem what the caller may be told, empty if the token is not at fault
 * @param until no attempt before then, where the API tells it
 * @param detail the case in one sentence, never a body
 */
public record ResourceVerdict(Action action, Optional<Problem> problem, Optional<Instant> until, String detail) {

    /** What the interceptor does. */
    public enum Action {
        /** Hand the answer on as it is. */
        PASS,
        /** Adopt a newer token, else refresh once; then send once more. */
        REFRESH_AND_RETRY,
        /** Adopt a newer token, else derive it again from its parent's once; then send once more. */
        REDERIVE_FROM_PARENT,
        /** Adopt a newer token if there is one, but refresh nothing. */
        ADOPT_ONLY,
        /** Sign once more with the same token, then send once more; where nothing is signed as {@link #PASS}. */
        SIGN_AGAIN
    }

    /** Returns a verdict that hands on an answer that is not about the token. */
    public static ResourceVerdict pass() {
        return new ResourceVerdict(Action.PASS, Optional.empty(), Optional.empty(), "");
    }

    /** Returns a verdict that hands on an answer and names its problem. */
    public static ResourceVerdict pass(Problem problem, String detail) {
        return new ResourceVerdict(Action.PASS, Optional.of(problem), Optional.empty(), detail);
    }

    /** Returns a verdict that has the token refreshed and the request sent once more. */
    public static ResourceVerdict refresh(String detail) {
        return new ResourceVerdict(
                Action.REFRESH_AND_RETRY, Optional.of(Problem.API_REJECTS_TOKEN), Optional.empty(), detail);
    }

    /** Returns this verdict with a time before which nothing is tried. */
    public ResourceVerdict until(Instant moment) {
        return new ResourceVerdict(action, problem, Optional.of(moment), detail);
    }
}
