package dev.evertoken.providers.internal.strava;

import static dev.evertoken.providers.internal.oauth2.TokenRule.fault;
import static dev.evertoken.providers.internal.oauth2.TokenRule.mentions;
import static dev.evertoken.providers.internal.oauth2.TokenRule.rule;
import static dev.evertoken.providers.internal.oauth2.TokenRule.status;

import dev.evertoken.model.Problem;
import dev.evertoken.providers.internal.oauth2.RuleTokenDialect;
import dev.evertoken.providers.internal.oauth2.TokenError;
import dev.evertoken.providers.internal.oauth2.TokenRule;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The refusals of Strava's token endpoint: status 400 or 401, and {@code errors} with resource, field and code. There
 * is no {@code error} field, so the error codes of the RFC do not apply. A fault of the resource {@code Application} is
 * always about the client: a wrong secret has status 401 and an empty field. Immutable.
 */
public final class StravaDialect {

    static final String INACTIVE = "Application/Status/Inactive";
    static final String SUBSCRIBE =
            "the application is inactive; its owner has to subscribe and activate it at" + " strava.com/settings/api";

    private static final Duration CODE_PAUSE = Duration.ofSeconds(2);

    private static final List<TokenRule> RULES = List.of(
            rule(isRateLimited(), Kind.RATE_LIMITED, Problem.RATE_LIMITED)
                    .until(at -> Optional.of(StravaLimits.opensAt(at.response()))),
            rule(fault("RefreshToken/refresh_token/invalid"), Kind.GRANT_DEAD, Problem.GRANT_DEAD),
            // a new code sometimes fails and is accepted two seconds later
            rule(
                            fault("AuthorizationCode/code/invalid", "RequestToken/code/invalid"),
                            Kind.TRANSIENT,
                            Problem.PROVIDER_UNAVAILABLE)
                    .until(at -> Optional.of(at.response().at().plus(CODE_PAUSE))),
            rule(fault("Authorize/scope/invalid"), Kind.SCOPE_INVALID, Problem.SCOPE_INVALID),
            rule(fault("Application/redirect_uri/invalid"), Kind.UNKNOWN, Problem.REQUEST_REJECTED),
            rule(fault(INACTIVE), Kind.APP_BLOCKED, Problem.APP_INACTIVE).note(SUBSCRIBE),
            rule(
                    fault("Application/client_id/invalid", "Application/client_secret/invalid"),
                    Kind.CLIENT_INVALID,
                    Problem.CLIENT_REJECTED),
            rule(StravaDialect::isAboutTheApplication, Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED)
                    .note("check the client id and secret"),
            rule(
                            status(403).and(mentions("Limit of connected athletes exceeded")),
                            Kind.ACCOUNT_UNUSABLE,
                            Problem.ACCOUNT_UNUSABLE)
                    .note("the application has reached its limit of athletes"));

    public static final RuleTokenDialect DIALECT = RuleTokenDialect.of(RULES);

    /** At {@code /oauth/revoke} an unknown token is a success, so a 401 in any format is about the client. */
    public static final RuleTokenDialect REVOCATION =
            DIALECT.after(List.of(rule(status(401), Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED)));

    private StravaDialect() {}

    private static boolean isAboutTheApplication(TokenError at) {
        return at.firstFault().filter(fault -> fault.startsWith("Application/")).isPresent();
    }

    static Predicate<TokenError> isRateLimited() {
        return status(429)
                .or(fault("Application/rate limit/exceeded"))
                .or(status(403)
                        .and(at -> at.body()
                                .text("message")
                                .filter("Rate Limit Exceeded"::equals)
                                .isPresent()));
    }
}
