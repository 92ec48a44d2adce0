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
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import java.time.Duration;
import java.time.Instant;

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
        Provider provider = OAuth2Provider.builder("acme")
                .tokenEndpoint(scene.endpoint())
                .refreshModel(RefreshModel.ROTATING)
                .build();
        return Tokens.builder()
                .namespace("comparison")
                .store(store)
                .withoutJournal()
                .provider(provider)
                .client(
                        "acme",
                        ClientRegistration.builder(Scene.CLIENT_ID)
                                .clientSecret(Scene.CLIENT_SECRET)
                                .build())
                .allowHosts("acme", "127.0.0.1");
    }

    static TokenSet tokens(Scene scene) {
        Instant expiry = Instant.now().plus(scene.left());
        return TokenSet.builder(scene.accessToken())
                .refreshToken(scene.refreshToken())
                .issuedAt(expiry.minus(Duration.ofHours(1)))
                .expiresAt(expiry)
                .build();
    }

    private record OpenEngine(Tokens tokens, TokenSource source, Scene scene) implements Client {

        OpenEngine(Tokens tokens, Scene scene) {
            this(tokens, tokens.source(KEY), scene);
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
            return tokens + " " + source + " " + source.accessToken() + " " + tokens.status(KEY) + " "
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
