package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.ResourceDialect;
import dev.evertoken.spi.provider.ResourceVerdict;
import java.util.List;
import java.util.Set;

/**
 * A resource dialect as a table: the first matching rule decides, and all other responses are passed on. Immutable.
 *
 * @param rules in the order in which they are tried
 * @param successes the statuses of successful responses that are judged as well
 */
public record RuleResourceDialect(List<ResourceRule> rules, Set<Integer> successes) implements ResourceDialect {

    public RuleResourceDialect {
        rules = List.copyOf(rules);
        successes = Set.copyOf(successes);
    }

    /** Creates a dialect that judges no successful response. */
    public RuleResourceDialect(List<ResourceRule> rules) {
        this(rules, Set.of());
    }

    @Override
    public boolean reads(int status) {
        return status >= 400 || successes.contains(status);
    }

    @Override
    public ResourceVerdict judge(DialectContext context, ProviderResponse response) {
        if (response.status() / 100 == 2 && !successes.contains(response.status())) {
            return ResourceVerdict.pass();
        }
        return judge(TokenError.of(context, response, false));
    }

    /** Judges a response that is known to be a refusal, regardless of its status. */
    public ResourceVerdict judge(TokenError at) {
        return rules.stream()
                .filter(rule -> rule.when().test(at))
                .findFirst()
                .map(rule -> rule.verdict(at))
                .orElseGet(ResourceVerdict::pass);
    }
}
