package dev.evertoken.providers.internal.x;

import static dev.evertoken.providers.internal.oauth2.TokenRule.asked;
import static dev.evertoken.providers.internal.oauth2.TokenRule.description;
import static dev.evertoken.providers.internal.oauth2.TokenRule.error;
import static dev.evertoken.providers.internal.oauth2.TokenRule.rule;
import static dev.evertoken.providers.internal.oauth2.TokenRule.statusIn;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.providers.internal.oauth2.CommonRules;
import dev.evertoken.providers.internal.oauth2.RuleTokenDialect;
import dev.evertoken.providers.internal.oauth2.TokenRule;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.util.List;

/**
 * The refusals of X's token endpoints. An invalid refresh token, an invalid code and a malformed request are all {@code
 * invalid_request} and differ only in their description; {@code unauthorized_client} is about the client and never
 * about a grant. Immutable.
 */
public final class XDialect {

    private static final String WRONG_CREDENTIALS =
            "check OAuth 2.0's client id and secret, which are not the API key and secret, and register a native or"
                    + " single page application without a secret";

    private static final List<TokenRule> RULES = List.of(
            rule(XProblems.isSpendCapReached(), Kind.RATE_LIMITED, Problem.QUOTA_EXCEEDED)
                    .note(XResourceDialect.SPEND_CAP)
                    .until(XLimits::cycleOpensAt),
            rule(XProblems.isCapReached(), Kind.RATE_LIMITED, Problem.QUOTA_EXCEEDED)
                    .note(XResourceDialect.CAP)
                    .until(XLimits::capOpensAt),
            rule(XProblems.isRateLimited(), Kind.RATE_LIMITED, Problem.RATE_LIMITED)
                    .until(XLimits::opensAt),
            rule(statusIn(code -> code >= 500), Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE),
            // the account
            rule(XProblems.isUserSuspended(), Kind.ACCOUNT_UNUSABLE, Problem.ACCOUNT_UNUSABLE)
                    .note(XResourceDialect.SUSPENDED),
            // the application
            rule(XProblems.isAppSuspended(), Kind.APP_BLOCKED, Problem.APP_BLOCKED)
                    .note("the application is suspended"),
            rule(XProblems.isOutOfCredits(), Kind.APP_BLOCKED, Problem.APP_BLOCKED)
                    .note("no credits are left; see the billing of the application's X account"),
            rule(XProblems.isNotEnrolled(), Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED)
                    .note("the application is not enrolled; attach it to a project with the access that it needs"),
            rule(XProblems.number("99"), Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED)
                    .note("app-only tokens require the API key and secret, which are not OAuth 2.0's client id and"
                            + " secret"),
            rule(error("unauthorized_client", "invalid_client"), Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED)
                    .note(WRONG_CREDENTIALS),
            rule(
                            error("invalid_request").and(description("parameter [client_id]")),
                            Kind.CLIENT_INVALID,
                            Problem.CLIENT_REJECTED)
                    .note("the client id is missing in the request"),
            // the grant
            rule(
                    asked(EndpointKind.REFRESH, EndpointKind.REVOKE)
                            .and(error("invalid_request"))
                            .and(description("for the token was invalid")),
                    Kind.GRANT_DEAD,
                    Problem.GRANT_DEAD),
            // the code
            rule(
                            asked(EndpointKind.EXCHANGE)
                                    .and(error("invalid_request"))
                                    .and(description("for the authorization code was invalid")),
                            Kind.UNKNOWN,
                            Problem.CONSENT_FAILED)
                    .note("a code from X is valid for 30 seconds and one exchange; this one has expired or was used"),
            rule(
                            error("invalid_request").and(description("redirect uri did not match")),
                            Kind.UNKNOWN,
                            Problem.REQUEST_REJECTED)
                    .note("the redirect URI differs from that of the authorization"),
            rule(error("invalid_request").and(description("code verifier")), Kind.UNKNOWN, Problem.REQUEST_REJECTED)
                    .note("the proof key differs from that of the authorization"),
            // the request
            rule(
                            error("invalid_request").and(description("Missing required parameter")),
                            Kind.UNKNOWN,
                            Problem.REQUEST_REJECTED)
                    .note("a required parameter is missing"),
            rule(error("invalid_request"), Kind.UNKNOWN, Problem.UNRECOGNIZED_RESPONSE));

    public static final RuleTokenDialect DIALECT = CommonRules.DIALECT.after(RULES);

    private XDialect() {}
}
