package dev.evertoken.webhooks;

/**
 * The events that webhooks report, each with its type in a message. Later versions may add constants: keep a default
 * branch in a {@code switch}, and let a receiver ignore types that it does not know. Immutable.
 */
public enum WebhookEvent {
    /** A user has connected an account, for the first time or again. */
    CONNECTION_CREATED("connection.created"),
    /** The refresh of an account has begun to fail; reported once until a refresh succeeds. */
    CONNECTION_REFRESH_FAILING("connection.refresh_failing"),
    /** An account that failed or needed its user works again. */
    CONNECTION_RECOVERED("connection.recovered"),
    /** The provider reports that the grant is no longer valid; only the user can help, by connecting again. */
    CONNECTION_NEEDS_RECONNECT("connection.needs_reconnect"),
    /** The connection will end even if it is refreshed; the user has to connect again before. */
    CONNECTION_EXPIRES_SOON("connection.expires_soon"),
    /** An account was disconnected. */
    CONNECTION_DELETED("connection.deleted");

    private final String type;

    WebhookEvent(String type) {
        this.type = type;
    }

    /** Returns the type in a message, such as {@code connection.created}. */
    public String type() {
        return type;
    }
}
