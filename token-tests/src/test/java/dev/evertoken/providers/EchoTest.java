package dev.evertoken.providers;

import static dev.evertoken.providers.Ask.acme;
import static dev.evertoken.providers.LoopbackServer.head;
import static dev.evertoken.providers.LoopbackServer.http;
import static dev.evertoken.providers.LoopbackServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Provider;
import dev.evertoken.spi.RefreshOutcome;
import dev.evertoken.testing.Fault;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that repeat what we sent. */
class EchoTest {

    private final Provider acme = acme().build();

    @ParameterizedTest
    @Fault("C22")
    @ValueSource(strings = {Ask.REFRESH_TOKEN, Ask.ACCESS_TOKEN, Ask.CLIENT_SECRET, "abcdef"})
    void secretsEchoedByAServerReachNoMessage(String secret) throws IOException {
        TokenSet tokens =
                Ask.TOKENS.toBuilder().attribute("extra", Secret.of("abcdef")).build();
        String[] answers = {
            json(400, "{\"error\":\"" + secret + "\",\"error_description\":\"" + secret + "\"}"),
            json(400, "{\"error\":{\"status\":\"" + secret + "\"}}"),
            json(400, "{\"errors\":[{\"resource\":\"" + secret + "\",\"field\":\"x\",\"code\":\"y\"}]}"),
            http(200, secret + "/html", "<html>" + secret),
            head(302, "Location: https://acme.example/" + Form.encoded(secret), "Content-Length: 0"),
            head(302, "Location: https://abcdef.example/", "Content-Length: 0"),
            "HTTP/1.1 " + secret + "\r\n\r\n"
        };
        for (String answer : answers) {
            try (LoopbackServer server = LoopbackServer.answering(answer)) {
                RefreshOutcome outcome =
                        acme.refresher().refresh(Ask.at(acme, server).request(tokens, Ask.CLIENT));

                assertThat(outcome.toString()).doesNotContain(secret, Form.encoded(secret));
            }
        }
    }

    @Test
    void noPartOfACallPrintsWhatItCarries() {
        Form form = Form.of(Map.of("refresh_token", Ask.REFRESH_TOKEN));
        TokenCall call = TokenCall.post(
                URI.create("https://acme.example/token"),
                form,
                Optional.of(Secret.of("Basic abc")),
                Duration.ofSeconds(1),
                () -> true,
                new EagerAlarm(() -> {}));

        assertThat(call.toString()).doesNotContain(Ask.REFRESH_TOKEN, "Basic abc");
        assertThat(form).hasToString("Form[refresh_token]");
    }
}
