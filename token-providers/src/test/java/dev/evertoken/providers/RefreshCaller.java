package dev.evertoken.providers;

import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.model.TransportSettings;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.DialectContext.TokenOf;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.RefreshRequest.SendPermit;
import dev.evertoken.spi.provider.TokenOutcome;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** Refreshes one account as the engine would, with the provider's token endpoint replaced. */
public record RefreshCaller(
        Provider provider,
        URI tokenEndpoint,
        Duration deadline,
        SendPermit permit,
        Timekeeper time,
        Duration readLimit,
        TransportSettings transport) {

    public static final String REFRESH_TOKEN = "1//refresh+token/of&the=test";
    public static final String ACCESS_TOKEN = "access-token-before";
    public static final String CLIENT_SECRET = "s:cr&t of+the%client";
    public static final TokenSet TOKENS = TokenSet.builder(ACCESS_TOKEN)
            .refreshToken(REFRESH_TOKEN)
            .expiresAt(Instant.parse("2026-11-20T10:00:00Z"))
            .scopes("read")
            .issuedAt(Instant.parse("2026-11-20T09:00:00Z"))
            .build();
    public static final DialectContext REFRESH =
            new DialectContext(EndpointKind.REFRESH, Duration.ofHours(1), Set.of("read"), TokenOf.USER);
    public static final ClientRegistration CLIENT = ClientRegistration.of("id:of the client", CLIENT_SECRET);

    public static RefreshCaller at(Provider provider, LoopbackServer server) {
        return at(provider, server.uri("/token"));
    }

    static RefreshCaller at(Provider provider, URI tokenEndpoint) {
        Duration usual = Duration.ofSeconds(20);
        return new RefreshCaller(
                provider, tokenEndpoint, usual, () -> true, Timekeeper.system(), usual, TransportSettings.ofTheJvm());
    }

    /** Returns a plain rotating provider. Its own token endpoint is never called. */
    public static OAuth2ProviderBuilder acme() {
        return OAuth2Provider.builder("acme")
                .tokenEndpoint(URI.create("https://token.acme.example/token"))
                .refreshModel(RefreshModel.ROTATING);
    }

    public RefreshCaller within(Duration callDeadline) {
        return new RefreshCaller(provider, tokenEndpoint, callDeadline, permit, time, callDeadline, transport);
    }

    RefreshCaller readingUntil(Duration limit) {
        return new RefreshCaller(provider, tokenEndpoint, deadline, permit, time, limit, transport);
    }

    RefreshCaller permittedBy(SendPermit other) {
        return new RefreshCaller(provider, tokenEndpoint, deadline, other, time, readLimit, transport);
    }

    RefreshCaller by(Timekeeper clock) {
        return new RefreshCaller(provider, tokenEndpoint, deadline, permit, clock, readLimit, transport);
    }

    RefreshCaller over(TransportSettings settings) {
        return new RefreshCaller(provider, tokenEndpoint, deadline, permit, time, readLimit, settings);
    }

    public RefreshRequest request(TokenSet tokens, ClientRegistration client) {
        ProviderProfile profile = withEndpoint(provider.profile(), tokenEndpoint);
        return new RefreshRequest(
                TokenKey.of(provider.id(), "alice"),
                new Client(provider.id(), provider.id(), client, profile, transport),
                tokens,
                REFRESH,
                deadline,
                permit,
                time,
                readLimit);
    }

    public TokenOutcome refresh() {
        return refresh(CLIENT);
    }

    public TokenOutcome refresh(ClientRegistration client) {
        return provider.refresher().refresh(request(TOKENS, client));
    }

    private static ProviderProfile withEndpoint(ProviderProfile from, URI tokenEndpoint) {
        return from.toBuilder()
                .endpoints(from.endpoints().overriddenBy(Endpoints.token(tokenEndpoint)))
                .build();
    }
}
