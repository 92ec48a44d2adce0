package dev.evertoken.providers;

import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.ClientCredentialsRequest;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.TokenOutcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** One of Meta's providers at a server that sends the given responses in order, regardless of the requests. */
final class GraphServer implements AutoCloseable {

    static final Timekeeper TIME = Timekeeper.system();
    static final ClientRegistration CLIENT =
            ClientRegistration.builder("client-1").clientSecret("Jefe").build();

    private final Provider provider;
    private final LoopbackServer server;
    private final Client client;

    GraphServer(Provider provider, String... responses) throws IOException {
        this.provider = provider;
        this.server = new LoopbackServer(
                (at, socket, out) -> out.write(responses[at.requests().size() - 1].getBytes(StandardCharsets.UTF_8)));
        Endpoints here = Endpoints.token(server.uri("/token"))
                .with(EndpointKind.REFRESH, server.uri("/refresh_access_token"))
                .with(EndpointKind.REVOKE, server.uri("/me/permissions"))
                .with(EndpointKind.INTROSPECT, server.uri("/debug_token"))
                .with(EndpointKind.API, server.uri("/v26.0"));
        this.client = new Client(
                provider.id(),
                provider.id(),
                CLIENT,
                provider.profile().withEndpoints(provider.profile().endpoints().overriddenBy(here)));
    }

    static String json(String body) {
        return LoopbackServer.json(200, body);
    }

    static String refused(String body) {
        return LoopbackServer.json(400, body);
    }

    Client client() {
        return client;
    }

    RelocatedProvider relocated() {
        return new RelocatedProvider(provider, client);
    }

    /** Returns the request lines without the protocol, such as {@code GET /token?…}. */
    List<String> requestLines() {
        return server.requests().stream()
                .map(request -> request.lines().findFirst().orElseThrow().replace(" HTTP/1.1", ""))
                .toList();
    }

    String request(int index) {
        return server.requests().get(index);
    }

    /** Returns tokens that were issued {@code age} ago, with the given total lifetime. */
    static TokenSet tokens(Duration age, Duration lifetime) {
        return TokenSet.builder("live-token")
                .issuedAt(TIME.now().minus(age))
                .expiresAt(TIME.now().minus(age).plus(lifetime))
                .build();
    }

    HeldTokens held(TokenSet tokens) {
        return new HeldTokens(TokenKey.of(provider.id(), "alice"), client, tokens, Duration.ofSeconds(20), TIME);
    }

    TokenOutcome refresh(TokenSet tokens) {
        DialectContext context = new DialectContext(
                EndpointKind.REFRESH,
                Duration.between(tokens.issuedAt(), TIME.now()),
                Set.of(),
                DialectContext.TokenOf.USER);
        return provider.refresher()
                .refresh(new RefreshRequest(
                        TokenKey.of(provider.id(), "alice"),
                        client,
                        tokens,
                        context,
                        Duration.ofSeconds(20),
                        () -> true,
                        TIME));
    }

    ClientCredentialsRequest clientCredentialsRequest() {
        return new ClientCredentialsRequest(client, Duration.ofSeconds(20), TIME);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
