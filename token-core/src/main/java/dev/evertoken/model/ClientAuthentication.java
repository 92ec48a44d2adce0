package dev.evertoken.model;

/** How a client proves itself at one endpoint (RFC 6749 section 2.3.1). Immutable. */
public enum ClientAuthentication {
    /** HTTP Basic, id and secret form-encoded first. */
    CLIENT_SECRET_BASIC,
    /** HTTP Basic, and {@code client_id} in the form body, too, for a server that looks for it in both (X). */
    CLIENT_SECRET_BASIC_WITH_ID,
    /** {@code client_id} and {@code client_secret} in the form body. */
    CLIENT_SECRET_POST,
    /** A public client: {@code client_id} alone in the form body. */
    CLIENT_ID_ONLY,
    /** Neither id nor secret. */
    NONE
}
