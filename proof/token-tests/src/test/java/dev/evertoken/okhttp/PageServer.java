package dev.evertoken.okhttp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evertoken.model.Derivable;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.providers.LoopbackServer;
import dev.evertoken.spi.provider.Derivation;
import dev.evertoken.spi.provider.DerivationOutcome;
import dev.evertoken.spi.provider.DerivedAccount;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.DialectContext.TokenOf;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.ResourceDialect;
import dev.evertoken.spi.provider.ResourceVerdict;
import dev.evertoken.spi.provider.ResourceVerdict.Action;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.testing.TestTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * A social network on loopback: users have pages, a page's token comes from {@code GET /page} with the user's, and the
 * API returns 400 with code 190 to tokens that it does not accept. Thread-safe.
 */
final class PageServer implements Provider, Derivation, AutoCloseable {

    private final LoopbackServer server;
    private final OkHttpClient http = new OkHttpClient();
    private final Set<String> accepted = ConcurrentHashMap.newKeySet();
    private final List<TokenOf> judged = new CopyOnWriteArrayList<>();
    private volatile String pageToken = issue();

    PageServer() {
        try {
            server = LoopbackServer.playing((self, socket, out) -> {
                String request = self.requests().get(self.requests().size() - 1);
                out.write(response(request).getBytes(UTF_8));
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- used by the test

    /** Returns a token that the API accepts. */
    String issue() {
        String token = TestTokens.access();
        accepted.add(token);
        return token;
    }

    /** Makes the API reject a token from now on. */
    void end(Secret token) {
        accepted.remove(token.reveal());
    }

    /** Replaces the page's token with a new one. */
    void reissuePageToken() {
        givePageToken(issue());
    }

    /** Replaces the page's token with this one, which the API need not accept. */
    void givePageToken(String token) {
        pageToken = token;
    }

    URI api() {
        return server.uri("/api");
    }

    long derivations() {
        return count("GET /page ");
    }

    long apiRequests() {
        return count("GET /api ");
    }

    /** Returns the kinds of the tokens that the dialect has judged, one for each rejected token. */
    List<TokenOf> judged() {
        return judged;
    }

    private long count(String start) {
        return server.requests().stream().filter(text -> text.startsWith(start)).count();
    }

    private String response(String request) {
        boolean known = accepted.stream().anyMatch(token -> request.contains("Bearer " + token + "\r\n"));
        if (!known) {
            return LoopbackServer.json(400, "{\"error\":{\"code\":190}}");
        }
        return LoopbackServer.json(
                200, request.startsWith("GET /page ") ? "{\"access_token\":\"" + pageToken + "\"}" : "{\"ok\":true}");
    }

    // ---- used by the engine

    @Override
    public DerivationOutcome<List<DerivedAccount>> list(HeldTokens parent) {
        Derivable page = new Derivable("p-1", Optional.of("the page"), Map.of(), true);
        return new DerivationOutcome.Found<>(List.of(new DerivedAccount(page, Optional.empty())));
    }

    @Override
    public DerivationOutcome<TokenResponse> derive(HeldTokens parent, String id) {
        Request request = new Request.Builder()
                .url(server.uri("/page").toString())
                .header(
                        "Authorization",
                        "Bearer " + parent.tokens().accessToken().orElseThrow().reveal())
                .build();
        try (Response response = http.newCall(request).execute()) {
            String body = response.body().string();
            if (response.code() != 200) {
                return new DerivationOutcome.Refused<>(TokenVerdict.of(
                        TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD, "graph answered " + response.code()));
            }
            String token = body.replaceAll(".*:\"|\".*", "");
            return new DerivationOutcome.Found<>(
                    TokenResponse.builder(parent.time().now())
                            .accessToken(Secret.of(token))
                            .subject(id)
                            .build());
        } catch (IOException e) {
            return new DerivationOutcome.Unanswered<>(Problem.NETWORK, "no response");
        }
    }

    @Override
    public String id() {
        return "network";
    }

    @Override
    public ProviderProfile profile() {
        return ProviderProfile.builder(RefreshModel.EXTENDING)
                .apiHosts("127.0.0.1")
                .build();
    }

    @Override
    public Refresher refresher() {
        return request -> new TokenOutcome.Refused(
                TokenVerdict.of(TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD, "the token to trade is dead"));
    }

    @Override
    public Optional<Derivation> derivation() {
        return Optional.of(this);
    }

    @Override
    public ResourceDialect resourceDialect() {
        return new ResourceDialect() {
            @Override
            public ResourceVerdict judge(DialectContext context, ProviderResponse response) {
                judged.add(context.subject());
                return response.body().contains("190")
                        ? new ResourceVerdict(
                                Action.REDERIVE_FROM_PARENT,
                                Optional.of(Problem.API_REJECTS_TOKEN),
                                Optional.empty(),
                                "code 190")
                        : ResourceVerdict.pass();
            }
        };
    }

    @Override
    public void close() {
        http.dispatcher().executorService().shutdownNow();
        http.connectionPool().evictAll();
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
