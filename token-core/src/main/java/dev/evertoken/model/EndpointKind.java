package dev.evertoken.model;

/** What a request to a provider is for; client authentication and error rules depend on it. Immutable. */
public enum EndpointKind {
    /** What OAuth 1.0a gives before the authorization page is opened (RFC 5849 section 2.1). */
    TEMPORARY_CREDENTIALS,
    /** The authorization page (RFC 6749 section 3.1); opened by the person's browser. */
    AUTHORIZATION,
    /** Exchange of an authorization code at the token endpoint (RFC 6749 section 4.1.3). */
    EXCHANGE,
    /** Refresh at the token endpoint (RFC 6749 section 6). */
    REFRESH,
    /** Revocation (RFC 7009). */
    REVOKE,
    /** Introspection or whatever a provider has to validate a token (RFC 7662). */
    INTROSPECT,
    /** Tokens of the application itself (RFC 6749 section 4.4). */
    CLIENT_CREDENTIALS,
    /** A resource server: the API that the tokens are for (RFC 6750). */
    API
}
