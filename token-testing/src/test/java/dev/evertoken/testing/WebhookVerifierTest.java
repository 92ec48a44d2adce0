package dev.evertoken.testing;

import static dev.evertoken.testing.WebhookVerifier.Verdict.ACCEPTED;
import static dev.evertoken.testing.WebhookVerifier.Verdict.FORGED;
import static dev.evertoken.testing.WebhookVerifier.Verdict.MALFORMED;
import static dev.evertoken.testing.WebhookVerifier.Verdict.NOT_RECENT;
import static dev.evertoken.testing.WebhookVerifier.Verdict.REPEATED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.testing.WebhookVerifier.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first vector is the one that Standard Webhooks publishes, the others were computed with Python. */
class WebhookVerifierTest {

    private static final String BODY = "{\"test\": 2432232314}";
    private static final String SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final String HMAC = "v1,5DJQNPXi/Ri56kFO62OYFtL5Km0Oqhbya5pKx4a6Fwk=";
    private static final String PUBLIC_KEY = "whpk_ebVWLo/mVPlAeLES6KmLp5AfhTrmlb7X4OORC60ElmQ=";
    private static final String ED25519 =
            "v1a,9Hfeok4Qa2aXtkPEjvC3P6o4LE8lsoLkv7zEn61q3lIbMQvWn5OmMnE7IC6vNEfBmXRSc0QW5HGz2tjVzWssAA==";

    private final ManualClock clock = ManualClock.at(Instant.ofEpochSecond(1_614_265_330));
    private final Map<String, String> headers = new HashMap<>(Map.of(
            "webhook-id", "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W",
            "webhook-timestamp", "1614265330",
            "webhook-signature", HMAC));

    @Test
    void thePublishedExampleIsAccepted() {
        headers.put("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek");
        headers.put("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");

        assertThat(verdict(verifier("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), BODY))
                .isEqualTo(ACCEPTED);
    }

    @Test
    void oneSignatureOfAKnownKeyIsEnough() {
        assertThat(verdict(verifier(SECRET), BODY)).isEqualTo(ACCEPTED);

        headers.put("webhook-signature", "v2,future v1,unknown " + ED25519 + " " + HMAC);
        assertThat(verdict(verifier(SECRET), BODY)).isEqualTo(ACCEPTED);
        assertThat(verdict(verifier(PUBLIC_KEY), BODY)).isEqualTo(ACCEPTED);
        assertThat(verdict(verifier("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", PUBLIC_KEY), BODY))
                .isEqualTo(ACCEPTED);
        assertThat(verdict(verifier("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), BODY))
                .isEqualTo(FORGED);
    }

    @Test
    void anIdIsAcceptedOnce() {
        WebhookVerifier verifier = verifier(SECRET);

        assertThat(verdict(verifier, BODY)).isEqualTo(ACCEPTED);
        assertThat(verdict(verifier, BODY)).isEqualTo(REPEATED);
    }

    @Test
    void aForgedMessageDoesNotUseUpItsId() {
        WebhookVerifier verifier = verifier(SECRET);

        assertThat(verdict(verifier, "{\"test\": 0}")).isEqualTo(FORGED);
        assertThat(verdict(verifier, BODY)).isEqualTo(ACCEPTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "v1,",
                "v1",
                "v1a,",
                "v1a,not base64",
                "v1a,AAAA",
                "5DJQNPXi/Ri56kFO62OYFtL5Km0Oqhbya5pKx4a6Fwk="
            })
    void aValueThatIsNoSignatureIsRefused(String signature) {
        headers.put("webhook-signature", signature);

        assertThat(verdict(verifier(SECRET, PUBLIC_KEY), BODY)).isEqualTo(FORGED);
    }

    @Test
    void idAndTimeAreSigned() {
        headers.put("webhook-id", "msg_other");
        assertThat(verdict(verifier(SECRET), BODY)).isEqualTo(FORGED);

        headers.put("webhook-id", "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W");
        headers.put("webhook-timestamp", "1614265331");
        assertThat(verdict(verifier(SECRET), BODY)).isEqualTo(FORGED);
    }

    @Test
    void aMessageOutsideTheToleranceIsNotAccepted() {
        clock.advance(Duration.ofMinutes(5));
        assertThat(verdict(verifier(SECRET), BODY)).isEqualTo(ACCEPTED);

        clock.advance(Duration.ofSeconds(1));
        assertThat(verdict(verifier(SECRET), BODY)).isEqualTo(NOT_RECENT);
        assertThat(verdict(verifier(SECRET).withTolerance(Duration.ofMinutes(6)), BODY))
                .isEqualTo(ACCEPTED);

        ManualClock behind = ManualClock.at(Instant.ofEpochSecond(1_614_265_330 - 301));
        assertThat(verdict(verifier(SECRET).withTime(behind), BODY)).isEqualTo(NOT_RECENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"webhook-id", "webhook-timestamp", "webhook-signature"})
    void aMissingHeaderIsReported(String name) {
        headers.remove(name);

        assertThat(verdict(verifier(SECRET), BODY)).isEqualTo(MALFORMED);
    }

    @Test
    void aTimestampThatIsNoNumberIsReported() {
        headers.put("webhook-timestamp", "2021-02-25T15:02:10Z");

        assertThat(verdict(verifier(SECRET), BODY)).isEqualTo(MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hunter2hunter2",
                "whsec_hunter2!",
                "whsec_aHVudGVyMg==",
                "whpk_aHVudGVyMg==",
                "whsk_aHVudGVyMg=="
            })
    void aMalformedKeyIsRefusedWithoutShowingIt(String key) {
        assertThatThrownBy(() -> WebhookVerifier.of(key))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("of a webhook")
                .hasMessageNotContaining("hunter")
                .hasMessageNotContaining("aHVudGVyMg");
    }

    private WebhookVerifier verifier(String... keys) {
        return WebhookVerifier.of(keys).withTime(clock);
    }

    private Verdict verdict(WebhookVerifier verifier, String body) {
        return verifier.verify(headers::get, body.getBytes(UTF_8));
    }
}
