package dev.evertoken.providers;

import static dev.evertoken.providers.ApiRefusal.judge;
import static dev.evertoken.spi.ResourceVerdict.Action.PASS;
import static dev.evertoken.spi.ResourceVerdict.Action.REFRESH_AND_RETRY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Problem;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every refusal of Google's APIs, YouTube's included, that is known, by the sections of the fact sheet. */
class GoogleResourcesTest {

    private static final String CHALLENGE = "Bearer realm=\"https://accounts.google.com/\"";

    static Stream<ApiRefusal> refusals() {
        return Stream.of(
                new ApiRefusal(
                        "2.8 expired, new style",
                        401,
                        CHALLENGE + ", error=\"invalid_token\"",
                        envelope("authError", "UNAUTHENTICATED"),
                        REFRESH_AND_RETRY,
                        Problem.API_REJECTS_TOKEN),
                new ApiRefusal(
                        "2.8 expired, no errors",
                        401,
                        CHALLENGE + ", error=\"invalid_token\"",
                        "{\"error\":{\"code\":401,\"message\":\"Request had invalid authentication credentials.\",\"status\":\"UNAUTHENTICATED\"}}",
                        REFRESH_AND_RETRY,
                        Problem.API_REJECTS_TOKEN),
                new ApiRefusal("2.8 expired, empty", 401, "", "", REFRESH_AND_RETRY, Problem.API_REJECTS_TOKEN),
                new ApiRefusal(
                        "2.8 no credential, new style",
                        401,
                        CHALLENGE,
                        "{\"error\":{\"message\":\"Request is missing required authentication credential. Expected\",\"details\":[{\"reason\":\"CREDENTIALS_MISSING\"}]}}",
                        PASS,
                        Problem.API_REJECTS_TOKEN),
                new ApiRefusal(
                        "2.8 no credential, old style",
                        401,
                        CHALLENGE,
                        envelope("required", "Login Required."),
                        PASS,
                        Problem.API_REJECTS_TOKEN),
                new ApiRefusal(
                        "2.8 scope missing",
                        403,
                        CHALLENGE + ", error=\"insufficient_scope\", scope=\"x\"",
                        "{\"error\":{\"details\":[{\"reason\":\"ACCESS_TOKEN_SCOPE_INSUFFICIENT\"}]}}",
                        PASS,
                        Problem.SCOPE_MISSING),
                new ApiRefusal(
                        "2.8 scope missing, legacy",
                        403,
                        "",
                        envelope("insufficientPermissions", "Insufficient Permission"),
                        PASS,
                        Problem.SCOPE_MISSING),
                new ApiRefusal(
                        "2.8 API not enabled",
                        403,
                        "",
                        envelope("accessNotConfigured", "x"),
                        PASS,
                        Problem.API_REJECTS_TOKEN),
                new ApiRefusal(
                        "2.8 API not enabled, new style",
                        403,
                        "",
                        "{\"error\":{\"details\":[{\"reason\":\"SERVICE_DISABLED\"}]}}",
                        PASS,
                        Problem.API_REJECTS_TOKEN),
                new ApiRefusal(
                        "2.8 rate limit",
                        403,
                        "",
                        envelope("rateLimitExceeded", "Rate Limit Exceeded"),
                        PASS,
                        Problem.RATE_LIMITED),
                new ApiRefusal(
                        "2.8 user rate limit",
                        403,
                        "",
                        envelope("userRateLimitExceeded", "x"),
                        PASS,
                        Problem.RATE_LIMITED),
                new ApiRefusal(
                        "2.8 calendar quota",
                        403,
                        "",
                        envelope("quotaExceeded", "Calendar usage limits exceeded."),
                        PASS,
                        Problem.QUOTA_EXCEEDED),
                new ApiRefusal(
                        "2.8 daily cap", 403, "", envelope("dailyLimitExceeded", "x"), PASS, Problem.QUOTA_EXCEEDED),
                new ApiRefusal(
                        "2.8 429",
                        429,
                        "",
                        "{\"error\":{\"message\":\"Too many concurrent requests for user\"}}",
                        PASS,
                        Problem.RATE_LIMITED),
                new ApiRefusal(
                        "2.8 Gmail switched off",
                        403,
                        "",
                        envelope("domainPolicy", "The domain administrators have disabled Gmail apps."),
                        PASS,
                        Problem.ADMIN_BLOCKED),
                new ApiRefusal(
                        "2.8 no mailbox",
                        400,
                        "",
                        envelope("failedPrecondition", "Mail service not enabled"),
                        PASS,
                        Problem.ACCOUNT_UNUSABLE),
                new ApiRefusal("2.8 sync token stale", 410, "", "{}", PASS, null),
                new ApiRefusal("2.8 server", 500, "", envelope("backendError", "x"), PASS, null),
                new ApiRefusal(
                        "3 no channel",
                        401,
                        "",
                        "{\"error\":{\"errors\":[{\"domain\":\"youtube.header\",\"reason\":\"youtubeSignupRequired\",\"message\":\"Unauthorized\"}],\"code\":401}}",
                        PASS,
                        Problem.ACCOUNT_UNUSABLE),
                new ApiRefusal(
                        "3 authorizationRequired",
                        401,
                        "",
                        envelope("authorizationRequired", "x"),
                        PASS,
                        Problem.API_REJECTS_TOKEN),
                new ApiRefusal(
                        "3 expired", 401, "", envelope("expired", "x"), REFRESH_AND_RETRY, Problem.API_REJECTS_TOKEN),
                new ApiRefusal(
                        "3 thumbnails", 429, "", envelope("uploadRateLimitExceeded", "x"), PASS, Problem.RATE_LIMITED),
                new ApiRefusal(
                        "3 uploads of the day",
                        400,
                        "",
                        envelope("uploadLimitExceeded", "x"),
                        PASS,
                        Problem.QUOTA_EXCEEDED),
                new ApiRefusal(
                        "3 not a channel",
                        403,
                        "",
                        envelope("authenticatedUserNotChannel", "x"),
                        PASS,
                        Problem.WRONG_ACCOUNT),
                new ApiRefusal(
                        "3 channelNotFound", 404, "", envelope("channelNotFound", "x"), PASS, Problem.WRONG_ACCOUNT),
                new ApiRefusal(
                        "3 account closed",
                        403,
                        "",
                        envelope("authenticatedUserAccountClosed", "x"),
                        PASS,
                        Problem.ACCOUNT_UNUSABLE),
                new ApiRefusal(
                        "3 account suspended",
                        403,
                        "",
                        envelope("authenticatedUserAccountSuspended", "x"),
                        PASS,
                        Problem.ACCOUNT_UNUSABLE),
                new ApiRefusal(
                        "3 channel closed", 403, "", envelope("channelClosed", "x"), PASS, Problem.ACCOUNT_UNUSABLE),
                new ApiRefusal(
                        "3 channel suspended",
                        403,
                        "",
                        envelope("channelSuspended", "x"),
                        PASS,
                        Problem.ACCOUNT_UNUSABLE),
                new ApiRefusal(
                        "3 delegation",
                        403,
                        "",
                        envelope("accountDelegationForbidden", "x"),
                        PASS,
                        Problem.API_REJECTS_TOKEN),
                new ApiRefusal("a 403 that nobody knows", 403, "", envelope("newReason", "x"), PASS, null));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void everyDocumentedRefusalMeansWhatTheSheetSays(ApiRefusal row) {
        row.check(GoogleResources.DIALECT);
    }

    @Test
    void aLongAnswerThatIsCutIsUnderstoodAllTheSame() {
        String cut = envelope("youtubeSignupRequired", "x".repeat(500)).substring(0, 300);
        assertThat(judge(GoogleResources.DIALECT, 401, "", cut).problem()).contains(Problem.ACCOUNT_UNUSABLE);
    }

    @Test
    void aSuccessIsNeverJudgedByItsContent() {
        assertThat(judge(GoogleResources.DIALECT, 200, "", "[\"rateLimitExceeded\"]")
                        .problem())
                .isEmpty();
    }

    @Test
    void gmailSaysInItsMessageWhenItGoesOn() {
        String body = "{\"error\":{\"message\":\"User-rate limit exceeded.  Retry after 2026-11-20T12:30:00.123Z\"}}";
        assertThat(judge(GoogleResources.DIALECT, 429, "", body).until())
                .contains(Instant.parse("2026-11-20T12:30:00.123Z"));
    }

    @Test
    void youTubesQuotaComesBackAtMidnightInCalifornia() {
        String body = "{\"error\":{\"errors\":[{\"domain\":\"youtube.quota\",\"reason\":\"quotaExceeded\"}]}}";
        assertThat(judge(GoogleResources.DIALECT, 403, "", body).until())
                .contains(Instant.parse("2026-11-21T08:00:00Z"));
    }

    private static String envelope(String reason, String message) {
        return "{\"error\":{\"errors\":[{\"domain\":\"global\",\"reason\":\"" + reason + "\",\"message\":\"" + message
                + "\"}],\"code\":0,\"message\":\"" + message + "\"}}";
    }
}
