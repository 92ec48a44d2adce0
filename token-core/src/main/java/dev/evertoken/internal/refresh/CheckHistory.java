package dev.evertoken.internal.refresh;

import dev.evertoken.model.TokenKey;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The checks of tokens that were made or are running, so that each token is checked once, no matter how often an API
 * rejects it. Kept in memory for as long as a token must not be checked again. Thread-safe.
 */
final class CheckHistory {

    private static final int SOME = 256;

    private final ConcurrentMap<TokenKey, Entry> entries = new ConcurrentHashMap<>();

    /** A token: one generation of a grant. Immutable. */
    record Checked(TokenKey key, String grantId, long generation) {}

    /** The last check of an account; {@code next} is the far future while it runs. */
    private record Entry(Checked token, Instant next) {}

    /** Begins a check unless the same token is being checked, or was checked a short time ago. */
    boolean begin(Checked token, Instant now) {
        AtomicBoolean begun = new AtomicBoolean();
        Entry running = new Entry(token, Instant.MAX);
        Entry unused = entries.compute(token.key(), (key, last) -> {
            boolean isTooEarly = last != null && last.token().equals(token) && now.isBefore(last.next());
            begun.set(!isTooEarly);
            return isTooEarly ? last : running;
        });
        return begun.get();
    }

    /**
     * Ends a check.
     *
     * @param next the same token is not checked again before this time
     */
    void end(Checked token, Instant now, Instant next) {
        boolean unused = entries.replace(token.key(), new Entry(token, Instant.MAX), new Entry(token, next));
        if (entries.size() > SOME) {
            entries.values().removeIf(entry -> !now.isBefore(entry.next()));
        }
    }

    /** Returns the number of accounts that are kept. */
    int size() {
        return entries.size();
    }
}
