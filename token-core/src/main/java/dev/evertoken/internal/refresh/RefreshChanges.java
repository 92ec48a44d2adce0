package dev.evertoken.internal.refresh;

import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The events of a successful refresh: the new tokens and the other changes. Stateless. */
final class RefreshChanges {

    private static final Duration VARIATION = Duration.ofDays(1);

    private RefreshChanges() {}

    /**
     * Returns the events of a refresh, in the order in which they are events.
     *
     * @param took from the claim to the saved answer
     */
    static List<TokenEvent> between(TokenRecord before, TokenRecord after, Instant now, Duration took) {
        TokenKey key = after.key();
        List<TokenEvent> events = new ArrayList<>();
        boolean rotated = !before.refreshTokenFingerprint().equals(after.refreshTokenFingerprint());
        events.add(new TokenEvent.Refreshed(
                key, now, after.generation(), rotated, after.lifetime().expiresAt(), took));
        ConnectionState was = before.health().state();
        if (was != ConnectionState.ACTIVE && after.health().state() == ConnectionState.ACTIVE) {
            events.add(new TokenEvent.Recovered(
                    key, now, was, Duration.between(before.health().since(), now)));
        }
        Optional<Instant> end = nearerEnd(before, after);
        if (end.isPresent()) {
            events.add(new TokenEvent.ExpiresSoon(key, now, end.get()));
        }
        Set<String> lost = new LinkedHashSet<>(before.grantedScopes());
        lost.removeAll(after.grantedScopes());
        if (!lost.isEmpty()) {
            events.add(new TokenEvent.ScopeReduced(key, now, lost));
        }
        return List.copyOf(events);
    }

    /**
     * Returns the end of the grant if it was not known before, or is nearer than it was known to be. A difference of less
     * than a day is ignored, because an end that is given in seconds from now varies.
     */
    static Optional<Instant> nearerEnd(TokenRecord before, TokenRecord after) {
        Optional<Instant> known = before.lifetime().refreshTokenExpiresAt();
        Optional<Instant> end = after.lifetime().refreshTokenExpiresAt();
        boolean isNearer = end.isPresent()
                && (known.isEmpty() || !end.get().isAfter(known.get().minus(VARIATION)));
        return isNearer ? end : Optional.empty();
    }
}
