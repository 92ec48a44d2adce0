package dev.evertoken.providers.internal.x;

import static dev.evertoken.spi.provider.ResourceVerdict.Action.PASS;
import static dev.evertoken.spi.provider.ResourceVerdict.Action.REFRESH_AND_RETRY;
import static dev.evertoken.spi.provider.ResourceVerdict.Action.SIGN_AGAIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Problem;
import dev.evertoken.providers.ApiRefusal;
import dev.evertoken.spi.provider.ResourceVerdict.Action;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every documented refusal of a signed request by X's API, with the resulting verdict. */
class XOAuth1ResourceDialectTest {

    private static final String PROBLEMS = "https://developer.x.com/en/support/x-api/error-troubleshooting#";

    static Stream<ApiRefusal> refusals() {
        return Stream.of(
                number(32, 401, SIGN_AGAIN, Problem.CLIENT_REJECTED),
                number(89, 401, REFRESH_AND_RETRY, Problem.API_REJECTS_TOKEN),
                number(99, 403, PASS, Problem.CLIENT_REJECTED),
                number(135, 401, SIGN_AGAIN, Problem.REQUEST_REJECTED),
                number(215, 400, PASS, Problem.REQUEST_REJECTED),
                number(220, 403, PASS, Problem.API_REJECTS_TOKEN),
                number(261, 403, PASS, Problem.API_REJECTS_TOKEN),
                number(93, 403, PASS, Problem.API_REJECTS_TOKEN),
                number(326, 403, PASS, Problem.ACCOUNT_UNUSABLE),
                number(64, 403, PASS, Problem.ACCOUNT_UNUSABLE),
                number(63, 403, PASS, null),
                number(88, 429, PASS, Problem.RATE_LIMITED),
                number(130, 503, PASS, Problem.PROVIDER_UNAVAILABLE),
                number(131, 500, PASS, Problem.PROVIDER_UNAVAILABLE),
                number(226, 403, PASS, Problem.RATE_LIMITED),
                number(415, 403, PASS, Problem.REQUEST_REJECTED),
                number(417, 403, PASS, Problem.REQUEST_REJECTED),
                number(416, 403, PASS, Problem.APP_BLOCKED),
                number(453, 403, PASS, Problem.NOT_SUPPORTED),
                row("5C HTTP 420", 420, "", PASS, Problem.RATE_LIMITED),
                row(
                        "5A.4 401",
                        401,
                        problem("Unauthorized", "about:blank", 401),
                        REFRESH_AND_RETRY,
                        Problem.API_REJECTS_TOKEN),
                row("5A.4 401 without a body", 401, "", REFRESH_AND_RETRY, Problem.API_REJECTS_TOKEN),
                row(
                        "5A.4 unsupported authentication",
                        403,
                        problem("Unsupported Authentication", PROBLEMS + "unsupported-authentication", 403),
                        PASS,
                        Problem.API_REJECTS_TOKEN),
                row(
                        "5A.4 oauth1 permissions",
                        403,
                        problem("Forbidden", PROBLEMS + "oauth1-permissions", 403),
                        PASS,
                        Problem.API_REJECTS_TOKEN),
                row(
                        "5A.4 client forbidden",
                        403,
                        problem("Client Forbidden", PROBLEMS + "client-forbidden", 403),
                        PASS,
                        Problem.API_REJECTS_TOKEN),
                row("5A.4 forbidden", 403, problem("Forbidden", "about:blank", 403), PASS, null),
                row("5A.4 out of credits", 402, "{\"title\":\"CreditsDepleted\"}", PASS, Problem.APP_BLOCKED),
                row("5A.4 429", 429, problem("Too Many Requests", "about:blank", 429), PASS, Problem.RATE_LIMITED),
                row(
                        "5A.4 usage capped",
                        429,
                        problem("UsageCapExceeded", PROBLEMS + "usage-capped", 429),
                        PASS,
                        Problem.QUOTA_EXCEEDED),
                row("5A.4 502 with a page", 502, "<html>", PASS, Problem.PROVIDER_UNAVAILABLE),
                row("5A.4 504", 504, "", PASS, Problem.PROVIDER_UNAVAILABLE),
                row("5A.4 404", 404, problem("Not Found", "about:blank", 404), PASS, null),
                row("5A.4 a partial error", 200, "{\"data\":{},\"errors\":[{\"code\":89}]}", PASS, null));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void everyDocumentedRefusalHasItsVerdict(ApiRefusal row) {
        row.check(XOAuth1ResourceDialect.DIALECT);
    }

    @Test
    void aRateLimitEndsAtTheResetHeader() {
        Map<String, List<String>> headers =
                Map.of("x-rate-limit-reset", List.of(Long.toString(ApiRefusal.AT.getEpochSecond() + 120)));

        assertThat(ApiRefusal.judge(XOAuth1ResourceDialect.DIALECT, Duration.ZERO, 429, headers, "")
                        .until())
                .hasValue(ApiRefusal.AT.plusSeconds(120));
        assertThat(ApiRefusal.judge(XOAuth1ResourceDialect.DIALECT, Duration.ZERO, 420, Map.of(), "")
                        .until())
                .hasValue(ApiRefusal.AT.plusSeconds(900));
    }

    private static ApiRefusal number(int code, int status, Action action, @Nullable Problem problem) {
        return row("5C " + code, status, "{\"errors\":[{\"code\":" + code + ",\"message\":\"any\"}]}", action, problem);
    }

    private static ApiRefusal row(String line, int status, String body, Action action, @Nullable Problem problem) {
        return new ApiRefusal(line, status, "", body, action, problem);
    }

    private static String problem(String title, String type, int status) {
        return "{\"title\":\"" + title + "\",\"type\":\"" + type + "\",\"status\":" + status + ",\"detail\":\"" + title
                + "\"}";
    }
}
