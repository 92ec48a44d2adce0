package com.example.walk;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;

/** Replaces a token on the module path. */
public final class RoundTrip {

    private RoundTrip() {}

    public static void main(String[] args) {
        TokenKey key = TokenKey.of("google", "anna");
        try (MockProviders providers = MockProviders.start()) {
            MockProvider google = providers.google();
            try (Tokens tokens = Tokens.builder()
                    .namespace("consumer")
                    .store("memory:")
                    .client("google", google.registration())
                    .endpoints("google", google.endpoints())
                    .build()) {
                tokens.connect(key, google.consent("anna"));
                AccessToken token = tokens.replace(key, tokens.accessToken(key));
                System.out.println(RoundTrip.class.getModule() + ": generation " + token.generation());
            }
        }
    }
}
