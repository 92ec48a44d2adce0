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
 * How a process opens tokens in the fake of the service, whose endpoint is the location: with a client of its own.
 * Close it when the tokens are, unless the process ends with them. Thread-safe but for closing.
 */
public final class SecretStoreFixture implements StoreFixture, AutoCloseable {

    /** A client loads its classes with the first calls, which takes long where other processes are at work. */
    private static final GcpSecretOptions PATIENT = GcpSecretOptions.defaults().withTimeout(Duration.ofSeconds(30));

    private final Deque<AutoCloseable> open = new ConcurrentLinkedDeque<>();
    private final GcpSecretOptions options;

    /** For processes that share a busy machine. */
    public SecretStoreFixture() {
        this(PATIENT);
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
