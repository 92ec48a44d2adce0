package dev.evertoken.testing.wiremock;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import org.junit.jupiter.api.Test;

/** The build runs tests with both artifacts of WireMock. */
class ArtifactTest {

    @Test
    void theTestsRunWithTheArtifactThatTheBuildNames() {
        String artifact = System.getProperty("evertoken.wiremock", "wiremock-standalone");

        assertThat(WireMockServer.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .contains("/" + artifact + "-3.");
    }
}
