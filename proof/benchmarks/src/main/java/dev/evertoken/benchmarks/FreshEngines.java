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
 * Engines with three different refresh policies over stores in memory. All accounts have a token that stays fresh for
 * hours. An index identifies one account of one engine; consecutive indexes belong to different engines.
 */
final class FreshEngines implements AutoCloseable {

    private static final RefreshPolicy AT_THE_END = facts -> new Schedule(facts.expiresAt(), facts.expiresAt());

    private final List<Tokens> engines = new ArrayList<>();
    private final List<TokenKey> keys = new ArrayList<>();
    private final List<TokenSource> sources = new ArrayList<>();

    /** Refreshes in the last tenth of a token's lifetime. */
    private static final class LastTenth implements RefreshPolicy {
        @Override
        public Schedule schedule(Facts facts) {
            Duration tenth =
                    Duration.between(facts.issuedAt(), facts.expiresAt()).dividedBy(10);
            return new Schedule(facts.expiresAt().minus(tenth), facts.expiresAt());
        }
    }

    /** @param accounts the number of accounts of each engine, which equals the size of its cache */
    void connect(int accounts) {
        for (RefreshPolicy policy : List.of(RefreshPolicy.early(Duration.ofMinutes(5)), AT_THE_END, new LastTenth())) {
            engines.add(engine(policy, accounts));
        }
        for (int index = 0; index < accounts * engines.size(); index++) {
            tokens(index).connect(newKey(index), fresh(index));
            keys.add(newKey(index));
            sources.add(tokens(index).source(key(index)));
        }
    }

    /**
     * Returns a new key that equals the existing ones of its account, because an application creates a key for each
     * request.
     */
    private TokenKey newKey(int index) {
        return TokenKey.of("acme", "account-" + index / engines.size());
    }

    int size() {
        return keys.size();
    }

    Tokens tokens(int index) {
        return engines.get(index % engines.size());
    }

    TokenKey key(int index) {
        return keys.get(index);
    }

    TokenSource source(int index) {
        return sources.get(index);
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

    private static TokenSet fresh(int index) {
        Instant now = Instant.now();
        return TokenSet.builder("access-" + index)
                .refreshToken("refresh-" + index)
                .issuedAt(now)
                .expiresAt(now.plus(Duration.ofHours(10)))
                .build();
    }
}
