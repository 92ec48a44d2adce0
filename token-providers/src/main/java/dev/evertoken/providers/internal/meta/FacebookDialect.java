package dev.evertoken.providers.internal.meta;

import static dev.evertoken.providers.internal.meta.GraphError.code;
import static dev.evertoken.providers.internal.meta.GraphError.codeWithin;
import static dev.evertoken.providers.internal.meta.GraphError.says;
import static dev.evertoken.providers.internal.meta.GraphError.subcode;
import static dev.evertoken.providers.internal.oauth2.TokenRule.asked;
import static dev.evertoken.providers.internal.oauth2.TokenRule.rule;
import static dev.evertoken.providers.internal.oauth2.TokenRule.status;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.providers.internal.oauth2.RuleTokenDialect;
import dev.evertoken.providers.internal.oauth2.TokenRule;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.util.List;

/**
 * What Facebook's token endpoint and its neighbours say. Neither the status nor the {@code type} decides, but in this
 * order: {@code is_transient}, the limits, the application, the account, the grant, the permissions. Immutable.
 */
final class FacebookDialect {

    /** Before any code: what passes, and limits; those of one user or page are not the application's. */
    static final List<TokenRule> PASSING = List.of(
            rule(GraphError.passing(), Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE),
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
                    .note("the app's access is switched off; its dashboard says what is missing"),
            rule(says("API access blocked"), Kind.APP_BLOCKED, Problem.APP_BLOCKED)
                    .note("the app is restricted; its users' grants are not"),
            rule(asked(EndpointKind.INTROSPECT).and(code(190, 102)), Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED)
                    .note("it does not take the app id and app secret as a token"),
            rule(code(12, 2635), Kind.CLIENT_INVALID, Problem.ENDPOINT_MOVED)
                    .note("this Graph version is not served any more; set another one"),
            // the account
            rule(code(190, 102).and(subcode(459, 490)), Kind.ACCOUNT_UNUSABLE, Problem.ACCOUNT_UNUSABLE)
                    .note("a checkpoint: the person has to log in at www.facebook.com and follow what it says"),
            rule(code(190, 102).and(subcode(464)), Kind.ACCOUNT_UNUSABLE, Problem.ACCOUNT_UNUSABLE)
                    .note("the person has to confirm the account"),
            rule(code(190).and(subcode(492)), Kind.ACCOUNT_UNUSABLE, Problem.ACCOUNT_UNUSABLE)
                    .note("the person's role at the page, or the page's two-factor rule, stands against it"),
            rule(code(25), Kind.ACCOUNT_UNUSABLE, Problem.ACCOUNT_UNUSABLE)
                    .note("the account is restricted; the person can appeal in the app"),
            rule(code(368).and(subcode(1404006, 1404078, 4854002)), Kind.ACCOUNT_UNUSABLE, Problem.ACCOUNT_UNUSABLE)
                    .note("blocked until the person has done what Facebook asks for"),
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
                    .note("the redirect URI is not the one of the consent page"),
            rule(says("Invalid verification code format"), Kind.UNKNOWN, Problem.REQUEST_REJECTED)
                    .note("the code was cut, or something was added to it"),
            // permissions and requests
            rule(code(10).or(codeWithin(200, 299)), Kind.ACCOUNT_UNUSABLE, Problem.SCOPE_MISSING),
            rule(code(1, 2), Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE),
            rule(code(3, 100, 104, 194, 2500), Kind.UNKNOWN, Problem.REQUEST_REJECTED));

    static final RuleTokenDialect DIALECT =
            RuleTokenDialect.of(RULES).after(PASSING).withForms(true);

    private FacebookDialect() {}
}
