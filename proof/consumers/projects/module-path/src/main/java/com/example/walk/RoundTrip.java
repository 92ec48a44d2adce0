package com.example.walk;

import dev.evertoken.Tokens;
import dev.evertoken.micrometer.TokenMetrics;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** Replaces a token on the module path. */
public final class RoundTrip {

    private RoundTrip() {}

    public static void main(String[] args) {
        TokenKey key = TokenKey.of("google", "anna");
        try (MockProviders providers = MockProviders.start()) {
            MockProvider google = providers.google();
            SimpleMeterRegistry meters = new SimpleMeterRegistry();
            try (Tokens tokens = Tokens.builder()
                    .namespace("consumer")
                    .store("memory:")
                    .client("google", google.registration())
                    .endpoints("google", google.endpoints())
                    .client("slack", google.registration())
                    .observer(TokenMetrics.to(meters))
                    .build()) {
                tokens.connect(key, google.consent("anna"));
                AccessToken token = tokens.replace(key, tokens.accessToken(key));
                System.out.println(RoundTrip.class.getModule() + ": generation " + token.generation());
                System.out.println(module(tokens.provider(TokenKey.of("slack", "anna"))) + ": a provider is found");
                System.out.println(module(TokenMetrics.to(meters)) + ": refreshes measured "
                        + meters.get("evertoken.refresh").timer().count());
            }
        }
    }

    private static Module module(Object instance) {
        return instance.getClass().getModule();
    }
}
