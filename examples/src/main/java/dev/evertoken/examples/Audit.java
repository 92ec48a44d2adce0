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
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.testing.Ledger;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds the accounts that were lost: the provider no longer accepts their stored refresh token, or access token if
 * there is no refresh token, although the user did not revoke the grant.
 *
 * <p>It opens the store like the application, with providers that look up the refresh token in the ledger of the mock
 * provider instead of using it. No request is sent. Run it last, because the store records failed refreshes. Not
 * thread-safe.
 */
final class Audit {

    private final Set<TokenKey> valid = ConcurrentHashMap.newKeySet();

    private Audit() {}

    /** Returns the lost accounts. */
    static List<Account> lost(List<Account> accounts, Path folder, Secret keys, MockProviders providers) {
        Audit audit = new Audit();
        TokensBuilder builder = Tokens.builder()
                .namespace(QuickstartApp.NAMESPACE)
                .environment(QuickstartApp.ENVIRONMENT)
                .store("file:" + folder)
                .encryption(KeyRing.parse(keys));
        for (MockProvider provider : providers.all()) {
            builder.client(provider.id(), provider.registration())
                    .provider(audit.new LedgerLookup(provider.id(), provider.ledger()));
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
            throw new AssertionError(key + ": received a token although no request was sent");
        } catch (TokenException e) {
            if (account.isRevoked()) {
                return e.problem() != Problem.GRANT_DEAD;
            }
            boolean tooNew = e.problem() == Problem.NOT_YET; // the provider is not called then
            return tooNew
                    ? token.map(AccessToken::value)
                            .filter(value -> account.ledger().isAccepted(value))
                            .isEmpty()
                    : !valid.contains(key);
        }
    }

    /** A provider that only checks whether the refresh token is valid. */
    private final class LedgerLookup implements Provider {
        private final String id;
        private final Ledger ledger;

        LedgerLookup(String id, Ledger ledger) {
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
                boolean isValid = request.tokens()
                        .refreshToken()
                        .map(ledger::isValid)
                        .orElseGet(() ->
                                ledger.isAccepted(request.tokens().accessToken().orElseThrow()));
                if (isValid) {
                    valid.add(request.key());
                }
                return new TokenOutcome.NotSent(
                        Problem.NETWORK, "looked up in the ledger instead of sent to the provider");
            };
        }
    }
}
