package dev.evertoken.store.jdbc;

import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * The tokens in an application's columns, in the parts that it keeps there. Prints no secret. Immutable.
 *
 * @param damaged whether something else than tokens stands there
 */
record ColumnTokens(
        Optional<Secret> accessToken,
        Optional<Secret> refreshToken,
        Optional<Instant> expiresAt,
        Set<String> scopes,
        boolean damaged) {

    static ColumnTokens none(boolean damaged) {
        return new ColumnTokens(Optional.empty(), Optional.empty(), Optional.empty(), Set.of(), damaged);
    }

    static ColumnTokens of(TokenSet tokens) {
        return new ColumnTokens(
                Optional.of(tokens.accessToken()), tokens.refreshToken(), tokens.expiresAt(), tokens.scopes(), false);
    }

    ColumnTokens withoutRefreshToken() {
        return new ColumnTokens(accessToken, Optional.empty(), expiresAt, scopes, damaged);
    }

    /** Tells whether the application has no tokens there. */
    boolean areNone() {
        return !damaged && accessToken.isEmpty() && refreshToken.isEmpty();
    }

    /** Tells whether these are the same tokens; what else is told of them does not count. */
    boolean sameTokens(ColumnTokens other) {
        return !damaged && accessToken.equals(other.accessToken) && refreshToken.equals(other.refreshToken);
    }

    /** Returns what the grant lives on: the refresh token, the access token where there is none. */
    Optional<Secret> root() {
        return refreshToken.or(() -> accessToken);
    }
}
