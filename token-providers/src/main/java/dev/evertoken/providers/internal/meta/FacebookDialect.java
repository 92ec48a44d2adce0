package dev.evertoken.providers.internal.meta;

import static dev.evertoken.providers.internal.oauth2.GraphError.code;
import static dev.evertoken.providers.internal.oauth2.GraphError.codeWithin;
import static dev.evertoken.providers.internal.oauth2.GraphError.says;
import static dev.evertoken.providers.internal.oauth2.GraphError.subcode;
import static dev.evertoken.providers.internal.oauth2.TokenRule.asked;
import static dev.evertoken.providers.internal.oauth2.TokenRule.rule;
import static dev.evertoken.providers.internal.oauth2.TokenRule.status;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.providers.internal.oauth2.GraphError;
import dev.evertoken.providers.internal.oauth2.RuleTokenDialect;
import dev.evertoken.providers.internal.oauth2.TokenRule;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.util.List;

/**
 * The refusals of Facebook's token endpoint and related endpoints. Neither the status nor {@code type} is decisive. The
 * rules are checked in this order: {@code is_transient}, rate limits, the application, the account, the grant, the
 * permissions. Immutable.
 */
final class FacebookDialect {

    /**
     * The rules before all others: transient failures and rate limits. A limit of one user or page is not one of the
     * application.
     */
    static final List<TokenRule> TRANSIENT = List.of(
            rule(GraphError.isTransientError(), Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE),
            rule(status(429).or(code(4, 341)), Kind.RATE_LIMITED, Problem.RATE_LIMITED)
                    .until(MetaLimits::opensAt),
            rule(code(9, 17, 32, 613).or(codeWithin(80_000, 80_014)), Kind.TRANSIENT, Problem.RATE_LIMITED)
                    .until(MetaLimits::opensAt));

    private static final List<TokenRule> RULES = List.of(
            // the application
            rule(says("Error validating client secret"), Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED),
            rule(code(101), Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED),
            rule(says("appsecret_proof"), Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED)
                    .note("the proof of the app secret is wrong or missing"),
            rule(says("Application has been deleted"), Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED)
                    .note("the app was deleted"),
            rule(says("API access deactivated"), Kind.APP_BLOCKED, Problem.APP_INACTIVE)
                    .note("the app's API access is deactivated; see its dashboard for the reason"),
            rule(says("API access blocked"), Kind.APP_BLOCKED, Problem.APP_BLOCKED)
                    .note("the app is restricted; its users' grants are still valid"),
            rule(GraphRefusals.isFromUnlistedAddress(), Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED)
                    .note("the app's settings do not allow this server's IP address"),
            rule(asked(EndpointKind.INTROSPECT).and(code(190, 102)), Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED)
                    .note("app id and app secret are not accepted as a token"),
            rule(code(12, 2635), Kind.CLIENT_INVALID, Problem.ENDPOINT_MOVED)
                    .note("this Graph version is no longer available; set another one"),
            rule(GraphRefusals.needsApproval(), Kind.UNKNOWN, Problem.REQUEST_REJECTED)
                    .note("the app needs Meta's approval or a higher access level for this call"),
            // the kind of token
            rule(GraphRefusals.needsAnotherToken(), Kind.UNKNOWN, Problem.REQUEST_REJECTED)
                    .note("the call requires another kind of token; this one is valid"),
            // the account
            rule(code(190, 102).and(subcode(459, 490)), Kind.ACCOUNT_UNUSABLE, Problem.ACCOUNT_UNUSABLE)
                    .note("a checkpoint: the user has to log in at www.facebook.com and follow the instructions"),
            rule(code(190, 102).and(subcode(464)), Kind.ACCOUNT_UNUSABLE, Problem.ACCOUNT_UNUSABLE)
                    .note("the user has to confirm the account"),
            rule(GraphRefusals.lacksPageRole(), Kind.ACCOUNT_UNUSABLE, Problem.ACCOUNT_UNUSABLE)
                    .note("the user's role on the page or the page's two-factor rule does not allow it"),
            rule(code(25), Kind.ACCOUNT_UNUSABLE, Problem.ACCOUNT_UNUSABLE)
                    .note("the account is restricted; the user can appeal in the app"),
            rule(code(368).and(subcode(1404006, 1404078, 4854002)), Kind.ACCOUNT_UNUSABLE, Problem.ACCOUNT_UNUSABLE)
                    .note("blocked until the user has followed Facebook's instructions"),
            rule(code(368), Kind.TRANSIENT, Problem.RATE_LIMITED)
                    .note("blocked for some hours")
                    .until(MetaLimits::inSomeHours),
            // the grant
            rule(code(190, 102, 412), Kind.GRANT_DEAD, Problem.GRANT_DEAD),
            // the code
            rule(
                    code(100)
                            .and(subcode(36007, 36009)
                                    .or(says(
                                            "This authorization code has been used",
                                            "This authorization code has expired"))),
                    Kind.GRANT_DEAD,
                    Problem.GRANT_DEAD),
            rule(says("Error validating verification code"), Kind.UNKNOWN, Problem.REQUEST_REJECTED)
                    .note("the redirect URI differs from that of the consent page"),
            rule(says("Invalid verification code format"), Kind.UNKNOWN, Problem.REQUEST_REJECTED)
                    .note("the code was truncated or altered"),
            // permissions and requests
            rule(code(10).or(codeWithin(200, 299)), Kind.ACCOUNT_UNUSABLE, Problem.SCOPE_MISSING),
            rule(GraphError.isLastingError(), Kind.UNKNOWN, Problem.REQUEST_REJECTED)
                    .note("the request is refused for good, and a repetition is too"),
            rule(code(1, 2), Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE),
            rule(code(3, 100, 104, 194, 2500), Kind.UNKNOWN, Problem.REQUEST_REJECTED));

    static final RuleTokenDialect DIALECT =
            RuleTokenDialect.of(RULES).after(TRANSIENT).withForms(true);

    private FacebookDialect() {}
}
