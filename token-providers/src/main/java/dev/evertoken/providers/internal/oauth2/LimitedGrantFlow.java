package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.Problem;
import dev.evertoken.spi.provider.AuthorizationFlow;
import dev.evertoken.spi.provider.AuthorizationRequest;
import dev.evertoken.spi.provider.ExchangeRequest;
import dev.evertoken.spi.provider.TokenOutcome;
import java.net.URI;
import java.util.Optional;

/**
 * An authorization code flow whose grants end after a time that no response tells. Immutable.
 *
 * @param delegate the flow
 * @param lifetime how long its grants last
 */
public record LimitedGrantFlow(AuthorizationFlow delegate, GrantLifetime lifetime) implements AuthorizationFlow {

    @Override
    public Pkce pkce() {
        return delegate.pkce();
    }

    @Override
    public URI url(AuthorizationRequest request) {
        return delegate.url(request);
    }

    @Override
    public TokenOutcome exchange(ExchangeRequest request) {
        return lifetime.consented(delegate.exchange(request));
    }

    @Override
    public Optional<Problem> redirectError(String code) {
        return delegate.redirectError(code);
    }
}
