package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.RevokeOutcome;
import dev.evertoken.spi.provider.Revoker;
import java.time.Duration;
import java.util.Optional;

/**
 * Revokes the refresh token and then the access token, for providers that do not document whether revoking one revokes
 * the other. Both calls share one deadline. Thread-safe.
 */
public final class BothTokensRevoker implements Revoker {

    private final Revoker delegate;

    /** @param delegate revokes the refresh token, or the access token if there is no refresh token */
    public BothTokensRevoker(Revoker delegate) {
        this.delegate = delegate;
    }

    @Override
    public RevokeOutcome revoke(HeldTokens held) {
        long start = held.time().nanos();
        RevokeOutcome first = delegate.revoke(held);
        if (!(first instanceof RevokeOutcome.Revoked refreshToken) || !isAccessTokenLeft(held)) {
            return first;
        }
        Duration left = held.callDeadline().minusNanos(held.time().nanos() - start);
        if (left.toMillis() < 1) {
            return new RevokeOutcome.Unknown(
                    Problem.NETWORK, "the refresh token is revoked; no time was left to revoke the access token");
        }
        RevokeOutcome second = delegate.revoke(accessTokenOf(held, left));
        return second instanceof RevokeOutcome.Revoked accessToken
                ? new RevokeOutcome.Revoked(refreshToken.alreadyInvalid() && accessToken.alreadyInvalid())
                : second;
    }

    private static boolean isAccessTokenLeft(HeldTokens held) {
        boolean ended = held.tokens()
                .expiresAt()
                .filter(end -> !held.time().now().isBefore(end))
                .isPresent();
        return held.tokens().refreshToken().isPresent()
                && held.tokens().accessToken().isPresent()
                && !ended;
    }

    private static HeldTokens accessTokenOf(HeldTokens held, Duration left) {
        TokenSet tokens = held.tokens();
        TokenSet accessTokenOnly = new TokenSet(
                tokens.accessToken(),
                tokens.tokenType(),
                Optional.empty(),
                tokens.expiresAt(),
                Optional.empty(),
                tokens.scopes(),
                tokens.issuedAt(),
                tokens.attributes(),
                tokens.hosts());
        return new HeldTokens(held.key(), held.client(), accessTokenOnly, left, held.time());
    }
}
