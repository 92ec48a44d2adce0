package dev.evertoken.providers.internal.google;

import static dev.evertoken.providers.ApiRefusal.judge;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every known refusal of YouTube's API, by the rows of section 3 of the fact sheet. */
class YouTubeResourceDialectTest {

    private static final String NO_CHANNEL = "{\"error\":{\"errors\":[{\"domain\":\"youtube.header\",\"reason\":"
            + "\"youtubeSignupRequired\",\"message\":\"Unauthorized\",\"locationType\":\"header\",\"location\":"
            + "\"Authorization\"}],\"code\":401,\"message\":\"Unauthorized\"}}";
    private static final String CHALLENGE = "Bearer realm=\"https://accounts.google.com/\", error=\"invalid_token\"";

    static Stream<ApiRefusal> refusals() {
        return Stream.of(
                passedOn("3 youtubeSignupRequired", 401, NO_CHANNEL, Problem.ACCOUNT_UNUSABLE),
                new ApiRefusal(
                        "3 youtubeSignupRequired, regardless of the challenge",
                        401,
                        CHALLENGE,
                        NO_CHANNEL,
                        PASS,
                        Problem.ACCOUNT_UNUSABLE),
                passedOn("3 youtubeSignupRequired with 403", 403, NO_CHANNEL, Problem.ACCOUNT_UNUSABLE),
                passedOn("3 authorizationRequired", 401, "authorizationRequired", Problem.API_REJECTS_TOKEN),
                refreshed("3 authError", "authError"),
                refreshed("3 expired", "expired"),
                passedOn("3 insufficientPermissions", 403, "insufficientPermissions", Problem.SCOPE_MISSING),
                passedOn(
                        "3 ACCESS_TOKEN_SCOPE_INSUFFICIENT",
                        403,
                        "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
                        Problem.SCOPE_MISSING),
                passedOn("3 quotaExceeded", 403, "quotaExceeded", Problem.QUOTA_EXCEEDED),
                passedOn("3 rateLimitExceeded", 403, "rateLimitExceeded", Problem.RATE_LIMITED),
                passedOn("3 rateLimitExceeded with 429", 429, "rateLimitExceeded", Problem.RATE_LIMITED),
                passedOn("3 userRateLimitExceeded", 403, "userRateLimitExceeded", Problem.RATE_LIMITED),
                passedOn("3 userRateLimitExceeded with 429", 429, "userRateLimitExceeded", Problem.RATE_LIMITED),
                passedOn("3 dailyLimitExceeded", 403, "dailyLimitExceeded", Problem.QUOTA_EXCEEDED),
                passedOn("3 dailyLimitExceeded with 429", 429, "dailyLimitExceeded", Problem.QUOTA_EXCEEDED),
                passedOn("3 uploadRateLimitExceeded", 429, "uploadRateLimitExceeded", Problem.RATE_LIMITED),
                passedOn("3 uploadLimitExceeded", 400, "uploadLimitExceeded", Problem.QUOTA_EXCEEDED),
                passedOn("3 authenticatedUserNotChannel", 403, "authenticatedUserNotChannel", Problem.WRONG_ACCOUNT),
                passedOn("3 channelNotFound", 403, "channelNotFound", Problem.WRONG_ACCOUNT),
                passedOn("3 channelNotFound with 404", 404, "channelNotFound", Problem.WRONG_ACCOUNT),
                unusable("authenticatedUserAccountClosed"),
                unusable("authenticatedUserAccountSuspended"),
                unusable("channelClosed"),
                unusable("channelSuspended"),
                passedOn("3 accountDelegationForbidden", 403, "accountDelegationForbidden", Problem.API_REJECTS_TOKEN),
                passedOn("3 forbidden", 403, "forbidden", Problem.API_REJECTS_TOKEN),
                passedOn("3 domainPolicy", 403, "domainPolicy", Problem.ADMIN_BLOCKED),
                passedOn("3 internalError", 500, "internalError", Problem.PROVIDER_UNAVAILABLE),
                passedOn("3 backendError", 503, "backendError", Problem.PROVIDER_UNAVAILABLE),
                new ApiRefusal("an unknown 403", 403, "", envelope(403, "newReason"), PASS, null));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void everyDocumentedRefusalHasItsVerdict(ApiRefusal row) {
        row.check(YouTubeResourceDialect.DIALECT);
    }

    /** The remedies of the fact sheet, where one problem covers several of its reasons. */
    @ParameterizedTest
    @CsvSource({
        "401, authorizationRequired, FIX_CONFIGURATION",
        "403, insufficientPermissions, RECONNECT",
        "403, quotaExceeded, WAIT",
        "400, uploadLimitExceeded, WAIT",
        "403, authenticatedUserNotChannel, RECONNECT",
        "403, channelSuspended, CONTACT_SUPPORT",
        "403, forbidden, FIX_CONFIGURATION",
        "403, domainPolicy, CONTACT_SUPPORT",
        "500, internalError, RETRY"
    })
    void everyRefusalHasItsRemedy(int status, String reason, Remedy remedy) {
        assertThat(judged(status, envelope(status, reason))
                        .problem()
                        .orElseThrow()
                        .remedy())
                .isEqualTo(remedy);
    }

    @Test
    void theDetailOfAnAccountWithoutAChannelNamesTheRemedy() {
        assertThat(judged(401, NO_CHANNEL).detail())
                .isEqualTo("API answered 401: the account has no YouTube channel; its owner creates one, or reconnects"
                        + " with another");
    }

    /** An account of {@code google} gets the same verdicts, except for a reason that Google's other APIs share. */
    @Test
    void aGoogleAccountGetsTheSameVerdictsFromYouTubesApi() {
        String otherMeaning = "forbidden";
        refusals()
                .filter(row -> !row.body().contains("\"" + otherMeaning + "\""))
                .forEach(row -> row.check(GoogleResourceDialect.DIALECT));
        assertThat(judge(GoogleResourceDialect.DIALECT, 403, "", envelope(403, otherMeaning))
                        .problem())
                .isEmpty();
    }

    @Test
    void aTruncatedResponseIsRecognized() {
        String cut = NO_CHANNEL.substring(0, 100);
        assertThat(judged(401, cut).action()).isEqualTo(PASS);
        assertThat(judged(401, cut).problem()).contains(Problem.ACCOUNT_UNUSABLE);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-20T10:07:00Z, 2026-11-21T08:00:00Z, winter",
        "2026-07-01T06:59:59Z, 2026-07-01T07:00:00Z, summer: it is still yesterday there",
        "2026-07-01T07:00:00Z, 2026-07-02T07:00:00Z, summer: midnight itself begins the day",
        "2026-03-08T08:30:00Z, 2026-03-09T07:00:00Z, the day of 23 hours",
        "2026-11-01T07:30:00Z, 2026-11-02T08:00:00Z, the day of 25 hours",
        "2026-12-31T23:00:00Z, 2027-01-01T08:00:00Z, the last day of a year"
    })
    void aQuotaResetsAtMidnightInCalifornia(Instant now, Instant reset, String day) {
        for (String reason : List.of("quotaExceeded", "dailyLimitExceeded")) {
            assertThat(judge(YouTubeResourceDialect.DIALECT, 403, "", envelope(403, reason), now)
                            .until())
                    .as(day)
                    .contains(reset);
        }
    }

    @Test
    void theUploadLimitOfAChannelEndsAfterADay() {
        assertThat(judged(400, envelope(400, "uploadLimitExceeded")).until())
                .contains(ApiRefusal.AT.plus(Duration.ofDays(1)));
    }

    private static ResourceVerdict judged(int status, String body) {
        return judge(YouTubeResourceDialect.DIALECT, status, "", body);
    }

    /** @param reason a reason or a complete body */
    private static ApiRefusal passedOn(String line, int status, String reason, Problem problem) {
        String body = reason.startsWith("{") ? reason : envelope(status, reason);
        return new ApiRefusal(line, status, "", body, PASS, problem);
    }

    private static ApiRefusal unusable(String reason) {
        return passedOn("3 " + reason, 403, reason, Problem.ACCOUNT_UNUSABLE);
    }

    private static ApiRefusal refreshed(String line, String reason) {
        return new ApiRefusal(
                line, 401, CHALLENGE, envelope(401, reason), REFRESH_AND_RETRY, Problem.API_REJECTS_TOKEN);
    }

    private static String envelope(int status, String reason) {
        return "{\"error\":{\"errors\":[{\"domain\":\"youtube.common\",\"reason\":\"" + reason
                + "\",\"message\":\"any\"}],\"code\":" + status + ",\"message\":\"any\"}}";
    }
}
