package dev.evertoken.examples;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.RefreshOutcome;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.testing.Ledger;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts the accounts that were lost: those whose refresh token in the store, or access token where there is no
 * refresh token, the provider no longer accepts, although nobody took the consent back.
 *
 * <p>It opens the store as the application does, with providers that look a refresh token up in the mock's ledger
 * in place of spending it. Nothing is sent. To be used last, because the store remembers it as a failed refresh. Not
 * thread-safe.
 */
final class Audit {

    private final Set<TokenKey> alive = ConcurrentHashMap.newKeySet();

    private Audit() {}

    /** Returns the accounts that were lost. */
    static List<Account> lost(List<Account> accounts, Path folder, Secret keys, MockProviders providers) {
        Audit audit = new Audit();
        TokensBuilder builder = Tokens.builder()
                .namespace(QuickstartApp.NAMESPACE)
                .environment(QuickstartApp.ENVIRONMENT)
                .store("file:" + folder)
                .encryption(KeyRing.parse(keys));
        for (MockProvider provider : providers.all()) {
            builder.client(provider.id(), provider.registration())
                    .provider(audit.new Looking(provider.id(), provider.ledger()));
        }
        try (Tokens tokens = builder.build()) {
            return accounts.stream()
                    .filter(account -> audit.isLost(account, tokens))
                    .toList();
        }
    }

    private boolean isLost(Account account, Tokens tokens) {
        TokenKey key = account.key();
        Optional<AccessToken> token = Optional.empty();
        try {
            token = Optional.of(tokens.accessToken(key));
            tokens.replace(key, token.get());
            throw new AssertionError(key + ": a token came although nothing was sent");
        } catch (TokenException e) {
            if (account.isRevoked()) {
                return e.problem() != Problem.GRANT_DEAD;
            }
            boolean tooYoung = e.problem() == Problem.NOT_YET; // nobody is asked then
            return tooYoung
                    ? token.map(AccessToken::value)
                            .filter(value -> account.ledger().isAccepted(value))
                            .isEmpty()
                    : !alive.contains(key);
        }
    }

    /** A provider that only looks whether the refresh token would do. */
    private final class Looking implements Provider {
        private final String id;
        private final Ledger ledger;

        Looking(String id, Ledger ledger) {
            this.id = id;
            this.ledger = ledger;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public ProviderProfile profile() {
            return ProviderProfile.builder(RefreshModel.ROTATING).build();
        }

        @Override
        public Refresher refresher() {
            return request -> {
                boolean good = request.tokens()
                        .refreshToken()
                        .map(ledger::isValid)
                        .orElseGet(() -> ledger.isAccepted(request.tokens().accessToken()));
                if (good) {
                    alive.add(request.key());
                }
                return new RefreshOutcome.NotSent(Problem.NETWORK, "the ledger was asked, not the provider");
            };
        }
    }
}
