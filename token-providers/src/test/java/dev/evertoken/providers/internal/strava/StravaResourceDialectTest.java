package dev.evertoken.providers.internal.strava;

import static dev.evertoken.providers.ApiRefusal.judge;
import static dev.evertoken.spi.provider.ResourceVerdict.Action.PASS;
import static dev.evertoken.spi.provider.ResourceVerdict.Action.REFRESH_AND_RETRY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.providers.ApiRefusal;
import dev.evertoken.providers.RefreshCaller;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.ResourceVerdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every known refusal of Strava's API, by the sections of the fact sheet. */
class StravaResourceDialectTest {

    static Stream<ApiRefusal> refusals() {
        return Stream.of(
                new ApiRefusal(
                        "4.5 expired or revoked",
                        401,
                        "",
                        fault("Athlete", "access_token", "invalid"),
                        REFRESH_AND_RETRY,
                        Problem.API_REJECTS_TOKEN),
                new ApiRefusal(
                        "4.5 scope missing",
                        401,
                        "",
                        fault("AccessToken", "activity:read_permission", "missing"),
                        PASS,
                        Problem.SCOPE_MISSING),
                new ApiRefusal(
                        "4.5 application not accepted",
                        401,
                        "",
                        fault("Application", "", "invalid"),
                        REFRESH_AND_RETRY,
                        Problem.API_REJECTS_TOKEN),
                new ApiRefusal(
                        "4.5 inactive",
                        403,
                        "",
                        fault("Application", "Status", "Inactive"),
                        PASS,
                        Problem.APP_INACTIVE),
                new ApiRefusal(
                        "4.5 inactive without message",
                        403,
                        "",
                        "{\"errors\":[{\"resource\":\"Application\",\"field\":\"Status\",\"code\":\"Inactive\"}]}",
                        PASS,
                        Problem.APP_INACTIVE),
                new ApiRefusal(
                        "4.5 rate limit before 2017",
                        403,
                        "",
                        "{\"message\":\"Rate Limit Exceeded\"}",
                        PASS,
                        Problem.RATE_LIMITED),
                new ApiRefusal(
                        "4.6 rate limit",
                        429,
                        "",
                        fault("Application", "rate limit", "exceeded"),
                        PASS,
                        Problem.RATE_LIMITED),
                new ApiRefusal("4.5 privacy", 404, "", "", PASS, null),
                new ApiRefusal(
                        "4.6 rate limit, errors is a text",
                        429,
                        "",
                        "{\"errors\":\"Rate Limit Exceeded\",\"status\":429,\"message\":\"Too Many Requests\"}",
                        PASS,
                        Problem.RATE_LIMITED),
                new ApiRefusal("4.6 rate limit, empty", 429, "", "", PASS, Problem.RATE_LIMITED),
                new ApiRefusal("4.5 server", 503, "", "<html>", PASS, Problem.PROVIDER_UNAVAILABLE),
                new ApiRefusal("4.5 server, empty", 500, "", "", PASS, Problem.PROVIDER_UNAVAILABLE),
                new ApiRefusal(
                        "a 401 of an unknown shape", 401, "", "{}", REFRESH_AND_RETRY, Problem.API_REJECTS_TOKEN));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void everyDocumentedRefusalHasItsVerdict(ApiRefusal row) {
        row.check(StravaResourceDialect.DIALECT);
    }

    @Test
    void anInactiveApplicationIsAClientProblemAndRequiresNoReconnect() {
        ResourceVerdict verdict =
                judge(StravaResourceDialect.DIALECT, 403, "", fault("Application", "Status", "Inactive"));

        assertThat(verdict.problem()).contains(Problem.APP_INACTIVE);
        assertThat(Problem.APP_INACTIVE.scope()).isEqualTo(Problem.Scope.CLIENT);
        assertThat(Problem.APP_INACTIVE.remedy()).isEqualTo(Remedy.FIX_CONFIGURATION);
        assertThat(verdict.detail()).contains("strava.com/settings/api");
    }

    /** The response arrives at 10:07. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200,2000|201,222|100,1000|78,221|2026-11-20T10:15:00Z",
                "200,2000|79,222|100,1000|100,221|2026-11-20T10:15:00Z",
                "200,2000|79,222|100,1000|78,1000|2026-11-21T00:00:00Z",
                "200,2000|79, 2001|100,1000|78,221|2026-11-21T00:00:00Z",
                "200,2000|200,1200|''|''|2026-11-20T10:15:00Z"
            })
    void aRateLimitEndsWithTheQuarterHourOrTheDay(
            String limit, String usage, String readLimit, String readUsage, Instant end) {
        Map<String, List<String>> headers = Map.of(
                "X-RateLimit-Limit", List.of(limit),
                "X-RateLimit-Usage", List.of(usage),
                "X-ReadRateLimit-Limit", List.of(readLimit),
                "X-ReadRateLimit-Usage", List.of(readUsage));
        ResourceVerdict verdict = StravaResourceDialect.DIALECT.judge(
                RefreshCaller.REFRESH, new ProviderResponse(429, headers, "", ApiRefusal.AT));

        assertThat(verdict.until()).contains(end);
    }

    private static String fault(String resource, String field, String code) {
        return "{\"message\":\"x\",\"errors\":[{\"resource\":\"" + resource + "\",\"field\":\"" + field
                + "\",\"code\":\"" + code + "\"}]}";
    }
}
