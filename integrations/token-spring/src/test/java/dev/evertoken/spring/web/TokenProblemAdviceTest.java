package dev.evertoken.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.SecretCanary;
import java.net.URI;
import java.security.Principal;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.test.web.servlet.MvcResult;
import org.springframework.test.web.servlet.ResultActions;

/** The problem details of token exceptions. */
class TokenProblemAdviceTest {

    private static final TokenKey ANNA = TokenKey.of("google", "anna");
    private static final TokenKey PAGE = TokenKey.of("pages", "anna-page");

    private final ManualClock clock = ManualClock.start();
    private final TokenProblemAdvice advice =
            new TokenProblemAdvice(clock, TokenProblemAdvice.connectRoute("/crm/connect"));

    @AfterEach
    void close() {
        clock.close();
    }

    private static ResultActions calendars(WebApplication application) throws Exception {
        Principal anna = () -> "anna";
        return application.browser.perform(get("/calendars").principal(anna));
    }

    @Test
    void anEndedGrantIsAConflictWithALinkToReconnect() throws Exception {
        try (WebApplication application = new WebApplication()) {
            application.fixture.google.revoke("anna");
            application.fixture.clock.advance(Duration.ofHours(2));

            MvcResult result = calendars(application)
                    .andExpect(status().isConflict())
                    .andExpect(content().contentType(MediaType.APPLICATION_PROBLEM_JSON))
                    .andExpect(jsonPath("$.type").value("urn:evertoken:problem:grant-dead"))
                    .andExpect(jsonPath("$.title").value(Problem.GRANT_DEAD.advice()))
                    .andExpect(jsonPath("$.status").value(409))
                    .andExpect(jsonPath("$.remedy").value("RECONNECT"))
                    .andExpect(jsonPath("$.reconnect").value("/connect/google"))
                    .andExpect(jsonPath("$.detail").doesNotExist())
                    .andReturn();

            SecretCanary.ofTestTokens().assertNonePrintedBy(result.getResponse().getContentAsString());
        }
    }

    @Test
    void aProviderThatIsDownIsUnavailableAndSaysWhenToTryAgain() throws Exception {
        try (WebApplication application = new WebApplication()) {
            application.fixture.clock.advance(Duration.ofHours(2));
            application.fixture.mocks.close();

            calendars(application)
                    .andExpect(status().isServiceUnavailable())
                    .andExpect(jsonPath("$.type").value("urn:evertoken:problem:try-again"))
                    .andExpect(jsonPath("$.remedy").value("RETRY"))
                    .andExpect(jsonPath("$.retryAfter").isNumber())
                    .andExpect(header().exists("Retry-After"))
                    .andExpect(jsonPath("$.reconnect").doesNotExist());
        }
    }

    @Test
    void theWaitIsRoundedUpToWholeSecondsAndNeverNegative() {
        assertThat(waitOf(Duration.ofMillis(1500))).isEqualTo("2");
        assertThat(waitOf(Duration.ofSeconds(30))).isEqualTo("30");
        assertThat(waitOf(Duration.ofSeconds(-5))).isEqualTo("0");
    }

    private String waitOf(Duration wait) {
        TokenException e = TokenException.about(Problem.RATE_LIMITED)
                .key(ANNA)
                .retryAt(clock.now().plus(wait))
                .build();
        return advice.problem(e).getHeaders().getFirst("Retry-After");
    }

    @Test
    void theLinkOfTheExceptionIsPreferredAndTheParentIsReconnected() {
        TokenException own = TokenException.about(Problem.GRANT_DEAD)
                .key(ANNA)
                .reconnectUrl(URI.create("https://crm.example/again"))
                .build();
        TokenException ofParent = TokenException.about(Problem.PARENT_NOT_CONNECTED)
                .key(PAGE)
                .parent(ANNA)
                .build();

        assertThat(property(advice.problem(own), "reconnect")).isEqualTo("https://crm.example/again");
        assertThat(property(advice.problem(ofParent), "reconnect")).isEqualTo("/crm/connect/google");
    }

    @Test
    void anExceptionThatAnHttpClientCarriedIsTheSameProblem() {
        TokenException e = TokenException.about(Problem.NOT_CONNECTED).key(ANNA).build();

        assertThat(advice.problem(new TokenIOException(e)).getBody())
                .isEqualTo(advice.problem(e).getBody());
    }

    @ParameterizedTest
    @EnumSource(Problem.class)
    void noDetailOfAFailureIsPublished(Problem problem) {
        TokenException e = TokenException.about(problem)
                .key(ANNA)
                .detail("the provider at 10.0.0.7 answered invalid_client")
                .build();

        ResponseEntity<ProblemDetail> response = advice.problem(e);

        ProblemDetail body = Optional.ofNullable(response.getBody()).orElseThrow();
        assertThat(body.toString()).doesNotContain("10.0.0.7", "invalid_client", "anna");
        assertThat(property(response, "remedy")).isEqualTo(e.remedy().name());
        assertThat(body.getTitle()).isNotBlank();
        if (e.remedy() == Remedy.FIX_CONFIGURATION || e.remedy() == Remedy.CONTACT_SUPPORT) {
            assertThat(response.getStatusCode().value()).isEqualTo(500);
            assertThat(body.getType()).hasToString("urn:evertoken:problem:application");
        }
    }

    private static Object property(ResponseEntity<ProblemDetail> response, String name) {
        return Optional.ofNullable(response.getBody())
                .map(ProblemDetail::getProperties)
                .map(all -> all.get(name))
                .orElseThrow();
    }
}
