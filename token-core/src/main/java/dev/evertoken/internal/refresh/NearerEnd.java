package dev.evertoken.internal.refresh;

import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Whether a refresh taught when a connection ends that is refreshed in vain. Stateless. */
final class NearerEnd {

    /** Ends that are told as seconds from now waver; that is no news. */
    private static final Duration WAVER = Duration.ofDays(1);

    private NearerEnd() {}

    /** Returns the end of the grant if it was not known before, or is nearer than was known. */
    static Optional<Instant> of(TokenRecord before, TokenRecord after) {
        Optional<Instant> known = before.lifetime().refreshTokenExpiresAt();
        Optional<Instant> end = after.lifetime().refreshTokenExpiresAt();
        return end.filter(moment ->
                known.filter(earlier -> moment.isAfter(earlier.minus(WAVER))).isEmpty());
    }
}
