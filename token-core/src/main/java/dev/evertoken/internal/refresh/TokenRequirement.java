package dev.evertoken.internal.refresh;

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
public record TokenRequirement(@Nullable AccessToken rejected, Duration atLeast, boolean forced, boolean stored) {

    private static final TokenRequirement USABLE = new TokenRequirement(null, Duration.ZERO, false, false);
    private static final TokenRequirement FORCED = new TokenRequirement(null, Duration.ZERO, true, false);

    public static TokenRequirement usable() {
        return USABLE;
    }

    public static TokenRequirement anew() {
        return FORCED;
    }

    public static TokenRequirement atLeast(Duration remaining) {
        return new TokenRequirement(null, remaining, false, false);
    }

    public static TokenRequirement insteadOf(AccessToken rejected) {
        return new TokenRequirement(rejected, Duration.ZERO, false, false);
    }

    /** Asks for whatever is stored, in the hope that it is another token than the rejected one. */
    public static TokenRequirement newest(AccessToken rejected) {
        return new TokenRequirement(rejected, Duration.ZERO, false, true);
    }

    /** Tells whether this is the token that the caller cannot use. */
    boolean rejects(String grantId, long generation) {
        return rejected != null && rejected.grantId().equals(grantId) && rejected.generation() == generation;
    }

    /** Tells whether the caller has what it wants with this token. */
    public boolean satisfiedBy(AccessToken token, long now) {
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
