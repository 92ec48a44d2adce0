package dev.evertoken.providers;

import static dev.evertoken.model.Remedy.FIX_CONFIGURATION;
import static dev.evertoken.model.Remedy.RETRY;
import static dev.evertoken.providers.DocumentedResponse.client;
import static dev.evertoken.providers.DocumentedResponse.grantDead;
import static dev.evertoken.providers.DocumentedResponse.limited;
import static dev.evertoken.providers.DocumentedResponse.row;
import static dev.evertoken.providers.DocumentedResponse.unavailable;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.providers.internal.google.GoogleDialect;
import dev.evertoken.providers.internal.oauth2.CommonRules;
import dev.evertoken.providers.internal.oauth2.RuleTokenDialect;
import dev.evertoken.providers.internal.strava.StravaDialect;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Verdicts on responses that follow RFC 6749, and on a status alone. */
class CommonRulesTest {

    static List<DocumentedResponse> refusals() {
        return List.of(
                grantDead("5.2 invalid_grant", error("invalid_grant")),
                client("5.2 invalid_client", 401, error("invalid_client")),
                client("5.2 unauthorized_client", 400, error("unauthorized_client")),
                client("5.2 unsupported_grant_type", 400, error("unsupported_grant_type")),
                row(
                        "5.2 invalid_scope",
                        400,
                        error("invalid_scope"),
                        Kind.SCOPE_INVALID,
                        Problem.SCOPE_INVALID,
                        FIX_CONFIGURATION),
                row(
                        "5.2 invalid_request",
                        400,
                        error("invalid_request"),
                        Kind.UNKNOWN,
                        Problem.REQUEST_REJECTED,
                        FIX_CONFIGURATION),
                unavailable("4.1.2.1 server_error", 400, error("server_error")),
                unavailable("4.1.2.1 temporarily_unavailable", 400, error("temporarily_unavailable")),
                limited("RFC 8628 slow_down", 400, error("slow_down")),
                limited("429 beside a code", 429, error("invalid_client")),
                row("an unknown code", 400, error("more_coffee"), Kind.UNKNOWN, Problem.UNRECOGNIZED_RESPONSE, RETRY),
                row(
                        "an object without a code",
                        400,
                        "{\"fault\":\"x\"}",
                        Kind.UNKNOWN,
                        Problem.MALFORMED_RESPONSE,
                        RETRY),
                row("a page", 400, "<html>", Kind.TRANSIENT, Problem.MALFORMED_RESPONSE, RETRY),
                row("a text", 400, "no", Kind.TRANSIENT, Problem.MALFORMED_RESPONSE, RETRY),
                row("nothing", 400, "", Kind.TRANSIENT, Problem.MALFORMED_RESPONSE, RETRY),
                row("a cut body", 400, "{\"error\":\"invalid_gr", Kind.TRANSIENT, Problem.MALFORMED_RESPONSE, RETRY),
                row(
                        "a token type",
                        200,
                        "{\"access_token\":\"a\",\"token_type\":\"mac\"}",
                        Kind.UNKNOWN,
                        Problem.UNSUPPORTED_TOKEN_TYPE,
                        FIX_CONFIGURATION));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void everyErrorCodeOfTheRfcHasItsVerdict(DocumentedResponse row) {
        row.check(CommonRules.DIALECT);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 501, 502, 503, 504, 520, 599})
    void aServerErrorIsTransient(int status) {
        unavailable("status", status, "<html>").check(CommonRules.DIALECT);
        unavailable("status", status, error("more_coffee")).check(CommonRules.DIALECT);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 407, 451})
    void aRefusalByAnIntermediaryIsTransient(int status) {
        row("status", status, "<html>Access denied", Kind.TRANSIENT, Problem.FORBIDDEN_UNRECOGNIZED, RETRY)
                .check(CommonRules.DIALECT);
        row("status", status, "", Kind.TRANSIENT, Problem.FORBIDDEN_UNRECOGNIZED, RETRY)
                .check(CommonRules.DIALECT);
    }

    @ParameterizedTest
    @Fault("O5")
    @ValueSource(ints = {406, 411, 413, 414, 415, 417, 422, 431})
    void aRequestThatIsNotAcceptedIsNotRepeatedForever(int status) {
        for (String body : List.of("", "<html>", "{}")) {
            row("status", status, body, Kind.UNKNOWN, Problem.REQUEST_REJECTED, FIX_CONFIGURATION)
                    .check(CommonRules.DIALECT);
        }
        row("a code", status, error("more_coffee"), Kind.UNKNOWN, Problem.UNRECOGNIZED_RESPONSE, RETRY)
                .check(CommonRules.DIALECT);
    }

    @Test
    @Fault("O5")
    void accessThatIsDeniedToTheApplicationIsAProblemOfTheClient() {
        DialectContext application = new DialectContext(
                EndpointKind.CLIENT_CREDENTIALS, Duration.ZERO, Set.of(), DialectContext.TokenOf.APP);
        ProviderResponse denied = new ProviderResponse(403, Map.of(), error("access_denied"), DocumentedResponse.AT);

        TokenVerdict verdict = CommonRules.DIALECT.judge(application, denied);

        assertThat(verdict.kind()).isEqualTo(Kind.CLIENT_INVALID);
        assertThat(verdict.problem()).isEqualTo(Problem.CLIENT_REJECTED);
    }

    @ParameterizedTest
    @Fault("D11")
    @ValueSource(ints = {404, 405, 410})
    void aMissingEndpointIsAClientConfigurationProblem(int status) {
        TokenVerdict verdict = row(
                        "status",
                        status,
                        "<html>Not Found",
                        Kind.CLIENT_INVALID,
                        Problem.ENDPOINT_MOVED,
                        FIX_CONFIGURATION)
                .check(CommonRules.DIALECT);
        assertThat(verdict.problem().scope()).isEqualTo(Problem.Scope.CLIENT);
    }

    @Test
    void noStatusAloneMeansGrantDead() {
        for (int status = 200; status < 600; status++) {
            for (String body : List.of("", "<html>", "{}", error("unheard_of"), "{\"errors\":[{}]}")) {
                for (RuleTokenDialect dialect :
                        List.of(CommonRules.DIALECT, GoogleDialect.DIALECT, StravaDialect.DIALECT)) {
                    ProviderResponse response = new ProviderResponse(status, Map.of(), body, DocumentedResponse.AT);
                    assertThat(dialect.judge(RefreshCaller.REFRESH, response).kind())
                            .isNotEqualTo(Kind.GRANT_DEAD);
                }
            }
        }
    }

    @Test
    void theRetryTimeIsReadFromTheHeader() {
        TokenVerdict verdict =
                unavailable("503", 503, "").with("Retry-After", "120").check(CommonRules.DIALECT);
        assertThat(verdict.until()).contains(DocumentedResponse.AT.plusSeconds(120));
    }

    @Test
    @Fault("D6")
    void aProvidersDialectMayMapUnauthorizedClientToGrantDead() {
        OAuth2ProviderBuilder exact =
                RefreshCaller.acme().errorMeans("unauthorized_client", Kind.GRANT_DEAD, Problem.GRANT_DEAD);
        RuleTokenDialect dialect = DescribedParts.dialect(exact.description().settings());

        grantDead("own", error("unauthorized_client")).check(dialect);
        client("others", 401, error("invalid_client")).check(dialect);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1//0gAbC-dEf_123", "ünknown", "x\\ny", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
    void aCodeWithUnexpectedCharactersIsNotShown(String code) {
        TokenVerdict verdict = CommonRules.DIALECT.judge(
                RefreshCaller.REFRESH, new ProviderResponse(400, Map.of(), error(code), DocumentedResponse.AT));
        assertThat(verdict.detail()).isEqualTo("token endpoint answered 400 an unprintable error code");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "400 | {\"error\":\"more_coffee\"} | token endpoint answered 400 more_coffee",
                "403 | {\"error\":{\"status\":\"PERMISSION_DENIED\"}} | token endpoint answered 403 PERMISSION_DENIED",
                "400 | {\"errors\":[{\"resource\":\"Application\",\"field\":\"client_id\",\"code\":\"invalid\"}]}"
                        + " | token endpoint answered 400 Application/client_id/invalid",
                "400 | {\"x\":1} | token endpoint answered 400 without an error code",
                "299 | {\"x\":1} | token endpoint answered 299 without tokens",
                "302 | {\"x\":1} | token endpoint answered 302 without an error code:"
                        + " it redirects, which is not followed",
                "503 | upstream | token endpoint answered 503 with a body of unknown type of 8 characters",
            })
    void theDetailDescribesTheResponseInOneSentence(int status, String body, String detail) {
        assertThat(verdictOf(status, body).detail()).isEqualTo(detail);
    }

    @Test
    void aCodeOfUpToFortyCharactersIsShown() {
        String forty = "a".repeat(40);

        assertThat(verdictOf(400, error(forty)).detail()).isEqualTo("token endpoint answered 400 " + forty);
        assertThat(verdictOf(400, error(forty + "a")).detail())
                .isEqualTo("token endpoint answered 400 an unprintable error code");
    }

    private static TokenVerdict verdictOf(int status, String body) {
        return CommonRules.DIALECT.judge(
                RefreshCaller.REFRESH, new ProviderResponse(status, Map.of(), body, DocumentedResponse.AT));
    }

    private static String error(String code) {
        return "{\"error\":\"" + code + "\"}";
    }
}
