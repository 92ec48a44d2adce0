package dev.evertoken.providers.internal.google;

import static dev.evertoken.providers.internal.oauth2.TokenRule.description;
import static dev.evertoken.providers.internal.oauth2.TokenRule.error;
import static dev.evertoken.providers.internal.oauth2.TokenRule.mentions;
import static dev.evertoken.providers.internal.oauth2.TokenRule.rule;
import static dev.evertoken.providers.internal.oauth2.TokenRule.shape;
import static dev.evertoken.providers.internal.oauth2.TokenRule.status;
import static dev.evertoken.providers.internal.oauth2.TokenRule.statusIn;
import static dev.evertoken.providers.internal.oauth2.TokenRule.subtype;

import dev.evertoken.model.Problem;
import dev.evertoken.providers.internal.oauth2.CommonRules;
import dev.evertoken.providers.internal.oauth2.ResponseBody.Shape;
import dev.evertoken.providers.internal.oauth2.RetryAfter;
import dev.evertoken.providers.internal.oauth2.RuleTokenDialect;
import dev.evertoken.providers.internal.oauth2.TokenError;
import dev.evertoken.providers.internal.oauth2.TokenRule;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The refusals of Google's token endpoint, which YouTube shares. The order of the rules matters: the error code is
 * decisive, not the status; a 401 is about the client. Immutable.
 */
public final class GoogleDialect {

    private static final String[] TRANSIENT = {"internal_failure", "server_error", "temporarily_unavailable"};
    private static final Duration AFTER_502 = Duration.ofSeconds(30);

    private static final List<TokenRule> RULES = List.of(
            CommonRules.TOO_MANY,
            // transient failures, also with status 400 and in either field
            rule(error(TRANSIENT).or(description(TRANSIENT)), Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE),
            // the grant
            rule(
                            error("invalid_grant").and(subtype("invalid_rapt", "rapt_required")),
                            Kind.GRANT_DEAD,
                            Problem.GRANT_DEAD)
                    .note("the organization's session control has ended the grant, and will again"),
            rule(error("invalid_grant").and(description("Invalid JWT")), Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED)
                    .note("check this machine's clock and the service account's key"),
            rule(
                    error("invalid_grant").and(description("Not a valid email", "Invalid email or User ID")),
                    Kind.UNKNOWN,
                    Problem.REQUEST_REJECTED),
            rule(
                    error("invalid_grant").and(description("Robot is disabled", "account not found")),
                    Kind.CLIENT_INVALID,
                    Problem.CLIENT_REJECTED),
            rule(error("invalid_grant"), Kind.GRANT_DEAD, Problem.GRANT_DEAD),
            // the client
            rule(error("invalid_client"), Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED),
            rule(error("unauthorized_client"), Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED)
                    .note("the refresh token was issued to another client id, or the client lacks a permission"),
            rule(error("deleted_client"), Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED)
                    .note("the client can be restored in the console for 30 days"),
            rule(error("disabled_client"), Kind.APP_BLOCKED, Problem.APP_BLOCKED),
            // the account
            rule(error("admin_policy_enforced"), Kind.ACCOUNT_UNUSABLE, Problem.ADMIN_BLOCKED),
            rule(error("policy_enforced"), Kind.ACCOUNT_UNUSABLE, Problem.ACCOUNT_UNUSABLE)
                    .note("the account's Advanced Protection blocks the application"),
            rule(error("invalid_account"), Kind.ACCOUNT_UNUSABLE, Problem.ACCOUNT_UNUSABLE)
                    .note("Google does not accept the account"),
            rule(error("access_denied"), Kind.ACCOUNT_UNUSABLE, Problem.ACCOUNT_UNUSABLE),
            rule(error("org_internal"), Kind.ACCOUNT_UNUSABLE, Problem.REQUEST_REJECTED)
                    .note("the client is internal to an organization that the account does not belong to"),
            // the request
            rule(error("invalid_scope"), Kind.SCOPE_INVALID, Problem.SCOPE_INVALID),
            rule(
                    error("invalid_request").and(description("client ID", "client_id", "client_secret")),
                    Kind.CLIENT_INVALID,
                    Problem.CLIENT_REJECTED),
            rule(error("unsupported_grant_type"), Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED),
            rule(error("use_dpop_nonce", "invalid_dpop_proof"), Kind.UNKNOWN, Problem.REQUEST_REJECTED)
                    .note("the refresh token is bound to a key that the application does not have"),
            rule(error("invalid_request", "redirect_uri_mismatch"), Kind.UNKNOWN, Problem.REQUEST_REJECTED),
            // responses of a gateway in front of the token endpoint
            rule(isSorryPage().or(status(403).and(shape(Shape.PAGE))), Kind.RATE_LIMITED, Problem.RATE_LIMITED)
                    .note("this machine's address is being throttled"),
            rule(status(502), Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE)
                    .until(at -> RetryAfter.of(at.response())
                            .or(() -> Optional.of(at.response().at().plus(AFTER_502)))));

    public static final RuleTokenDialect DIALECT = RuleTokenDialect.of(RULES);

    private GoogleDialect() {}

    private static Predicate<TokenError> isSorryPage() {
        Predicate<TokenError> redirect = statusIn(code -> code / 100 == 3)
                .and(at -> at.response()
                        .header("Location")
                        .filter(target -> target.contains("google.com/sorry"))
                        .isPresent());
        return redirect.or(shape(Shape.PAGE).and(mentions("automated queries")));
    }
}
