package com.example.shop;

import dev.evertoken.TokenSource;
import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Schedule;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.spi.TokenListener;
import dev.evertoken.spi.provider.Provider;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Connects an account and asks for its token in every way there is. */
public final class OutsideApplication implements Callable<String> {
    private static final TokenKey KEY = TokenKey.of("acme", "customer-7");

    @Override
    public String call() {
        Provider acme = OAuth2Provider.builder("acme")
                .tokenEndpoint(URI.create("https://acme.example/token"))
                .refreshModel(RefreshModel.STATIC)
                .apiHosts("api.acme.example")
                .build();
        TokenListener listener = new TokenListener() {
            @Override
            public void refreshed(TokenEvent.Refreshed event) {
                throw new IllegalStateException("nothing is refreshed here: " + event);
            }
        };
        try (Tokens tokens = Tokens.builder()
                .namespace("shop")
                .environment("outside")
                .store("memory:")
                .encryption(KeyRing.none())
                .provider(acme)
                .client("acme", ClientRegistration.of("shop-client", "outside-client-secret"))
                .refreshPolicy(facts -> new Schedule(facts.expiresAt(), facts.expiresAt()))
                .reconnectUrl(key -> URI.create("https://shop.example/reconnect/" + key.account()))
                .listener(listener)
                .cacheSize(10)
                .build()) {
            return use(tokens);
        } catch (TokenException e) {
            return switch (e.remedy()) {
                case RETRY, WAIT -> "later: " + e.retryAt();
                case RECONNECT -> "ask the user: " + e.reconnectUrl();
                case FIX_CONFIGURATION, CONTACT_SUPPORT -> "ask the operator: " + e.problem();
            };
        }
    }

    private static String use(Tokens tokens) {
        AccountStatus connected = tokens.connect(KEY, tokenSet());
        AccessToken token = tokens.accessToken(KEY);
        TokenSource source = tokens.source(KEY);
        CompletableFuture<AccessToken> later = source.accessTokenAsync();
        try (Stream<AccountStatus> all = tokens.statuses()) {
            boolean same = connected.key().equals(KEY)
                    && all.allMatch(one -> one.key().equals(KEY))
                    && source.accessToken(Duration.ofMinutes(1)).equals(token)
                    && later.join().equals(token)
                    && source.requestAuthorizer().allows(URI.create("https://api.acme.example/v1"));
            return same ? token.header() : "not the same";
        } finally {
            tokens.disconnect(KEY);
        }
    }

    private static TokenSet tokenSet() {
        Instant now = Instant.now();
        return TokenSet.builder("outside-access-token")
                .refreshToken("outside-refresh-token")
                .issuedAt(now)
                .expiresAt(now.plus(Duration.ofHours(1)))
                .build();
    }
}
