package dev.evertoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.catalogue.Catalogue;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.providers.ProviderDescription;
import dev.evertoken.providers.description.ApiRule;
import dev.evertoken.providers.description.ErrorRule;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.WithMockProviders;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The registrations of the guides work: a described server, and a second client of a provider. */
@WithMockProviders
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

    @Test
    void aDescriptionInAFileIsAProvider(@TempDir Path folder) throws IOException {
        String guide = Files.readString(Path.of("../docs/other-servers.md"));
        int begin = guide.indexOf("```json") + "```json".length();
        Path file = Files.writeString(folder.resolve("acme.json"), guide.substring(begin, guide.indexOf("```", begin)));
        // docs/other-servers.md begin
        Provider acme = OAuth2Provider.of(ProviderDescription.read(file));
        // docs/other-servers.md end
        ClientRegistration client = ClientRegistration.of("crm-client", "3f8a1c09e4b7");
        try (Tokens tokens = Tokens.builder()
                .namespace("crm")
                .store("memory:")
                .provider(acme)
                .client("acme", client)
                .build()) {
            URI consent = tokens.authorize(TokenKey.of("acme", "user-42"), URI.create("https://app.example/back"))
                    .url();

            assertThat(consent).hasHost("eu.login.acme.example").hasParameter("audience", "orders");
        }
    }

    @Test
    void theClientOfATenantIsAddedAndRemoved(MockProviders providers) {
        Provider acme = OAuth2Provider.builder("acme")
                .tokenEndpoint(URI.create("https://login.acme.example/token"))
                .refreshModel(RefreshModel.STATIC)
                .build();
        String clientId = "crm-client";
        String clientSecret = "3f8a1c09e4b7";
        MockProvider google = providers.google();
        try (Tokens tokens = google.configure(Tokens.builder().namespace("crm").store("memory:"))
                .build()) {
            // docs/other-servers.md begin
            tokens.addClient("tenant-7", acme, ClientRegistration.of(clientId, clientSecret));
            boolean removed = tokens.removeClient("tenant-7");
            // docs/other-servers.md end
            assertThat(removed).isTrue();
        }
    }

    @Test
    void rulesDescribeRefusalsAndResponsesOfTheApi() {
        // javadoc ErrorRule begin
        ErrorRule ended = ErrorRule.of(Kind.GRANT_DEAD)
                .member("errors[0].errorType", "invalid_grant")
                .at(EndpointKind.REFRESH);
        // javadoc ErrorRule end
        // javadoc ApiRule begin
        ApiRule expired = ApiRule.refresh().status(200).member("ok", "false").member("error", "token_expired");
        // javadoc ApiRule end
        Provider acme = OAuth2Provider.builder("acme")
                .tokenEndpoint(URI.create("https://login.acme.example/token"))
                .refreshModel(RefreshModel.STATIC)
                .error(ended)
                .apiError(expired)
                .build();

        assertThat(acme.id()).isEqualTo("acme");
    }

    @Test
    void theTenantOfMicrosoftIsSetInItsDescription() {
        // javadoc Catalogue begin
        Provider ours = OAuth2Provider.of(Catalogue.description("microsoft").toBuilder()
                .value("tenant", "contoso.example")
                .description());
        TokensBuilder builder = Tokens.builder().provider(ours);
        // javadoc Catalogue end
        builder.namespace("crm").store("memory:").client("microsoft", ClientRegistration.ofPublic("crm-client"));
        try (Tokens tokens = builder.build()) {
            URI consent = tokens.authorize(TokenKey.of("microsoft", "anna"), URI.create("https://app.example/back"))
                    .url();

            assertThat(consent).hasPath("/contoso.example/oauth2/v2.0/authorize");
        }
    }

    @Test
    void aSecondClientOfAProviderHasAnIdOfItsOwn(MockProviders providers) {
        MockProvider x = providers.x();
        String apiKey = x.applicationRegistration().clientId();
        String apiKeySecret =
                x.applicationRegistration().clientSecret().map(Secret::reveal).orElseThrow();
        TokensBuilder builder =
                Tokens.builder().namespace("news").store("memory:").endpoints("x-app", x.endpoints());
        // docs/providers/x.md begin
        builder.client("x-app", "x", ClientRegistration.of(apiKey, apiKeySecret));
        Tokens tokens = builder.build();
        AccessToken token = tokens.clientCredentialsToken("x-app");
        // docs/providers/x.md end
        try (tokens) {
            assertThat(token.header()).startsWith("Bearer ");
        }
    }
}
