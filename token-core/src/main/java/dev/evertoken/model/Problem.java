package dev.evertoken.model;

import static dev.evertoken.model.Remedy.CONTACT_SUPPORT;
import static dev.evertoken.model.Remedy.FIX_CONFIGURATION;
import static dev.evertoken.model.Remedy.RECONNECT;
import static dev.evertoken.model.Remedy.RETRY;
import static dev.evertoken.model.Remedy.WAIT;

import java.util.Optional;

/**
 * The kinds of failure. Each has exactly one {@link Remedy}, may change the {@link ConnectionState} of the account, and
 * concerns either one account or all accounts of a client.
 *
 * <p>Later minor versions may add constants: keep a default branch in a {@code switch} over problems, or switch over
 * {@link #remedy()}, whose constants do not change. Immutable.
 */
public enum Problem {
    // ---- the account's grant
    NOT_CONNECTED(RECONNECT, "No tokens are stored for this account; ask the user for consent."),
    GRANT_DEAD(
            RECONNECT,
            ConnectionState.NEEDS_REAUTH,
            "The provider no longer accepts the grant; ask the user to reconnect."),
    REFRESH_TOKEN_LOST(
            RECONNECT,
            ConnectionState.NEEDS_REAUTH,
            "The response to an earlier refresh was lost and the used refresh token is no longer accepted; ask the user to"
                    + " reconnect."),
    GRANT_EXPIRED(RECONNECT, ConnectionState.NEEDS_REAUTH, "The grant has expired; ask the user to reconnect."),
    NO_REFRESH_TOKEN(
            RECONNECT,
            ConnectionState.NOT_REFRESHABLE,
            "The provider issued no refresh token and the access token has expired; reconnect with offline access."),
    PARENT_NOT_CONNECTED(
            RECONNECT,
            "The account that this account's token is derived from is not connected; reconnect that account."),
    SCOPE_MISSING(RECONNECT, "The grant lacks a scope that the request needs; ask the user to grant it."),
    CONSENT_DENIED(RECONNECT, "The user declined the consent; ask again when the user wants to connect."),
    CONSENT_FAILED(RECONNECT, "The provider did not complete the authorization; start the authorization again."),
    CALLBACK_REJECTED(
            RECONNECT,
            "The redirect does not belong to a pending authorization or came too late; start the authorization again."),
    WRONG_ACCOUNT(
            RECONNECT,
            "A different account than the one connected before gave consent; reconnect with the earlier account."),
    IDENTITY_MISMATCH(
            CONTACT_SUPPORT, "The provider returned the tokens of a different account; they were not stored."),
    ACCOUNT_UNUSABLE(
            CONTACT_SUPPORT,
            ConnectionState.ACCOUNT_UNUSABLE,
            "The tokens are valid, but the provider does not allow this account to be used."),
    ADMIN_BLOCKED(CONTACT_SUPPORT, "The administrator of the user's organization blocks this application."),
    API_REJECTS_TOKEN(
            FIX_CONFIGURATION,
            "The API rejects a valid token; check the API's host, region and scopes, and which kind of token it requires."),
    HOST_NOT_ALLOWED(
            FIX_CONFIGURATION,
            "The request was not sent, because the token may not be sent to its host; allow the host if it is part of"
                    + " the API."),
    UNSIGNABLE_REQUEST(
            FIX_CONFIGURATION,
            "The request cannot be signed as its provider requires; send it in another form or with another client."),
    BODY_NOT_REPLAYABLE(
            RETRY, "The token was refreshed, but the request body cannot be sent twice; send the request again."),

    // ---- the stored record
    RECORD_UNREADABLE(
            FIX_CONFIGURATION,
            ConnectionState.UNREADABLE,
            "The stored record cannot be read or decrypted; restore the key or the record, or reconnect."),
    RECORD_TOO_NEW(
            FIX_CONFIGURATION,
            ConnectionState.UNREADABLE,
            "The stored record was written by a newer version; upgrade this application."),
    ENVIRONMENT_MISMATCH(
            FIX_CONFIGURATION, "The stored record belongs to another namespace or environment; nothing was refreshed."),
    CLIENT_MISMATCH(FIX_CONFIGURATION, "The stored record belongs to another client id; nothing was refreshed."),
    PLACEHOLDER_CREDENTIALS(FIX_CONFIGURATION, "A credential is missing or a placeholder; set the real value."),
    KEY_RING_INVALID(
            FIX_CONFIGURATION, "The key ring is missing or malformed; write it as id:base64, with keys of 32 bytes."),
    UNKNOWN_REGISTRATION(FIX_CONFIGURATION, "No client is registered under this id; register it with the builder."),
    STORE_UNAVAILABLE(RETRY, "The token store is unavailable, or accepts no writes for a while."),
    STORE_REFUSED(FIX_CONFIGURATION, "The token store rejects reads or writes; check its address and permissions."),
    STORE_QUOTA(WAIT, "The token store's quota is exhausted."),
    STORE_FAILED_OVER(
            WAIT,
            "The token store may have lost its latest writes, such as in a failover; the refresh token is not used until"
                    + " other processes have had time to save their records."),
    JOURNAL_UNAVAILABLE(
            FIX_CONFIGURATION,
            "The journal cannot be written, so the rotating refresh token is not used; check the permissions of the"
                    + " journal directory."),
    JOURNAL_FULL(
            RETRY,
            "The disk of the journal accepts no writes for a while, such as when it is full, so the rotating refresh"
                    + " token is not used."),

    // ---- the client at the provider
    CLIENT_REJECTED(FIX_CONFIGURATION, Scope.CLIENT, "The provider rejects the client id or secret."),
    CLIENT_CERTIFICATE_REQUIRED(
            FIX_CONFIGURATION,
            Scope.CLIENT,
            "The provider's server requires another client certificate; set its key store with"
                    + " TransportSettings.keyStore, or use an endpoint that requires none."),
    REQUEST_REJECTED(FIX_CONFIGURATION, "The provider rejects the request as malformed."),
    ENDPOINT_MOVED(FIX_CONFIGURATION, Scope.CLIENT, "The endpoint is not at the configured address."),
    SCOPE_INVALID(FIX_CONFIGURATION, "The provider does not know a requested scope."),
    NOT_SUPPORTED(FIX_CONFIGURATION, "The provider does not support this operation."),
    UNSUPPORTED_TOKEN_TYPE(FIX_CONFIGURATION, "The provider issued a token type that cannot be used."),
    APP_INACTIVE(
            FIX_CONFIGURATION,
            Scope.CLIENT,
            "This application is disabled at the provider; its owner can enable it in the provider's console."),
    APP_BLOCKED(CONTACT_SUPPORT, Scope.CLIENT, "The provider has blocked or disabled this application."),
    RATE_LIMITED(WAIT, Scope.CLIENT, "The provider's rate limit is reached."),
    QUOTA_EXCEEDED(WAIT, Scope.CLIENT, "The provider's quota is exhausted."),

    // ---- the connection to the provider
    NETWORK(RETRY, "The provider could not be reached."),
    TLS(RETRY, "No TLS connection to the provider could be made."),
    CERTIFICATE_NOT_TRUSTED(
            FIX_CONFIGURATION,
            Scope.CLIENT,
            "The provider's certificate is not trusted; check the trust store, the host name and the clock."),
    PROXY_REFUSED(
            FIX_CONFIGURATION,
            Scope.CLIENT,
            "The proxy refuses connections to the provider; check its credentials and its rules."),
    PROVIDER_UNAVAILABLE(RETRY, "The provider returned a server error."),
    MALFORMED_RESPONSE(RETRY, "The provider's response could not be parsed."),
    UNRECOGNIZED_RESPONSE(RETRY, "The provider refused the request with an unrecognized response."),
    FORBIDDEN_UNRECOGNIZED(RETRY, "An intermediary, such as a firewall or proxy, refused the request."),
    OUTCOME_UNKNOWN(
            WAIT, ConnectionState.UNCERTAIN, "The refresh may have reached the provider, and its response is unknown."),
    NOT_YET(WAIT, "The provider does not refresh this token yet; it is still valid."),
    USER_LOOKUP_FAILED(
            RETRY, ConnectionState.DEGRADED, "The tokens are saved, but a further lookup at the provider failed."),

    // ---- this process and its peers
    WAIT_TIMEOUT(RETRY, "A refresh is in progress and did not finish in time."),
    HELD_BY_PEER(RETRY, "Another process is refreshing this account and did not finish in time."),
    OVERLOADED(RETRY, "The executor rejected the task."),
    INTERNAL(RETRY, "An unexpected error occurred; please report it.");

    /** Whether a problem concerns one account or all accounts of one client. */
    public enum Scope {
        ACCOUNT,
        CLIENT
    }

    private final Remedy remedy;
    private final Scope scope;
    private final Optional<ConnectionState> state;
    private final String advice;

    Problem(Remedy remedy, String advice) {
        this(remedy, Scope.ACCOUNT, Optional.empty(), advice);
    }

    Problem(Remedy remedy, Scope scope, String advice) {
        this(remedy, scope, Optional.empty(), advice);
    }

    Problem(Remedy remedy, ConnectionState state, String advice) {
        this(remedy, Scope.ACCOUNT, Optional.of(state), advice);
    }

    Problem(Remedy remedy, Scope scope, Optional<ConnectionState> state, String advice) {
        this.remedy = remedy;
        this.scope = scope;
        this.state = state;
        this.advice = advice;
    }

    /** Returns how the caller should react. */
    public Remedy remedy() {
        return remedy;
    }

    /** Returns whether the problem concerns one account or all accounts of the client. */
    public Scope scope() {
        return scope;
    }

    /**
     * Returns the state that the problem puts a connection into; empty if the state depends only on the age of the
     * token.
     */
    public Optional<ConnectionState> state() {
        return state;
    }

    /** Returns one sentence for the user or the operator, without details of the individual case. */
    public String advice() {
        return advice;
    }
}
