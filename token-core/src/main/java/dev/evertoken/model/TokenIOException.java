package dev.evertoken.model;

import java.io.IOException;

/**
 * Carries a {@link TokenException} through an HTTP client, which lets only {@link IOException} pass.
 *
 * <p>Thrown before the request is sent: a request never leaves without its token. Immutable.
 */
public final class TokenIOException extends IOException {

    private static final long serialVersionUID = 1L;

    private final TokenException reason;

    public TokenIOException(TokenException reason) {
        super(reason.getMessage(), reason);
        this.reason = reason;
    }

    /** Returns what is wrong and what to do. */
    public TokenException reason() {
        return reason;
    }
}
