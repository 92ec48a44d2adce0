package dev.evertoken.providers.internal.x;

import static dev.evertoken.providers.internal.oauth2.ResourceRule.pass;
import static dev.evertoken.providers.internal.oauth2.ResourceRule.refresh;
import static dev.evertoken.providers.internal.oauth2.TokenRule.asked;
import static dev.evertoken.providers.internal.oauth2.TokenRule.status;
import static dev.evertoken.providers.internal.oauth2.TokenRule.statusIn;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.providers.internal.oauth2.RuleResourceDialect;
import dev.evertoken.providers.internal.oauth2.TokenError;
import java.util.List;

/**
 * The refusals of X's API. A 401 is the same for an expired, a revoked and a malformed token, so the token is refreshed
 * once. A 403 is never about the token's age, and does not name the scope that an endpoint requires. Immutable.
 */
public final class XResourceDialect {

    static final String CAP = "a cap of the day or the month is reached, of the application or the user";
    static final String SPEND_CAP =
            "the spending cap of the application's billing cycle is reached; raise it or wait for the next cycle";
    static final String SUSPENDED = "X has suspended the account; its owner can appeal at x.com";

    public static final RuleResourceDialect DIALECT = new RuleResourceDialect(List.of(
            pass(statusIn(code -> code >= 500), Problem.PROVIDER_UNAVAILABLE, "X failed"),
            pass(XProblems.isSpendCapReached(), Problem.QUOTA_EXCEEDED, SPEND_CAP)
                    .until(XLimits::cycleOpensAt),
            pass(XProblems.isCapReached(), Problem.QUOTA_EXCEEDED, CAP).until(XLimits::capOpensAt),
            pass(XProblems.isRateLimited(), Problem.RATE_LIMITED, "rate limit").until(XLimits::opensAt),
            // the account
            pass(XProblems.isUserSuspended(), Problem.ACCOUNT_UNUSABLE, SUSPENDED),
            // the application
            pass(XProblems.isAppSuspended(), Problem.APP_BLOCKED, "the application is suspended"),
            pass(
                    XProblems.isOutOfCredits(),
                    Problem.APP_BLOCKED,
                    "no credits are left; see the billing of the application's X account"),
            pass(
                    XProblems.isNotEnrolled(),
                    Problem.API_REJECTS_TOKEN,
                    "the application is not enrolled; attach it to a project with the access that it needs"),
            pass(
                    XProblems.type("oauth1-permissions"),
                    Problem.API_REJECTS_TOKEN,
                    "the application lacks the permission; set it in the console and have the account reconnect;"
                            + " tokens keep the permissions they were issued with"),
            // the kind of token
            pass(
                    XProblems.type("unsupported-authentication").or(status(403).and(XProblems.number("220"))),
                    Problem.API_REJECTS_TOKEN,
                    "the endpoint requires another kind of credential"),
            // the grant is too narrow
            pass(
                    asked(EndpointKind.INTROSPECT).and(status(403)).and(XResourceDialect::lacksUsersRead),
                    Problem.SCOPE_MISSING,
                    "validation requires the scope users.read, which is not granted"),
            refresh(status(401))));

    private XResourceDialect() {}

    private static boolean lacksUsersRead(TokenError at) {
        return !at.context().scopes().isEmpty() && !at.context().scopes().contains("users.read");
    }
}
