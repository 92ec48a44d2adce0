package dev.evertoken.store.gcp;

import com.google.cloud.secretmanager.v1.SecretManagerServiceClient;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.gcp.fake.FakeSecretManager;
import dev.evertoken.store.tiered.TieredTokenStore;
import dev.evertoken.testing.OutageContract;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;

/** The outage contract over the real client and the fake of the service. */
class OutageTest extends OutageContract {

    private final FakeSecretManager service = FakeSecretManager.start();
    private final SecretManagerServiceClient client = service.client();

    @AfterEach
    void closeTheService() {
        client.close();
        service.close();
    }

    @Override
    protected TokenStore open() {
        return GcpSecretStore.over(client, service.location(), "outage", GcpSecretOptions.defaults());
    }

    @Override
    protected Provider acme(URI tokenEndpoint) {
        return OAuth2Provider.builder("acme")
                .tokenEndpoint(tokenEndpoint)
                .refreshModel(RefreshModel.ROTATING)
                .build();
    }

    @Override
    protected TokenStore chain(TokenStore authority, TokenStore copy) {
        return TieredTokenStore.of("store", authority)
                .fallback("copy", copy)
                .withoutInitialReconcile()
                .open();
    }
}
