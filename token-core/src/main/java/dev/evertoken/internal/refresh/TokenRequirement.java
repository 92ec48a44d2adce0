package dev.evertoken.internal.refresh;

import dev.evertoken.model.AccessToken;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The requirements of a caller on the token that a cycle returns. Immutable.
 *
 * @param rejected a token that an API rejected, so that any other token is suitable; null if there is none
 * @param atLeast how long the token must remain valid
 * @param forced whether a new generation is required even if the current token is fresh
 * @param stored whether only the stored token is required, without a refresh
 * @param ahead whether no caller needs the token now, so that the run ends instead of waiting for a peer
 */
public record TokenRequirement(
        @Nullable AccessToken rejected, Duration atLeast, boolean forced, boolean stored, boolean ahead) {

    private static final TokenRequirement USABLE = new TokenRequirement(null, Duration.ZERO, false, false, false);
    private static final TokenRequirement AHEAD = new TokenRequirement(null, Duration.ZERO, false, false, true);
    private static final TokenRequirement FORCED = new TokenRequirement(null, Duration.ZERO, true, false, false);

    public static TokenRequirement usable() {
        return USABLE;
    }

    /** Requires a usable token, without waiting for a peer. */
    public static TokenRequirement aheadOfCallers() {
        return AHEAD;
    }

    public static TokenRequirement anew() {
        return FORCED;
    }

    public static TokenRequirement atLeast(Duration remaining) {
        return new TokenRequirement(null, remaining, false, false, false);
    }

    public static TokenRequirement insteadOf(AccessToken rejected) {
        return new TokenRequirement(rejected, Duration.ZERO, false, false, false);
    }

    /** Requires the stored token, which may differ from the rejected one. */
    public static TokenRequirement newest(AccessToken rejected) {
        return new TokenRequirement(rejected, Duration.ZERO, false, true, false);
    }

    // Written out: every start compares requirements, and the equals of a record links method handles at its first use.
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof TokenRequirement requirement
                        && forced == requirement.forced
                        && stored == requirement.stored
                        && ahead == requirement.ahead
                        && atLeast.equals(requirement.atLeast)
                        && Objects.equals(rejected, requirement.rejected));
    }

    @Override
    public int hashCode() {
        return Objects.hash(rejected, atLeast, forced, stored, ahead);
    }

    /** Returns whether this is the token that the caller cannot use. */
    boolean rejects(String grantId, long generation) {
        return rejected != null && rejected.grantId().equals(grantId) && rejected.generation() == generation;
    }

    /** Returns whether the token meets the requirements. */
    public boolean satisfiedBy(AccessToken token, long now) {
        boolean lasts = token.expiresAt()
                .map(end -> end.toEpochMilli() - now >= atLeast.toMillis())
                .orElse(true);
        return lasts && !rejects(token.grantId(), token.generation());
    }

    /** Returns whether any token that is still valid meets the requirements. */
    boolean anyValidTokenWillDo() {
        return rejected == null && atLeast.isZero() && !forced;
    }
}
