package dev.evertoken.spi.provider;

import dev.evertoken.model.Problem;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** What came of one {@link UserLookup}. Immutable. */
public sealed interface UserLookupOutcome {

    /**
     * The provider told something.
     *
     * @param subject its id of the user, where told
     * @param scopes what was granted, where told
     */
    record Found(Optional<String> subject, Optional<Set<String>> scopes) implements UserLookupOutcome {
        public Found {
            scopes = scopes.map(some -> Collections.unmodifiableSet(new LinkedHashSet<>(some)));
        }
    }

    /**
     * The provider told nothing; it is asked again later.
     *
     * @param problem what kept it back
     * @param detail one sentence without secrets
     */
    record Failed(Problem problem, String detail) implements UserLookupOutcome {}
}
