package dev.evertoken.providers;

import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.model.Validation;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.AuthorizationFlow;
import dev.evertoken.spi.provider.AuthorizationRequest;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.ClientCredentialsRequest;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.ExchangeRequest;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.TokenOutcome;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A provider with its endpoints on a test server, and the engine's requests to it. Immutable. */
public record RelocatedProvider(Provider provider, Client client) {

    static final String CODE = "4/0a code+of&the=test";
    static final String VERIFIER = "verifier-verifier-verifier-verifier-1234567";
    static final URI REDIRECT = URI.create("https://app.example/back?tenant=1");

    /** Moves every endpoint of a provider to the server; each path is the name of its endpoint. */
    public static RelocatedProvider to(LoopbackServer server, Provider provider) {
        Endpoints here = Endpoints.none();
        for (EndpointKind kind : List.of(
                EndpointKind.EXCHANGE,
                EndpointKind.REVOKE,
                EndpointKind.INTROSPECT,
                EndpointKind.CLIENT_CREDENTIALS,
                EndpointKind.API)) {
            here = here.with(kind, server.uri("/" + kind));
        }
        return of(provider, provider.profile().endpoints().overriddenBy(here));
    }

    /** Keeps the provider's own endpoints. */
    static RelocatedProvider nowhere(Provider provider) {
        return of(provider, provider.profile().endpoints());
    }

    private static RelocatedProvider of(Provider provider, Endpoints endpoints) {
        ClientRegistration registration = ClientRegistration.builder("client-1")
                .clientSecret(RefreshCaller.CLIENT_SECRET)
                .build();
        ProviderProfile profile = provider.profile().withEndpoints(endpoints);
        return new RelocatedProvider(provider, new Client(provider.id(), provider.id(), registration, profile));
    }

    /** Returns a copy with another client. */
    RelocatedProvider as(ClientRegistration registration) {
        return new RelocatedProvider(
                provider, new Client(provider.id(), provider.id(), registration, client.profile()));
    }

    /** Returns a provider that follows the RFCs. */
    static OAuth2ProviderBuilder acme() {
        return OAuth2Provider.builder("acme")
                .tokenEndpoint(URI.create("https://acme.example/token"))
                .authorizationEndpoint(URI.create("https://acme.example/authorize?tenant=7"))
                .refreshModel(RefreshModel.ROTATING);
    }

    URI url(boolean forceConsent, boolean chooseAccount, String... scopes) {
        return provider.authorizationFlow()
                .orElseThrow()
                .url(new AuthorizationRequest(
                        client,
                        REDIRECT,
                        "k1.state",
                        new LinkedHashSet<>(List.of(scopes)),
                        pkce() ? Optional.of("challenge") : Optional.empty(),
                        forceConsent,
                        chooseAccount));
    }

    public TokenOutcome exchange() {
        return provider.authorizationFlow()
                .orElseThrow()
                .exchange(new ExchangeRequest(
                        TokenKey.of(provider.id(), "alice"),
                        client,
                        Secret.of(CODE),
                        REDIRECT,
                        pkce() ? Optional.of(Secret.of(VERIFIER)) : Optional.empty(),
                        Set.of("read"),
                        Duration.ofSeconds(20),
                        Timekeeper.system()));
    }

    TokenOutcome clientCredentialsToken() {
        return provider.clientCredentialsGrant()
                .orElseThrow()
                .token(new ClientCredentialsRequest(client, Duration.ofSeconds(20), Timekeeper.system()));
    }

    Validation validate() {
        return validate(held());
    }

    public Validation validate(HeldTokens held) {
        return provider.validator().orElseThrow().validate(held);
    }

    private boolean pkce() {
        return provider.authorizationFlow().orElseThrow().pkce() == AuthorizationFlow.Pkce.S256;
    }

    /** Returns tokens with a refresh token that expire far in the future. */
    HeldTokens held() {
        return held(RefreshCaller.TOKENS.scopes());
    }

    public HeldTokens held(Set<String> scopes) {
        TokenSet tokens = RefreshCaller.TOKENS.toBuilder()
                .scopes(scopes)
                .expiresAt(Instant.parse("2100-01-01T00:00:00Z"))
                .build();
        return new HeldTokens(
                TokenKey.of(provider.id(), "alice"), client, tokens, Duration.ofSeconds(20), Timekeeper.system());
    }
}
