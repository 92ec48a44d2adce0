package dev.evertoken.model;

/**
 * How a client authenticates at one endpoint (RFC 6749 section 2.3.1). Immutable.
 *
 * <p>Later versions may add constants: keep a default branch in a {@code switch}.
 */
public enum ClientAuthentication {
    /** HTTP Basic; client id and secret are form-encoded first. */
    CLIENT_SECRET_BASIC,
    /** HTTP Basic with {@code client_id} in the form body as well, for servers that expect both (X). */
    CLIENT_SECRET_BASIC_WITH_ID,
    /** HTTP Basic with client id and secret as they are, for servers that do not decode them. */
    CLIENT_SECRET_BASIC_RAW,
    /** HTTP Basic with the client secret as the user name and an empty password; the client id is not sent (Stripe). */
    CLIENT_SECRET_AS_USER,
    /** {@code Authorization: Bearer} with the client secret; the client id is not sent (Stripe). */
    CLIENT_SECRET_AS_BEARER,
    /** {@code client_id} and {@code client_secret} in the form body. */
    CLIENT_SECRET_POST,
    /** A public client: {@code client_id} alone in the form body. */
    CLIENT_ID_ONLY,
    /**
     * Mutual TLS (RFC 8705 section 2.1): the certificate of {@link TransportSettings.Builder#keyStore} proves the
     * client, and {@code client_id} is in the form body. An authority that the server trusts issued the certificate.
     */
    TLS_CLIENT_AUTH,
    /** Mutual TLS like {@link #TLS_CLIENT_AUTH}, with a certificate that is registered itself (section 2.2). */
    SELF_SIGNED_TLS_CLIENT_AUTH,
    /** No client authentication: neither id nor secret is sent. */
    NONE;

    /** Returns whether the client is authenticated by its certificate. */
    public boolean isByCertificate() {
        return this == TLS_CLIENT_AUTH || this == SELF_SIGNED_TLS_CLIENT_AUTH;
    }
}
