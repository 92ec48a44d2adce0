package dev.evertoken.providers.internal.x;

import static dev.evertoken.providers.internal.oauth2.TokenRule.asked;
import static dev.evertoken.providers.internal.oauth2.TokenRule.rule;
import static dev.evertoken.providers.internal.oauth2.TokenRule.status;
import static dev.evertoken.providers.internal.oauth2.TokenRule.statusIn;
import static dev.evertoken.providers.internal.x.XProblems.isAppSuspended;
import static dev.evertoken.providers.internal.x.XProblems.isCapReached;
import static dev.evertoken.providers.internal.x.XProblems.isNotEnrolled;
import static dev.evertoken.providers.internal.x.XProblems.isOutOfCredits;
import static dev.evertoken.providers.internal.x.XProblems.isRateLimited;
import static dev.evertoken.providers.internal.x.XProblems.isSignatureRefused;
import static dev.evertoken.providers.internal.x.XProblems.isSpendCapReached;
import static dev.evertoken.providers.internal.x.XProblems.isUserSuspended;
import static dev.evertoken.providers.internal.x.XProblems.number;
import static dev.evertoken.providers.internal.x.XProblems.type;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.providers.internal.oauth2.RuleTokenDialect;
import dev.evertoken.providers.internal.oauth2.TokenError;
import dev.evertoken.providers.internal.oauth2.TokenRule;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The refusals of X's OAuth 1.0a endpoints, and of version 2 of the API, where a token is checked: {@code errors}, each
 * with a number, in JSON or XML, text, or problem types. Only 89 is certainly about the token. A wrong signature is a
 * client error as long as no token exists whose secret may be wrong. Immutable.
 */
public final class XOAuth1Dialect {

    private static final List<TokenRule> RULES = List.of(
            rule(isSpendCapReached(), Kind.RATE_LIMITED, Problem.QUOTA_EXCEEDED)
                    .note(XResourceDialect.SPEND_CAP)
                    .until(XLimits::cycleOpensAt),
            rule(isCapReached(), Kind.RATE_LIMITED, Problem.QUOTA_EXCEEDED)
                    .note(XResourceDialect.CAP)
                    .until(XLimits::capOpensAt),
            rule(isRateLimited().or(status(420)), Kind.RATE_LIMITED, Problem.RATE_LIMITED)
                    .until(XLimits::opensAt),
            rule(number("226"), Kind.RATE_LIMITED, Problem.RATE_LIMITED)
                    .until(XLimits::opensAt)
                    .note("the request was classified as automated"),
            rule(statusIn(code -> code >= 500), Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE),
            rule(number("89"), Kind.GRANT_DEAD, Problem.GRANT_DEAD),
            // the application
            rule(isAppSuspended(), Kind.APP_BLOCKED, Problem.APP_BLOCKED).note("the application is suspended"),
            rule(isOutOfCredits().and(asked(EndpointKind.REFRESH)), Kind.NOT_YET, Problem.APP_BLOCKED)
                    .note("no credits are left for the check of the token; see the billing of the application's X"
                            + " account"),
            rule(isOutOfCredits(), Kind.APP_BLOCKED, Problem.APP_BLOCKED)
                    .note("no credits are left; see the billing of the application's X account"),
            rule(
                            isSignatureRefused().and(asked(EndpointKind.TEMPORARY_CREDENTIALS, EndpointKind.EXCHANGE)),
                            Kind.CLIENT_INVALID,
                            Problem.CLIENT_REJECTED)
                    .note("the API key or its secret is wrong"),
            rule(isSignatureRefused(), Kind.UNKNOWN, Problem.CLIENT_REJECTED)
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
            rule(isUserSuspended(), Kind.ACCOUNT_UNUSABLE, Problem.ACCOUNT_UNUSABLE)
                    .note(XResourceDialect.SUSPENDED),
            rule(number("63"), Kind.UNKNOWN, Problem.REQUEST_REJECTED).note("the requested account is suspended"),
            rule(XProblems.isWithoutReason(), Kind.UNKNOWN, Problem.CLIENT_REJECTED)
                    .note("the response does not show whether the token or the signature is wrong"));

    public static final RuleTokenDialect DIALECT = RuleTokenDialect.of(RULES);

    private XOAuth1Dialect() {}

    /** Returns whether a refusal may be due to an invalid token or to a wrong signature: version 2 reports no reason. */
    public static boolean isWithoutReason(ProviderResponse response) {
        return matches(XProblems.isWithoutReason(), response);
    }

    /** Returns whether a refusal is about the signature or the timestamp, so that the request had no effect. */
    public static boolean isAboutTheSignature(ProviderResponse response) {
        return matches(isSignatureRefused().or(number("135")), response);
    }

    private static boolean matches(Predicate<TokenError> refusal, ProviderResponse response) {
        DialectContext context =
                new DialectContext(EndpointKind.API, Duration.ZERO, Set.of(), DialectContext.TokenOf.USER);
        return refusal.test(TokenError.of(context, response, false));
    }
}
