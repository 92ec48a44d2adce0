package com.example.shop;

import dev.evertoken.Tokens;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.FileTokenStore;
import dev.evertoken.store.tiered.TieredTokenStore;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;

/** Keeps an account in a file store and its copy in a second one. */
public final class OutsideChain {
    private OutsideChain() {}

    /** Prints the name of the store's module and the value of the token; the first argument is a directory. */
    public static void main(String[] args) {
        TokenKey key = TokenKey.of("acme", "customer-7");
        TokenStore chain = TieredTokenStore.of("first", FileTokenStore.open(Path.of(args[0], "first"), "shop"))
                .fallback("second", FileTokenStore.open(Path.of(args[0], "second"), "shop"))
                .open();
        try (Tokens tokens = Tokens.builder()
                .namespace("shop")
                .environment("outside")
                .store(chain)
                .encryption(KeyRing.none())
                .provider(OAuth2Provider.builder("acme")
                        .tokenEndpoint(URI.create("https://acme.example/token"))
                        .refreshModel(RefreshModel.STATIC)
                        .apiHosts("api.acme.example")
                        .build())
                .client("acme", ClientRegistration.of("shop-client", "outside-client-secret"))
                .build()) {
            tokens.connect(
                    key,
                    TokenSet.builder("chain-access-token")
                            .refreshToken("chain-refresh-token")
                            .issuedAt(Instant.now())
                            .expiresAt(Instant.now().plusSeconds(3600))
                            .build());
            System.out.println(chain.getClass().getModule().getName() + ": "
                    + tokens.accessToken(key).header());
        }
    }
}
