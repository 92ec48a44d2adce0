package dev.evertoken.providers;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.providers.description.ApiRule;
import dev.evertoken.providers.description.EndpointRequest;
import dev.evertoken.providers.description.ErrorRule;
import dev.evertoken.providers.description.MemberCondition;
import dev.evertoken.spi.provider.ResourceVerdict.Action;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the rules and the forms of requests of a JSON description. Stateless. Thread-safe. */
final class RuleReader {

    private RuleReader() {}

    static ErrorRule errorRule(JsonPlace json) {
        JsonPlace.Members members = json.members();
        Kind kind = members.required("kind", place -> place.constant(Kind.class));
        Optional<Problem> problem = members.optional("problem", RuleReader::problem);
        List<MemberCondition> conditions = conditions(members);
        Set<Integer> statuses = statuses(members);
        Set<EndpointKind> endpoints = members.optional(
                        "endpoints", place -> set(place.list(one -> one.constant(EndpointKind.class))))
                .orElse(Set.of());
        boolean spendsNothing =
                members.optional("spendsNothing", JsonPlace::flag).orElse(false);
        String note = members.optional("note", JsonPlace::text).orElse("");
        members.end();
        return json.make(() -> new ErrorRule(
                conditions,
                statuses,
                endpoints,
                kind,
                problem.orElseGet(() -> ErrorRule.usualProblem(kind)),
                spendsNothing,
                note));
    }

    static ApiRule apiRule(JsonPlace json) {
        JsonPlace.Members members = json.members();
        Action action = members.required("action", place -> place.constant(Action.class));
        Optional<Problem> problem = members.optional("problem", RuleReader::problem);
        List<MemberCondition> conditions = conditions(members);
        Set<Integer> statuses = statuses(members);
        List<String> challenges =
                members.optional("challenges", JsonPlace::texts).orElse(List.of());
        String note = members.optional("note", JsonPlace::text).orElse("");
        members.end();
        return json.make(() -> new ApiRule(conditions, statuses, challenges, action, problem, note));
    }

    static EndpointRequest endpointRequest(JsonPlace json) {
        EndpointRequest usual = EndpointRequest.OF_THE_RFC;
        JsonPlace.Members members = json.members();
        EndpointRequest.Method method = members.optional(
                        "method", place -> place.constant(EndpointRequest.Method.class))
                .orElse(usual.method());
        EndpointRequest.Parameters parameters = members.optional(
                        "parameters", place -> place.constant(EndpointRequest.Parameters.class))
                .orElse(usual.parameters());
        String tokenParameter =
                members.optional("tokenParameter", JsonPlace::text).orElse(usual.tokenParameter());
        EndpointRequest.Token token = members.optional("token", place -> place.constant(EndpointRequest.Token.class))
                .orElse(usual.token());
        EndpointRequest.Authorization authorization = members.optional(
                        "authorization", place -> place.constant(EndpointRequest.Authorization.class))
                .orElse(usual.authorization());
        members.end();
        return json.make(() -> new EndpointRequest(method, parameters, tokenParameter, token, authorization));
    }

    private static List<MemberCondition> conditions(JsonPlace.Members members) {
        return members.optional("members", place -> place.list(RuleReader::condition))
                .orElse(List.of());
    }

    private static MemberCondition condition(JsonPlace json) {
        JsonPlace.Members members = json.members();
        String path = members.required("path", JsonPlace::text);
        Set<String> values =
                members.optional("values", place -> set(place.texts())).orElse(Set.of());
        List<String> words = members.optional("words", JsonPlace::texts).orElse(List.of());
        members.end();
        return json.make(() -> new MemberCondition(path, values, words));
    }

    private static Set<Integer> statuses(JsonPlace.Members members) {
        return members.optional("statuses", place -> set(place.list(JsonPlace::number)))
                .orElse(Set.of());
    }

    private static Problem problem(JsonPlace json) {
        return json.constant(Problem.class);
    }

    private static <T> Set<T> set(List<T> list) {
        return new LinkedHashSet<>(list);
    }
}
