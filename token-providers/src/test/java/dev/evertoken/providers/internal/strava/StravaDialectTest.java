package dev.evertoken.providers.internal.strava;

import static dev.evertoken.model.Remedy.CONTACT_SUPPORT;
import static dev.evertoken.model.Remedy.FIX_CONFIGURATION;
import static dev.evertoken.model.Remedy.RECONNECT;
import static dev.evertoken.model.Remedy.RETRY;
import static dev.evertoken.providers.DocumentedResponse.AT;
import static dev.evertoken.providers.DocumentedResponse.client;
import static dev.evertoken.providers.DocumentedResponse.limited;
import static dev.evertoken.providers.DocumentedResponse.row;
import static dev.evertoken.providers.DocumentedResponse.unavailable;
import static dev.evertoken.providers.DocumentedResponse.unrecognized;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.providers.DocumentedResponse;
import dev.evertoken.providers.RefreshCaller;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every known response of Strava's token endpoint, by the sections of its fact sheet. */
class StravaDialectTest {

    static List<DocumentedResponse> refusals() {
        return List.of(
                row(
                        "4.4 RefreshToken",
                        400,
                        fault("RefreshToken", "refresh_token", "invalid"),
                        Kind.GRANT_DEAD,
                        Problem.GRANT_DEAD,
                        RECONNECT),
                client("4.4 client_id", fault("Application", "client_id", "invalid")),
                client("4.4 client_secret", fault("Application", "client_secret", "invalid")),
                code("4.4 AuthorizationCode", fault("AuthorizationCode", "code", "invalid")),
                code("4.4 RequestToken, the form of 2018", fault("RequestToken", "code", "invalid")),
                row(
                        "4.4 Authorize scope",
                        400,
                        fault("Authorize", "scope", "invalid"),
                        Kind.SCOPE_INVALID,
                        Problem.SCOPE_INVALID,
                        FIX_CONFIGURATION),
                row(
                        "4.4 redirect_uri",
                        400,
                        fault("Application", "redirect_uri", "invalid"),
                        Kind.UNKNOWN,
                        Problem.REQUEST_REJECTED,
                        FIX_CONFIGURATION),
                row(
                        "4.4 connected athletes",
                        403,
                        "<html>Error 403: Limit of connected athletes exceeded</html>",
                        Kind.ACCOUNT_UNUSABLE,
                        Problem.ACCOUNT_UNUSABLE,
                        CONTACT_SUPPORT),
                unavailable("4.4 5xx", 502, "<html>"),
                limited(
                        "4.6 rate limit",
                        429,
                        "{\"message\":\"Rate Limit Exceeded\",\"errors\":[{\"resource\":\"Application\",\"field\":\"rate limit\",\"code\":\"exceeded\"}]}"),
                limited(
                        "4.6 rate limit, errors is a text",
                        429,
                        "{\"errors\":\"Rate Limit Exceeded\",\"status\":429,\"message\":\"Too Many Requests\"}"),
                limited("4.5 rate limit before 2017", 403, "{\"message\":\"Rate Limit Exceeded\",\"errors\":[]}"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void everyDocumentedResponseHasItsVerdict(DocumentedResponse row) {
        row.check(StravaDialect.DIALECT);
    }

    @Test
    @Fault("D15")
    void anInvalidRefreshTokenIsRecognizedWithoutAnErrorCode() {
        TokenVerdict verdict = StravaDialect.DIALECT.judge(
                RefreshCaller.REFRESH,
                new ProviderResponse(
                        400,
                        Map.of("Content-Type", List.of("application/json; charset=utf-8")),
                        "{\"message\":\"Bad Request\",\"errors\":[{\"resource\":\"RefreshToken\",\"field\":\"refresh_token\",\"code\":\"invalid\"}]}",
                        AT));

        assertThat(verdict)
                .isEqualTo(TokenVerdict.of(
                        Kind.GRANT_DEAD,
                        Problem.GRANT_DEAD,
                        "token endpoint answered 400 RefreshToken/refresh_token/invalid"));
    }

    @Test
    void anUndocumentedResponseIsNeverGrantDead() {
        unknown("{\"error\":\"invalid_grant\"}");
        unknown(fault("RefreshToken", "refresh_token", "busy"));
        unknown(fault("Athlete", "refresh_token", "invalid"));
        unknown("{\"message\":\"Bad Request\",\"errors\":\"RefreshToken/refresh_token/invalid\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200,2000|200,1200|2026-11-20T10:15:00Z",
                "200, 2000|201, 2000|2026-11-21T00:00:00Z",
                "200,2000|nonsense|2026-11-20T10:15:00Z",
                "''|''|2026-11-20T10:15:00Z",
            })
    void aRateLimitEndsWithTheQuarterHourOrTheDay(String limit, String usage, Instant end) {
        ProviderResponse response = new ProviderResponse(
                429, Map.of("X-RateLimit-Limit", List.of(limit), "X-RateLimit-Usage", List.of(usage)), "", AT);

        assertThat(StravaDialect.DIALECT.judge(RefreshCaller.REFRESH, response).until())
                .contains(end);
    }

    @Test
    void aNewCodeIsRetriedAfterTwoSeconds() {
        TokenVerdict verdict =
                code("4.4", fault("AuthorizationCode", "code", "invalid")).check(StravaDialect.DIALECT);
        assertThat(verdict.until()).contains(AT.plusSeconds(2));
    }

    private static void unknown(String body) {
        unrecognized("made up", body).check(StravaDialect.DIALECT);
    }

    private static String fault(String resource, String field, String code) {
        return "{\"message\":\"Bad Request\",\"errors\":[{\"resource\":\"" + resource + "\",\"field\":\"" + field
                + "\",\"code\":\"" + code + "\"}]}";
    }

    private static DocumentedResponse code(String line, String body) {
        return row(line, 400, body, Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE, RETRY);
    }
}
