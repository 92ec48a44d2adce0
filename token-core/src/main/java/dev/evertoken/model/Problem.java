package dev.evertoken.model;

import static dev.evertoken.model.Remedy.CONTACT_SUPPORT;
import static dev.evertoken.model.Remedy.FIX_CONFIGURATION;
import static dev.evertoken.model.Remedy.RECONNECT;
import static dev.evertoken.model.Remedy.RETRY;
import static dev.evertoken.model.Remedy.WAIT;

import java.util.Optional;

/**
 * Everything that can be wrong, each with its one remedy, what it does to the connection's state, and
 * whether it is the account's or the client's.
 *
 * <p>A closed list: switch on it. New entries come only with a minor version. Immutable.
 */
public enum Problem {
    // ---- the account's grant
    NOT_CONNECTED(RECONNECT, "No tokens are stored for this account; ask the person for consent."),
    GRANT_DEAD(
            RECONNECT,
            ConnectionState.NEEDS_REAUTH,
            "The provider no longer accepts the grant; ask the person to reconnect."),
    REFRESH_TOKEN_LOST(
            RECONNECT,
            ConnectionState.NEEDS_REAUTH,
            "The answer to an earlier refresh was lost and the spent token is no longer accepted; ask the person to reconnect."),
    GRANT_EXPIRED(
            RECONNECT, ConnectionState.NEEDS_REAUTH, "The grant has reached its end; ask the person to reconnect."),
    NO_REFRESH_TOKEN(
            RECONNECT,
            ConnectionState.NOT_REFRESHABLE,
            "The provider gave no refresh token and the access token has ended; reconnect with offline access."),
    PARENT_NOT_CONNECTED(
            RECONNECT, "The account that this one's token comes from is not connected; connect that one again."),
    SCOPE_MISSING(RECONNECT, "The grant lacks a scope that the request needs; ask the person to grant it."),
    CONSENT_DENIED(RECONNECT, "The person declined; ask again when they want to connect."),
    CONSENT_FAILED(RECONNECT, "The provider did not complete the authorization; start it again."),
    CALLBACK_REJECTED(
            RECONNECT,
            "The redirect is not the end of an authorization that waits for one, or came too late; start it again."),
    WRONG_ACCOUNT(RECONNECT, "Another account gave consent than the one connected before; reconnect with that one."),
    IDENTITY_MISMATCH(
            CONTACT_SUPPORT, "The provider answered with the tokens of another account; they were not stored."),
    ACCOUNT_UNUSABLE(
            CONTACT_SUPPORT,
            ConnectionState.ACCOUNT_UNUSABLE,
            "The tokens work but the provider does not let this account be used."),
    ADMIN_BLOCKED(CONTACT_SUPPORT, "The administrator of the user's organisation blocks this application."),
    API_REJECTS_TOKEN(
            FIX_CONFIGURATION,
            "The API rejects a token that was just issued; check the API's host, region and scopes."),
    UNSIGNABLE_REQUEST(
            FIX_CONFIGURATION,
            "The request cannot be signed as its provider wants it; send it in another form or by another client."),
    BODY_NOT_REPLAYABLE(
            RETRY, "The token was refreshed but the request body cannot be sent twice; send the request again."),

    // ---- what is stored
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
    PLACEHOLDER_CREDENTIALS(FIX_CONFIGURATION, "A placeholder stands where a credential belongs; set the real value."),
    UNKNOWN_REGISTRATION(FIX_CONFIGURATION, "No client is registered under this id; register it with the builder."),
    STORE_UNAVAILABLE(RETRY, "The token store does not answer."),
    STORE_REFUSED(
            FIX_CONFIGURATION, "The token store refuses to be read or written; check its address, rights and space."),
    STORE_QUOTA(WAIT, "The token store's quota is used up."),
    JOURNAL_UNAVAILABLE(
            FIX_CONFIGURATION,
            "The journal cannot be written, so a rotating token is not spent; check the journal folder's rights and space."),

    // ---- the client at the provider
    CLIENT_REJECTED(FIX_CONFIGURATION, Scope.CLIENT, "The provider rejects the client id or secret."),
    REQUEST_REJECTED(FIX_CONFIGURATION, "The provider rejects the form of the request."),
    ENDPOINT_MOVED(FIX_CONFIGURATION, Scope.CLIENT, "The endpoint is not where the configuration says."),
    SCOPE_INVALID(FIX_CONFIGURATION, "The provider does not know a requested scope."),
    NOT_SUPPORTED(FIX_CONFIGURATION, "The provider does not offer what was asked of it."),
    UNSUPPORTED_TOKEN_TYPE(FIX_CONFIGURATION, "The provider issued a token type that cannot be used."),
    APP_INACTIVE(
            FIX_CONFIGURATION,
            Scope.CLIENT,
            "This application is switched off at the provider; its owner switches it on in the console there."),
    APP_BLOCKED(CONTACT_SUPPORT, Scope.CLIENT, "The provider has blocked or switched off this application."),
    RATE_LIMITED(WAIT, Scope.CLIENT, "The provider's rate limit is reached."),
    QUOTA_EXCEEDED(WAIT, Scope.CLIENT, "The provider's quota is used up."),

    // ---- the way to the provider
    NETWORK(RETRY, "The provider could not be reached."),
    TLS(RETRY, "The provider's certificate could not be verified; check the clock and the trust store if it lasts."),
    PROVIDER_UNAVAILABLE(RETRY, "The provider answered with a server error."),
    MALFORMED_RESPONSE(RETRY, "The provider's answer could not be understood."),
    UNRECOGNIZED_RESPONSE(RETRY, "The provider refused with an answer that is not known."),
    FORBIDDEN_UNRECOGNIZED(RETRY, "Something before the provider refused the request."),
    OUTCOME_UNKNOWN(
            WAIT, ConnectionState.UNCERTAIN, "The refresh may have reached the provider and its answer is unknown."),
    NOT_YET(WAIT, "The provider does not refresh this token yet; it is still valid."),
    USER_LOOKUP_FAILED(RETRY, ConnectionState.DEGRADED, "Tokens are saved, a further look-up failed."),

    // ---- this process and its peers
    WAIT_TIMEOUT(RETRY, "A refresh is in progress and did not end in time."),
    HELD_BY_PEER(RETRY, "Another process is refreshing this account and did not end in time."),
    OVERLOADED(RETRY, "The executor refused the work."),
    INTERNAL(RETRY, "An unexpected error; please report it.");

    /** Whose problem it is: one account's, or that of all accounts of one client. */
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

    /** Returns what the caller does about it. */
    public Remedy remedy() {
        return remedy;
    }

    /** Returns whose problem it is. */
    public Scope scope() {
        return scope;
    }

    /** Returns the state that it puts a connection into; empty if it leaves the state to the token's age. */
    public Optional<ConnectionState> state() {
        return state;
    }

    /** Returns one sentence for people, without any detail of the case. */
    public String advice() {
        return advice;
    }
}
