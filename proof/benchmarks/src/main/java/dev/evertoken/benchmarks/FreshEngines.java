package dev.evertoken.benchmarks;

import dev.evertoken.TokenSource;
import dev.evertoken.Tokens;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Schedule;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.spi.RefreshPolicy;
import dev.evertoken.spi.provider.Provider;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Engines with three different refresh policies over stores in memory, all accounts of which have a token that
 * stays fresh for hours. A place is one account of one engine; neighbours are of different engines.
 */
final class FreshEngines implements AutoCloseable {

    private static final RefreshPolicy AT_THE_END = facts -> new Schedule(facts.expiresAt(), facts.expiresAt());

    private final List<Tokens> engines = new ArrayList<>();
    private final List<TokenKey> keys = new ArrayList<>();
    private final List<TokenSource> sources = new ArrayList<>();

    /** Refreshes in the last tenth of a token's life. */
    private static final class LastTenth implements RefreshPolicy {
        @Override
        public Schedule schedule(Facts facts) {
            Duration tenth =
                    Duration.between(facts.issuedAt(), facts.expiresAt()).dividedBy(10);
            return new Schedule(facts.expiresAt().minus(tenth), facts.expiresAt());
        }
    }

    /** @param accounts how many each engine has, which is just what its cache holds */
    void connect(int accounts) {
        for (RefreshPolicy policy : List.of(RefreshPolicy.early(Duration.ofMinutes(5)), AT_THE_END, new LastTenth())) {
            engines.add(engine(policy, accounts));
        }
        for (int place = 0; place < accounts * engines.size(); place++) {
            tokens(place).connect(newKey(place), fresh(place));
            keys.add(newKey(place));
            sources.add(tokens(place).source(key(place)));
        }
    }

    /** Returns a key that equals the others of its account, as an application has a new one for each request. */
    private TokenKey newKey(int place) {
        return TokenKey.of("acme", "account-" + place / engines.size());
    }

    int places() {
        return keys.size();
    }

    Tokens tokens(int place) {
        return engines.get(place % engines.size());
    }

    TokenKey key(int place) {
        return keys.get(place);
    }

    TokenSource source(int place) {
        return sources.get(place);
    }

    @Override
    public void close() {
        engines.forEach(Tokens::close);
    }

    private static Tokens engine(RefreshPolicy policy, int accounts) {
        Provider provider = OAuth2Provider.builder("acme")
                .tokenEndpoint(URI.create("https://acme.example/token"))
                .refreshModel(RefreshModel.STATIC)
                .build();
        return Tokens.builder()
                .namespace("bench")
                .store("memory:")
                .provider(provider)
                .client(
                        "acme",
                        ClientRegistration.builder("client")
                                .clientSecret("none-of-note")
                                .build())
                .refreshPolicy(policy)
                .cacheSize(accounts)
                .build();
    }

    private static TokenSet fresh(int place) {
        Instant now = Instant.now();
        return TokenSet.builder("access-" + place)
                .refreshToken("refresh-" + place)
                .issuedAt(now)
                .expiresAt(now.plus(Duration.ofHours(10)))
                .build();
    }
}
