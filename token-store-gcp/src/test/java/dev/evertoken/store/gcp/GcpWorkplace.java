package dev.evertoken.store.gcp;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.store.gcp.fake.FakeSecretManager;
import dev.evertoken.testing.Workplace;
import java.net.URI;

/** How a process opens tokens in the fake; the location is its endpoint. */
public final class GcpWorkplace implements Workplace {

    @Override
    public TokensBuilder tokens(String location, String namespace, URI tokenEndpoint) {
        GcpSecretStore store = GcpSecretStore.over(
                FakeSecretManager.client(location, GcpSecretOptions.standard()),
                "gcp-secrets://" + FakeSecretManager.PROJECT,
                namespace,
                GcpSecretOptions.standard());
        return Tokens.builder()
                .store(store)
                .provider(OAuth2Provider.builder("acme")
                        .tokenEndpoint(tokenEndpoint)
                        .refreshModel(RefreshModel.ROTATING)
                        .build());
    }
}
