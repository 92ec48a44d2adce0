package dev.evertoken.model;

import java.io.IOException;

/**
 * Carries a {@link TokenException} through an HTTP client, which lets only {@link IOException} pass.
 *
 * <p>Thrown before the request is sent: no request is sent without its token. An adapter extends it if its client reads
 * properties of a failure, such as whether to repeat the request. Immutable.
 */
public class TokenIOException extends IOException {

    private static final long serialVersionUID = 1L;

    private final TokenException reason;

    public TokenIOException(TokenException reason) {
        super(reason.getMessage(), reason);
        this.reason = reason;
    }

    /** Returns the exception that states the problem and the remedy. */
    public final TokenException reason() {
        return reason;
    }
}
