package dev.evertoken.store.jdbc;

import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The tokens in an application's columns, limited to the parts with a column. Its string form has no secrets.
 * Immutable.
 *
 * @param damaged whether the columns have content that is not a token
 */
record ColumnTokens(
        Optional<Secret> accessToken,
        Optional<Secret> refreshToken,
        Optional<Instant> expiresAt,
        Set<String> scopes,
        boolean damaged) {

    /** Returns the tokens of the columns; characters that are invalid in a token count as damage. */
    static ColumnTokens read(
            Optional<Secret> accessToken,
            Optional<Secret> refreshToken,
            Optional<Instant> expiresAt,
            Set<String> scopes) {
        boolean damaged = Stream.of(accessToken, refreshToken)
                .flatMap(Optional::stream)
                .anyMatch(token -> !token.hasTokenCharacters());
        return damaged ? none(true) : new ColumnTokens(accessToken, refreshToken, expiresAt, scopes, false);
    }

    static ColumnTokens none(boolean damaged) {
        return new ColumnTokens(Optional.empty(), Optional.empty(), Optional.empty(), Set.of(), damaged);
    }

    /** Returns the parts of tokens; the expiry of a token that does not expire is left out. */
    static ColumnTokens of(TokenSet tokens) {
        return new ColumnTokens(
                tokens.accessToken(),
                tokens.refreshToken(),
                tokens.expiresAt().filter(end -> !tokens.neverExpires()),
                tokens.scopes(),
                false);
    }

    ColumnTokens withoutRefreshToken() {
        return new ColumnTokens(accessToken, Optional.empty(), expiresAt, scopes, damaged);
    }

    /** Returns whether the columns have no tokens. */
    boolean areNone() {
        return !damaged && accessToken.isEmpty() && refreshToken.isEmpty();
    }

    /** Returns whether an account can be kept valid with these tokens; otherwise a token that it needs is missing. */
    boolean suffice(RefreshModel model) {
        return accessToken.isPresent() || (refreshToken.isPresent() && model.usesRefreshTokens());
    }

    /** Returns whether the tokens are the same; expiry and scopes are ignored. */
    boolean sameTokens(ColumnTokens other) {
        return !damaged && accessToken.equals(other.accessToken) && refreshToken.equals(other.refreshToken);
    }

    /** Returns the token that represents the grant: the refresh token, or the access token if there is none. */
    Optional<Secret> root() {
        return refreshToken.or(() -> accessToken);
    }
}
