package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.TokenDialect;
import dev.evertoken.spi.provider.TokenVerdict;
import java.util.ArrayList;
import java.util.List;

/**
 * A token dialect as a table: the first matching rule decides, with {@link CommonRules} last. Immutable.
 *
 * @param rules in the order in which they are tried
 * @param forms whether responses may be form-encoded
 */
public record RuleTokenDialect(List<TokenRule> rules, boolean forms) implements TokenDialect {

    public RuleTokenDialect {
        rules = List.copyOf(rules);
    }

    /** Returns a dialect that tries these rules and then the rules that apply to every token endpoint. */
    public static RuleTokenDialect of(List<TokenRule> own) {
        List<TokenRule> rules = new ArrayList<>(own);
        rules.addAll(CommonRules.BY_STATUS);
        return new RuleTokenDialect(rules, false);
    }

    /** Returns the same rules, preceded by others. */
    public RuleTokenDialect after(List<TokenRule> first) {
        List<TokenRule> more = new ArrayList<>(first);
        more.addAll(rules);
        return new RuleTokenDialect(more, forms);
    }

    public RuleTokenDialect withForms(boolean alsoForms) {
        return new RuleTokenDialect(rules, alsoForms);
    }

    @Override
    public TokenVerdict judge(DialectContext context, ProviderResponse response) {
        TokenError at = TokenError.of(context, response, forms);
        return rule(at).verdict(at);
    }

    /** Returns whether a rule declares that the request of such a response had no effect. */
    boolean spendsNothing(TokenError at) {
        return rule(at).spendsNothing();
    }

    /** Returns whether a rule of the provider or of the RFC recognizes the response, not its status alone. */
    boolean recognizes(TokenError at) {
        TokenRule first = rule(at);
        return !first.equals(CommonRules.UNKNOWN) && !CommonRules.BY_STATUS.contains(first);
    }

    private TokenRule rule(TokenError at) {
        return rules.stream().filter(rule -> rule.when().test(at)).findFirst().orElse(CommonRules.UNKNOWN);
    }
}
