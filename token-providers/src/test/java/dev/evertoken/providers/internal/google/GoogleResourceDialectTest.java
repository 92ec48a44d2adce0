package dev.evertoken.providers.internal.google;

import static dev.evertoken.providers.ApiRefusal.judge;
import static dev.evertoken.spi.provider.ResourceVerdict.Action.PASS;
import static dev.evertoken.spi.provider.ResourceVerdict.Action.REFRESH_AND_RETRY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Problem;
import dev.evertoken.providers.ApiRefusal;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every known refusal of Google's APIs except YouTube's, by the sections of the fact sheet. */
class GoogleResourceDialectTest {

    private static final String CHALLENGE = "Bearer realm=\"https://accounts.google.com/\"";

    private static final String ENDED = CHALLENGE + ", error=\"invalid_token\"";
    private static final String ADVICE = "Expected OAuth 2 access token, login cookie or other valid authentication"
            + " credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.";

    static Stream<ApiRefusal> refusals() {
        return Stream.of(
                new ApiRefusal(
                        "2.8 expired, new style",
                        401,
                        ENDED,
                        "{\"error\":{\"code\":401,\"message\":\"Request had invalid authentication credentials. "
                                + ADVICE
                                + "\",\"errors\":[{\"message\":\"Invalid Credentials\",\"domain\":\"global\",\"reason\":"
                                + "\"authError\",\"location\":\"Authorization\",\"locationType\":\"header\"}],"
                                + "\"status\":\"UNAUTHENTICATED\"}}",
                        REFRESH_AND_RETRY,
                        Problem.API_REJECTS_TOKEN),
                new ApiRefusal(
                        "2.8 expired, new style without errors",
                        401,
                        ENDED,
                        "{\"error\":{\"code\":401,\"message\":\"Request had invalid authentication credentials. "
                                + ADVICE + "\",\"status\":\"UNAUTHENTICATED\"}}",
                        REFRESH_AND_RETRY,
                        Problem.API_REJECTS_TOKEN),
                new ApiRefusal(
                        "2.8 expired, old style",
                        401,
                        ENDED,
                        "{\"error\":{\"errors\":[{\"domain\":\"global\",\"reason\":\"authError\",\"message\":"
                                + "\"Invalid Credentials\",\"locationType\":\"header\",\"location\":\"Authorization\"}],"
                                + "\"code\":401,\"message\":\"Invalid Credentials\"}}",
                        REFRESH_AND_RETRY,
                        Problem.API_REJECTS_TOKEN),
                new ApiRefusal("2.8 expired, empty", 401, "", "", REFRESH_AND_RETRY, Problem.API_REJECTS_TOKEN),
                new ApiRefusal(
                        "2.8 no credential, new style",
                        401,
                        CHALLENGE,
                        "{\"error\":{\"code\":401,\"message\":\"Request is missing required authentication credential. "
                                + ADVICE + "\",\"status\":\"UNAUTHENTICATED\",\"details\":[{\"reason\":"
                                + "\"CREDENTIALS_MISSING\"}]}}",
                        PASS,
                        Problem.API_REJECTS_TOKEN),
                new ApiRefusal(
                        "2.8 no credential, the message alone",
                        401,
                        CHALLENGE,
                        "{\"error\":{\"code\":401,\"message\":\"Request is missing required authentication credential. "
                                + ADVICE + "\",\"status\":\"UNAUTHENTICATED\"}}",
                        PASS,
                        Problem.API_REJECTS_TOKEN),
                passedOn(
                        "2.8 no credential, old style",
                        401,
                        envelope("required", "Login Required."),
                        Problem.API_REJECTS_TOKEN),
                new ApiRefusal(
                        "2.8 scope missing",
                        403,
                        CHALLENGE + ", error=\"insufficient_scope\", scope=\"x y\"",
                        "{\"error\":{\"code\":403,\"message\":\"Request had insufficient authentication scopes.\","
                                + "\"status\":\"PERMISSION_DENIED\",\"details\":[{\"@type\":"
                                + "\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":"
                                + "\"ACCESS_TOKEN_SCOPE_INSUFFICIENT\",\"domain\":\"googleapis.com\",\"metadata\":"
                                + "{\"service\":\"x\",\"method\":\"y\"}}]}}",
                        PASS,
                        Problem.SCOPE_MISSING),
                new ApiRefusal(
                        "2.8 scope missing, the challenge alone",
                        403,
                        CHALLENGE + ", error=\"insufficient_scope\", scope=\"x y\"",
                        "",
                        PASS,
                        Problem.SCOPE_MISSING),
                passedOn(
                        "2.8 scope missing, legacy",
                        403,
                        envelope("insufficientPermissions", "Insufficient Permission"),
                        Problem.SCOPE_MISSING),
                passedOn("2.8 API not enabled", 403, envelope("accessNotConfigured", "x"), Problem.API_REJECTS_TOKEN),
                passedOn(
                        "2.8 API not enabled, new style",
                        403,
                        "{\"error\":{\"details\":[{\"reason\":\"SERVICE_DISABLED\"}]}}",
                        Problem.API_REJECTS_TOKEN),
                passedOn(
                        "2.8 rate limit",
                        403,
                        "{\"error\":{\"errors\":[{\"domain\":\"usageLimits\",\"reason\":\"rateLimitExceeded\",\"message\":"
                                + "\"Rate Limit Exceeded\"}],\"code\":403,\"message\":\"Rate Limit Exceeded\"}}",
                        Problem.RATE_LIMITED),
                passedOn("2.8 user rate limit", 403, envelope("userRateLimitExceeded", "x"), Problem.RATE_LIMITED),
                passedOn(
                        "2.8 calendar quota",
                        403,
                        envelope("quotaExceeded", "Calendar usage limits exceeded."),
                        Problem.QUOTA_EXCEEDED),
                passedOn("2.8 rate limit with 429", 429, envelope("rateLimitExceeded", "x"), Problem.RATE_LIMITED),
                passedOn("2.8 429 alone", 429, "", Problem.RATE_LIMITED),
                passedOn("2.8 daily cap", 403, envelope("dailyLimitExceeded", "x"), Problem.QUOTA_EXCEEDED),
                passedOn(
                        "2.8 Gmail 429, concurrent requests",
                        429,
                        "{\"error\":{\"message\":\"Too many concurrent requests for user\"}}",
                        Problem.RATE_LIMITED),
                passedOn(
                        "2.8 Gmail 429, user rate",
                        429,
                        "{\"error\":{\"message\":\"User-rate limit exceeded\"}}",
                        Problem.RATE_LIMITED),
                passedOn(
                        "2.8 Gmail switched off",
                        403,
                        envelope("domainPolicy", "The domain administrators have disabled Gmail apps."),
                        Problem.ADMIN_BLOCKED),
                passedOn(
                        "2.8 no mailbox",
                        400,
                        "{\"error\":{\"code\":400,\"message\":\"Mail service not enabled\",\"errors\":[{\"message\":"
                                + "\"Mail service not enabled\",\"domain\":\"global\",\"reason\":"
                                + "\"failedPrecondition\"}],\"status\":\"FAILED_PRECONDITION\"}}",
                        Problem.ACCOUNT_UNUSABLE),
                new ApiRefusal(
                        "2.8 a precondition, which need not be the mailbox",
                        400,
                        "",
                        envelope("failedPrecondition", "Precondition check failed."),
                        PASS,
                        null),
                new ApiRefusal("2.8 sync token stale", 410, "", "{}", PASS, null),
                passedOn("2.8 500", 500, envelope("backendError", "x"), Problem.PROVIDER_UNAVAILABLE),
                passedOn("2.8 502", 502, "<html>", Problem.PROVIDER_UNAVAILABLE),
                passedOn("2.8 503", 503, "", Problem.PROVIDER_UNAVAILABLE),
                passedOn("2.8 504", 504, "", Problem.PROVIDER_UNAVAILABLE),
                new ApiRefusal("an unknown 403", 403, "", envelope("newReason", "x"), PASS, null));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void everyDocumentedRefusalHasItsVerdict(ApiRefusal row) {
        row.check(GoogleResourceDialect.DIALECT);
    }

    @Test
    void aTruncatedResponseIsRecognized() {
        String cut = envelope("youtubeSignupRequired", "x".repeat(500)).substring(0, 300);
        assertThat(judge(GoogleResourceDialect.DIALECT, 401, "", cut).problem()).contains(Problem.ACCOUNT_UNUSABLE);
    }

    @Test
    void theContentOfASuccessfulResponseIsIgnored() {
        assertThat(judge(GoogleResourceDialect.DIALECT, 200, "", "[\"rateLimitExceeded\"]")
                        .problem())
                .isEmpty();
    }

    @Test
    void theRetryTimeIsReadFromGmailsMessage() {
        String body = "{\"error\":{\"message\":\"User-rate limit exceeded.  Retry after 2026-11-20T12:30:00.123Z\"}}";
        assertThat(judge(GoogleResourceDialect.DIALECT, 429, "", body).until())
                .contains(Instant.parse("2026-11-20T12:30:00.123Z"));
    }

    @Test
    void aDailyLimitEndsWithTheDayAndCalendarsQuotaHasNoKnownEnd() {
        assertThat(judge(GoogleResourceDialect.DIALECT, 403, "", envelope("dailyLimitExceeded", "x"))
                        .until())
                .contains(Instant.parse("2026-11-21T08:00:00Z"));
        assertThat(judge(
                                GoogleResourceDialect.DIALECT,
                                403,
                                "",
                                envelope("quotaExceeded", "Calendar usage limits exceeded."))
                        .until())
                .isEmpty();
    }

    private static ApiRefusal passedOn(String line, int status, String body, Problem problem) {
        return new ApiRefusal(line, status, "", body, PASS, problem);
    }

    private static String envelope(String reason, String message) {
        return "{\"error\":{\"errors\":[{\"domain\":\"global\",\"reason\":\"" + reason + "\",\"message\":\"" + message
                + "\"}],\"code\":0,\"message\":\"" + message + "\"}}";
    }
}
