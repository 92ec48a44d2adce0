package dev.evertoken.providers.internal.linkedin;

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
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every known response of LinkedIn's token endpoint, by the sections of its fact sheet. */
class LinkedInDialectTest {

    private static final String DEAD =
            "The provided authorization grant or refresh token is invalid, expired or revoked";
    private static final String MISMATCH =
            "Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. Or"
                    + " authorization code expired. Or external member binding exists";

    static List<DocumentedResponse> refreshes() {
        return List.of(
                grantDead("4.4 invalid_request, invalid token", error("invalid_request", DEAD)),
                grantDead("4.4 invalid_grant", error("invalid_grant", "Token has been expired or revoked.")),
                grantDead("4.4 invalid_grant without description", "{\"error\":\"invalid_grant\"}"),
                request("4.4 grant_type is missing", missing("grant_type")),
                request("4.4 refresh_token is missing", missing("refresh_token")),
                client("4.4 client_id is missing", 400, missing("client_id")),
                client("4.4 client_secret is missing", 400, missing("client_secret")),
                client("4.4 invalid_client_id", 401, error("invalid_client_id", "Client authentication failed")),
                client("4.4 invalid_client", 401, error("invalid_client", "Client authentication failed")),
                client(
                        "4.4 invalid_client_id that is quoted",
                        400,
                        error("invalid_client_id", "The passed in client_id is invalid \\\"abc\\\"")),
                limited("4.4 429", 429, ""),
                unavailable("4.4 500", 500, ""),
                unavailable("4.4 503 with a page", 503, "<html>"),
                unavailable("4.4 504", 504, ""),
                unavailable("6.2 a 5xx with the text of an invalid grant", 500, error("invalid_request", DEAD)));
    }

    static List<DocumentedResponse> exchanges() {
        return List.of(
                request("4.4 redirect_uri is missing", missing("redirect_uri")),
                request("4.4 code is missing", missing("code")),
                code(
                        "4.4 code not found",
                        401,
                        error("invalid_request", "Unable to retrieve access token: authorization code not found")),
                code("4.4 invalid_redirect_uri", 400, error("invalid_redirect_uri", MISMATCH)),
                code("4.4 invalid_redirect_uri as invalid_request", 400, error("invalid_request", MISMATCH)),
                grantDead("4.4 invalid_request, invalid code", error("invalid_request", DEAD)),
                request("4.4 invalid_redirect_uri without words", "{\"error\":\"invalid_redirect_uri\"}"));
    }

    static List<DocumentedResponse> unknown() {
        return List.of(
                unrecognized("invalid_request of no known kind", error("invalid_request", "Something else")),
                unrecognized("invalid_request without description", "{\"error\":\"invalid_request\"}"),
                unrecognized("the text of an invalid code in a refresh", error("invalid_request", MISMATCH)),
                unrecognized("access_denied of no known kind", error("access_denied", "No")),
                unrecognized("a code that is not known", error("something_new", DEAD)),
                row("403 with a page", 403, "<html>", Kind.TRANSIENT, Problem.FORBIDDEN_UNRECOGNIZED, RETRY),
                row("400 without a body", 400, "", Kind.TRANSIENT, Problem.MALFORMED_RESPONSE, RETRY));
    }

    @ParameterizedTest
    @MethodSource("refreshes")
    @Fault("D6")
    void everyDocumentedResponseToARefreshHasItsVerdict(DocumentedResponse row) {
        row.check(LinkedInDialect.DIALECT);
    }

    @ParameterizedTest
    @MethodSource("exchanges")
    void everyDocumentedResponseToAnExchangeHasItsVerdict(DocumentedResponse row) {
        row.check(LinkedInDialect.DIALECT, EndpointKind.EXCHANGE);
    }

    @ParameterizedTest
    @MethodSource("unknown")
    void anUnknownResponseIsNeverGrantDead(DocumentedResponse row) {
        row.check(LinkedInDialect.DIALECT);
    }

    @Test
    void theDetailNamesThePartnerTeamIfClientCredentialsAreNotAllowed() {
        TokenVerdict verdict = row(
                        "4.4 access_denied",
                        401,
                        error("access_denied", "This application is not allowed to create application tokens"),
                        Kind.APP_BLOCKED,
                        Problem.APP_BLOCKED,
                        CONTACT_SUPPORT)
                .check(LinkedInDialect.DIALECT, EndpointKind.CLIENT_CREDENTIALS);
        assertThat(verdict.detail())
                .isEqualTo("token endpoint answered 401 access_denied: LinkedIn's partner team has to approve the"
                        + " application for client credentials");
    }

    @Test
    void anUnauthorizedIntrospectionMeansAWrongSecret() {
        client("4.3 401", 401, "").check(LinkedInDialect.DIALECT, EndpointKind.INTROSPECT);
    }

    @Test
    void theRetryAfterHeaderIsUsed() {
        TokenVerdict verdict =
                limited("4.4 429", 429, "").with("Retry-After", "120").check(LinkedInDialect.DIALECT);
        assertThat(verdict.until()).contains(DocumentedResponse.AT.plusSeconds(120));
    }

    private static String error(String code, String description) {
        return "{\"error\":\"" + code + "\",\"error_description\":\"" + description + "\"}";
    }

    private static String missing(String parameter) {
        return error("invalid_request", "A required parameter \\\"" + parameter + "\\\" is missing");
    }

    private static DocumentedResponse code(String line, int status, String body) {
        return row(line, status, body, Kind.UNKNOWN, Problem.CONSENT_FAILED, RECONNECT);
    }
}
