package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.Problem;
import dev.evertoken.spi.provider.ProviderResponse;
import java.time.Instant;

/** The outcome of one request: a response, nothing sent, or sent without a complete response. Immutable. */
public sealed interface EndpointOutcome {

    /** A complete response; {@code sentAt} is the time before the first byte of the request. */
    record Response(ProviderResponse response, Instant sentAt) implements EndpointOutcome {}

    /** No byte of the request was sent. */
    record NotSent(Problem problem, String detail) implements EndpointOutcome {}

    /** The request may have arrived; the response is missing or incomplete. */
    record Lost(Problem problem, String detail) implements EndpointOutcome {}
}
