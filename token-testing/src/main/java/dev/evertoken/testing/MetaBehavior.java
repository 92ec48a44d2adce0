package dev.evertoken.testing;

import dev.evertoken.model.ClientAuthentication;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * What Meta's products have in common: no refresh tokens, living tokens are traded for ones of 60 days, and a dead one
 * is refused with the status 400. Implementations are stateless.
 */
interface MetaBehavior extends ProviderBehavior {

    @Override
    default String scopeSeparator() {
        return ",";
    }

    @Override
    default MockGrants.Rotation rotation() {
        return MockGrants.Rotation.NONE;
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
    default MockHttpResponse deadRefreshToken() {
        return unsupportedGrantType();
    }

    @Override
    default MockHttpResponse apiRefusal(boolean hasToken) {
        return hasToken ? MetaErrors.ended() : MetaErrors.withoutToken();
    }

    @Override
    default MockHttpResponse revokedApiRefusal() {
        return MetaErrors.unauthorized();
    }

    /** Answers with a token and the rest of its life, as every trade is answered. */
    static MockHttpResponse living(MockGrants.Issue issue, Instant now) {
        return MockHttpResponse.json(
                200,
                "access_token",
                issue.access(),
                "token_type",
                "bearer",
                "expires_in",
                ProviderBehavior.secondsLeft(issue, now));
    }
}
