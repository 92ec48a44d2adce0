package dev.evertoken.examples.socialpublisher;

import dev.evertoken.model.Problem;
import dev.evertoken.spi.provider.ResourceVerdict;
import java.io.IOException;
import java.util.Optional;

/** A platform refused a request; the message contains no secret. Immutable. */
final class RefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;

    @SuppressWarnings("serial") // never serialized
    private final Optional<ResourceVerdict> verdict;

    RefusedException(int status, Optional<ResourceVerdict> verdict) {
        super(reason(status));
        this.status = status;
        this.verdict = verdict;
    }

    private static String reason(int status) {
        return "the platform responded with status " + status;
    }

    /** Returns one sentence without secrets. */
    String reason() {
        return reason(status);
    }

    int status() {
        return status;
    }

    /** Returns whether the request can be sent again, with another token. */
    boolean isNewTokenAvailable() {
        return verdict.flatMap(ResourceVerdict::problem)
                .filter(Problem.BODY_NOT_REPLAYABLE::equals)
                .isPresent();
    }

    /** Returns the meaning of the refusal for the token; empty if it does not concern the token. */
    Optional<ResourceVerdict> verdict() {
        return verdict.filter(one -> one.problem().isPresent());
    }
}
