package dev.evertoken.examples;

import static dev.evertoken.model.RefreshModel.ROTATING;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.cloud.secretmanager.v1.SecretManagerServiceSettings;
import dev.evertoken.TokenSource;
import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.FileTokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.store.gcp.GcpSecretOptions;
import dev.evertoken.store.gcp.GcpSecretStore;
import dev.evertoken.store.tiered.TieredTokenStore;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.WithMockProviders;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples in the javadoc run. Those of the HTTP wrappers are in {@link HttpClientsTest}. */
@WithMockProviders
class JavadocExamplesTest {

    private final List<String> actions = new ArrayList<>();

    @TempDir
    private Path folder;

    private MockProvider google;
    private Tokens tokens;

    @BeforeEach
    void configure(MockProviders providers) {
        google = providers.google();
        tokens = google.configure(Tokens.builder().namespace("crm").store("memory:"))
                .build();
    }

    @AfterEach
    void close() {
        tokens.close();
    }

    private URI openInBrowser(URI page) {
        return google.approve(page, "user-42");
    }

    private void connect() {
        tokens.connect(TokenKey.of("google", "user-42"), google.consent("user-42"));
    }

    @Test
    void tokensConnectAUserAndSupplyAToken() {
        URI callback = URI.create("https://crm.example/connect/back");
        // javadoc Tokens begin
        TokenKey key = TokenKey.of("google", "user-42");
        URI redirect = openInBrowser(tokens.authorize(key, callback).url());
        tokens.completeAuthorization(key, redirect);
        AccessToken token = tokens.accessToken(key);
        // javadoc Tokens end
        assertThat(token.header()).startsWith("Bearer ");
    }

    @Test
    void theBuilderAcceptsTheSettingsOfAnApplication() throws Exception {
        String clientId = "123-abc.apps.googleusercontent.com";
        String clientSecret = "3f8a1c09e4b7";
        Path keyFile =
                Files.writeString(folder.resolve("keys"), FreshKeys.ring().reveal());
        Path stored = folder.resolve("tokens");
        // javadoc TokensBuilder begin
        Tokens tokens = Tokens.builder()
                .namespace("crm")
                .store("file:" + stored)
                .encryption(KeyRing.fromFile(keyFile))
                .client("google", ClientRegistration.of(clientId, clientSecret))
                .refreshEarly(Duration.ofMinutes(5))
                .reconnectUrl(key -> URI.create("https://crm.example/connect/" + key.registration()))
                .build();
        // javadoc TokensBuilder end
        try (tokens) {
            assertThat(stored).isDirectory();
        }
    }

    @Test
    void aSourceReplacesATokenThatTheApiRejects() {
        connect();
        // javadoc TokenSource begin
        TokenSource calendar = tokens.source(TokenKey.of("google", "user-42"));
        AccessToken token = calendar.accessToken();
        if (call(token) == 401) {
            call(calendar.replace(token));
        }
        // javadoc TokenSource end
        assertThat(google.ledger().tokenRequests("user-42")).isEqualTo(1);
    }

    private int call(AccessToken token) {
        actions.add(token.header());
        return actions.size() == 1 ? 401 : 200;
    }

    @Test
    void aKeyNamesTheRegistrationAndTheAccount() {
        // javadoc TokenKey begin
        TokenKey calendar = TokenKey.of("google", "user-42");
        TokenKey posts = TokenKey.of("linkedin", "user-42"); // the same user at another provider
        // javadoc TokenKey end
        assertThat(List.of(calendar, posts)).hasToString("[google/user-42, linkedin/user-42]");
    }

    @Test
    void aRegistrationHasTheScopesThatAreRequested() {
        String clientId = "123-abc.apps.googleusercontent.com";
        String clientSecret = "3f8a1c09e4b7";
        // javadoc ClientRegistration begin
        ClientRegistration google = ClientRegistration.builder(clientId)
                .clientSecret(clientSecret)
                .scopes("openid", "https://www.googleapis.com/auth/calendar.readonly")
                .build();
        // javadoc ClientRegistration end
        assertThat(google.scopes()).hasSize(2);
    }

    @Test
    void aRotatedRingKeepsTheEarlierKey() {
        Secret text = Secret.of("k1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
        byte[] newKey = new byte[32];
        // javadoc KeyRing begin
        KeyRing keys = KeyRing.parse(text); // k1:MDEy…
        KeyRing rotated = keys.rotatedTo("k2", newKey); // encrypts with k2, decrypts with k2 and k1
        // javadoc KeyRing end
        assertThat(rotated.active()).contains("k2");
        assertThat(rotated.ids()).containsExactly("k2", "k1");
    }

    @Test
    void anExceptionStatesTheReactionOfTheCaller() {
        Runnable job = () -> {};
        TokenKey key = TokenKey.of("google", "user-42");
        // javadoc TokenException begin
        try {
            call(tokens.accessToken(key));
        } catch (TokenException e) {
            switch (e.remedy()) {
                case RETRY, WAIT -> schedule(job, e.retryAt());
                case RECONNECT -> askForConsent(key, e.reconnectUrl());
                case FIX_CONFIGURATION, CONTACT_SUPPORT -> alert(e.getMessage());
            }
        }
        // javadoc TokenException end
        assertThat(actions).containsExactly("consent of google/user-42");
    }

    private void schedule(Runnable job, Optional<Instant> time) {
        actions.add(job + " at " + time);
    }

    private void askForConsent(TokenKey key, Optional<URI> page) {
        actions.add("consent of " + key + page.map(address -> " at " + address).orElse(""));
    }

    private void alert(String message) {
        actions.add(message);
    }

    @Test
    void aFileStoreIsGivenToTheBuilder() {
        KeyRing keys = KeyRing.parse(FreshKeys.ring());
        ClientRegistration google = ClientRegistration.of("123-abc.apps.googleusercontent.com", "3f8a1c09e4b7");
        Path folder = this.folder.resolve("tokens");
        // javadoc FileTokenStore begin
        FileTokenStore store = FileTokenStore.open(folder, "crm");
        Tokens tokens = Tokens.builder()
                .namespace("crm")
                .store(store)
                .encryption(keys)
                .client("google", google)
                .build();
        // javadoc FileTokenStore end
        try (tokens) {
            assertThat(store.keys()).isEmpty();
        }
    }

    @Test
    void theMocksReplaceAProvider() {
        // javadoc MockProviders begin
        try (MockProviders mocks = MockProviders.start()) {
            MockProvider google = mocks.google();
            TokenKey key = TokenKey.of("google", "user-42");
            TokensBuilder builder = Tokens.builder().namespace("crm").store("memory:");
            try (Tokens tokens = google.configure(builder).build()) {
                tokens.connect(key, google.consent("user-42"));
                AccessToken first = tokens.accessToken(key);
                AccessToken second = tokens.replace(key, first); // the mock issues it
                assertThat(second).isNotEqualTo(first);
            }
        }
        // javadoc MockProviders end
    }

    @Test
    void aStoreFailsAsPlanned() {
        // javadoc FaultyStore begin
        FaultyStore store = FaultyStore.over(new InMemoryTokenStore());
        store.next(COMPARE_AND_SET).where(record -> record.generation() == 2).failAfter();
        Checkpoint load = store.next(LOAD).holdBefore();
        store.down();
        // javadoc FaultyStore end
        assertThat(load).isNotNull();
        assertThat(store.calls(LOAD)).isZero();
    }

    @Test
    void anyServerIsDescribedBySettings() {
        URI uri = URI.create("https://login.acme.example/token");
        // javadoc OAuth2Provider begin
        Provider acme = OAuth2Provider.builder("acme")
                .tokenEndpoint(uri)
                .refreshModel(ROTATING)
                .build();
        // javadoc OAuth2Provider end
        assertThat(acme.id()).isEqualTo("acme");
    }

    @Test
    void aChainHasAnAuthorityAndAFallback() throws Exception {
        TokenStore redis = new InMemoryTokenStore();
        // javadoc TieredTokenStore begin
        TokenStore store = TieredTokenStore.of("redis", redis)
                .fallback("disk", FileTokenStore.open(folder, "crm"))
                .tombstones(folder.resolve("gone"))
                .open();
        // javadoc TieredTokenStore end
        try (store) {
            assertThat(store.guarantee()).isEqualTo(redis.guarantee());
        }
    }

    @Test
    void anEmulatorOfSecretManagerNeedsTwoMoreSettings() {
        SecretManagerServiceSettings.Builder settings = GcpSecretStore.clientSettings(GcpSecretOptions.defaults());
        // javadoc GcpSecretStore begin
        settings.setCredentialsProvider(NoCredentialsProvider.create());
        settings.setTransportChannelProvider(InstantiatingGrpcChannelProvider.newBuilder()
                .setEndpoint("127.0.0.1:9090")
                .setChannelConfigurator(channel -> channel.usePlaintext())
                .build());
        // javadoc GcpSecretStore end
        assertThat(settings.getCredentialsProvider()).isInstanceOf(NoCredentialsProvider.class);
    }
}
