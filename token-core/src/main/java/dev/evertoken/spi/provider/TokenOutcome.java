package dev.evertoken.spi.provider;

import dev.evertoken.model.Problem;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The outcome of one token request: a refresh, the exchange of a code or a client credentials request. The subtypes differ
 * in whether the refresh token or the code can have been used up. Immutable.
 *
 * <p>Later versions may add subtypes: keep a default branch.
 */
public sealed interface TokenOutcome {

    /** The provider returned tokens. */
    record Issued(TokenResponse response) implements TokenOutcome {}

    /**
     * The provider refused with a response that its dialect recognizes: it issued no tokens, and a refresh token was not
     * used up.
     */
    record Refused(TokenVerdict verdict) implements TokenOutcome {}

    /**
     * Nothing reached the provider: a refresh token or a code is still unused.
     *
     * @param problem the cause, such as {@link Problem#NETWORK} or {@link Problem#TLS}
     * @param detail one sentence without secrets
     * @param cause the failure of the connection, which becomes the cause of the exception that the callers get; its
     *     messages must not contain secrets. Empty if there is none.
     */
    record NotSent(Problem problem, String detail, Optional<Throwable> cause) implements TokenOutcome {

        /** Creates an outcome without the failure of a connection. */
        public NotSent(Problem problem, String detail) {
            this(problem, detail, Optional.empty());
        }
    }

    /** The request may have reached the provider, and its effect is unknown. */
    record MaybeSent(TokenVerdict verdict) implements TokenOutcome {}

    /**
     * The request was sent and no complete response arrived within the call deadline; the refresher reads on. Only a
     * refresh returns it, and only if the {@linkplain RefreshRequest#readLimit() read limit} of its request is longer than
     * the call deadline.
     *
     * <p>The engine keeps the claim until {@code late} completes, and saves the tokens of a late response. No caller waits
     * for that.
     *
     * @param verdict the problem that is reported to the callers at the call deadline
     * @param late completes with the final outcome, by the read limit and on any thread; it is then not another
     *     {@code Overdue}. An exception counts as {@link MaybeSent}.
     */
    record Overdue(TokenVerdict verdict, CompletionStage<TokenOutcome> late) implements TokenOutcome {}
}
