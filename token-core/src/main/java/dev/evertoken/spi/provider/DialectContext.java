package dev.evertoken.spi.provider;

import dev.evertoken.internal.values.OrderedSet;
import dev.evertoken.model.EndpointKind;
import java.time.Duration;
import java.util.Set;

/**
 * The context of a request whose response a dialect judges. Immutable.
 *
 * @param endpoint the purpose of the request
 * @param age how long ago this generation of tokens was issued; zero for a negative age, which results from a wrong
 *     clock
 * @param scopes the granted scopes
 * @param subject whose token the request carried
 */
public record DialectContext(EndpointKind endpoint, Duration age, Set<String> scopes, TokenOf subject) {

    /** Whose token a request carried. Later versions may add constants: keep a default branch in a {@code switch}. */
    public enum TokenOf {
        USER,
        PAGE,
        APP
    }

    public DialectContext {
        age = age.isNegative() ? Duration.ZERO : age;
        scopes = OrderedSet.copyOf(scopes);
    }
}
