package dev.evertoken.spi;

import dev.evertoken.model.Problem;

/** The rules of RFC 6750 section 3.1. Immutable. */
enum Rfc6750Dialect implements ResourceDialect {
    INSTANCE;

    @Override
    public ResourceVerdict judge(DialectContext context, ProviderAnswer answer) {
        String challenge = answer.header("WWW-Authenticate").orElse("");
        if (challenge.contains("insufficient_scope")) {
            return ResourceVerdict.pass(
                    Problem.SCOPE_MISSING, "API answered " + answer.status() + " insufficient_scope");
        }
        if (answer.status() == 401) {
            return ResourceVerdict.refresh("API answered 401");
        }
        if (answer.status() == 429) {
            return ResourceVerdict.pass(Problem.RATE_LIMITED, "API answered 429");
        }
        return ResourceVerdict.pass();
    }
}
