package dev.evertoken.providers;

import static dev.evertoken.providers.ResourceRule.pass;
import static dev.evertoken.providers.ResourceRule.refresh;
import static dev.evertoken.providers.ResourceRule.signAgain;
import static dev.evertoken.providers.TokenRule.status;
import static dev.evertoken.providers.TokenRule.statusIn;
import static dev.evertoken.providers.XOAuth1Dialect.creditsDepleted;
import static dev.evertoken.providers.XOAuth1Dialect.number;
import static dev.evertoken.providers.XOAuth1Dialect.problem;

import dev.evertoken.model.Problem;
import java.util.List;

/**
 * How X's API refuses signed requests: the first version by numbers, the second by problem types. A 401 of the second
 * version says nothing, so the token is looked at. Immutable.
 */
final class XOAuth1Resources {

    static final RuleResources DIALECT = new RuleResources(List.of(
            pass(problem("usage-capped"), Problem.QUOTA_EXCEEDED, "the month's posts are used up")
                    .until(at -> XRateLimit.opensAt(at.answer())),
            pass(number(88).or(status(420, 429)), Problem.RATE_LIMITED, "rate limit")
                    .until(at -> XRateLimit.opensAt(at.answer())),
            pass(number(130, 131).or(statusIn(code -> code >= 500)), Problem.PROVIDER_UNAVAILABLE, "server error"),
            // the signature
            signAgain(number(135), Problem.REQUEST_REJECTED, "the timestamp is refused; set this machine's clock"),
            signAgain(
                    number(32),
                    Problem.CLIENT_REJECTED,
                    "the signature is refused: API key, its secret or the token's secret are wrong"),
            // the application
            pass(number(416), Problem.APP_BLOCKED, "the application is suspended"),
            pass(creditsDepleted(), Problem.APP_BLOCKED, "the credits of the application's account are used up"),
            pass(number(99), Problem.CLIENT_REJECTED, "the application's own credentials are refused"),
            pass(number(215), Problem.REQUEST_REJECTED, "the signature did not arrive whole"),
            pass(number(415, 417), Problem.REQUEST_REJECTED, "the callback address is not registered"),
            pass(
                    number(453).or(problem("client-forbidden")),
                    Problem.NOT_SUPPORTED,
                    "the application's plan or project does not have this endpoint"),
            pass(
                    number(220).or(problem("unsupported-authentication")),
                    Problem.REQUEST_REJECTED,
                    "this kind of credentials is not allowed here"),
            pass(
                    number(93, 261).or(problem("oauth1-permissions")),
                    Problem.API_REJECTS_TOKEN,
                    "the application lacks a permission; set it, then have the person reconnect"),
            // the account
            pass(
                    number(326),
                    Problem.ACCOUNT_UNUSABLE,
                    "the account is locked; its owner has to log in and unlock it, the token stays good"),
            pass(number(64), Problem.ACCOUNT_UNUSABLE, "the account is suspended"),
            pass(number(226), Problem.RATE_LIMITED, "it looks automated").until(at -> XRateLimit.opensAt(at.answer())),
            // the token
            refresh(number(89)),
            refresh(status(401))));

    private XOAuth1Resources() {}
}
