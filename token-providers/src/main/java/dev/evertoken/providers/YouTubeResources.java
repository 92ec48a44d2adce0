package dev.evertoken.providers;

import static dev.evertoken.providers.ResourceRule.pass;
import static dev.evertoken.providers.ResourceRule.reason;
import static dev.evertoken.providers.TokenRule.status;

import dev.evertoken.model.Problem;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How YouTube's API refuses: as Google's APIs do, but a used up quota is always that of the day, and a bare {@code
 * forbidden} is about acting for somebody else. Immutable.
 */
final class YouTubeResources {

    private static final List<ResourceRule> FIRST = List.of(pass(
                    reason("quotaExceeded"),
                    Problem.QUOTA_EXCEEDED,
                    "the project's quota of the day is used up, or that of this method")
            .until(at -> Optional.of(GoogleResources.nextQuotaDay(at.answer().at()))));

    /** A word that stands in many a refusal, so it is looked for when nothing else was found. */
    private static final List<ResourceRule> LAST = List.of(pass(
            status(403).and(reason("forbidden")),
            Problem.API_REJECTS_TOKEN,
            "acting for an account or on a resource without the right to"));

    static final RuleResources DIALECT = new RuleResources(
            Stream.of(FIRST, GoogleResources.RULES, LAST).flatMap(List::stream).toList());

    private YouTubeResources() {}
}
