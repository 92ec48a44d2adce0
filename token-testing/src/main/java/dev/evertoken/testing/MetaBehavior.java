package dev.evertoken.testing;

import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.model.ClientAuthentication;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * The behavior that Meta's products share: there are no refresh tokens, a valid access token is exchanged for one of 60
 * days, and an invalid one is rejected with the status 400. Implementations are stateless.
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
    default MockHttpResponse invalidRefreshToken() {
        return unsupportedGrantType();
    }

    @Override
    default MockHttpResponse apiRefusal(boolean hasToken) {
        return hasToken ? MetaErrors.expired() : MetaErrors.missingToken();
    }

    @Override
    default MockHttpResponse revokedApiRefusal() {
        return MetaErrors.unauthorized();
    }

    /** Returns the response of a token exchange: an access token and its remaining lifetime. */
    static MockHttpResponse exchangeResponse(MockGrants.Issue issue, Instant now) {
        return MockHttpResponse.json(
                200,
                JsonObject.builder()
                        .add("access_token", issue.access())
                        .add("token_type", "bearer")
                        .add("expires_in", ProviderBehavior.secondsLeft(issue, now)));
    }
}
