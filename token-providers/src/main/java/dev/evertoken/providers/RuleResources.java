package dev.evertoken.providers;

import dev.evertoken.spi.DialectContext;
import dev.evertoken.spi.ProviderAnswer;
import dev.evertoken.spi.ResourceDialect;
import dev.evertoken.spi.ResourceVerdict;
import java.util.List;

/**
 * A resource dialect that is a table: the first rule that fits decides, anything else is handed on. Immutable.
 *
 * @param rules in the order in which they are tried
 */
record RuleResources(List<ResourceRule> rules) implements ResourceDialect {

    RuleResources {
        rules = List.copyOf(rules);
    }

    @Override
    public ResourceVerdict judge(DialectContext context, ProviderAnswer answer) {
        if (answer.status() / 100 == 2) {
            return ResourceVerdict.pass();
        }
        return judge(TokenCase.of(context, answer, false));
    }

    /** Judges what is known to be a refusal, whatever the status says. */
    ResourceVerdict judge(TokenCase at) {
        return rules.stream()
                .filter(rule -> rule.when().test(at))
                .findFirst()
                .map(rule -> rule.verdict(at))
                .orElseGet(ResourceVerdict::pass);
    }
}
