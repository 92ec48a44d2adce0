package dev.evertoken.examples.calendarsync;

import dev.evertoken.mirror.receiver.ReceivedRequest;
import dev.evertoken.model.Secret;

/** The service that knows a token. Immutable. */
record Sender(Secret serviceToken) {

    /** Returns whether a request has the token of this service. */
    boolean sent(ReceivedRequest request) {
        return request.header("Authorization")
                .map(Secret::of)
                .filter(Secret.of("Bearer " + serviceToken.reveal())::equals)
                .isPresent();
    }
}
