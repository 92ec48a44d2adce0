package dev.evertoken.providers.internal.x;

import static dev.evertoken.providers.internal.oauth2.ResourceRule.pass;
import static dev.evertoken.providers.internal.oauth2.ResourceRule.refresh;
import static dev.evertoken.providers.internal.oauth2.ResourceRule.signAgain;
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

import dev.evertoken.model.Problem;
import dev.evertoken.providers.internal.oauth2.RuleResourceDialect;
import java.util.List;

/**
 * The refusals of X's API for signed requests: by numbers in version 1.1, by problem types in version 2. A 401 of
 * version 2 has no reason, so the token is checked. Immutable.
 */
public final class XOAuth1ResourceDialect {

    public static final RuleResourceDialect DIALECT = new RuleResourceDialect(List.of(
            pass(isSpendCapReached(), Problem.QUOTA_EXCEEDED, XResourceDialect.SPEND_CAP)
                    .until(XLimits::cycleOpensAt),
            pass(isCapReached(), Problem.QUOTA_EXCEEDED, XResourceDialect.CAP).until(XLimits::capOpensAt),
            pass(isRateLimited().or(status(420)), Problem.RATE_LIMITED, "rate limit")
                    .until(XLimits::opensAt),
            pass(number("226"), Problem.RATE_LIMITED, "the request was classified as automated")
                    .until(XLimits::opensAt),
            pass(statusIn(code -> code >= 500), Problem.PROVIDER_UNAVAILABLE, "X failed"),
            // the signature
            signAgain(number("135"), Problem.REQUEST_REJECTED, "the timestamp is refused; check this machine's clock"),
            signAgain(
                    isSignatureRefused(),
                    Problem.CLIENT_REJECTED,
                    "the signature is refused: the API key, its secret or the token's secret is wrong"),
            pass(number("215"), Problem.REQUEST_REJECTED, "the signature arrived incomplete"),
            // the application
            pass(isAppSuspended(), Problem.APP_BLOCKED, "the application is suspended"),
            pass(
                    isOutOfCredits(),
                    Problem.APP_BLOCKED,
                    "no credits are left; see the billing of the application's X account"),
            pass(number("99"), Problem.CLIENT_REJECTED, "the application's own credentials are refused"),
            pass(number("415", "417"), Problem.REQUEST_REJECTED, "the callback address is not registered"),
            pass(number("453"), Problem.NOT_SUPPORTED, "the application's plan does not include this endpoint"),
            pass(
                    isNotEnrolled(),
                    Problem.API_REJECTS_TOKEN,
                    "the application is not enrolled; attach it to a project with the access that it needs"),
            pass(
                    number("220").or(type("unsupported-authentication")),
                    Problem.API_REJECTS_TOKEN,
                    "the endpoint requires another kind of credential"),
            pass(
                    number("93", "261").or(type("oauth1-permissions")),
                    Problem.API_REJECTS_TOKEN,
                    "the application lacks the permission; set it in the console and have the account reconnect;"
                            + " tokens keep the permissions they were issued with"),
            // the account
            pass(
                    number("326"),
                    Problem.ACCOUNT_UNUSABLE,
                    "the account is locked; its owner has to log in and unlock it; the token stays valid"),
            pass(isUserSuspended(), Problem.ACCOUNT_UNUSABLE, XResourceDialect.SUSPENDED),
            // the token
            refresh(number("89")),
            refresh(status(401))));

    private XOAuth1ResourceDialect() {}
}
