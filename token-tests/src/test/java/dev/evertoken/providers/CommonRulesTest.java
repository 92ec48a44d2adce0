package dev.evertoken.providers;

import static dev.evertoken.model.Remedy.FIX_CONFIGURATION;
import static dev.evertoken.model.Remedy.RETRY;
import static dev.evertoken.providers.Documented.client;
import static dev.evertoken.providers.Documented.dead;
import static dev.evertoken.providers.Documented.limited;
import static dev.evertoken.providers.Documented.passing;
import static dev.evertoken.providers.Documented.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Problem;
import dev.evertoken.spi.ProviderAnswer;
import dev.evertoken.spi.TokenVerdict;
import dev.evertoken.spi.TokenVerdict.Kind;
import dev.evertoken.testing.Fault;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server says that keeps to RFC 6749, and what a status says by itself. */
class CommonRulesTest {

    static List<Documented> refusals() {
        return List.of(
                dead("5.2 invalid_grant", error("invalid_grant")),
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
                passing("4.1.2.1 server_error", 400, error("server_error")),
                passing("4.1.2.1 temporarily_unavailable", 400, error("temporarily_unavailable")),
                limited("RFC 8628 slow_down", 400, error("slow_down")),
                limited("429 beside a code", 429, error("invalid_client")),
                row(
                        "a code that nobody knows",
                        400,
                        error("more_coffee"),
                        Kind.UNKNOWN,
                        Problem.UNRECOGNISED_ANSWER,
                        RETRY),
                row(
                        "an object without a code",
                        400,
                        "{\"fault\":\"x\"}",
                        Kind.UNKNOWN,
                        Problem.MALFORMED_ANSWER,
                        RETRY),
                row("a page", 400, "<html>", Kind.TRANSIENT, Problem.MALFORMED_ANSWER, RETRY),
                row("a text", 400, "no", Kind.TRANSIENT, Problem.MALFORMED_ANSWER, RETRY),
                row("nothing", 400, "", Kind.TRANSIENT, Problem.MALFORMED_ANSWER, RETRY),
                row("a cut body", 400, "{\"error\":\"invalid_gr", Kind.TRANSIENT, Problem.MALFORMED_ANSWER, RETRY),
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
    void everyCodeOfTheRfcMeansWhatTheRfcSays(Documented row) {
        row.check(CommonRules.DIALECT);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 501, 502, 503, 504, 520, 599})
    void aServerErrorIsAPassingFailure(int status) {
        passing("status", status, "<html>").check(CommonRules.DIALECT);
        passing("status", status, error("more_coffee")).check(CommonRules.DIALECT);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 407, 451})
    void aRefusalBySomethingBeforeTheProviderIsAPassingFailure(int status) {
        row("status", status, "<html>Access denied", Kind.TRANSIENT, Problem.FORBIDDEN_UNRECOGNISED, RETRY)
                .check(CommonRules.DIALECT);
        row("status", status, "", Kind.TRANSIENT, Problem.FORBIDDEN_UNRECOGNISED, RETRY)
                .check(CommonRules.DIALECT);
    }

    @ParameterizedTest
    @Fault("D11")
    @ValueSource(ints = {404, 405, 410})
    void anEndpointThatIsGoneIsAWrongSettingOfTheClient(int status) {
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
    void noStatusByItselfIsADeadGrant() {
        for (int status = 200; status < 600; status++) {
            for (String body : List.of("", "<html>", "{}", error("unheard_of"), "{\"errors\":[{}]}")) {
                for (RuleDialect dialect : List.of(CommonRules.DIALECT, GoogleDialect.DIALECT, StravaDialect.DIALECT)) {
                    ProviderAnswer answer = new ProviderAnswer(status, Map.of(), body, Documented.AT);
                    assertThat(dialect.judge(Ask.REFRESH, answer).kind()).isNotEqualTo(Kind.GRANT_DEAD);
                }
            }
        }
    }

    @Test
    void whenToComeBackIsReadFromTheHeader() {
        TokenVerdict verdict =
                passing("503", 503, "").with("Retry-After", "120").check(CommonRules.DIALECT);
        assertThat(verdict.until()).contains(Documented.AT.plusSeconds(120));
    }

    @Test
    @Fault("D6")
    void aProviderThatSaysWrongClientForADeadGrantIsUnderstoodByItsDialect() {
        OAuth2ProviderBuilder exact = Ask.acme().errorMeans("unauthorized_client", Kind.GRANT_DEAD, Problem.GRANT_DEAD);
        RuleDialect dialect = CommonRules.DIALECT.after(exact.meanings);

        dead("own", error("unauthorized_client")).check(dialect);
        client("others", 401, error("invalid_client")).check(dialect);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1//0gAbC-dEf_123", "ünknown", "x\\ny", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
    void aCodeThatIsNotMadeOfWordsIsNotShown(String code) {
        TokenVerdict verdict =
                CommonRules.DIALECT.judge(Ask.REFRESH, new ProviderAnswer(400, Map.of(), error(code), Documented.AT));
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
    void theCaseIsToldInOneSentence(int status, String body, String sentence) {
        assertThat(judged(status, body).detail()).isEqualTo(sentence);
    }

    @Test
    void aCodeOfUpToFortyCharactersIsShown() {
        String forty = "a".repeat(40);

        assertThat(judged(400, error(forty)).detail()).isEqualTo("token endpoint answered 400 " + forty);
        assertThat(judged(400, error(forty + "a")).detail())
                .isEqualTo("token endpoint answered 400 an unprintable error code");
    }

    private static TokenVerdict judged(int status, String body) {
        return CommonRules.DIALECT.judge(Ask.REFRESH, new ProviderAnswer(status, Map.of(), body, Documented.AT));
    }

    private static String error(String code) {
        return "{\"error\":\"" + code + "\"}";
    }
}
