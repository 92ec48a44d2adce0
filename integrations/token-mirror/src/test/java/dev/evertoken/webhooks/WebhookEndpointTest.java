package dev.evertoken.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebhookEndpointTest {

    private static final String URL = "https://hooks.example/T000/path-secret";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://hooks.example:port/ | must be an absolute address with a host, without user info and fragment",
                "hooks.example/path-secret | must be an absolute address with a host, without user info and fragment",
                "https://user:pw@hooks.example/ | must be an absolute address with a host, without user info and fragment",
                "https://hooks.example/#path-secret | must be an absolute address with a host, without user info and fragment",
                "ftp://hooks.example/path-secret | must be an https address",
                "http://hooks.example/path-secret | at hooks.example must be https; http is for loopback addresses alone",
                "https://hooks.example/path secret | is no valid address: Illegal character in path at index 26"
            })
    void anAddressOfAnotherFormIsRefusedWithoutShowingIt(String url, String reason) {
        assertThatThrownBy(() -> WebhookEndpoint.builder(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the address of a webhook " + reason)
                .hasMessageNotContaining("secret");
    }

    @Test
    void settingsOutOfTheirBoundsAreRefused() {
        WebhookEndpoint.Builder builder = WebhookEndpoint.builder(URL);

        assertThatThrownBy(builder::build).hasMessage("the webhook at hooks.example has no secret");
        builder.secret(WebhookEndpoint.newSecret());
        assertThatThrownBy(() -> builder.events(Set.of()).build())
                .hasMessage("the webhook at hooks.example gets no events");
        builder.events(Set.of(WebhookEvent.CONNECTION_CREATED));
        assertThatThrownBy(() -> builder.timeout(Duration.ofSeconds(14)).build())
                .hasMessage("timeout PT14S is not between PT15S and PT30S");
        assertThatThrownBy(() -> builder.timeout(Duration.ofSeconds(31)).build())
                .hasMessage("timeout PT31S is not between PT15S and PT30S");
        assertThat(builder.timeout(Duration.ofSeconds(30)).build().events())
                .containsExactly(WebhookEvent.CONNECTION_CREATED);
    }

    @Test
    void theTextShowsNeitherThePathNorTheSecret() {
        WebhookEndpoint endpoint =
                WebhookEndpoint.builder(URL).secret(WebhookEndpoint.newSecret()).build();

        assertThat(endpoint).hasToString("WebhookEndpoint[hooks.example]");
        assertThat(EventDigest.destination(endpoint.address())).matches("webhook-hooks\\.example-[0-9a-f]{8}");
    }

    @Test
    void aNewSecretIsRandomAndSigns() {
        Secret first = WebhookEndpoint.newSecret();

        assertThat(first.reveal()).hasSize("whsec_".length() + 44).startsWith("whsec_");
        assertThat(first).isNotEqualTo(WebhookEndpoint.newSecret());
        assertThat(WebhookKey.parse(first).sign(new byte[0])).startsWith("v1,");
    }

    @Test
    void theDestinationOfALongHostFitsInAnOutbox() {
        String host = "a".repeat(60) + "." + "b".repeat(60) + ".example";

        assertThat(EventDigest.destination(URI.create("https://" + host + "/"))).hasSize(57);
    }
}
