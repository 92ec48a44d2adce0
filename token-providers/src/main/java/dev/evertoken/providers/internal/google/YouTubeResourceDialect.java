package dev.evertoken.providers.internal.google;

import static dev.evertoken.providers.internal.oauth2.ResourceRule.pass;
import static dev.evertoken.providers.internal.oauth2.ResourceRule.reason;
import static dev.evertoken.providers.internal.oauth2.TokenRule.status;

import dev.evertoken.model.Problem;
import dev.evertoken.providers.internal.oauth2.ResourceRule;
import dev.evertoken.providers.internal.oauth2.RuleResourceDialect;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How YouTube's API refuses: as Google's APIs do, but a used up quota is always that of the day, and a bare {@code
 * forbidden} is about acting for somebody else. Immutable.
 */
public final class YouTubeResourceDialect {

    private static final List<ResourceRule> FIRST = List.of(pass(
                    reason("quotaExceeded"),
                    Problem.QUOTA_EXCEEDED,
                    "the project's quota of the day is used up, or that of this method")
            .until(at ->
                    Optional.of(GoogleResourceDialect.nextQuotaDay(at.response().at()))));

    /** A word that stands in many a refusal, so it is looked for when nothing else was found. */
    private static final List<ResourceRule> LAST = List.of(pass(
            status(403).and(reason("forbidden")),
            Problem.API_REJECTS_TOKEN,
            "acting for an account or on a resource without the right to"));

    public static final RuleResourceDialect DIALECT =
            new RuleResourceDialect(Stream.of(FIRST, GoogleResourceDialect.RULES, LAST)
                    .flatMap(List::stream)
                    .toList());

    private YouTubeResourceDialect() {}
}
