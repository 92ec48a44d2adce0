package dev.evertoken.providers.description;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The meaning of responses of the token, revocation and introspection endpoints. A response matches if all conditions
 * hold; the first rule that matches decides, and the rules of RFC 6749 follow.
 *
 * <pre>{@code
 * ErrorRule ended = ErrorRule.of(Kind.GRANT_DEAD)
 *         .member("errors[0].errorType", "invalid_grant")
 *         .at(EndpointKind.REFRESH);
 * }</pre>
 *
 * <p>{@code build()} of the provider rejects a rule that matches every response, or that ends a grant by an HTTP status
 * alone. Immutable.
 *
 * @param members the conditions on members of the response
 * @param statuses the HTTP statuses; empty for all
 * @param endpoints the purposes of the request; empty for all but API requests, which {@link ApiRule} judges
 * @param kind the reaction of the engine
 * @param problem the problem reported to the caller
 * @param spendsNothing whether such a response is declared to be a refusal: no tokens were issued and the refresh token
 *     was not used up, whatever the HTTP status
 * @param note a sentence that is added to the detail of the problem, never a secret; may be empty
 */
public record ErrorRule(
        List<MemberCondition> members,
        Set<Integer> statuses,
        Set<EndpointKind> endpoints,
        Kind kind,
        Problem problem,
        boolean spendsNothing,
        String note) {

    public ErrorRule {
        members = List.copyOf(members);
        statuses = Statuses.checked(statuses);
        endpoints = Collections.unmodifiableSet(new LinkedHashSet<>(endpoints));
    }

    /** Starts a rule with the usual problem of a kind; add at least one condition. */
    public static ErrorRule of(Kind kind) {
        return of(kind, usualProblem(kind));
    }

    /** Starts a rule; add at least one condition. */
    public static ErrorRule of(Kind kind, Problem problem) {
        return new ErrorRule(List.of(), Set.of(), Set.of(), kind, problem, false, "");
    }

    /** Adds the condition that a member has one of these values; without values, that it is present. */
    public ErrorRule member(String path, String... values) {
        return and(MemberCondition.is(path, values));
    }

    /** Adds the condition that a member contains one of these texts, ignoring case. */
    public ErrorRule memberContains(String path, String... words) {
        return and(MemberCondition.contains(path, words));
    }

    /** Restricts the rule to HTTP statuses. */
    public ErrorRule status(int... codes) {
        Set<Integer> only = new LinkedHashSet<>(Arrays.stream(codes).boxed().toList());
        return new ErrorRule(members, only, endpoints, kind, problem, spendsNothing, note);
    }

    /** Restricts the rule to requests with these purposes. */
    public ErrorRule at(EndpointKind... kinds) {
        return new ErrorRule(
                members, statuses, new LinkedHashSet<>(List.of(kinds)), kind, problem, spendsNothing, note);
    }

    /** Declares such a response a refusal, which used nothing up, whatever its HTTP status. */
    public ErrorRule spendingNothing() {
        return new ErrorRule(members, statuses, endpoints, kind, problem, true, note);
    }

    /** Adds a sentence to the detail of the problem; it must not contain a secret. */
    public ErrorRule note(String sentence) {
        return new ErrorRule(members, statuses, endpoints, kind, problem, spendsNothing, sentence);
    }

    /** Returns the problem that is reported for a kind unless a rule names another one. */
    public static Problem usualProblem(Kind kind) {
        return switch (kind) {
            case GRANT_DEAD -> Problem.GRANT_DEAD;
            case CLIENT_INVALID -> Problem.CLIENT_REJECTED;
            case RATE_LIMITED -> Problem.RATE_LIMITED;
            case TRANSIENT -> Problem.PROVIDER_UNAVAILABLE;
            case ACCOUNT_UNUSABLE -> Problem.ACCOUNT_UNUSABLE;
            case APP_BLOCKED -> Problem.APP_BLOCKED;
            case SCOPE_INVALID -> Problem.SCOPE_INVALID;
            case NOT_YET -> Problem.NOT_YET;
            case UNKNOWN -> Problem.UNRECOGNIZED_RESPONSE;
        };
    }

    private ErrorRule and(MemberCondition condition) {
        List<MemberCondition> more = new ArrayList<>(members);
        more.add(condition);
        return new ErrorRule(more, statuses, endpoints, kind, problem, spendsNothing, note);
    }
}
