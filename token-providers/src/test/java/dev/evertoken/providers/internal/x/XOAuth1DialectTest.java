package dev.evertoken.providers.internal.x;

import static dev.evertoken.model.Remedy.CONTACT_SUPPORT;
import static dev.evertoken.model.Remedy.FIX_CONFIGURATION;
import static dev.evertoken.model.Remedy.RECONNECT;
import static dev.evertoken.model.Remedy.RETRY;
import static dev.evertoken.model.Remedy.WAIT;
import static dev.evertoken.providers.DocumentedResponse.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.providers.DocumentedResponse;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every documented refusal of X's OAuth 1.0a endpoints, with the resulting verdict. */
class XOAuth1DialectTest {

    private static final String PROBLEMS = "https://api.twitter.com/2/problems/";

    static List<DocumentedResponse> lookups() {
        return List.of(
                number(32, 401, "Could not authenticate you", Kind.UNKNOWN, Problem.CLIENT_REJECTED, FIX_CONFIGURATION),
                number(89, 401, "Invalid or expired token.", Kind.GRANT_DEAD, Problem.GRANT_DEAD, RECONNECT),
                number(99, 403, "Unable to verify", Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED, FIX_CONFIGURATION),
                number(
                        135,
                        401,
                        "Could not authenticate you",
                        Kind.UNKNOWN,
                        Problem.REQUEST_REJECTED,
                        FIX_CONFIGURATION),
                number(215, 400, "Bad Authentication data", Kind.UNKNOWN, Problem.REQUEST_REJECTED, FIX_CONFIGURATION),
                number(220, 403, "Your credentials", Kind.UNKNOWN, Problem.REQUEST_REJECTED, FIX_CONFIGURATION),
                number(
                        261,
                        403,
                        "Application cannot write",
                        Kind.UNKNOWN,
                        Problem.API_REJECTS_TOKEN,
                        FIX_CONFIGURATION),
                number(93, 403, "no direct messages", Kind.UNKNOWN, Problem.API_REJECTS_TOKEN, FIX_CONFIGURATION),
                number(
                        326,
                        403,
                        "To protect our users from spam and other malicious activity, this account is temporarily locked."
                                + " Please log in to https://twitter.com to unlock your account.",
                        Kind.ACCOUNT_UNUSABLE,
                        Problem.ACCOUNT_UNUSABLE,
                        CONTACT_SUPPORT),
                number(64, 403, "Suspended", Kind.ACCOUNT_UNUSABLE, Problem.ACCOUNT_UNUSABLE, CONTACT_SUPPORT),
                number(63, 403, "User has been suspended", Kind.UNKNOWN, Problem.REQUEST_REJECTED, FIX_CONFIGURATION),
                number(88, 429, "Rate limit exceeded", Kind.RATE_LIMITED, Problem.RATE_LIMITED, WAIT),
                number(130, 503, "Over capacity", Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE, RETRY),
                number(131, 500, "Internal error", Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE, RETRY),
                number(226, 403, "looks automated", Kind.RATE_LIMITED, Problem.RATE_LIMITED, WAIT),
                number(
                        415,
                        403,
                        "Callback URL not approved",
                        Kind.UNKNOWN,
                        Problem.REQUEST_REJECTED,
                        FIX_CONFIGURATION),
                number(417, 403, "oob not allowed", Kind.UNKNOWN, Problem.REQUEST_REJECTED, FIX_CONFIGURATION),
                number(416, 403, "suspended application", Kind.APP_BLOCKED, Problem.APP_BLOCKED, CONTACT_SUPPORT),
                number(
                        453,
                        403,
                        "You currently have access to a subset of X API V2 endpoints and limited v1.1 endpoints",
                        Kind.UNKNOWN,
                        Problem.NOT_SUPPORTED,
                        FIX_CONFIGURATION),
                row("5C HTTP 420", 420, "", Kind.RATE_LIMITED, Problem.RATE_LIMITED, WAIT),
                row(
                        "5A.4 429",
                        429,
                        problem("Too Many Requests", "about:blank", 429),
                        Kind.RATE_LIMITED,
                        Problem.RATE_LIMITED,
                        WAIT),
                row("5A.4 503 with a page", 503, "<html>", Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE, RETRY),
                row(
                        "5A.4 401",
                        401,
                        problem("Unauthorized", "about:blank", 401),
                        Kind.UNKNOWN,
                        Problem.CLIENT_REJECTED,
                        FIX_CONFIGURATION),
                row(
                        "5A.4 unsupported authentication",
                        403,
                        problem("Unsupported Authentication", PROBLEMS + "unsupported-authentication", 403),
                        Kind.UNKNOWN,
                        Problem.REQUEST_REJECTED,
                        FIX_CONFIGURATION),
                row(
                        "5A.4 oauth1 permissions",
                        403,
                        problem("Forbidden", PROBLEMS + "oauth1-permissions", 403),
                        Kind.UNKNOWN,
                        Problem.API_REJECTS_TOKEN,
                        FIX_CONFIGURATION),
                row(
                        "5A.4 client not enrolled",
                        403,
                        "{\"title\":\"Client Forbidden\",\"reason\":\"client-not-enrolled\"}",
                        Kind.UNKNOWN,
                        Problem.NOT_SUPPORTED,
                        FIX_CONFIGURATION),
                row(
                        "5A.4 out of credits",
                        402,
                        "{\"title\":\"CreditsDepleted\"}",
                        Kind.NOT_YET,
                        Problem.APP_BLOCKED,
                        CONTACT_SUPPORT));
    }

    @ParameterizedTest
    @MethodSource("lookups")
    void everyDocumentedRefusalHasItsVerdict(DocumentedResponse documented) {
        documented.check(XOAuth1Dialect.DIALECT);
    }

    @ParameterizedTest
    @MethodSource("lookups")
    void onlyErrorCode89MeansGrantDead(DocumentedResponse documented) {
        boolean grantDead = documented.kind() == Kind.GRANT_DEAD;
        assertThat(documented.body().contains("\"code\":89,")).isEqualTo(grantDead);
    }

    @Test
    void missingCreditsStopTheClientExceptIfOnlyTheCheckOfATokenIsRefused() {
        row(
                        "5A.4 out of credits",
                        402,
                        "{\"title\":\"CreditsDepleted\"}",
                        Kind.APP_BLOCKED,
                        Problem.APP_BLOCKED,
                        CONTACT_SUPPORT)
                .check(XOAuth1Dialect.DIALECT, EndpointKind.EXCHANGE);
    }

    @Test
    void aWrongSignatureWithoutATokenIsAClientProblem() {
        DocumentedResponse wrong = row(
                "5C 32",
                401,
                body(32, "Could not authenticate you"),
                Kind.CLIENT_INVALID,
                Problem.CLIENT_REJECTED,
                FIX_CONFIGURATION);

        wrong.check(XOAuth1Dialect.DIALECT, EndpointKind.TEMPORARY_CREDENTIALS);
        assertThat(wrong.check(XOAuth1Dialect.DIALECT, EndpointKind.EXCHANGE).detail())
                .isEqualTo("token endpoint answered 401 code 32: the API key or its secret is wrong");
    }

    private static DocumentedResponse number(
            int code, int status, String message, Kind kind, Problem problem, Remedy remedy) {
        return row("5C " + code, status, body(code, message), kind, problem, remedy);
    }

    private static String body(int code, String message) {
        return "{\"errors\":[{\"code\":" + code + ",\"message\":\"" + message + "\"}]}";
    }

    private static String problem(String title, String type, int status) {
        return "{\"title\":\"" + title + "\",\"type\":\"" + type + "\",\"status\":" + status + ",\"detail\":\"" + title
                + "\"}";
    }
}
