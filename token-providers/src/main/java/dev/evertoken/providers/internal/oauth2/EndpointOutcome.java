package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.Problem;
import dev.evertoken.spi.provider.ProviderResponse;
import java.time.Instant;

/** What came of one POST: an answer, nothing sent, or sent and no whole answer. Immutable. */
public sealed interface EndpointOutcome {

    /** A whole answer came; {@code sentAt} is the moment before the first byte of the request. */
    record Response(ProviderResponse response, Instant sentAt) implements EndpointOutcome {}

    /** No byte of the request left. */
    record NotSent(Problem problem, String detail) implements EndpointOutcome {}

    /** The request may have arrived; there is no answer, or not all of it. */
    record Lost(Problem problem, String detail) implements EndpointOutcome {}
}
