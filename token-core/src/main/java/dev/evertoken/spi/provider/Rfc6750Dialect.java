package dev.evertoken.spi.provider;

import dev.evertoken.model.Problem;

/** The rules of RFC 6750 section 3.1. Immutable. */
enum Rfc6750Dialect implements ResourceDialect {
    INSTANCE;

    @Override
    public ResourceVerdict judge(DialectContext context, ProviderResponse response) {
        String challenge = response.header("WWW-Authenticate").orElse("");
        if (challenge.contains("insufficient_scope")) {
            return ResourceVerdict.pass(
                    Problem.SCOPE_MISSING, "API answered " + response.status() + " insufficient_scope");
        }
        if (response.status() == 401) {
            return ResourceVerdict.refresh("API answered 401");
        }
        if (response.status() == 429) {
            return ResourceVerdict.pass(Problem.RATE_LIMITED, "API answered 429");
        }
        return ResourceVerdict.pass();
    }
}
