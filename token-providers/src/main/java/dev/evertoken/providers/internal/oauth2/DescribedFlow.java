package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.AuthorizationFlow;
import dev.evertoken.spi.provider.AuthorizationRequest;
import dev.evertoken.spi.provider.ExchangeRequest;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An authorization code flow that keeps parameters of the redirect, and whose grants may end after a time that no response
 * tells. Immutable.
 *
 * @param delegate the flow
 * @param lifetime how long its grants last
 * @param kept the names of the parameters of the redirect that are kept with the tokens
 */
public record DescribedFlow(AuthorizationFlow delegate, GrantLifetime lifetime, List<String> kept)
        implements AuthorizationFlow {

    /** A browser has sent the parameters: anything unusual is not kept. */
    private static final Pattern VALUE = Pattern.compile("[\\x21-\\x7e]{1,1000}");

    public DescribedFlow {
        kept = List.copyOf(kept);
    }

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
        TokenOutcome outcome = lifetime.consented(delegate.exchange(request));
        return outcome instanceof TokenOutcome.Issued issued && !kept.isEmpty()
                ? new TokenOutcome.Issued(keeping(issued.response(), request.redirectParameters()))
                : outcome;
    }

    private TokenResponse keeping(TokenResponse response, Map<String, String> redirect) {
        Map<String, Secret> attributes = new LinkedHashMap<>(response.attributes());
        for (String name : kept) {
            Optional.ofNullable(redirect.get(name))
                    .filter(value -> VALUE.matcher(value).matches())
                    .ifPresent(value -> attributes.put(TokenSet.FIELD + name, Secret.of(value)));
        }
        return response.toBuilder().attributes(attributes).build();
    }

    @Override
    public Optional<Problem> redirectError(String code) {
        return delegate.redirectError(code);
    }
}
