package dev.evertoken.googleauth;

import com.google.auth.Retryable;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenIOException;

/**
 * The failure to supply a token, as google-auth expects it: gRPC reports a retryable one as {@code UNAVAILABLE} and any
 * other as {@code UNAUTHENTICATED}. Immutable.
 */
final class CredentialsException extends TokenIOException implements Retryable {

    private static final long serialVersionUID = 1L;

    CredentialsException(TokenException reason) {
        super(reason);
    }

    /** Returns whether the same request may succeed later without a person. */
    @Override
    public boolean isRetryable() {
        Remedy remedy = reason().remedy();
        return remedy == Remedy.RETRY || remedy == Remedy.WAIT;
    }

    @Override
    public int getRetryCount() {
        return 0;
    }
}
