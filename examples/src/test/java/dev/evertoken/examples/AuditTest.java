package dev.evertoken.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.evertoken.Tokens;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenSet;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.WithMockProviders;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quickstart counts an account as lost if the provider no longer accepts its stored token. */
@WithMockProviders
class AuditTest {

    @TempDir
    Path folder;

    private final Secret keys = FreshKeys.ring();
    private MockProviders providers;
    private Account account;
    private TokenSet consent;

    @BeforeEach
    void connect(MockProviders mocks) {
        providers = mocks;
        account = new Account(mocks.rotating(), "orders");
        consent = account.consent();
        try (Tokens tokens = tokens("file:" + folder)) {
            tokens.connect(account.key(), consent);
        }
    }

    @Test
    void anAccountWithAValidStoredTokenIsNotLostAndTheAuditSpendsNoToken() {
        assertThat(lost()).isEmpty();
        assertThat(account.ledger().tokenRequests()).isZero();
    }

    @Test
    void anAccountWithASpentStoredTokenIsLost() {
        try (Tokens elsewhere = tokens("memory:")) {
            elsewhere.connect(account.key(), consent);
            elsewhere.replace(account.key(), elsewhere.accessToken(account.key()));
        }

        assertThat(lost()).containsExactly(account);
    }

    @Test
    void anAccountThatIsKnownToBeRevokedIsNotLost() {
        account.provider().revoke(account.name());
        assertThat(lost()).as("not detected yet").containsExactly(account);

        try (Tokens tokens = tokens("file:" + folder.resolve("detected"))) {
            tokens.connect(account.key(), consent);
            assertThat(failure(tokens)).isInstanceOf(TokenException.class);
        }
        assertThat(Audit.lost(List.of(account), folder.resolve("detected"), keys, providers))
                .isEmpty();
    }

    @Test
    void anAccountTooYoungForARefreshIsAuditedByItsAccessToken() {
        Account photos = new Account(providers.instagram(), "photos");
        try (Tokens tokens = Tokens.builder()
                .namespace(QuickstartApp.NAMESPACE)
                .environment(QuickstartApp.ENVIRONMENT)
                .store("file:" + folder)
                .encryption(KeyRing.parse(keys))
                .client("instagram", photos.provider().registration())
                .endpoints("instagram", photos.provider().endpoints())
                .build()) {
            tokens.connect(photos.key(), photos.consent());
        }
        assertThat(Audit.lost(List.of(photos), folder, keys, providers)).isEmpty();

        photos.provider().revoke(photos.name());

        assertThat(Audit.lost(List.of(photos), folder, keys, providers)).containsExactly(photos);
    }

    private Throwable failure(Tokens tokens) {
        return catchThrowable(() -> tokens.replace(account.key(), tokens.accessToken(account.key())));
    }

    private List<Account> lost() {
        return Audit.lost(List.of(account), folder, keys, providers);
    }

    private Tokens tokens(String store) {
        return Tokens.builder()
                .namespace(QuickstartApp.NAMESPACE)
                .environment(QuickstartApp.ENVIRONMENT)
                .store(store)
                .encryption(KeyRing.parse(keys))
                .client("acme", account.provider().registration())
                .provider(OAuth2Provider.builder("acme")
                        .tokenEndpoint(account.provider()
                                .endpoints()
                                .address(EndpointKind.REFRESH)
                                .orElseThrow())
                        .refreshModel(RefreshModel.ROTATING)
                        .build())
                .build();
    }
}
