package dev.evertoken.providers;

import static dev.evertoken.providers.TokenRule.mentions;
import static dev.evertoken.providers.TokenRule.rule;
import static dev.evertoken.providers.TokenRule.status;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.spi.TokenVerdict.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What X says at the endpoints of OAuth 1.0a: {@code errors} with a number each. Only 89 is about the token; a wrong
 * signature is the client's fault as long as there is no token whose secret may be wrong. Immutable.
 */
final class XOAuth1Dialect {

    private static final Set<EndpointKind> WITHOUT_A_TOKEN =
            Set.of(EndpointKind.TEMPORARY_CREDENTIALS, EndpointKind.EXCHANGE);

    private static final List<TokenRule> RULES = List.of(
            rule(number(88).or(status(420, 429)), Kind.RATE_LIMITED, Problem.RATE_LIMITED)
                    .until(at -> XRateLimit.opensAt(at.answer())),
            rule(number(130, 131), Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE),
            rule(number(89), Kind.GRANT_DEAD, Problem.GRANT_DEAD),
            rule(number(416), Kind.APP_BLOCKED, Problem.APP_BLOCKED).note("the application is suspended"),
            rule(creditsDepleted(), Kind.APP_BLOCKED, Problem.APP_BLOCKED)
                    .note("the credits of the application's account are used up"),
            rule(number(32).and(isWithoutAToken()), Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED)
                    .note("API key or secret are wrong"),
            rule(number(32), Kind.UNKNOWN, Problem.CLIENT_REJECTED)
                    .note("API key, its secret or the token's secret are wrong"),
            rule(number(99), Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED),
            rule(number(135), Kind.UNKNOWN, Problem.REQUEST_REJECTED)
                    .note("the timestamp is refused even by the clock of the answers; set this machine's clock"),
            rule(number(215), Kind.UNKNOWN, Problem.REQUEST_REJECTED).note("the signature did not arrive whole"),
            rule(number(415, 417), Kind.UNKNOWN, Problem.REQUEST_REJECTED)
                    .note("the callback address is not registered for the application"),
            rule(number(326), Kind.ACCOUNT_UNUSABLE, Problem.ACCOUNT_UNUSABLE)
                    .note("the account is locked; its owner has to log in and unlock it, the token stays good"),
            rule(number(64), Kind.ACCOUNT_UNUSABLE, Problem.ACCOUNT_UNUSABLE).note("the account is suspended"),
            rule(number(453).or(problem("client-forbidden")), Kind.UNKNOWN, Problem.NOT_SUPPORTED)
                    .note("the application's plan does not have this endpoint"),
            rule(number(220).or(problem("unsupported-authentication")), Kind.UNKNOWN, Problem.REQUEST_REJECTED)
                    .note("this kind of credentials is not allowed there"),
            rule(number(93, 261).or(problem("oauth1-permissions")), Kind.UNKNOWN, Problem.API_REJECTS_TOKEN)
                    .note("the application lacks a permission; set it, then have the person reconnect"),
            rule(number(226), Kind.RATE_LIMITED, Problem.RATE_LIMITED)
                    .until(at -> XRateLimit.opensAt(at.answer()))
                    .note("it looks automated"),
            rule(status(401).and(problem("blank")), Kind.UNKNOWN, Problem.CLIENT_REJECTED)
                    .note("it does not say whether it is the token or the signature"));

    static final RuleDialect DIALECT = RuleDialect.of(RULES);

    private XOAuth1Dialect() {}

    /** Looks at the number of the first error. */
    static Predicate<TokenCase> number(int... codes) {
        return at -> at.firstNumber()
                .filter(found -> Arrays.stream(codes).anyMatch(code -> code == found))
                .isPresent();
    }

    /** Looks at the last word of a problem's type (RFC 9457 section 3.1.1): what stands before it has changed. */
    static Predicate<TokenCase> problem(String lastWord) {
        return at -> at.body()
                .text("type")
                .filter(type -> type.substring(lastSeparator(type) + 1).equals(lastWord))
                .isPresent();
    }

    private static int lastSeparator(String type) {
        return Math.max(type.lastIndexOf('/'), Math.max(type.lastIndexOf('#'), type.lastIndexOf(':')));
    }

    static Predicate<TokenCase> creditsDepleted() {
        return status(402).or(status(403).and(mentions("CreditsDepleted")));
    }

    private static Predicate<TokenCase> isWithoutAToken() {
        return at -> WITHOUT_A_TOKEN.contains(at.context().endpoint());
    }
}
