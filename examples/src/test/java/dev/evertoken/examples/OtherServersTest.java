package dev.evertoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.spi.provider.Provider;
import java.net.URI;
import org.junit.jupiter.api.Test;

/** The description of a server in the guide is complete. */
class OtherServersTest {

    @Test
    void aDescribedServerHasAConsentPage() {
        String secret = "3f8a1c09e4b7";
        // docs/other-servers.md begin
        Provider acme = OAuth2Provider.builder("acme")
                .authorizationEndpoint(URI.create("https://login.acme.example/authorize"))
                .tokenEndpoint(URI.create("https://login.acme.example/token"))
                .endpoint(EndpointKind.REVOKE, URI.create("https://login.acme.example/revoke"))
                .refreshModel(RefreshModel.ROTATING)
                .apiHosts("api.acme.example")
                .build();
        Tokens tokens = Tokens.builder()
                .namespace("crm")
                .store("memory:")
                .provider(acme)
                .client(
                        "acme",
                        ClientRegistration.builder("crm-client")
                                .clientSecret(secret)
                                .scopes("orders.read")
                                .build())
                .build();
        // docs/other-servers.md end
        try (tokens) {
            URI consent = tokens.authorize(TokenKey.of("acme", "user-42"), URI.create("https://app.example/back"))
                    .url();

            assertThat(consent).hasHost("login.acme.example").hasParameter("scope", "orders.read");
        }
    }
}
