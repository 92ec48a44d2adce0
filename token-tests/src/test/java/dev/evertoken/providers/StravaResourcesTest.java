package dev.evertoken.providers;

import static dev.evertoken.spi.ResourceVerdict.Action.PASS;
import static dev.evertoken.spi.ResourceVerdict.Action.REFRESH_AND_RETRY;

import dev.evertoken.model.Problem;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every refusal of Strava's API that is known, by the sections of the fact sheet. */
class StravaResourcesTest {

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
                        "4.5 inactive", 403, "", fault("Application", "Status", "Inactive"), PASS, Problem.APP_BLOCKED),
                new ApiRefusal(
                        "4.5 inactive without message",
                        403,
                        "",
                        "{\"errors\":[{\"resource\":\"Application\",\"field\":\"Status\",\"code\":\"Inactive\"}]}",
                        PASS,
                        Problem.APP_BLOCKED),
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
                new ApiRefusal("4.5 server", 503, "", "<html>", PASS, null));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void everyDocumentedRefusalMeansWhatTheSheetSays(ApiRefusal row) {
        row.check(StravaResources.DIALECT);
    }

    private static String fault(String resource, String field, String code) {
        return "{\"message\":\"x\",\"errors\":[{\"resource\":\"" + resource + "\",\"field\":\"" + field
                + "\",\"code\":\"" + code + "\"}]}";
    }
}
