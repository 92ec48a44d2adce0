package dev.evertoken.providers.internal.strava;

import static dev.evertoken.providers.internal.oauth2.ResourceRule.pass;
import static dev.evertoken.providers.internal.oauth2.ResourceRule.refresh;
import static dev.evertoken.providers.internal.oauth2.TokenRule.fault;
import static dev.evertoken.providers.internal.oauth2.TokenRule.status;
import static dev.evertoken.providers.internal.oauth2.TokenRule.statusIn;

import dev.evertoken.model.Problem;
import dev.evertoken.providers.internal.oauth2.RuleResourceDialect;
import dev.evertoken.providers.internal.oauth2.TokenError;
import java.util.List;
import java.util.Optional;

/**
 * The refusals of Strava's API. It sends no challenge, so the body is decisive. A missing scope is reported with status
 * 401, which a refresh does not fix. Immutable.
 */
public final class StravaResourceDialect {

    public static final RuleResourceDialect DIALECT = new RuleResourceDialect(List.of(
            pass(StravaDialect.isRateLimited(), Problem.RATE_LIMITED, "rate limit")
                    .until(at -> Optional.of(StravaLimits.opensAt(at.response()))),
            pass(
                    status(401).and(StravaResourceDialect::lacksPermission),
                    Problem.SCOPE_MISSING,
                    "the athlete has not granted the scope"),
            pass(fault(StravaDialect.INACTIVE), Problem.APP_INACTIVE, StravaDialect.SUBSCRIBE),
            refresh(status(401)),
            pass(statusIn(code -> code >= 500), Problem.PROVIDER_UNAVAILABLE, "a transient failure")));

    private StravaResourceDialect() {}

    /**
     * Returns whether the first error is a missing permission, which its field names, such as {@code
     * activity:read_permission}.
     */
    private static boolean lacksPermission(TokenError at) {
        return at.firstFault()
                .filter(fault -> fault.startsWith("AccessToken/") && fault.endsWith("/missing"))
                .isPresent();
    }
}
