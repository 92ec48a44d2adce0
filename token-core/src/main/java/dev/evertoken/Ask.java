package dev.evertoken;

import dev.evertoken.model.AccessToken;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a caller wants of a cycle.
 *
 * @param rejected a token that an API refused: any other will do; null if there is none
 * @param atLeast how long the token must still be valid
 * @param forced a new generation even though the old one is fresh
 * @param stored only what is stored already: nothing is refreshed for it
 */
record Ask(@Nullable AccessToken rejected, Duration atLeast, boolean forced, boolean stored) {

    private static final Ask USABLE = new Ask(null, Duration.ZERO, false, false);
    private static final Ask FORCED = new Ask(null, Duration.ZERO, true, false);

    static Ask usable() {
        return USABLE;
    }

    static Ask anew() {
        return FORCED;
    }

    static Ask atLeast(Duration remaining) {
        return new Ask(null, remaining, false, false);
    }

    static Ask insteadOf(AccessToken rejected) {
        return new Ask(rejected, Duration.ZERO, false, false);
    }

    /** Asks for whatever is stored, in the hope that it is another token than the rejected one. */
    static Ask newest(AccessToken rejected) {
        return new Ask(rejected, Duration.ZERO, false, true);
    }

    /** Tells whether this is the token that the caller cannot use. */
    boolean rejects(String grantId, long generation) {
        return rejected != null && rejected.grantId().equals(grantId) && rejected.generation() == generation;
    }

    /** Tells whether the caller has what it wants with this token. */
    boolean satisfiedBy(AccessToken token, long now) {
        boolean lasts = token.expiresAt()
                .map(end -> end.toEpochMilli() - now >= atLeast.toMillis())
                .orElse(true);
        return lasts && !rejects(token.grantId(), token.generation());
    }

    /** Tells whether a token that is merely still valid is an answer. */
    boolean anyValidTokenWillDo() {
        return rejected == null && atLeast.isZero() && !forced;
    }
}
