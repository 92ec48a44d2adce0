package dev.evertoken.testing;

import dev.evertoken.model.ClientAuthentication;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How one provider talks: the shapes of its answers and what it accepts. Implementations are stateless. */
interface Manners {

    /** Returns the provider's id, also the first part of its paths. */
    String id();

    /** Returns a client id of the shape that the provider hands out. */
    String clientId();

    /** Returns scopes that a consent has unless told otherwise. */
    List<String> usualScopes();

    /** Returns what separates scopes. */
    String scopeSeparator();

    GrantBook.Rotation rotation();

    Duration lifetime();

    /** Returns how clients may prove themselves at the token endpoint. */
    Set<ClientAuthentication> tokenAuthentication();

    /** Returns how clients may prove themselves at the revocation endpoint. */
    Set<ClientAuthentication> revokeAuthentication();

    /** Tells whether this consent brings a refresh token; {@code first} if the account has no other one. */
    boolean givesRefreshToken(AuthorizationQuery query, boolean first);

    /** Tells whether the application gets tokens of its own (RFC 6749 section 4.4). */
    default boolean givesAppTokens() {
        return false;
    }

    /** Answers a token request with tokens; {@code exchange} if they were bought with a code. */
    Reply tokens(GrantBook.Issue issue, Instant now, boolean exchange);

    Reply unknownClient(boolean basic);

    Reply wrongSecret(boolean basic);

    Reply deadRefreshToken();

    Reply deadCode();

    /** Answers a token request that lacks a field. */
    Reply missing(String field);

    Reply unsupportedGrantType();

    /** Answers a request for revocation; {@code known} if the token was alive. */
    Reply revoked(boolean known);

    /** Answers a look at an access token; empty if it is dead. */
    Reply introspected(Optional<GrantBook.Issue> holder, Instant now);

    /** Answers an API request whose token is dead, or that has none. */
    Reply apiRefusal(boolean hasToken);

    /** Returns an answer of RFC 6749 section 5.2. */
    static Reply rfcError(int status, String error, String description) {
        return Reply.json(status, "error", error, "error_description", description);
    }

    /** Returns whole seconds of life left, at least 0. */
    static long secondsLeft(GrantBook.Issue issue, Instant now) {
        return Math.max(0, Duration.between(now, issue.accessEnd()).toSeconds());
    }
}
