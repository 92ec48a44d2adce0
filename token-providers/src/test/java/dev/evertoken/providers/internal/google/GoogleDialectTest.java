package dev.evertoken.providers.internal.google;

import static dev.evertoken.model.Remedy.CONTACT_SUPPORT;
import static dev.evertoken.model.Remedy.FIX_CONFIGURATION;
import static dev.evertoken.model.Remedy.RETRY;
import static dev.evertoken.model.Remedy.WAIT;
import static dev.evertoken.providers.DocumentedResponse.client;
import static dev.evertoken.providers.DocumentedResponse.grantDead;
import static dev.evertoken.providers.DocumentedResponse.limited;
import static dev.evertoken.providers.DocumentedResponse.request;
import static dev.evertoken.providers.DocumentedResponse.row;
import static dev.evertoken.providers.DocumentedResponse.unavailable;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.providers.DocumentedResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every known response of Google's token endpoint, by the sections of its fact sheet. */
class GoogleDialectTest {

    static List<DocumentedResponse> refusals() {
        return List.of(
                grantDead(
                        "2.6 invalid_grant, expired or revoked",
                        error("invalid_grant", "Token has been expired or revoked.")),
                grantDead("2.6 invalid_grant, Bad Request", error("invalid_grant", "Bad Request")),
                grantDead("2.6 invalid_grant without description", "{\"error\":\"invalid_grant\"}"),
                grantDead(
                        "2.6 invalid_grant, invalid_rapt",
                        "{\"error\":\"invalid_grant\",\"error_description\":\"reauth related error (invalid_rapt)\","
                                + "\"error_subtype\":\"invalid_rapt\"}"),
                grantDead(
                        "2.6 invalid_grant, invalid_rapt without the bracket",
                        "{\"error\":\"invalid_grant\",\"error_description\":\"reauth related error\","
                                + "\"error_subtype\":\"invalid_rapt\"}"),
                grantDead(
                        "2.6 invalid_grant, rapt_required",
                        "{\"error\":\"invalid_grant\",\"error_description\":\"reauth related error (rapt_required)\","
                                + "\"error_subtype\":\"rapt_required\"}"),
                grantDead("2.6 invalid_grant, account deleted", error("invalid_grant", "The account has been deleted")),
                grantDead("2.6 invalid_grant, malformed code", error("invalid_grant", "Malformed auth code.")),
                grantDead("2.6 invalid_grant, PKCE verifier", error("invalid_grant", "Missing code verifier.")),
                client(
                        "2.6 invalid_client, not found",
                        401,
                        error("invalid_client", "The OAuth client was not found.")),
                client(
                        "2.6 invalid_client, secret",
                        401,
                        error("invalid_client", "The provided client secret is invalid.")),
                client("2.6 invalid_client, Unauthorized", 401, error("invalid_client", "Unauthorized")),
                client("2.6 unauthorized_client", 401, error("unauthorized_client", "Unauthorized")),
                client("2.6 unauthorized_client without description", 401, "{\"error\":\"unauthorized_client\"}"),
                client("2.6 deleted_client", 401, error("deleted_client", "The OAuth client was deleted.")),
                row(
                        "2.6 disabled_client",
                        401,
                        error("disabled_client", "The OAuth client was disabled."),
                        Kind.APP_BLOCKED,
                        Problem.APP_BLOCKED,
                        CONTACT_SUPPORT),
                account(
                        "2.6 admin_policy_enforced",
                        error("admin_policy_enforced", "any"),
                        Problem.ADMIN_BLOCKED,
                        CONTACT_SUPPORT),
                account(
                        "2.6 admin_policy_enforced without description",
                        "{\"error\":\"admin_policy_enforced\"}",
                        Problem.ADMIN_BLOCKED,
                        CONTACT_SUPPORT),
                account(
                        "2.6 policy_enforced",
                        "{\"error\":\"policy_enforced\"}",
                        Problem.ACCOUNT_UNUSABLE,
                        CONTACT_SUPPORT),
                account(
                        "2.6 access_denied",
                        error("access_denied", "Account Restricted"),
                        Problem.ACCOUNT_UNUSABLE,
                        CONTACT_SUPPORT),
                account(
                        "2.6 org_internal",
                        error("org_internal", "This client is restricted to users within its organization."),
                        Problem.REQUEST_REJECTED,
                        FIX_CONFIGURATION),
                row(
                        "2.6 org_internal with 403",
                        403,
                        error("org_internal", "This client is restricted to users within its organization."),
                        Kind.ACCOUNT_UNUSABLE,
                        Problem.REQUEST_REJECTED,
                        FIX_CONFIGURATION),
                row(
                        "2.6 invalid_scope",
                        400,
                        error("invalid_scope", "Invalid OAuth scope or ID token audience provided."),
                        Kind.SCOPE_INVALID,
                        Problem.SCOPE_INVALID,
                        FIX_CONFIGURATION),
                client(
                        "2.6 invalid_request, client id",
                        400,
                        error("invalid_request", "Could not determine client ID from request.")),
                client(
                        "2.6 invalid_request, client_secret is missing",
                        400,
                        error("invalid_request", "client_secret is missing.")),
                request("2.6 invalid_request", error("invalid_request", "Missing required parameter: refresh_token")),
                client("2.6 unsupported_grant_type", 400, error("unsupported_grant_type", "Invalid grant_type: ")),
                request("2.6 redirect_uri_mismatch", "{\"error\":\"redirect_uri_mismatch\"}"),
                request("2.6 use_dpop_nonce", "{\"error\":\"use_dpop_nonce\"}"),
                request("2.6 invalid_dpop_proof", "{\"error\":\"invalid_dpop_proof\"}"),
                unavailable("2.6 internal_failure with 400", 400, error("internal_failure", "Backend Error")),
                unavailable("2.6 internal_failure with 500", 500, error("internal_failure", "Backend Error")),
                unavailable("2.6 server_error", 400, "{\"error\":\"server_error\"}"),
                unavailable("2.6 temporarily_unavailable", 503, "{\"error\":\"temporarily_unavailable\"}"),
                unavailable("2.6 internal_failure as description", 400, error("invalid_grant", "internal_failure")),
                unavailable("2.6 server_error as description", 400, error("unknown", "server_error")),
                unavailable("2.6 502 with a page", 502, "<!DOCTYPE html><title>Error 502 (Server Error)!!1</title>"),
                row(
                        "2.6 403 with a page",
                        403,
                        "<html><title>403</title>",
                        Kind.RATE_LIMITED,
                        Problem.RATE_LIMITED,
                        WAIT),
                limited("2.6 302 to the sorry page", 302, "")
                        .with("Location", "https://ipv4.google.com/sorry/IndexRedirect?continue=x"),
                row(
                        "2.6 the sorry page",
                        200,
                        "<html>We're sorry... but your computer may be sending automated queries.</html>",
                        Kind.RATE_LIMITED,
                        Problem.RATE_LIMITED,
                        WAIT));
    }

    /** Statuses that are judged alike with a JSON, HTML or empty body. */
    static Stream<DocumentedResponse> unavailableStatuses() {
        List<String> bodies =
                List.of("", "<html>", "{\"error\":{\"code\":0,\"message\":\"any\",\"status\":\"UNAVAILABLE\"}}");
        return Stream.of(408, 429, 500, 503, 504)
                .flatMap(status -> bodies.stream()
                        .map(body -> status == 429
                                ? limited("2.6 429 " + body, 429, body)
                                : unavailable("2.6 " + status + " " + body, status, body)));
    }

    static List<DocumentedResponse> serviceAccounts() {
        return List.of(
                client(
                        "2.9 unauthorized_client",
                        401,
                        error("unauthorized_client", "Unauthorized client or scope in request.")),
                client(
                        "2.9 unauthorized_client, delegation missing",
                        401,
                        error(
                                "unauthorized_client",
                                "Client is unauthorized to retrieve access tokens using this method, or client not authorized"
                                        + " for any of the scopes requested.")),
                account(
                        "2.9 access_denied",
                        error("access_denied", "Requested client not authorized."),
                        Problem.ACCOUNT_UNUSABLE,
                        CONTACT_SUPPORT),
                request("2.9 invalid_grant, not a valid email", error("invalid_grant", "Not a valid email")),
                request("2.9 invalid_grant, invalid email", error("invalid_grant", "Invalid email or User ID")),
                client(
                        "2.9 invalid_grant, clock skew",
                        400,
                        error(
                                "invalid_grant",
                                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe."
                                        + " Check your 'iat' and 'exp' values in the JWT claim.")),
                client("2.9 invalid_grant, signature", 400, error("invalid_grant", "Invalid JWT Signature.")),
                client("2.9 invalid_grant, robot", 400, error("invalid_grant", "Robot is disabled.")),
                client(
                        "2.9 invalid_grant, account not found",
                        400,
                        error("invalid_grant", "Invalid grant: account not found")));
    }

    static Stream<DocumentedResponse> all() {
        return Stream.of(refusals().stream(), unavailableStatuses(), serviceAccounts().stream())
                .flatMap(rows -> rows);
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyDocumentedResponseHasItsVerdict(DocumentedResponse row) {
        row.check(GoogleDialect.DIALECT);
    }

    @Test
    void aBadGatewayIsRetriedAfterHalfAMinute() {
        TokenVerdict verdict = unavailable("2.6 502", 502, "<html>").check(GoogleDialect.DIALECT);
        assertThat(verdict.until()).contains(DocumentedResponse.AT.plusSeconds(30));
    }

    @Test
    void theRetryAfterHeaderOverridesTheDefaultDelay() {
        for (DocumentedResponse row : List.of(unavailable("2.6 503", 503, ""), unavailable("2.6 502", 502, "<html>"))) {
            assertThat(row.with("Retry-After", "7").check(GoogleDialect.DIALECT).until())
                    .contains(DocumentedResponse.AT.plusSeconds(7));
        }
    }

    @Test
    void anUnknownCodeIsNeverGrantDead() {
        row(
                        "made up",
                        400,
                        error("something_new", "Token has been expired or revoked."),
                        Kind.UNKNOWN,
                        Problem.UNRECOGNIZED_RESPONSE,
                        RETRY)
                .check(GoogleDialect.DIALECT);
    }

    @Test
    void theDetailNamesTheSessionControlOfAnOrganization() {
        TokenVerdict verdict = grantDead("2.6", "{\"error\":\"invalid_grant\",\"error_subtype\":\"invalid_rapt\"}")
                .check(GoogleDialect.DIALECT);
        assertThat(verdict.detail())
                .isEqualTo("token endpoint answered 400 invalid_grant:"
                        + " the organization's session control has ended the grant, and will again");
    }

    private static String error(String code, String description) {
        return "{\n  \"error\": \"" + code + "\",\n  \"error_description\": \"" + description + "\"\n}";
    }

    private static DocumentedResponse account(String line, String body, Problem problem, Remedy remedy) {
        return row(line, 400, body, Kind.ACCOUNT_UNUSABLE, problem, remedy);
    }
}
