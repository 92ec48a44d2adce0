package dev.evertoken.providers;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.providers.description.ApiRule;
import dev.evertoken.providers.description.ErrorRule;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks the rules of a description: each must match something, and not everything. Stateless. Thread-safe. */
final class RuleCheck {

    private RuleCheck() {}

    static List<String> errors(Settings settings) {
        List<String> errors = new ArrayList<>();
        Map<Object, Integer> earlier = new HashMap<>();
        List<ErrorRule> rules = settings.get(Setting.ERRORS);
        for (int i = 0; i < rules.size(); i++) {
            ErrorRule rule = rules.get(i);
            check("errors[" + i + "]", rule, errors);
            Object conditions = List.of(rule.members(), rule.statuses(), rule.endpoints());
            refuseRepetition("errors", i, earlier.putIfAbsent(conditions, i), errors);
        }
        earlier.clear();
        List<ApiRule> apiRules = settings.get(Setting.API_ERRORS);
        for (int i = 0; i < apiRules.size(); i++) {
            ApiRule rule = apiRules.get(i);
            check("apiErrors[" + i + "]", rule, errors);
            Object conditions = List.of(rule.members(), rule.statuses(), rule.challenges());
            refuseRepetition("apiErrors", i, earlier.putIfAbsent(conditions, i), errors);
        }
        return errors;
    }

    private static void check(String name, ErrorRule rule, List<String> errors) {
        if (rule.members().isEmpty() && rule.statuses().isEmpty()) {
            errors.add(name + " matches every response; add a condition on a member or a status");
        } else if (rule.members().isEmpty() && rule.kind() == Kind.GRANT_DEAD && !isOfRevocation(rule)) {
            errors.add(name + " ends grants by the HTTP status alone, which a gateway can send as well; add a condition"
                    + " on a member");
        } else if (rule.members().isEmpty() && rule.statuses().stream().anyMatch(RuleCheck::provesNothing)) {
            errors.add(name + " has no condition on a member, and statuses has a status that is no refusal by itself");
        }
        if (rule.endpoints().contains(EndpointKind.API)) {
            errors.add(name + ".endpoints has API; set apiErrors instead");
        }
        if (rule.endpoints().contains(EndpointKind.AUTHORIZATION)
                || rule.endpoints().contains(EndpointKind.TEMPORARY_CREDENTIALS)) {
            errors.add(name + ".endpoints has an endpoint to which no OAuth 2.0 request is sent");
        }
    }

    /** A revocation whose token is unknown has nothing left to do. */
    private static boolean isOfRevocation(ErrorRule rule) {
        return rule.endpoints().equals(Set.of(EndpointKind.REVOKE));
    }

    private static boolean provesNothing(int status) {
        return status < 400 || status >= 500;
    }

    private static void check(String name, ApiRule rule, List<String> errors) {
        if (rule.members().isEmpty()
                && rule.statuses().isEmpty()
                && rule.challenges().isEmpty()) {
            errors.add(name + " matches every refusal; add a condition on a member, a status or a challenge");
        } else if (rule.members().isEmpty() && rule.statuses().stream().anyMatch(status -> status < 300)) {
            errors.add(name + " matches every successful response; add a condition on a member");
        }
    }

    private static void refuseRepetition(String setting, int index, @Nullable Integer earlier, List<String> errors) {
        if (earlier != null) {
            errors.add(setting + "[" + index + "] has the conditions of " + setting + "[" + earlier
                    + "], which decides first");
        }
    }
}
