package dev.evertoken.spi;

import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Schedule;
import dev.evertoken.model.TokenKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides when a token is refreshed. A pure function that is called once, when the token is published.
 *
 * <p>Never called on the hot path. Must not perform I/O or block. The same facts must give the same schedule in every
 * process. Implementations are thread-safe.
 */
@FunctionalInterface
public interface RefreshPolicy {

    /**
     * Returns the schedule of a token that expires.
     *
     * <p>{@code refreshAt} must lie between {@link Facts#issuedAt} and {@link Facts#expiresAt} and within the
     * provider's bounds. The engine does not refresh a token that is younger than fifteen seconds.
     */
    Schedule schedule(Facts facts);

    /**
     * Returns the default policy: refresh {@code margin} before the expiry, but not before the last quarter of the
     * lifetime and not earlier than the provider honors, spread by account. Tokens that are exchanged while they are
     * valid ({@link RefreshModel#EXTENDING}) are refreshed from their last third on.
     *
     * @param margin zero or more
     */
    static RefreshPolicy early(Duration margin) {
        return new MarginPolicy(margin);
    }

    /**
     * The input of a policy. Immutable.
     *
     * @param key the account; may be used to spread refreshes in the same way in every process
     * @param model how the grant is kept valid
     * @param issuedAt the time just before the request that returned the token was sent
     * @param expiresAt when the token expires, after {@code issuedAt}
     * @param earliestRefreshAge the age below which the provider refuses to refresh a token
     * @param largestMargin how long before the expiry a refresh is useful at most: before that, the provider returns
     *     the same token
     */
    record Facts(
            TokenKey key,
            RefreshModel model,
            Instant issuedAt,
            Instant expiresAt,
            Optional<Duration> earliestRefreshAge,
            Optional<Duration> largestMargin) {}
}
