package dev.evertoken.model;

/**
 * The purpose of a request to a provider; client authentication and error rules depend on it. Immutable.
 *
 * <p>Later versions may add constants: keep a default branch in a {@code switch}.
 */
public enum EndpointKind {
    /**
     * Temporary credentials of OAuth 1.0a, requested before the authorization page is opened (RFC 5849 section 2.1).
     */
    TEMPORARY_CREDENTIALS,
    /** The authorization page, opened by the user's browser (RFC 6749 section 3.1). */
    AUTHORIZATION,
    /** The exchange of an authorization code at the token endpoint (RFC 6749 section 4.1.3). */
    EXCHANGE,
    /** A refresh at the token endpoint (RFC 6749 section 6). */
    REFRESH,
    /** Token revocation (RFC 7009). */
    REVOKE,
    /** Introspection (RFC 7662), or the provider's own way to validate a token. */
    INTROSPECT,
    /** Client credentials grant: tokens of the application itself (RFC 6749 section 4.4). */
    CLIENT_CREDENTIALS,
    /** A request to a resource server, the API that the tokens are for (RFC 6750). */
    API
}
