package dev.evertoken.examples.socialpublisher;

import java.io.IOException;

/** A request to this service that cannot be served; the message is its reason, for the caller. Immutable. */
final class InvalidRequestException extends IOException {

    private static final long serialVersionUID = 1L;

    InvalidRequestException(String reason) {
        super(reason);
    }
}
