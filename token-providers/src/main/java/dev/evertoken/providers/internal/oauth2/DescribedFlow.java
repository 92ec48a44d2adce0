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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An authorization code flow that keeps parameters of the redirect, and whose grants may end after a time that no response
 * tells. Immutable.
 *
 * @param delegate the flow
 * @param lifetime how long its grants last
 * @param kept the names of the parameters of the redirect that are kept with the tokens
 * @param addresses the addresses that depend on the account
 * @param servers the servers of which the redirect names the one of the account
 */
public record DescribedFlow(
        AuthorizationFlow delegate,
        GrantLifetime lifetime,
        List<String> kept,
        AccountAddresses addresses,
        AccountServers servers)
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
        addresses.requireKnown(request.values().keySet());
        return delegate.url(request.with(addresses.at(request.client(), request.values())));
    }

    @Override
    public TokenOutcome exchange(ExchangeRequest request) {
        Map<String, String> redirect = request.redirectParameters();
        Optional<String> objection = servers.objection(redirect);
        if (objection.isPresent()) {
            return new TokenOutcome.NotSent(Problem.CALLBACK_REJECTED, objection.get());
        }
        ExchangeRequest there = request.with(servers.at(addresses.at(request.client(), request.values()), redirect));
        TokenOutcome outcome = lifetime.consented(delegate.exchange(there));
        return outcome instanceof TokenOutcome.Issued issued
                ? new TokenOutcome.Issued(keeping(issued.response(), request))
                : outcome;
    }

    private TokenResponse keeping(TokenResponse response, ExchangeRequest request) {
        Map<String, String> redirect = request.redirectParameters();
        Map<String, Secret> attributes = new LinkedHashMap<>(response.attributes());
        addresses
                .names()
                .forEach(name -> Optional.ofNullable(request.values().get(name))
                        .ifPresent(value -> attributes.put(TokenSet.FIELD + name, Secret.of(value))));
        for (String name : kept) {
            Optional.ofNullable(redirect.get(name))
                    .filter(value -> VALUE.matcher(value).matches())
                    .ifPresent(value -> attributes.put(TokenSet.FIELD + name, Secret.of(value)));
        }
        Set<String> hosts = new LinkedHashSet<>(response.hosts());
        hosts.addAll(addresses.hosts(request.values()));
        Map<String, TokenResponse> others = new LinkedHashMap<>();
        response.others().forEach((name, other) -> others.put(name, keeping(other, request)));
        return response.toBuilder()
                .attributes(attributes)
                .hosts(hosts)
                .others(others)
                .build();
    }

    @Override
    public Optional<Problem> redirectError(String code) {
        return delegate.redirectError(code);
    }
}
