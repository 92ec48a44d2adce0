package dev.evertoken.spi.provider;

import dev.evertoken.internal.values.OrderedSet;
import dev.evertoken.model.Problem;
import java.util.Optional;
import java.util.Set;

/**
 * The outcome of one {@link UserLookup}. Immutable.
 *
 * <p>Later versions may add subtypes: keep a default branch.
 */
public sealed interface UserLookupOutcome {

    /**
     * The provider returned account data.
     *
     * @param subject its id of the user, if reported
     * @param scopes the granted scopes, if reported
     */
    record Found(Optional<String> subject, Optional<Set<String>> scopes) implements UserLookupOutcome {
        public Found {
            scopes = scopes.map(OrderedSet::copyOf);
        }
    }

    /**
     * The provider returned no account data; the lookup is repeated later.
     *
     * @param problem the cause
     * @param detail one sentence without secrets
     */
    record Failed(Problem problem, String detail) implements UserLookupOutcome {}
}
