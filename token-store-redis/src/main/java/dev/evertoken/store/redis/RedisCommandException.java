package dev.evertoken.store.redis;

import java.io.Serial;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A command that failed. The store translates it into a {@link dev.evertoken.model.TokenStoreException}. Its message has
 * no response of a server, because a response may repeat the command. Immutable.
 */
public final class RedisCommandException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** The reasons of failures. */
    public enum Reason {

        /** The server responded with an error. */
        RESPONSE,

        /** Another server has the key now; the command had no effect. */
        MOVED,

        /** The connection could not be opened, or was broken, possibly after the command took effect. */
        DISCONNECTED,

        /** There was no response in time; the command possibly took effect. */
        TIMED_OUT,

        /** No connection was free in time, so the command was not sent. */
        NO_CONNECTION,

        /** Any other failure. */
        OTHER
    }

    private final Reason reason;
    private final @Nullable String response;

    /**
     * @param response the error with which a server responded, such as {@code NOAUTH Authentication required.}; null if
     *     there was none
     * @param cause the exception of the client; it must not have a response of a server in its message if the reason is
     *     {@link Reason#RESPONSE}
     */
    public RedisCommandException(Reason reason, @Nullable String response, @Nullable Throwable cause) {
        super("a Redis command failed: " + reason, cause);
        this.reason = reason;
        this.response = response;
    }

    /** Returns the reason. */
    public Reason reason() {
        return reason;
    }

    /** Returns the error with which a server responded, or with which it rejected the login of a new connection. */
    public Optional<String> response() {
        return Optional.ofNullable(response);
    }
}
