package dev.evertoken.providers;

import static dev.evertoken.providers.LoopbackServer.json;
import static dev.evertoken.providers.RefreshCaller.acme;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.TransportSettings;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenOutcome.Issued;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections to a token endpoint with the settings of a client. */
class TransportTest {

    static final String GOOD =
            "{\"access_token\":\"at-2\",\"refresh_token\":\"rt-2\",\"expires_in\":3600,\"token_type\":\"bearer\"}";

    private static final char[] PASSWORD = TestCertificates.PASSWORD.toCharArray();

    private static LoopbackServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new LoopbackServer(
                TestCertificates.listen("server"),
                (it, socket, out) -> out.write(json(200, GOOD).getBytes(UTF_8)));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void aServerIsTrustedByTheTrustStoreOfTheClient(@TempDir Path folder) throws Exception {
        Path store = TestCertificates.write(TestCertificates.authority(), folder.resolve("trust.p12"));
        Path pem = TestCertificates.writePem(folder.resolve("ca.pem"));

        assertThat(refresh(TransportSettings.builder().trustStore(store, PASSWORD))).isInstanceOf(Issued.class);
        assertThat(refresh(TransportSettings.builder().trustedCertificates(pem)))
                .isInstanceOf(Issued.class);
        assertThat(refresh(TransportSettings.builder().trustStore(TestCertificates.authority())))
                .isInstanceOf(Issued.class);
    }

    private static TokenOutcome refresh(TransportSettings.Builder settings) {
        return RefreshCaller.at(acme().build(), server.tlsUri("/token"))
                .over(settings.build())
                .refresh();
    }
}
