package dev.evertoken.providers;

import static dev.evertoken.providers.ResourceRule.pass;
import static dev.evertoken.providers.ResourceRule.refresh;
import static dev.evertoken.providers.TokenRule.fault;
import static dev.evertoken.providers.TokenRule.status;
import static dev.evertoken.providers.TokenRule.statusIn;

import dev.evertoken.model.Problem;
import java.util.List;
import java.util.Optional;

/**
 * How Strava's API refuses: it sends no challenge, so the body decides. A missing scope comes as a 401, which no
 * refresh helps. Immutable.
 */
final class StravaResources {

    static final RuleResources DIALECT = new RuleResources(List.of(
            pass(StravaDialect.isRateLimited(), Problem.RATE_LIMITED, "rate limit")
                    .until(at -> Optional.of(StravaLimits.opensAt(at.answer()))),
            pass(
                    status(401).and(StravaResources::lacksPermission),
                    Problem.SCOPE_MISSING,
                    "the athlete has not granted the scope"),
            pass(
                    fault("Application/Status/Inactive"),
                    Problem.APP_INACTIVE,
                    "the application is inactive; its owner has to subscribe and switch it on at"
                            + " strava.com/settings/api"),
            refresh(status(401)),
            pass(statusIn(code -> code >= 500), Problem.PROVIDER_UNAVAILABLE, "a failure that passes")));

    private StravaResources() {}

    /** The field names the permission, as in {@code activity:read_permission}. */
    private static boolean lacksPermission(TokenCase at) {
        return at.firstFault()
                .filter(fault -> fault.startsWith("AccessToken/") && fault.endsWith("/missing"))
                .isPresent();
    }
}
