package dev.evertoken.providers.internal.x;

import static dev.evertoken.providers.internal.oauth2.TokenRule.asked;
import static dev.evertoken.providers.internal.oauth2.TokenRule.rule;
import static dev.evertoken.providers.internal.oauth2.TokenRule.status;
import static dev.evertoken.providers.internal.oauth2.TokenRule.statusIn;
import static dev.evertoken.providers.internal.x.XProblems.isNotEnrolled;
import static dev.evertoken.providers.internal.x.XProblems.isOutOfCredits;
import static dev.evertoken.providers.internal.x.XProblems.isRateLimited;
import static dev.evertoken.providers.internal.x.XProblems.number;
import static dev.evertoken.providers.internal.x.XProblems.type;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.providers.internal.oauth2.RuleTokenDialect;
import dev.evertoken.providers.internal.oauth2.TokenRule;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.util.List;
import java.util.Optional;

/**
 * The refusals of X's OAuth 1.0a endpoints: {@code errors}, each with a number. Only 89 is about the token. A wrong
 * signature is a client error as long as no token exists whose secret may be wrong. Immutable.
 */
public final class XOAuth1Dialect {

    private static final List<TokenRule> RULES = List.of(
            rule(isRateLimited().or(status(420)), Kind.RATE_LIMITED, Problem.RATE_LIMITED)
                    .until(at -> Optional.of(XLimits.opensAt(at.response()))),
            rule(number("226"), Kind.RATE_LIMITED, Problem.RATE_LIMITED)
                    .until(at -> Optional.of(XLimits.opensAt(at.response())))
                    .note("the request was classified as automated"),
            rule(statusIn(code -> code >= 500), Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE),
            rule(number("89"), Kind.GRANT_DEAD, Problem.GRANT_DEAD),
            // the application
            rule(number("416"), Kind.APP_BLOCKED, Problem.APP_BLOCKED).note("the application is suspended"),
            rule(isOutOfCredits(), Kind.APP_BLOCKED, Problem.APP_BLOCKED)
                    .note("no credits are left; see the billing of the application's X account"),
            rule(
                            number("32").and(asked(EndpointKind.TEMPORARY_CREDENTIALS, EndpointKind.EXCHANGE)),
                            Kind.CLIENT_INVALID,
                            Problem.CLIENT_REJECTED)
                    .note("the API key or its secret is wrong"),
            rule(number("32"), Kind.UNKNOWN, Problem.CLIENT_REJECTED)
                    .note("the API key, its secret or the token's secret is wrong"),
            rule(number("99"), Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED),
            rule(number("415", "417"), Kind.UNKNOWN, Problem.REQUEST_REJECTED)
                    .note("the redirect URI is not registered as a callback of the application"),
            rule(number("453").or(isNotEnrolled()), Kind.UNKNOWN, Problem.NOT_SUPPORTED)
                    .note("the application's plan or project does not include this endpoint"),
            rule(number("220").or(type("unsupported-authentication")), Kind.UNKNOWN, Problem.REQUEST_REJECTED)
                    .note("the endpoint requires another kind of credential"),
            rule(number("93", "261").or(type("oauth1-permissions")), Kind.UNKNOWN, Problem.API_REJECTS_TOKEN)
                    .note("the application lacks the permission; set it in the console and have the account reconnect"),
            // the signature
            rule(number("135"), Kind.UNKNOWN, Problem.REQUEST_REJECTED)
                    .note("the timestamp is refused even with the time of X's responses; check this machine's clock"),
            rule(number("215"), Kind.UNKNOWN, Problem.REQUEST_REJECTED).note("the signature arrived incomplete"),
            // the account
            rule(number("326"), Kind.ACCOUNT_UNUSABLE, Problem.ACCOUNT_UNUSABLE)
                    .note("the account is locked; its owner has to log in and unlock it; the token stays valid"),
            rule(number("64"), Kind.ACCOUNT_UNUSABLE, Problem.ACCOUNT_UNUSABLE).note("the account is suspended"),
            rule(number("63"), Kind.UNKNOWN, Problem.REQUEST_REJECTED).note("the requested account is suspended"),
            rule(
                            status(401)
                                    .and(at -> at.body()
                                            .text("title")
                                            .filter("Unauthorized"::equals)
                                            .isPresent()),
                            Kind.UNKNOWN,
                            Problem.CLIENT_REJECTED)
                    .note("the response does not show whether the token or the signature is wrong"));

    public static final RuleTokenDialect DIALECT = RuleTokenDialect.of(RULES);

    private XOAuth1Dialect() {}
}
