package dev.evertoken.providers.internal.x;

import static dev.evertoken.model.Remedy.CONTACT_SUPPORT;
import static dev.evertoken.model.Remedy.RECONNECT;
import static dev.evertoken.model.Remedy.RETRY;
import static dev.evertoken.providers.DocumentedResponse.client;
import static dev.evertoken.providers.DocumentedResponse.grantDead;
import static dev.evertoken.providers.DocumentedResponse.limited;
import static dev.evertoken.providers.DocumentedResponse.request;
import static dev.evertoken.providers.DocumentedResponse.row;
import static dev.evertoken.providers.DocumentedResponse.unavailable;
import static dev.evertoken.providers.DocumentedResponse.unrecognized;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.providers.DocumentedResponse;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every known response of X's token endpoints, by the sections of its fact sheet. */
class XDialectTest {

    private static final String DEAD = error("invalid_request", "Value passed for the token was invalid.");
    private static final String LATE = error("invalid_request", "Value passed for the authorization code was invalid.");

    static List<DocumentedResponse> refreshes() {
        return List.of(
                grantDead("5A.3 token invalid", DEAD),
                grantDead(
                        "5A.3 token invalid, with errors beside it", DEAD.replace("}", ",\"errors\":[{\"code\":1}]}")),
                grantDead("5A.3 invalid_grant", error("invalid_grant", "any")),
                client("5A.3 no client_id", 400, missing("client_id")),
                request("5A.3 no refresh_token", missing("refresh_token")),
                client(
                        "5A.3 unauthorized_client",
                        401,
                        error("unauthorized_client", "Missing valid authorization header")),
                client("5A.3 invalid_client", 400, "{\"error\":\"invalid_client\"}"),
                client("5A.3 invalid_client with 401", 401, "{\"error\":\"invalid_client\"}"),
                client("5A.3 unsupported_grant_type", 400, "{\"error\":\"unsupported_grant_type\"}"),
                limited("5A.3 429", 429, ""),
                limited("5A.4 429 problem", 429, problem("Too Many Requests", "about:blank", 429)),
                limited("5A.4 88", 429, number(88)),
                unavailable("5A.3 500", 500, ""),
                unavailable("5A.3 502 with a page", 502, "<html>"),
                unavailable("5A.3 503", 503, "<html>"),
                unavailable("5A.3 504", 504, ""),
                unavailable("6.2 a 5xx with the text of an invalid grant", 503, DEAD),
                blocked(
                        "5A.4 402",
                        402,
                        "{\"title\":\"CreditsDepleted\",\"detail\":\"Your enrolled account [1] does not"
                                + " have any credits to fulfill this request.\"}"),
                blocked("5A.4 out of credits with 403", 403, "{\"title\":\"CreditsDepleted\"}"),
                client("5A.4 not enrolled", 403, notEnrolled("client-not-enrolled")));
    }

    static List<DocumentedResponse> exchanges() {
        return List.of(
                row("5A.3 code invalid", 400, LATE, Kind.UNKNOWN, Problem.CONSENT_FAILED, RECONNECT),
                request(
                        "5A.3 redirect mismatch",
                        error(
                                "invalid_request",
                                "Value passed for the redirect uri did not match the uri of the authorization code.")),
                request(
                        "5A.3 verifier mismatch",
                        error(
                                "invalid_request",
                                "Value passed for the code verifier did not match the code challenge")),
                request("5A.3 no code", missing("code")),
                grantDead("5A.3 invalid_grant", error("invalid_grant", "any")));
    }

    static List<DocumentedResponse> unknown() {
        return List.of(
                unrecognized("invalid_request of no known kind", error("invalid_request", "Value was odd.")),
                unrecognized("invalid_request without description", "{\"error\":\"invalid_request\"}"),
                unrecognized("the text of an invalid code in a refresh", LATE),
                unrecognized("a code that is not known", error("new", "Value passed for the token was invalid.")),
                row(
                        "401 problem at the token endpoint",
                        401,
                        problem("Unauthorized", "about:blank", 401),
                        Kind.TRANSIENT,
                        Problem.FORBIDDEN_UNRECOGNIZED,
                        RETRY),
                row("400 without a body", 400, "", Kind.TRANSIENT, Problem.MALFORMED_RESPONSE, RETRY));
    }

    @ParameterizedTest
    @MethodSource("refreshes")
    @Fault("D6")
    void everyDocumentedResponseToARefreshHasItsVerdict(DocumentedResponse row) {
        row.check(XDialect.DIALECT);
    }

    @ParameterizedTest
    @MethodSource("exchanges")
    void everyDocumentedResponseToAnExchangeHasItsVerdict(DocumentedResponse row) {
        row.check(XDialect.DIALECT, EndpointKind.EXCHANGE);
    }

    @ParameterizedTest
    @MethodSource("unknown")
    void anUnknownResponseIsNeverGrantDead(DocumentedResponse row) {
        row.check(XDialect.DIALECT);
    }

    @Test
    void theDetailOfALateCodeNamesItsValidity() {
        assertThat(row("5A.3", 400, LATE, Kind.UNKNOWN, Problem.CONSENT_FAILED, RECONNECT)
                        .check(XDialect.DIALECT, EndpointKind.EXCHANGE)
                        .detail())
                .isEqualTo("token endpoint answered 400 invalid_request: a code from X is valid for 30 seconds and one"
                        + " exchange; this one has expired or was used");
    }

    @Test
    void theDetailNamesTheWrongPairOfKeys() {
        String body = "{\"errors\":[{\"code\":99,\"label\":\"authenticity_token_error\","
                + "\"message\":\"Unable to verify your credentials\"}]}";
        assertThat(client("5B 99", 403, body)
                        .check(XDialect.DIALECT, EndpointKind.CLIENT_CREDENTIALS)
                        .detail())
                .isEqualTo(
                        "token endpoint answered 403 code 99: app-only tokens require the API key and secret, which are"
                                + " not OAuth 2.0's client id and secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://api.x.com/2/problems/client-forbidden",
                "https://api.twitter.com/2/problems/client-forbidden",
                "https://developer.x.com/en/support/error-troubleshooting#client-forbidden",
                "client-forbidden"
            })
    void aProblemIsIdentifiedByTheLastSegmentOfItsType(String type) {
        client("5A.4", 403, problem("Client Forbidden", type, 403)).check(XDialect.DIALECT);
    }

    @Test
    void aRateLimitEndsAtTheResetHeaderOrAfterTheDefaultWindow() {
        DocumentedResponse limited = limited("5A.4", 429, "");
        assertThat(limited.check(XDialect.DIALECT).until()).contains(DocumentedResponse.AT.plusSeconds(900));

        long reset = DocumentedResponse.AT.plusSeconds(61).getEpochSecond();
        assertThat(until(limited.with("x-rate-limit-reset", Long.toString(reset))))
                .isEqualTo(DocumentedResponse.AT.plusSeconds(61));
        assertThat(until(limited.with("x-rate-limit-reset", "soon"))).isEqualTo(DocumentedResponse.AT.plusSeconds(900));
        assertThat(until(limited.with("x-rate-limit-reset", "1"))).isEqualTo(DocumentedResponse.AT.plusSeconds(900));
        assertThat(until(limited.with("x-rate-limit-reset", Long.toString(reset + 864_000))))
                .isEqualTo(DocumentedResponse.AT.plusSeconds(86_400));
        assertThat(until(limited.with("Retry-After", "30"))).isEqualTo(DocumentedResponse.AT.plusSeconds(30));
    }

    private static Instant until(DocumentedResponse row) {
        return row.check(XDialect.DIALECT).until().orElseThrow();
    }

    private static String error(String code, String description) {
        return "{\"error\":\"" + code + "\",\"error_description\":\"" + description + "\"}";
    }

    private static String missing(String parameter) {
        return error("invalid_request", "Missing required parameter [" + parameter + "].");
    }

    private static String problem(String title, String type, int status) {
        return "{\"title\":\"" + title + "\",\"type\":\"" + type + "\",\"status\":" + status + ",\"detail\":\"" + title
                + "\"}";
    }

    private static String number(int code) {
        return "{\"errors\":[{\"code\":" + code + ",\"message\":\"Rate limit exceeded\"}]}";
    }

    private static String notEnrolled(String reason) {
        return "{\"client_id\":\"1\",\"detail\":\"x\",\"registration_url\":\"https://developer.x.com\","
                + "\"title\":\"Client Forbidden\",\"required_enrollment\":\"Appropriate Level of API Access\","
                + "\"reason\":\"" + reason + "\",\"type\":\"https://api.x.com/2/problems/client-forbidden\"}";
    }

    private static DocumentedResponse blocked(String line, int status, String body) {
        return row(line, status, body, Kind.APP_BLOCKED, Problem.APP_BLOCKED, CONTACT_SUPPORT);
    }
}
