package dev.evertoken.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.evertoken.model.Secret;
import java.time.Instant;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The vectors were computed with other programs: the first is published by Standard Webhooks, the others are by Python. */
class WebhookSignatureTest {

    private static final Instant AT = Instant.ofEpochSecond(1_614_265_330, 999_999_999);
    private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(UTF_8);
    private static final String ID = "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W";
    private static final String HMAC_KEY = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final String HMAC = "v1,5DJQNPXi/Ri56kFO62OYFtL5Km0Oqhbya5pKx4a6Fwk=";
    private static final String ED25519_KEY =
            "whsk_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyB5tVYuj+ZU+UB4sRLoqYunkB+FOuaVvtfg45ELrQSWZA==";
    private static final String ED25519_SEED = "whsk_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";
    private static final String ED25519 =
            "v1a,9Hfeok4Qa2aXtkPEjvC3P6o4LE8lsoLkv7zEn61q3lIbMQvWn5OmMnE7IC6vNEfBmXRSc0QW5HGz2tjVzWssAA==";

    @Test
    void theSignatureIsThatOfThePublishedExample() {
        assertThat(signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
                        .headers("msg_p5jXN8AQM9LWM0D4loKWxJek", AT, BODY))
                .containsExactly(
                        entry("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
                        entry("webhook-timestamp", "1614265330"),
                        entry("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    }

    @Test
    void bothSchemesSignTheIdTheSecondAndTheBytesOfTheBody() {
        assertThat(signed(HMAC_KEY)).isEqualTo(HMAC);
        assertThat(signed(ED25519_KEY)).isEqualTo(ED25519);
        assertThat(signed(ED25519_SEED)).isEqualTo(ED25519);
    }

    @Test
    void duringARotationEachSecretSigns() {
        assertThat(signed(HMAC_KEY, ED25519_KEY)).isEqualTo(HMAC + " " + ED25519);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 23, 65})
    void aSecretOfAnotherLengthIsRefused(int length) {
        String secret = "whsec_" + Base64.getEncoder().encodeToString(new byte[length]);

        assertThatThrownBy(() -> signature(secret))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the secret of a webhook has " + length
                        + " bytes, not 24 to 64; create one with WebhookEndpoint.newSecret()");
    }

    @Test
    void aMalformedSecretIsRefusedWithoutShowingIt() {
        assertThatThrownBy(() -> signature("hunter2hunter2"))
                .hasMessage("the secret of a webhook begins with whsec_ or whsk_");
        assertThatThrownBy(() -> signature("whsec_hunter2!hunter2"))
                .hasMessage("the secret of a webhook is not Base64 after whsec_")
                .hasNoCause();
        assertThatThrownBy(() -> signature("whsk_aHVudGVyMg=="))
                .hasMessage("the Ed25519 key of a webhook has 7 bytes, not 32 or 64");
        assertThat(WebhookKey.parse(Secret.of(HMAC_KEY))).hasToString("Hmac");
    }

    private static String signed(String... secrets) {
        return String.valueOf(signature(secrets).headers(ID, AT, BODY).get("webhook-signature"));
    }

    private static WebhookSignature signature(String... secrets) {
        return new WebhookSignature(Stream.of(secrets).map(Secret::of).toList());
    }
}
