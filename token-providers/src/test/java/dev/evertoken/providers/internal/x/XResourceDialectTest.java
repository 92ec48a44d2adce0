package dev.evertoken.providers.internal.x;

import static dev.evertoken.spi.provider.ResourceVerdict.Action.PASS;
import static dev.evertoken.spi.provider.ResourceVerdict.Action.REFRESH_AND_RETRY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Problem;
import dev.evertoken.providers.ApiRefusal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every known refusal of X's API, by the sections of the fact sheet. */
class XResourceDialectTest {

    private static final String PROBLEMS = "https://api.x.com/2/problems/";

    static Stream<ApiRefusal> refusals() {
        return Stream.of(
                refreshed("5A.4 401", problem("Unauthorized", "about:blank", 401)),
                refreshed("5A.4 401 without a body", ""),
                refreshed("5B 89", "{\"errors\":[{\"code\":89,\"message\":\"Invalid or expired token\"}]}"),
                passedOn(
                        "5A.4 unsupported authentication",
                        403,
                        "{\"title\":\"Unsupported Authentication\",\"detail\":\"Authenticating with OAuth 2.0"
                                + " Application-Only is forbidden for this endpoint. Supported authentication types are"
                                + " [OAuth 1.0a User Context, OAuth 2.0 User Context].\",\"type\":\"" + PROBLEMS
                                + "unsupported-authentication\",\"status\":403}",
                        Problem.API_REJECTS_TOKEN),
                passedOn(
                        "5A.4 oauth1 permissions",
                        403,
                        "{\"title\":\"Forbidden\",\"status\":403,\"detail\":\"Your client app is not configured with"
                                + " the appropriate oauth1 app permissions for this endpoint.\",\"type\":\"" + PROBLEMS
                                + "oauth1-permissions\"}",
                        Problem.API_REJECTS_TOKEN),
                passedOn(
                        "5A.4 client not enrolled",
                        403,
                        "{\"client_id\":\"1\",\"detail\":\"x\",\"registration_url\":\"x\",\"title\":\"Client"
                                + " Forbidden\",\"required_enrollment\":\"Appropriate Level of API Access\","
                                + "\"reason\":\"client-not-enrolled\",\"type\":\"" + PROBLEMS + "client-forbidden\"}",
                        Problem.API_REJECTS_TOKEN),
                passedOn(
                        "5A.4 user not enrolled",
                        403,
                        "{\"title\":\"Client Forbidden\",\"reason\":\"user-not-enrolled\"}",
                        Problem.API_REJECTS_TOKEN),
                passedOn("5A.4 forbidden", 403, problem("Forbidden", "about:blank", 403), null),
                passedOn(
                        "5A.4 out of credits",
                        402,
                        "{\"title\":\"CreditsDepleted\",\"detail\":\"Your enrolled account [1] does not have any"
                                + " credits to fulfill this request.\"}",
                        Problem.APP_BLOCKED),
                passedOn("5A.4 out of credits with 403", 403, "{\"title\":\"CreditsDepleted\"}", Problem.APP_BLOCKED),
                passedOn("5A.4 402 without a body", 402, "", Problem.APP_BLOCKED),
                passedOn("5A.4 429", 429, problem("Too Many Requests", "about:blank", 429), Problem.RATE_LIMITED),
                passedOn(
                        "5A.4 usage capped",
                        429,
                        problem("UsageCapExceeded", PROBLEMS + "usage-capped", 429),
                        Problem.QUOTA_EXCEEDED),
                passedOn(
                        "5A.4 88",
                        429,
                        "{\"errors\":[{\"code\":88,\"message\":\"Rate limit exceeded\"}]}",
                        Problem.RATE_LIMITED),
                passedOn("5A.4 429 with a page", 429, "<html>", Problem.RATE_LIMITED),
                passedOn("5A.4 500", 500, "<html>", Problem.PROVIDER_UNAVAILABLE),
                passedOn("5A.4 502", 502, "", Problem.PROVIDER_UNAVAILABLE),
                passedOn(
                        "5A.4 503",
                        503,
                        problem("Service Unavailable", "about:blank", 503),
                        Problem.PROVIDER_UNAVAILABLE),
                passedOn("5A.4 504", 504, "", Problem.PROVIDER_UNAVAILABLE),
                passedOn("5A.4 a 404 that may be a 403", 404, problem("Not Found", "about:blank", 404), null),
                passedOn(
                        "5B 220",
                        403,
                        "{\"errors\":[{\"code\":220,\"message\":\"Your credentials do not allow access to this"
                                + " resource\"}]}",
                        Problem.API_REJECTS_TOKEN),
                passedOn(
                        "a partial error in a successful response",
                        200,
                        "{\"data\":{},\"errors\":[{\"code\":88}]}",
                        null));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void everyDocumentedRefusalHasItsVerdict(ApiRefusal row) {
        row.check(XResourceDialect.DIALECT);
    }

    @Test
    void aRateLimitEndsAtTheResetHeader() {
        Instant reset = ApiRefusal.AT.plusSeconds(120);
        Map<String, List<String>> headers =
                Map.of("x-rate-limit-reset", List.of(Long.toString(reset.getEpochSecond())));

        assertThat(until(headers)).isEqualTo(reset);
        assertThat(until(Map.of())).isEqualTo(ApiRefusal.AT.plusSeconds(900));
    }

    @Test
    void theEndOfARateLimitIsRelativeToTheServersClock() {
        Map<String, List<String>> headers = Map.of(
                "Date",
                List.of("Fri, 20 Nov 2026 10:10:00 GMT"),
                "x-rate-limit-reset",
                List.of(Long.toString(Instant.parse("2026-11-20T10:15:00Z").getEpochSecond())));

        assertThat(until(headers)).isEqualTo(ApiRefusal.AT.plusSeconds(300));
    }

    private static Instant until(Map<String, List<String>> headers) {
        return ApiRefusal.judge(XResourceDialect.DIALECT, Duration.ofHours(1), 429, headers, "")
                .until()
                .orElseThrow();
    }

    private static ApiRefusal refreshed(String line, String body) {
        return new ApiRefusal(line, 401, "", body, REFRESH_AND_RETRY, Problem.API_REJECTS_TOKEN);
    }

    private static ApiRefusal passedOn(String line, int status, String body, @Nullable Problem problem) {
        return new ApiRefusal(line, status, "", body, PASS, problem);
    }

    private static String problem(String title, String type, int status) {
        return "{\"title\":\"" + title + "\",\"type\":\"" + type + "\",\"status\":" + status + ",\"detail\":\"" + title
                + "\"}";
    }
}
