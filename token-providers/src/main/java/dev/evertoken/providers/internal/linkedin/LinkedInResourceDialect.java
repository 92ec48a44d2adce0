package dev.evertoken.providers.internal.linkedin;

import static dev.evertoken.providers.internal.oauth2.ResourceRule.pass;
import static dev.evertoken.providers.internal.oauth2.ResourceRule.refresh;
import static dev.evertoken.providers.internal.oauth2.TokenRule.mentions;
import static dev.evertoken.providers.internal.oauth2.TokenRule.status;
import static dev.evertoken.providers.internal.oauth2.TokenRule.statusIn;

import dev.evertoken.model.Problem;
import dev.evertoken.providers.internal.oauth2.RetryAfter;
import dev.evertoken.providers.internal.oauth2.RuleResourceDialect;
import dev.evertoken.providers.internal.oauth2.TokenError;
import dev.evertoken.spi.provider.ProviderResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The refusals of LinkedIn's APIs, by {@code serviceErrorCode}. A token that was issued a moment ago is sometimes
 * reported as revoked, because not every server knows it yet. In that case the call is to be repeated later, without a
 * refresh. Immutable.
 */
public final class LinkedInResourceDialect {

    private static final Duration FRESH = Duration.ofMinutes(5);
    private static final Duration PROPAGATION_DELAY = Duration.ofSeconds(30);

    public static final RuleResourceDialect DIALECT = new RuleResourceDialect(List.of(
            pass(
                    statusIn(code -> code >= 500),
                    Problem.PROVIDER_UNAVAILABLE,
                    "LinkedIn failed, possibly while verifying the token"),
            // quotas are reset at midnight UTC, which no header reports
            pass(
                            status(429).and(serviceError("101").or(mentions("throttle limit"))),
                            Problem.QUOTA_EXCEEDED,
                            "the daily quota of the application or the member is used up")
                    .until(at -> RetryAfter.of(at.response()).or(() -> Optional.of(nextDay(at.response())))),
            pass(status(429), Problem.RATE_LIMITED, "rate limit"),
            // the token did not arrive
            pass(
                    status(401)
                            .and(mentions("Empty oauth2_access_token").or(mentions("Unknown authentication scheme"))),
                    Problem.API_REJECTS_TOKEN,
                    "the request arrived without a Bearer token, which may have been removed or changed on the way"),
            pass(
                            status(401).and(serviceError("65601")).and(LinkedInResourceDialect::wasJustIssued),
                            Problem.PROVIDER_UNAVAILABLE,
                            "the token was just issued and is not known to all servers yet")
                    .until(at -> Optional.of(at.response().at().plus(PROPAGATION_DELAY))),
            refresh(status(401)),
            // the member lacks the permission
            pass(
                    status(403).and(mentions("Viewer don't have permission")),
                    Problem.ACCOUNT_UNUSABLE,
                    "the member no longer has a role on the page; an administrator of the page can restore it"),
            pass(
                    status(403).and(mentions("Unpermitted fields present")),
                    Problem.REQUEST_REJECTED,
                    "the request has fields that this author or application may not set"),
            pass(
                    status(403).and(serviceError("100").or(mentions("ACCESS_DENIED"))),
                    Problem.SCOPE_MISSING,
                    "the member has not granted the scope, or the application lacks the product of the scope"),
            // the request
            pass(
                    status(426).or(mentions("NONEXISTENT_VERSION")),
                    Problem.REQUEST_REJECTED,
                    "the version in the Linkedin-Version header is no longer available")));

    private LinkedInResourceDialect() {}

    private static Predicate<TokenError> serviceError(String... numbers) {
        Set<String> any = Set.of(numbers);
        return at -> at.body().text("serviceErrorCode").filter(any::contains).isPresent();
    }

    private static boolean wasJustIssued(TokenError at) {
        return at.context().age().compareTo(FRESH) < 0;
    }

    private static Instant nextDay(ProviderResponse response) {
        return response.at().truncatedTo(ChronoUnit.DAYS).plus(1, ChronoUnit.DAYS);
    }
}
