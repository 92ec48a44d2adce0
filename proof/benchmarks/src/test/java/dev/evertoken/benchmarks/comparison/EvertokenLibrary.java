package dev.evertoken.benchmarks.comparison;

import dev.evertoken.TokenSource;
import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Evertoken over a store in memory, with a provider that rotates its refresh tokens. */
final class EvertokenLibrary implements Library {

    static final TokenKey KEY = TokenKey.of("acme", "user-42");

    @Override
    public String name() {
        return "Evertoken";
    }

    @Override
    public Client open(Scene scene) {
        return new OpenEngine(engine(scene), scene);
    }

    /** Returns an engine with the account of a scene, which must be closed. */
    static Tokens engine(Scene scene) {
        InMemoryTokenStore memory = new InMemoryTokenStore();
        try (Tokens preparation = builder(scene, memory).build()) {
            preparation.connect(KEY, tokens(scene));
        }
        TokensBuilder builder = builder(scene, new SceneStore(memory, scene.store()));
        return scene.executor() == null
                ? builder.build()
                : builder.executor(scene.executor()).build();
    }

    static TokensBuilder builder(Scene scene, TokenStore store) {
        return engine(scene, store).withoutJournal();
    }

    /** Returns the builder of an engine with the journal of its store. */
    static TokensBuilder engine(Scene scene, TokenStore store) {
        return engine(scene, store, RefreshModel.ROTATING);
    }

    /** Returns the builder of an engine whose provider has this refresh model. */
    static TokensBuilder engine(Scene scene, TokenStore store, RefreshModel model) {
        TokensBuilder builder =
                Tokens.builder().namespace(MeasuredStore.NAMESPACE).store(store);
        return client(builder, "acme", scene.endpoint(), model);
    }

    private static TokensBuilder client(TokensBuilder builder, String provider, URI endpoint, RefreshModel model) {
        return builder.provider(OAuth2Provider.builder(provider)
                        .tokenEndpoint(endpoint)
                        .refreshModel(model)
                        .build())
                .client(
                        provider,
                        ClientRegistration.builder(Scene.CLIENT_ID)
                                .clientSecret(Scene.CLIENT_SECRET)
                                .build())
                .allowHosts(provider, "127.0.0.1");
    }

    static TokenSet tokens(Scene scene) {
        Instant expiry = Instant.now().plus(scene.left());
        return TokenSet.builder(scene.accessToken())
                .refreshToken(scene.refreshToken())
                .issuedAt(expiry.minus(Duration.ofHours(1)))
                .expiresAt(expiry)
                .build();
    }

    /** One engine for all accounts; each endpoint has its client. */
    @Override
    public List<Client> openTogether(List<Scene> scenes) {
        TokensBuilder builder = Tokens.builder().namespace("comparison").store("memory:");
        Map<URI, String> clients = new LinkedHashMap<>();
        for (Scene scene : scenes) {
            if (!clients.containsKey(scene.endpoint())) {
                clients.put(scene.endpoint(), "acme-" + clients.size());
                client(builder, clients.get(scene.endpoint()), scene.endpoint(), RefreshModel.ROTATING);
            }
        }
        Tokens tokens = builder.build();
        List<Client> open = new ArrayList<>();
        for (Scene scene : scenes) {
            TokenKey key = TokenKey.of(clients.get(scene.endpoint()), "user-" + open.size());
            tokens.connect(key, tokens(scene));
            open.add(new OpenEngine(tokens, tokens.source(key), key, scene));
        }
        return open;
    }

    private record OpenEngine(Tokens tokens, TokenSource source, TokenKey key, Scene scene) implements Client {

        OpenEngine(Tokens tokens, Scene scene) {
            this(tokens, tokens.source(KEY), KEY, scene);
        }

        @Override
        public String token() {
            return source.accessToken().value().reveal();
        }

        @Override
        public String replace(String rejected) {
            AccessToken current = source.accessToken();
            return current.value().reveal().equals(rejected)
                    ? source.replace(current).value().reveal()
                    : current.value().reveal();
        }

        @Override
        public String printed() {
            return tokens + " " + source + " " + source.accessToken() + " " + tokens.status(key) + " "
                    + EvertokenLibrary.tokens(scene);
        }

        @Override
        public double secondsLeft() {
            return Duration.between(
                                    Instant.now(),
                                    source.accessToken().expiresAt().orElseThrow())
                            .toMillis()
                    / 1e3;
        }

        @Override
        public void close() {
            tokens.close();
        }
    }
}
