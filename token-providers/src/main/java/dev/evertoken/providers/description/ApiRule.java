package dev.evertoken.providers.description;

import dev.evertoken.model.Problem;
import dev.evertoken.spi.provider.ResourceVerdict.Action;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The meaning of responses of the provider's API for the token that was sent. A response matches if all conditions hold;
 * the first rule that matches decides, and the rules of RFC 6750 follow.
 *
 * <pre>{@code
 * ApiRule.refresh().status(200).member("ok", "false").member("error", "token_expired")
 * }</pre>
 *
 * <p>Without a status, a rule applies to refusals only: to 400 and above. Only the beginning of a long response is read,
 * and a member of a JSON text that is cut off matches no condition. {@code build()} of the provider rejects a rule that
 * matches every response, or a successful one by its status alone. Immutable.
 *
 * @param members the conditions on members of the response
 * @param statuses the HTTP statuses; empty for 400 and above
 * @param challenges the {@code WWW-Authenticate} header has to contain one of these texts; empty for any header
 * @param action the action of the HTTP wrapper: {@code PASS}, {@code REFRESH_AND_RETRY} or {@code ADOPT_ONLY}
 * @param problem the problem reported to the caller; empty if the response concerns neither token nor account
 * @param note a sentence that is added to the detail of the problem, never a secret; may be empty
 */
public record ApiRule(
        List<MemberCondition> members,
        Set<Integer> statuses,
        List<String> challenges,
        Action action,
        Optional<Problem> problem,
        String note) {

    public ApiRule {
        members = List.copyOf(members);
        statuses = Statuses.checked(statuses);
        challenges = List.copyOf(challenges);
        if (challenges.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("challenges has an empty text, which matches everything");
        }
        if (action == Action.REDERIVE_FROM_PARENT || action == Action.SIGN_AGAIN) {
            throw new IllegalArgumentException(
                    "action " + action + " is not for described providers; use PASS, REFRESH_AND_RETRY or ADOPT_ONLY");
        }
        if (action == Action.ADOPT_ONLY && problem.isEmpty()) {
            throw new IllegalArgumentException("action ADOPT_ONLY requires a problem");
        }
        if (action == Action.REFRESH_AND_RETRY && problem.isEmpty()) {
            problem = Optional.of(Problem.API_REJECTS_TOKEN);
        }
    }

    /** Starts a rule for an ended token, which is refreshed before the request is sent once more. */
    public static ApiRule refresh() {
        return of(Action.REFRESH_AND_RETRY, Optional.of(Problem.API_REJECTS_TOKEN));
    }

    /** Starts a rule that passes the response on and names its problem. */
    public static ApiRule pass(Problem problem) {
        return of(Action.PASS, Optional.of(problem));
    }

    /** Starts a rule that passes the response on, because it concerns neither token nor account. */
    public static ApiRule ignore() {
        return of(Action.PASS, Optional.empty());
    }

    /** Starts a rule for a token that a refresh cannot replace; a newer one is used if the store has one. */
    public static ApiRule adopt(Problem problem) {
        return of(Action.ADOPT_ONLY, Optional.of(problem));
    }

    private static ApiRule of(Action action, Optional<Problem> problem) {
        return new ApiRule(List.of(), Set.of(), List.of(), action, problem, "");
    }

    /** Adds the condition that a member has one of these values; without values, that it is present. */
    public ApiRule member(String path, String... values) {
        return and(MemberCondition.is(path, values));
    }

    /** Adds the condition that a member contains one of these texts, ignoring case. */
    public ApiRule memberContains(String path, String... words) {
        return and(MemberCondition.contains(path, words));
    }

    /** Restricts the rule to HTTP statuses. */
    public ApiRule status(int... codes) {
        Set<Integer> only = new LinkedHashSet<>(Arrays.stream(codes).boxed().toList());
        return new ApiRule(members, only, challenges, action, problem, note);
    }

    /** Restricts the rule to responses whose {@code WWW-Authenticate} header contains one of these texts. */
    public ApiRule challenge(String... texts) {
        return new ApiRule(members, statuses, List.of(texts), action, problem, note);
    }

    /** Adds a sentence to the detail of the problem; it must not contain a secret. */
    public ApiRule note(String sentence) {
        return new ApiRule(members, statuses, challenges, action, problem, sentence);
    }

    private ApiRule and(MemberCondition condition) {
        List<MemberCondition> more = new ArrayList<>(members);
        more.add(condition);
        return new ApiRule(more, statuses, challenges, action, problem, note);
    }
}
