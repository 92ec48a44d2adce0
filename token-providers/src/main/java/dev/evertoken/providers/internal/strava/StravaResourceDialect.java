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
 * How Strava's API refuses: it sends no challenge, so the body decides. A missing scope comes as a 401, which no
 * refresh helps. Immutable.
 */
public final class StravaResourceDialect {

    public static final RuleResourceDialect DIALECT = new RuleResourceDialect(List.of(
            pass(StravaDialect.isRateLimited(), Problem.RATE_LIMITED, "rate limit")
                    .until(at -> Optional.of(StravaLimits.opensAt(at.response()))),
            pass(
                    status(401).and(StravaResourceDialect::lacksPermission),
                    Problem.SCOPE_MISSING,
                    "the athlete has not granted the scope"),
            pass(
                    fault("Application/Status/Inactive"),
                    Problem.APP_INACTIVE,
                    "the application is inactive; its owner has to subscribe and switch it on at"
                            + " strava.com/settings/api"),
            refresh(status(401)),
            pass(statusIn(code -> code >= 500), Problem.PROVIDER_UNAVAILABLE, "a failure that passes")));

    private StravaResourceDialect() {}

    /** The field names the permission, as in {@code activity:read_permission}. */
    private static boolean lacksPermission(TokenError at) {
        return at.firstFault()
                .filter(fault -> fault.startsWith("AccessToken/") && fault.endsWith("/missing"))
                .isPresent();
    }
}
