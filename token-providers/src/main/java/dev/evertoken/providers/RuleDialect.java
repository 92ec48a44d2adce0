package dev.evertoken.providers;

import dev.evertoken.spi.DialectContext;
import dev.evertoken.spi.ProviderAnswer;
import dev.evertoken.spi.TokenDialect;
import dev.evertoken.spi.TokenVerdict;
import java.util.ArrayList;
import java.util.List;

/**
 * A dialect that is a table: the first rule that fits decides, {@link CommonRules} have the last word. Immutable.
 *
 * @param rules in the order in which they are tried
 * @param forms whether answers may be form-encoded
 */
record RuleDialect(List<TokenRule> rules, boolean forms) implements TokenDialect {

    RuleDialect {
        rules = List.copyOf(rules);
    }

    /** Returns a dialect that tries these rules, then those that hold at every token endpoint. */
    static RuleDialect of(List<TokenRule> own) {
        List<TokenRule> rules = new ArrayList<>(own);
        rules.addAll(CommonRules.BY_STATUS);
        return new RuleDialect(rules, false);
    }

    /** Returns the same rules with others in front of them. */
    RuleDialect after(List<TokenRule> first) {
        List<TokenRule> more = new ArrayList<>(first);
        more.addAll(rules);
        return new RuleDialect(more, forms);
    }

    RuleDialect withForms(boolean alsoForms) {
        return new RuleDialect(rules, alsoForms);
    }

    @Override
    public TokenVerdict judge(DialectContext context, ProviderAnswer answer) {
        TokenCase at = TokenCase.of(context, answer, forms);
        return rules.stream()
                .filter(rule -> rule.when().test(at))
                .findFirst()
                .orElse(CommonRules.UNKNOWN)
                .verdict(at);
    }
}
