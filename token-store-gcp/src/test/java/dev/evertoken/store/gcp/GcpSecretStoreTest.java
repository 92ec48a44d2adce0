package dev.evertoken.store.gcp;

import com.google.cloud.secretmanager.v1.SecretManagerServiceClient;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.gcp.fake.FakeSecretManager;
import dev.evertoken.testing.SharedTokenStoreContract;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The shared store contract over the real client and gRPC. */
class GcpSecretStoreTest extends SharedTokenStoreContract {

    private static FakeSecretManager service;
    private static SecretManagerServiceClient client;
    private final String namespace = "contract-" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        service = FakeSecretManager.start();
        client = service.client();
    }

    @AfterAll
    static void stop() {
        client.close();
        service.close();
    }

    @Override
    protected TokenStore newStore() {
        return another();
    }

    @Override
    protected TokenStore another() {
        return GcpSecretStore.over(client, service.location(), namespace, FakeStoreFixture.SHORT_TIMEOUT);
    }

    /** Truncates the tokens to half their length. */
    @Override
    protected void damage(TokenKey key) {
        String secret = new SecretNames(GcpLocation.parse(service.location()), namespace).id(key);
        long newest = service.versions(secret).size();
        service.poison(secret, newest, payload -> payload.substring(0, payload.size() / 2));
    }
}
