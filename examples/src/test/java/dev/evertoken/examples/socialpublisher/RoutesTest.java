package dev.evertoken.examples.socialpublisher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each route answers bad input with a reason, and states how the flow ended. */
class RoutesTest {

    private static final long ANNA = 2;

    @TempDir
    private static Path folder;

    private static MockSite site;
    private static SocialPublisher publisher;
    private static Visitor visitor;

    @BeforeAll
    static void start() throws IOException {
        Secret keys = Secret.of(
                "k1:" + Base64.getEncoder().encodeToString(new byte[32]).replace('A', 'B'));
        site = MockSite.start(folder, keys, 100);
        publisher = SocialPublisher.start(PublisherSettings.from(site.environment()));
        visitor = new Visitor(publisher.port());
        connect("x");
        connect("youtube");
    }

    private static void connect(String platform) throws IOException {
        String page =
                visitor.get("/connect/" + platform + "/" + ANNA).location().orElseThrow();
        URI back = site.provider(platform.equals("x") ? "x-oauth1" : platform).approve(URI.create(page), "2");
        assertThat(visitor.get("/connected/" + platform + "?" + back.getRawQuery())
                        .status())
                .isEqualTo(200);
    }

    @AfterAll
    static void stop() {
        visitor.close();
        publisher.close();
        site.close();
    }

    static Stream<String> routesWithBodies() {
        return Stream.of("/api/oauth/validate-token", "/api/oauth/refresh-token", "/api/publish-with-token-refresh");
    }

    @ParameterizedTest
    @MethodSource("routesWithBodies")
    void aBodyThatCannotBeUsedIsAnsweredWithItsReason(String route) throws IOException {
        assertBad(route, "", "the body is not a JSON object");
        assertBad(route, "[2]", "the body is not a JSON object");
        assertBad(route, "{\"userId\": 2", "the body is not a JSON object");
        assertBad(route, "{\"platform\": \"x\", \"content\": \"Hello\"}", "userId is missing");
        assertBad(route, "{\"userId\": null, \"platform\": \"x\", \"content\": \"Hello\"}", "userId is missing");
        assertBad(route, "{\"userId\": 2.5, \"platform\": \"x\"}", "userId is not a positive number");
        assertBad(route, "{\"userId\": -2, \"platform\": \"x\"}", "userId is not a positive number");
        assertBad(route, "{\"userId\": 2, \"content\": \"Hello\"}", "platform is missing");
        assertBad(route, "{\"userId\": 2, \"platform\": 7, \"content\": \"Hello\"}", "platform is not a text");
        assertBad(
                route,
                "{\"userId\": 99, \"platform\": \"x\", \"content\": \"Hello\"}",
                "unknown user 99: no account is connected");
        assertBad(route, " ".repeat(70_000), "the body has more than 65536 bytes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"userId\": 2, \"platform\": \"x\"} | content is missing",
                "{\"userId\": 2, \"platform\": \"x\", \"content\": \" \"} | content is not a text",
                "{\"userId\": 2, \"platform\": \"youtube\", \"content\": \"Tour\", \"media\": \"../tokens\"}"
                        + " | media is not the name of a file in the media folder",
                "{\"userId\": 2, \"platform\": \"youtube\", \"content\": \"Tour\", \"media\": \"none.mp4\"}"
                        + " | media is not the name of a file in the media folder",
                "{\"userId\": 2, \"platform\": \"youtube\", \"content\": \"Tour\"}"
                        + " | media is missing: a YouTube post needs the name of a video in the media folder",
            })
    void aPostThatCannotBePublishedIsAnsweredWithItsReason(String body, String reason) throws IOException {
        assertBad("/api/publish-with-token-refresh", body, reason);
        assertThat(visitor.quota(ANNA).number("quota", "limit")).isEqualTo(100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "0", "-2", "2.0", "99999999999999999999"})
    void theQuotaOfSomethingThatIsNoUserIsAnsweredWithItsReason(String user) throws IOException {
        Visitor.Seen seen = visitor.get("/api/quota-status/" + user);

        assertThat(seen.status()).isEqualTo(400);
        assertThat(seen.text("error")).isEqualTo("userId is not a positive number");
    }

    @Test
    void theQuotaOfAnUnknownUserIsAnsweredWithItsReason() throws IOException {
        Visitor.Seen seen = visitor.quota(99);

        assertThat(seen.status()).isEqualTo(400);
        assertThat(seen.text("error")).isEqualTo("unknown user 99: no account is connected");
    }

    @Test
    void anotherRouteOrMethodIsNotFound() throws IOException {
        assertThat(visitor.get("/api/oauth/validate-token").status()).isEqualTo(404);
        assertThat(visitor.post("/api/oauth/validate-tokens", "{}").status()).isEqualTo(404);
    }

    @Test
    void aPlatformThatTheUserHasNotConnectedNeedsConsentAndTakesNoQuota() throws IOException {
        int used = visitor.quota(ANNA).number("quota", "used");

        Visitor.Seen seen = visitor.publish(ANNA, "linkedin", "Hello");

        assertThat(seen.status()).isEqualTo(401);
        assertThat(seen.text("problem")).isEqualTo("NOT_CONNECTED");
        assertThat(seen.text("reconnect_url")).isEqualTo("https://publisher.example/connect/linkedin/2");
        assertThat(visitor.quota(ANNA).number("quota", "used")).isEqualTo(used);
    }

    @Test
    void aDeniedConsentIsAnsweredWithItsReasonAndConnectsNothing() throws IOException {
        String page = visitor.get("/connect/linkedin/2").location().orElseThrow();
        URI back = site.provider("linkedin").deny(URI.create(page));

        Visitor.Seen seen = visitor.get("/connected/linkedin?" + back.getRawQuery());

        assertThat(seen.status()).isEqualTo(400);
        assertThat(seen.text("error")).startsWith("The user declined the consent");
        assertThat(visitor.publish(ANNA, "linkedin", "Hello").text("problem")).isEqualTo("NOT_CONNECTED");
    }

    @Test
    void aTokenThatWorksIsValidated() throws IOException {
        Visitor.Seen seen = visitor.post("/api/oauth/validate-token", "{\"userId\": 2, \"platform\": \"x\"}");

        assertThat(seen.status()).isEqualTo(200);
        assertThat(seen.body()).containsEntry("valid", true).containsEntry("state", "ACTIVE");
    }

    private static void assertBad(String route, String body, String reason) throws IOException {
        Visitor.Seen seen = visitor.post(route, body);
        assertThat(seen.status()).as(body).isEqualTo(400);
        assertThat(seen.body()).containsEntry("success", false);
        assertThat(seen.text("error")).isEqualTo(reason);
    }
}
