package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.RevokeOutcome;
import dev.evertoken.spi.provider.Revoker;
import java.time.Duration;
import java.util.Optional;

/**
 * Revokes the refresh token and then the access token, where nobody knows whether the one takes the other with it.
 * Both calls share one deadline. Thread-safe.
 */
public final class BothTokensRevoker implements Revoker {

    private final Revoker one;

    /** @param one revokes the refresh token, or the access token where there is no other */
    public BothTokensRevoker(Revoker one) {
        this.one = one;
    }

    @Override
    public RevokeOutcome revoke(HeldTokens held) {
        long began = held.time().nanos();
        RevokeOutcome first = one.revoke(held);
        if (!(first instanceof RevokeOutcome.Revoked refreshToken) || !isAccessTokenLeft(held)) {
            return first;
        }
        Duration left = held.callDeadline().minusNanos(held.time().nanos() - began);
        if (left.toMillis() < 1) {
            return new RevokeOutcome.Unknown(
                    Problem.NETWORK, "the refresh token is revoked; there was no time left to revoke the access token");
        }
        RevokeOutcome second = one.revoke(accessTokenOf(held, left));
        return second instanceof RevokeOutcome.Revoked accessToken
                ? new RevokeOutcome.Revoked(refreshToken.alreadyInvalid() && accessToken.alreadyInvalid())
                : second;
    }

    private static boolean isAccessTokenLeft(HeldTokens held) {
        boolean ended = held.tokens()
                .expiresAt()
                .filter(end -> !held.time().now().isBefore(end))
                .isPresent();
        return held.tokens().refreshToken().isPresent() && !ended;
    }

    private static HeldTokens accessTokenOf(HeldTokens held, Duration left) {
        TokenSet tokens = held.tokens();
        TokenSet alone = new TokenSet(
                tokens.accessToken(),
                tokens.tokenType(),
                Optional.empty(),
                tokens.expiresAt(),
                Optional.empty(),
                tokens.scopes(),
                tokens.issuedAt(),
                tokens.attributes());
        return new HeldTokens(held.key(), held.client(), alone, left, held.time());
    }
}
