package com.example.shop;

import dev.evertoken.Tokens;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import java.time.Instant;

/** Runs the application as a module, then connects an account of a provider that the service loader finds. */
public final class OutsideModule {
    private OutsideModule() {}

    /** Prints the names of the modules and the values of the tokens. */
    public static void main(String[] args) {
        print(OutsideModule.class, new OutsideApplication().call());
        TokenKey key = TokenKey.of("google", "customer-7");
        try (Tokens tokens = Tokens.builder()
                .namespace("shop")
                .environment("outside")
                .store("memory:")
                .encryption(KeyRing.none())
                .client("google", ClientRegistration.of("shop-client", "outside-client-secret"))
                .build()) {
            tokens.connect(
                    key,
                    TokenSet.builder("google-access-token")
                            .refreshToken("google-refresh-token")
                            .issuedAt(Instant.now())
                            .expiresAt(Instant.now().plusSeconds(3600))
                            .build());
            print(Tokens.class, tokens.accessToken(key).header());
        }
    }

    private static void print(Class<?> type, String text) {
        System.out.println(type.getModule().getName() + ": " + text);
    }
}
