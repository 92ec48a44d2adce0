package dev.evertoken.spi;

import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Schedule;
import dev.evertoken.model.TokenKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides when a token should be refreshed: once, when it is published, as a pure function.
 *
 * <p>Never called on the hot path. Must not do I/O, must not block. The same facts give the same schedule,
 * in every process. Implementations are thread-safe.
 */
@FunctionalInterface
public interface RefreshPolicy {

    /**
     * Returns the schedule of a token that expires.
     *
     * <p>{@code refreshAt} lies between {@link Facts#issuedAt} and {@link Facts#expiresAt}, and keeps the
     * provider's bounds. The engine refreshes no token that is younger than fifteen seconds.
     */
    Schedule schedule(Facts facts);

    /**
     * Returns the usual policy: refresh {@code margin} before the end, but within the last quarter of the
     * lifetime, never earlier than the provider honours, spread by account; tokens that are traded while they
     * live ({@link RefreshModel#EXTENDING}) already in their last third.
     *
     * @param margin zero or more
     */
    static RefreshPolicy early(Duration margin) {
        return new MarginPolicy(margin);
    }

    /**
     * What a policy decides from. Immutable.
     *
     * @param key whose token; for a spread that is the same in every process
     * @param model how the grant lives on
     * @param issuedAt just before the request was sent
     * @param expiresAt its end, after {@code issuedAt}
     * @param earliestRefreshAge the provider refuses to refresh a token younger than this
     * @param largestMargin the provider hands back the same token when refreshed earlier than this before its end
     */
    record Facts(
            TokenKey key,
            RefreshModel model,
            Instant issuedAt,
            Instant expiresAt,
            Optional<Duration> earliestRefreshAge,
            Optional<Duration> largestMargin) {}
}
