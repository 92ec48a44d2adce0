package dev.evertoken.spi.provider;

import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A provider's answer with tokens, absent fields still absent (RFC 6749 section 5.1). Immutable.
 *
 * @param accessToken empty if only a refresh token came, which happens
 * @param tokenType as written; {@code Bearer} if not told
 * @param refreshToken empty means: keep the one there is
 * @param expiresAt counted from {@code issuedAt}; empty if not told
 * @param refreshTokenExpiresAt empty if not told
 * @param scopes empty means: as before (RFC 6749 section 5.1)
 * @param subject the provider's id of the user, where the answer names one
 * @param attributes further secrets of the answer
 * @param issuedAt just before the request was sent
 */
public record TokenResponse(
        Optional<Secret> accessToken,
        String tokenType,
        Optional<Secret> refreshToken,
        Optional<Instant> expiresAt,
        Optional<Instant> refreshTokenExpiresAt,
        Optional<Set<String>> scopes,
        Optional<String> subject,
        Map<String, Secret> attributes,
        Instant issuedAt) {

    public TokenResponse {
        scopes = scopes.map(some -> Collections.unmodifiableSet(new LinkedHashSet<>(some)));
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }

    /** Returns this answer with another user, where a further look tells whose the tokens are; empty for nobody. */
    public TokenResponse ofUser(Optional<String> user) {
        return new TokenResponse(
                accessToken,
                tokenType,
                refreshToken,
                expiresAt,
                refreshTokenExpiresAt,
                scopes,
                user,
                attributes,
                issuedAt);
    }

    /** Returns this answer without what is no token: no scopes, no user, no attributes, the usual type. */
    public TokenResponse tokensOnly() {
        return new TokenResponse(
                accessToken,
                "Bearer",
                refreshToken,
                expiresAt,
                refreshTokenExpiresAt,
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                issuedAt);
    }

    /** Returns this answer with another end of the refresh token, where the provider's word on it does not count. */
    public TokenResponse withRefreshTokenEnd(Optional<Instant> end) {
        return new TokenResponse(
                accessToken, tokenType, refreshToken, expiresAt, end, scopes, subject, attributes, issuedAt);
    }

    /**
     * Returns the tokens that an account has after this answer: what is absent stays as it was in {@code
     * base}.
     *
     * <p>Without an access token in the answer the old one keeps its own end. The end of the refresh token is
     * kept when the answer tells none and brings the same refresh token or none; where there is no refresh token
     * at all it is the end of the grant, and a new access token leaves it only if the answer tells it again.
     */
    public TokenSet onto(TokenSet base) {
        TokenSet.Builder next = base.toBuilder();
        accessToken.ifPresent(token -> {
            next.accessToken(token).tokenType(tokenType).issuedAt(issuedAt).expiresAt(expiresAt);
        });
        boolean rotated = refreshToken
                .filter(token -> !base.refreshToken().equals(Optional.of(token)))
                .isPresent();
        refreshToken.ifPresent(next::refreshToken);
        boolean traded = base.refreshToken().isEmpty() && accessToken.isPresent();
        if (rotated || traded || refreshTokenExpiresAt.isPresent()) {
            next.refreshTokenExpiresAt(refreshTokenExpiresAt);
        }
        scopes.ifPresent(next::scopes);
        attributes.forEach(next::attribute);
        return next.build();
    }

    /** Returns the tokens of an account that has none before; empty without an access token. */
    public Optional<TokenSet> alone() {
        return accessToken.map(token -> new TokenSet(
                token,
                tokenType,
                refreshToken,
                expiresAt,
                refreshTokenExpiresAt,
                scopes.orElse(Set.of()),
                issuedAt,
                attributes));
    }
}
