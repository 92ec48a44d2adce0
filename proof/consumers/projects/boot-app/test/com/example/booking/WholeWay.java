package com.example.booking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.evertoken.Tokens;
import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistrar;

/** The whole way of an account in an application, with the mock of Google. Each store has a class of its own. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"spring.security.user.name=anna", "spring.security.user.password=secret"})
@MockedProviders
@Import(WholeWay.CalendarOfTheMock.class)
@ExtendWith(OutputCaptureExtension.class)
abstract class WholeWay {

    private static final TokenKey ANNA = TokenKey.of("google", "anna");

    @Autowired
    private MockProviders mocks;

    @Autowired
    private Tokens tokens;

    @Value("${local.server.port}")
    private int port;

    @TestConfiguration(proxyBeanMethods = false)
    static class CalendarOfTheMock {

        @Bean
        DynamicPropertyRegistrar calendar(MockProviders mocks) {
            return registry -> registry.add("calendar.url", () -> mocks.google().apiUrl());
        }
    }

    @Test
    void anAccountIsConnectedUsedRefreshedEndedAndReconnected(CapturedOutput log) {
        MockProvider google = mocks.google();
        Browser browser = new Browser(port);

        // Nobody has connected the account yet.
        assertThat(browser.get("/connections").body()).isEqualTo("{\"google\":\"NOT_CONNECTED\"}");
        assertProblem(browser.get("/calendar"), "not-connected");

        // The consent.
        google.tokenLifetime(Duration.ofSeconds(1));
        assertThat(consent(browser, google)).isEqualTo("/");
        assertThat(browser.get("/connections").body()).isEqualTo("{\"google\":\"ACTIVE\"}");

        // The refresh of an access token that has expired.
        google.tokenLifetime(Duration.ofHours(1));
        await().pollInterval(Duration.ofMillis(50)).until(() -> calendar(browser) >= 2);

        // A rejection by the API.
        long generation = tokens.status(ANNA).generation();
        google.expire("anna");
        assertThat(calendar(browser)).isEqualTo(generation + 1);

        // The end of the grant.
        google.revoke("anna");
        assertProblem(browser.get("/calendar"), "grant-dead");
        assertProblem(browser.get("/calendar"), "grant-dead");
        assertThat(browser.get("/connections").body()).isEqualTo("{\"google\":\"NEEDS_REAUTH\"}");
        assertThat(log.getOut().lines().filter(line -> line.contains("WARN") && line.contains("google/anna")))
                .hasSize(1);

        // The user reconnects.
        assertThat(consent(browser, google)).isEqualTo("/");
        assertThat(calendar(browser)).isPositive();
        assertThat(browser.get("/connections").body()).isEqualTo("{\"google\":\"ACTIVE\"}");
        assertThat(browser.get("/actuator/health/evertoken").body()).contains("\"status\":\"UP\"");
    }

    /** Follows the link of a problem to the consent page, and returns to the application with the user's consent. */
    private static String consent(Browser browser, MockProvider google) {
        return browser.redirectOf(google.approve(browser.redirectOf("/connect/google"), "anna")
                        .toString())
                .getPath();
    }

    /** Requests the calendar, and returns the generation of the token afterwards. */
    private long calendar(Browser browser) {
        HttpResponse<String> response = browser.get("/calendar");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body()).contains("anna");
        return tokens.status(ANNA).generation();
    }

    private static void assertProblem(HttpResponse<String> response, String type) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(409);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(response.body())
                .contains("\"type\":\"urn:evertoken:problem:" + type + "\"")
                .contains("\"remedy\":\"RECONNECT\"")
                .contains("\"reconnect\":\"/connect/google\"");
    }
}
