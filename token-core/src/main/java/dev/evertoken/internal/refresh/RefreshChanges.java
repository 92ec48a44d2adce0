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
import java.util.Set;

/** What is told of a good answer: that there are new tokens, and what else is different with them. */
final class RefreshChanges {

    private RefreshChanges() {}

    /**
     * Returns the events of a refresh, in the order in which they are told.
     *
     * @param took from the claim to the saved answer
     */
    static List<TokenEvent> between(TokenRecord before, TokenRecord after, Instant now, Duration took) {
        TokenKey key = after.key();
        List<TokenEvent> told = new ArrayList<>();
        boolean rotated = !before.refreshTokenFingerprint().equals(after.refreshTokenFingerprint());
        told.add(new TokenEvent.Refreshed(
                key, now, after.generation(), rotated, after.lifetime().expiresAt(), took));
        ConnectionState was = before.health().state();
        if (was != ConnectionState.ACTIVE) {
            told.add(new TokenEvent.Recovered(
                    key, now, was, Duration.between(before.health().since(), now)));
        }
        NearerEnd.of(before, after).ifPresent(end -> told.add(new TokenEvent.ExpiresSoon(key, now, end)));
        Set<String> lost = new LinkedHashSet<>(before.grantedScopes());
        lost.removeAll(after.grantedScopes());
        if (!lost.isEmpty()) {
            told.add(new TokenEvent.ScopeReduced(key, now, lost));
        }
        return List.copyOf(told);
    }
}
