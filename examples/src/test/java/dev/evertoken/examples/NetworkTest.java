package dev.evertoken.examples;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TransportSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The settings of the guide to the network can be made as shown. */
class NetworkTest {

    @Test
    void aClientHasATrustStoreAndAllClientsHaveAProxy(@TempDir Path folder) throws Exception {
        Path companyCa = Files.writeString(folder.resolve("ca.pem"), "none");
        TokensBuilder builder = Tokens.builder();
        Secret proxyPassword = Secret.of("3f8a1c09e4b7");

        assertThatThrownBy(() -> settings(builder, companyCa, proxyPassword))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("certificate file " + companyCa);
    }

    private static void settings(TokensBuilder builder, Path companyCa, Secret proxyPassword) {
        // docs/network.md begin
        builder.transport(TransportSettings.builder()
                        .proxy("proxy.example.com", 3128)
                        .proxyCredentials("crm", () -> proxyPassword)
                        .build())
                .transport(
                        "keycloak",
                        TransportSettings.builder()
                                .trustedCertificates(companyCa)
                                .build());
        // docs/network.md end
    }
}
