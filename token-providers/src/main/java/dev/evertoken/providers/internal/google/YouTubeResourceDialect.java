package dev.evertoken.providers.internal.google;

import static dev.evertoken.providers.internal.oauth2.ResourceRule.pass;
import static dev.evertoken.providers.internal.oauth2.ResourceRule.reason;
import static dev.evertoken.providers.internal.oauth2.TokenRule.status;

import dev.evertoken.model.Problem;
import dev.evertoken.providers.internal.oauth2.ResourceRule;
import dev.evertoken.providers.internal.oauth2.RuleResourceDialect;
import java.util.List;
import java.util.stream.Stream;

/**
 * The refusals of YouTube's API: those of Google's APIs, except that an exceeded quota is always the daily one and a
 * bare {@code forbidden} is about acting for another account. Immutable.
 */
public final class YouTubeResourceDialect {

    private static final List<ResourceRule> FIRST = List.of(pass(
                    reason("quotaExceeded"),
                    Problem.QUOTA_EXCEEDED,
                    "the daily quota of the project or of this method is used up")
            .until(GoogleLimits::nextQuotaDay));

    /** A reason that many refusals contain, so it is matched after all others. */
    private static final List<ResourceRule> LAST = List.of(pass(
            status(403).and(reason("forbidden")),
            Problem.API_REJECTS_TOKEN,
            "the user may not act for this account or on this resource"));

    public static final RuleResourceDialect DIALECT =
            new RuleResourceDialect(Stream.of(FIRST, GoogleResourceDialect.RULES, LAST)
                    .flatMap(List::stream)
                    .toList());

    private YouTubeResourceDialect() {}
}
