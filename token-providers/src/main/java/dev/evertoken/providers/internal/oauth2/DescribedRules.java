package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.providers.description.ApiRule;
import dev.evertoken.providers.description.ErrorRule;
import dev.evertoken.providers.description.MemberCondition;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Turns the rules of a description into the rows of dialects. Stateless. Thread-safe. */
public final class DescribedRules {

    private static final String ERROR = "error";

    private DescribedRules() {}

    /** Returns the row of a rule for token, revocation and introspection endpoints. */
    public static TokenRule tokenRule(ErrorRule rule) {
        Predicate<TokenError> when = all(rule.members())
                .and(status(rule.statuses()))
                .and(rule.endpoints().isEmpty() ? at -> true : asked(rule.endpoints()));
        TokenRule row = TokenRule.rule(when, rule.kind(), rule.problem()).note(at -> note(rule, at));
        return rule.spendsNothing() ? row.spendingNothing() : row;
    }

    /** Returns the dialect of an API: these rules, then those of RFC 6750. */
    public static RuleResourceDialect resourceDialect(List<ApiRule> rules) {
        Set<Integer> read = Set.copyOf(
                rules.stream().flatMap(rule -> rule.statuses().stream()).toList());
        List<ResourceRule> rows = new ArrayList<>();
        rules.forEach(rule -> rows.add(resourceRule(rule)));
        rows.add(ResourceRule.pass(
                ResourceRule.challenge("insufficient_scope"), Problem.SCOPE_MISSING, "insufficient_scope"));
        rows.add(ResourceRule.refresh(TokenRule.status(401)));
        rows.add(ResourceRule.pass(TokenRule.status(429), Problem.RATE_LIMITED, ""));
        return new RuleResourceDialect(rows, read);
    }

    private static ResourceRule resourceRule(ApiRule rule) {
        Predicate<TokenError> when = all(rule.members())
                .and(rule.statuses().isEmpty() ? at -> at.status() >= 400 : status(rule.statuses()))
                .and(challenge(rule.challenges()));
        boolean waits = rule.problem().filter(Problem.RATE_LIMITED::equals).isPresent();
        return new ResourceRule(
                when,
                rule.action(),
                rule.problem(),
                rule.note(),
                at -> waits ? RetryAfter.of(at.response()) : Optional.empty());
    }

    private static Predicate<TokenError> all(List<MemberCondition> members) {
        return at -> members.stream().allMatch(member -> holds(member, at));
    }

    private static boolean holds(MemberCondition member, TokenError at) {
        boolean isAny = member.values().isEmpty() && member.words().isEmpty();
        return isAny
                ? MemberPath.of(member.path()).in(at.body().root()).isPresent()
                : text(member, at)
                        .filter(text ->
                                member.values().isEmpty() || member.values().contains(text))
                        .filter(text -> member.words().isEmpty()
                                || wordIn(member.words(), text).isPresent())
                        .isPresent();
    }

    /** Reads the error code of a Google API as well, whose {@code error} is an object with a {@code status}. */
    private static Optional<String> text(MemberCondition member, TokenError at) {
        return member.path().equals(ERROR)
                ? at.error()
                : MemberPath.of(member.path()).text(at.body().root());
    }

    private static Optional<String> wordIn(List<String> words, String text) {
        String folded = text.toLowerCase(Locale.ROOT);
        return words.stream()
                .filter(word -> folded.contains(word.toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    private static Predicate<TokenError> status(Set<Integer> statuses) {
        return at -> statuses.isEmpty() || statuses.contains(at.status());
    }

    private static Predicate<TokenError> asked(Set<EndpointKind> endpoints) {
        return at -> endpoints.contains(at.context().endpoint());
    }

    private static Predicate<TokenError> challenge(List<String> texts) {
        return texts.stream().map(ResourceRule::challenge).reduce(Predicate::or).orElse(at -> true);
    }

    /** Without a note, the detail names the conditions that held, with the texts of the rule and not of the response. */
    private static String note(ErrorRule rule, TokenError at) {
        return rule.note().isEmpty()
                ? rule.members().stream()
                        .flatMap(member -> reason(member, at))
                        .findFirst()
                        .orElse("")
                : rule.note();
    }

    private static Stream<String> reason(MemberCondition member, TokenError at) {
        String text = text(member, at).orElse("");
        Optional<String> value = member.path().equals(ERROR)
                ? Optional.empty()
                : member.values().stream().filter(text::equals).findFirst();
        return value
                .map(some -> member.path() + " is " + some)
                .or(() -> wordIn(member.words(), text).map(word -> member.path() + " contains \"" + word + "\""))
                .stream();
    }
}
