package dev.evertoken.store.gcp;

import com.google.cloud.secretmanager.v1.SecretManagerServiceClient;
import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.store.gcp.fake.FakeSecretManager;
import dev.evertoken.testing.Workplace;
import java.net.URI;
import java.time.Duration;

/** How a process opens tokens in the fake of the service, with a client of its own. Stateless. */
public final class SecretWorkplace implements Workplace {

    private static final GcpSecretOptions PATIENT =
            GcpSecretOptions.standard().withTimeout(Duration.ofSeconds(15));

    @Override
    public TokensBuilder tokens(String endpoint, String namespace, URI tokenEndpoint) {
        SecretManagerServiceClient client = FakeSecretManager.client(endpoint, PATIENT);
        return Tokens.builder()
                .store(GcpSecretStore.over(client, "gcp-secrets://" + FakeSecretManager.PROJECT, namespace, PATIENT))
                .provider(OAuth2Provider.builder("acme")
                        .tokenEndpoint(tokenEndpoint)
                        .refreshModel(RefreshModel.ROTATING)
                        .build());
    }
}
