package dev.evertoken.testing;

import dev.evertoken.model.ClientAuthentication;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * What Meta's products have in common: no refresh tokens, living tokens are traded for ones of 60 days, and a dead one
 * is refused with the status 400. Implementations are stateless.
 */
interface MetaManners extends Manners {

    @Override
    default String scopeSeparator() {
        return ",";
    }

    @Override
    default GrantBook.Rotation rotation() {
        return GrantBook.Rotation.NONE;
    }

    @Override
    default Duration lifetime() {
        return Duration.ofDays(60);
    }

    @Override
    default Set<ClientAuthentication> tokenAuthentication() {
        return Set.of(ClientAuthentication.CLIENT_SECRET_POST);
    }

    @Override
    default Set<ClientAuthentication> revokeAuthentication() {
        return Set.of();
    }

    @Override
    default boolean hasRefreshTokens() {
        return false;
    }

    @Override
    default Reply deadRefreshToken() {
        return unsupportedGrantType();
    }

    @Override
    default Reply apiRefusal(boolean hasToken) {
        return hasToken ? MetaErrors.ended() : MetaErrors.withoutToken();
    }

    @Override
    default Reply revokedApiRefusal() {
        return MetaErrors.unauthorized();
    }

    /** Answers with a token and the rest of its life, as every trade is answered. */
    static Reply living(GrantBook.Issue issue, Instant now) {
        return Reply.json(
                200,
                "access_token",
                issue.access(),
                "token_type",
                "bearer",
                "expires_in",
                Manners.secondsLeft(issue, now));
    }
}
