package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.Problem;
import dev.evertoken.spi.provider.ProviderResponse;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The outcome of one request: a response, nothing sent, or sent without a complete response. Thread-safe. */
public sealed interface EndpointOutcome {

    /** A complete response; {@code sentAt} is the time before the first byte of the request. */
    record Response(ProviderResponse response, Instant sentAt) implements EndpointOutcome {}

    /**
     * No byte of the request was sent.
     *
     * @param cause the failure of the connection, if that was the cause
     */
    record NotSent(Problem problem, String detail, Optional<Throwable> cause) implements EndpointOutcome {
        public NotSent(Problem problem, String detail) {
            this(problem, detail, Optional.empty());
        }
    }

    /** The request may have arrived; the response is missing or incomplete. */
    record Lost(Problem problem, String detail) implements EndpointOutcome {}

    /**
     * The request was sent, and its response has not arrived by the deadline; it is read on.
     *
     * @param late completes with the final outcome, by the read limit of the request
     */
    record Overdue(String detail, CompletionStage<EndpointOutcome> late) implements EndpointOutcome {}
}
