package dev.evertoken.model;

/** Thrown if no tokens are stored for the account: it was never connected, or it was disconnected. Immutable. */
public final class NotConnectedException extends TokenException {

    private static final long serialVersionUID = 1L;

    NotConnectedException(Builder from) {
        super(from);
    }
}
