package dev.evertoken.providers.internal.linkedin;

import static dev.evertoken.spi.provider.ResourceVerdict.Action.PASS;
import static dev.evertoken.spi.provider.ResourceVerdict.Action.REFRESH_AND_RETRY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.providers.ApiRefusal;
import dev.evertoken.spi.provider.ResourceVerdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every known refusal of LinkedIn's APIs, by the sections of the fact sheet. */
class LinkedInResourceDialectTest {

    private static final String REVOKED =
            "{\"status\":401,\"serviceErrorCode\":65601,\"code\":\"REVOKED_ACCESS_TOKEN\","
                    + "\"message\":\"The token used in the request has been revoked by the user\"}";
    private static final String THROTTLED =
            "{\"serviceErrorCode\":101,\"message\":\"Resource level throttle limit for calls to this resource is"
                    + " reached.\",\"status\":429}";

    static Stream<ApiRefusal> refusals() {
        return Stream.of(
                new ApiRefusal(
                        "4.5 expired",
                        401,
                        "",
                        "{\"status\":401,\"serviceErrorCode\":65602,\"code\":\"EXPIRED_ACCESS_TOKEN\","
                                + "\"message\":\"The token used in the request has expired\"}",
                        REFRESH_AND_RETRY,
                        Problem.API_REJECTS_TOKEN),
                new ApiRefusal("4.5 revoked", 401, "", REVOKED, REFRESH_AND_RETRY, Problem.API_REJECTS_TOKEN),
                new ApiRefusal(
                        "4.5 garbage",
                        401,
                        "",
                        "{\"serviceErrorCode\":65600,\"message\":\"Invalid access token\",\"status\":401}",
                        REFRESH_AND_RETRY,
                        Problem.API_REJECTS_TOKEN),
                new ApiRefusal(
                        "4.5 blank header",
                        401,
                        "",
                        "{\"message\":\"Empty oauth2_access_token\",\"serviceErrorCode\":401,\"status\":401}",
                        PASS,
                        Problem.API_REJECTS_TOKEN),
                new ApiRefusal(
                        "4.5 no Bearer",
                        401,
                        "",
                        "{\"message\":\"Unknown authentication scheme\",\"status\":401}",
                        PASS,
                        Problem.API_REJECTS_TOKEN),
                new ApiRefusal(
                        "4.5 scope or product",
                        403,
                        "",
                        "{\"status\":403,\"serviceErrorCode\":100,\"code\":\"ACCESS_DENIED\","
                                + "\"message\":\"Not enough permissions to access: me.GET.NO_VERSION\"}",
                        PASS,
                        Problem.SCOPE_MISSING),
                new ApiRefusal(
                        "4.5 page role",
                        403,
                        "",
                        "{\"serviceErrorCode\":100,\"message\":\"Viewer don't have permission to the ADMIN_ONLY x\"}",
                        PASS,
                        Problem.ACCOUNT_UNUSABLE),
                new ApiRefusal("4.5 a 404 that may be a 403", 404, "", "{\"status\":404}", PASS, null),
                new ApiRefusal("4.5 address too long", 414, "", "", PASS, null),
                new ApiRefusal(
                        "4.5 version",
                        426,
                        "",
                        "{\"status\":426,\"code\":\"NONEXISTENT_VERSION\","
                                + "\"message\":\"Requested version 20241101 is not active\"}",
                        PASS,
                        Problem.REQUEST_REJECTED),
                new ApiRefusal("4.5 quota", 429, "", THROTTLED, PASS, Problem.QUOTA_EXCEEDED),
                new ApiRefusal("4.5 429 without words", 429, "", "", PASS, Problem.RATE_LIMITED),
                new ApiRefusal("4.5 500", 500, "", "{\"status\":500}", PASS, Problem.PROVIDER_UNAVAILABLE),
                new ApiRefusal("4.5 504", 504, "", "<html>", PASS, Problem.PROVIDER_UNAVAILABLE),
                new ApiRefusal(
                        "4.5 legacy",
                        401,
                        "",
                        "{\"errorCode\":0,\"message\":\"Unable to verify access token\",\"requestId\":\"x\","
                                + "\"status\":401,\"timestamp\":1}",
                        REFRESH_AND_RETRY,
                        Problem.API_REJECTS_TOKEN),
                new ApiRefusal(
                        "4.5 legacy with capitals",
                        401,
                        "",
                        "{\"ErrorCode\":0,\"Message\":\"Unable to verify access token\",\"Status\":401}",
                        REFRESH_AND_RETRY,
                        Problem.API_REJECTS_TOKEN),
                new ApiRefusal("an unknown 403", 403, "", "{\"status\":403}", PASS, null));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void everyDocumentedRefusalHasItsVerdict(ApiRefusal row) {
        row.check(LinkedInResourceDialect.DIALECT);
    }

    @Test
    void aJustIssuedTokenReportedAsRevokedIsRetriedAndNotRefreshed() {
        ResourceVerdict verdict = judge(Duration.ofSeconds(299), 401, REVOKED);

        assertThat(verdict.action()).isEqualTo(PASS);
        assertThat(verdict.problem().orElseThrow().remedy()).isEqualTo(Remedy.RETRY);
        assertThat(verdict.until()).contains(ApiRefusal.AT.plusSeconds(30));
        assertThat(verdict.detail())
                .isEqualTo("API answered 401: the token was just issued and is not known to all servers yet");
    }

    @Test
    void aJustIssuedTokenReportedAsExpiredIsRefreshed() {
        assertThat(judge(Duration.ofSeconds(1), 401, REVOKED.replace("65601", "65602"))
                        .action())
                .isEqualTo(REFRESH_AND_RETRY);
    }

    @Test
    void theDailyQuotaResetsAtMidnightUtcUnlessRetryAfterIsSet() {
        assertThat(judge(Duration.ofDays(1), 429, THROTTLED).until()).contains(Instant.parse("2026-11-21T00:00:00Z"));
        assertThat(ApiRefusal.judge(
                                LinkedInResourceDialect.DIALECT,
                                Duration.ofDays(1),
                                429,
                                Map.of("Retry-After", List.of("10")),
                                THROTTLED)
                        .until())
                .contains(ApiRefusal.AT.plusSeconds(10));
        assertThat(judge(Duration.ofDays(1), 429, "").until()).isEmpty();
    }

    private static ResourceVerdict judge(Duration age, int status, String body) {
        return ApiRefusal.judge(LinkedInResourceDialect.DIALECT, age, status, Map.of(), body);
    }
}
