package dev.evertoken.store.gcp;

import com.google.cloud.secretmanager.v1.SecretManagerServiceClient;
import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.store.gcp.fake.FakeSecretManager;
import dev.evertoken.testing.StoreFixture;
import java.net.URI;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Opens tokens with a separate client for a test process. The location is the endpoint of the fake service.
 * Close it after the tokens, unless the process ends with them. Thread-safe except for closing.
 */
public final class SecretStoreFixture implements StoreFixture, AutoCloseable {

    /** The first calls of a client load its classes, which takes long on a busy machine. */
    private static final GcpSecretOptions LONG_TIMEOUT =
            GcpSecretOptions.defaults().withTimeout(Duration.ofSeconds(30));

    private final Deque<AutoCloseable> open = new ConcurrentLinkedDeque<>();
    private final GcpSecretOptions options;

    /** For processes that share a busy machine. */
    public SecretStoreFixture() {
        this(LONG_TIMEOUT);
    }

    SecretStoreFixture(GcpSecretOptions options) {
        this.options = options;
    }

    @Override
    public TokensBuilder tokens(String endpoint, String namespace, URI tokenEndpoint) {
        SecretManagerServiceClient client = FakeSecretManager.client(endpoint, options);
        open.push(client);
        GcpSecretStore store =
                GcpSecretStore.over(client, "gcp-secrets://" + FakeSecretManager.PROJECT, namespace, options);
        open.push(store);
        return Tokens.builder()
                .store(store)
                .provider(OAuth2Provider.builder("acme")
                        .tokenEndpoint(tokenEndpoint)
                        .refreshModel(RefreshModel.ROTATING)
                        .build());
    }

    @Override
    public void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }
}
