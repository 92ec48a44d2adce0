package dev.evertoken.benchmarks.comparison.peers;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.core.implementation.AccessTokenCache;
import dev.evertoken.benchmarks.comparison.Client;
import dev.evertoken.benchmarks.comparison.Library;
import dev.evertoken.benchmarks.comparison.Scene;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import reactor.core.publisher.Mono;

/** The token cache of azure-core, over a refresh by OkHttp. */
public final class AzureCache implements Library {

    @Override
    public String name() {
        return "azure-core";
    }

    @Override
    public Client open(Scene scene) {
        return new Open(
                new AccessTokenCache(new Refreshed(new BareRefresh(scene))),
                new TokenRequestContext().addScopes("https://api.example/.default"));
    }

    private record Refreshed(BareRefresh refresh) implements TokenCredential {
        @Override
        public Mono<AccessToken> getToken(TokenRequestContext request) {
            return Mono.fromCallable(() -> getTokenSync(request));
        }

        @Override
        public AccessToken getTokenSync(TokenRequestContext request) {
            BareRefresh.Issued issued = refresh.next();
            return new AccessToken(issued.accessToken(), OffsetDateTime.ofInstant(issued.expiry(), ZoneOffset.UTC));
        }
    }

    private record Open(AccessTokenCache cache, TokenRequestContext context) implements Client {
        @Override
        public String token() {
            return cache.getTokenSync(context, false).getToken();
        }

        @Override
        public String printed() {
            return cache.getTokenSync(context, false).toString();
        }

        @Override
        public double secondsLeft() {
            return Duration.between(
                            OffsetDateTime.now(ZoneOffset.UTC),
                            cache.getTokenSync(context, false).getExpiresAt())
                    .toSeconds();
        }
    }
}
