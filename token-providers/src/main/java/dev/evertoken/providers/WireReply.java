package dev.evertoken.providers;

import dev.evertoken.model.Problem;
import dev.evertoken.spi.ProviderAnswer;
import java.time.Instant;

/** What came of one POST: an answer, nothing sent, or sent and no whole answer. Immutable. */
sealed interface WireReply {

    /** A whole answer came; {@code sentAt} is the moment before the first byte of the request. */
    record Answer(ProviderAnswer answer, Instant sentAt) implements WireReply {}

    /** No byte of the request left. */
    record NotSent(Problem problem, String detail) implements WireReply {}

    /** The request may have arrived; there is no answer, or not all of it. */
    record Lost(Problem problem, String detail) implements WireReply {}
}
