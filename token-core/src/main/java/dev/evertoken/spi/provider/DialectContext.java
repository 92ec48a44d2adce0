package dev.evertoken.spi.provider;

import dev.evertoken.model.EndpointKind;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a dialect is told about the request besides the answer. Immutable.
 *
 * @param endpoint what the request was for
 * @param age how long ago this generation of tokens was issued
 * @param scopes the granted scopes
 * @param subject whose token it is
 */
public record DialectContext(EndpointKind endpoint, Duration age, Set<String> scopes, TokenOf subject) {

    /** Whose token a request carried. */
    public enum TokenOf {
        USER,
        PAGE,
        APP
    }

    public DialectContext {
        scopes = Collections.unmodifiableSet(new LinkedHashSet<>(scopes));
    }
}
