package dev.evertoken.spi.operations;

/**
 * A refresh that is about to start. Immutable.
 *
 * @param registration the id under which the client of the account is registered
 * @param providerId the provider's id
 * @param cause why the refresh is needed
 */
public record RefreshStart(String registration, String providerId, Cause cause) {

    /** Why a refresh is needed. Later versions may add constants: keep a default branch in a {@code switch}. */
    public enum Cause {
        /** A caller waits for a token, because there is no suitable one in memory. */
        CALLER,
        /** The token in memory is still valid but due; no caller waits. */
        BACKGROUND,
        /** An operator requested it with {@code Tokens.refresh}. */
        FORCED
    }
}
