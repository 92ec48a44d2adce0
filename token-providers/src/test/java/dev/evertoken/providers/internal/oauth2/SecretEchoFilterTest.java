package dev.evertoken.providers.internal.oauth2;

import static dev.evertoken.providers.LoopbackServer.head;
import static dev.evertoken.providers.LoopbackServer.http;
import static dev.evertoken.providers.LoopbackServer.json;
import static dev.evertoken.providers.RefreshCaller.acme;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import dev.evertoken.providers.EagerTimekeeper;
import dev.evertoken.providers.LoopbackServer;
import dev.evertoken.providers.RefreshCaller;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.TokenOutcome;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that echo parts of the request. */
class SecretEchoFilterTest {

    private final Provider acme = acme().build();

    @ParameterizedTest
    @Fault("C22")
    @ValueSource(
            strings = {RefreshCaller.REFRESH_TOKEN, RefreshCaller.ACCESS_TOKEN, RefreshCaller.CLIENT_SECRET, "abcdef"})
    void echoedSecretsAreInNoMessage(String secret) throws IOException {
        TokenSet tokens = RefreshCaller.TOKENS.toBuilder()
                .attribute("extra", Secret.of("abcdef"))
                .build();
        String[] responses = {
            json(400, "{\"error\":\"" + secret + "\",\"error_description\":\"" + secret + "\"}"),
            json(400, "{\"error\":{\"status\":\"" + secret + "\"}}"),
            json(400, "{\"errors\":[{\"resource\":\"" + secret + "\",\"field\":\"x\",\"code\":\"y\"}]}"),
            http(200, secret + "/html", "<html>" + secret),
            head(302, "Location: https://acme.example/" + FormEncoding.encoded(secret), "Content-Length: 0"),
            head(302, "Location: https://abcdef.example/", "Content-Length: 0"),
            "HTTP/1.1 " + secret + "\r\n\r\n"
        };
        for (String response : responses) {
            try (LoopbackServer server = LoopbackServer.answering(response)) {
                TokenOutcome outcome =
                        acme.refresher().refresh(RefreshCaller.at(acme, server).request(tokens, RefreshCaller.CLIENT));

                assertThat(outcome.toString()).doesNotContain(secret, FormEncoding.encoded(secret));
            }
        }
    }

    @Test
    void noPartOfARequestPrintsItsSecrets() {
        FormEncoding form = FormEncoding.of(Map.of("refresh_token", RefreshCaller.REFRESH_TOKEN));
        TokenEndpointRequest call = TokenEndpointRequest.post(
                URI.create("https://acme.example/token"),
                form,
                Optional.of(Secret.of("Basic abc")),
                Duration.ofSeconds(1),
                () -> true,
                new EagerTimekeeper(() -> {}));

        assertThat(call.toString()).doesNotContain(RefreshCaller.REFRESH_TOKEN, "Basic abc");
        assertThat(form).hasToString("Form[refresh_token]");
    }
}
