package dev.evertoken.store.gcp;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.store.gcp.SecretState.Standing;
import java.time.Duration;
import java.util.Optional;

/**
 * The newest state of each secret that this process knows of, so that an older answer of the service is noticed and
 * one's own writes are read. Holds no tokens, forgets after {@link #MEMORY}, and is never more than a hint: every write
 * is guarded by an etag. Thread-safe.
 */
final class LastSeen {

    /** For how long it is believed that the service goes only forward; then what it says counts, whatever it is. */
    static final Duration MEMORY = Duration.ofMinutes(10);

    private static final int MOST = 4096;

    private final Cache<String, SecretState> states;

    LastSeen(Timekeeper time) {
        states = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterWrite(MEMORY)
                .ticker(time::nanos)
                .executor(Runnable::run)
                .build();
    }

    /** Returns the newest known state of a secret, if there is one. */
    Optional<SecretState> of(String secret) {
        return Optional.ofNullable(states.getIfPresent(secret));
    }

    /**
     * Takes an answer of the service into account and returns what is known then: the answer, or a newer state that
     * was known before.
     */
    SecretState compare(SecretState response) {
        String secret = response.secret().getName();
        while (true) {
            SecretState known = states.getIfPresent(secret);
            if (known != null && !replaces(response, known)) {
                return known; // and it is not kept for longer by being looked at
            }
            boolean kept = known == null
                    ? states.asMap().putIfAbsent(secret, response) == null
                    : states.asMap().replace(secret, known, response);
            if (kept) {
                return response;
            }
        }
    }

    private static boolean replaces(SecretState read, SecretState known) {
        boolean isNews = known.standing() == Standing.DELETED ? known.isBefore(read) : !read.isBefore(known);
        return isNews && !read.isSame(known);
    }

    /** Notes that a guarded write to that state has failed. */
    void beaten(SecretState state) {
        states.asMap()
                .merge(
                        state.secret().getName(),
                        state.as(Standing.BEATEN),
                        (known, beaten) -> known.isSame(state) ? beaten : known);
    }

    /** Notes that this process has deleted the secret. */
    void deleted(SecretState state) {
        states.put(state.secret().getName(), state.as(Standing.DELETED));
    }

    void forget(String secret) {
        states.invalidate(secret);
    }
}
