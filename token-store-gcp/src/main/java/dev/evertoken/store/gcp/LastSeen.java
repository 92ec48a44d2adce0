package dev.evertoken.store.gcp;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.store.gcp.SecretState.Standing;
import java.time.Duration;
import java.util.Optional;

/**
 * The newest known state of each secret, so that outdated responses are detected and the process reads its own writes.
 * It holds no tokens, forgets states after {@link #MEMORY}, and is only a hint: every write is guarded by an etag.
 * Thread-safe.
 */
final class LastSeen {

    /** The time for which a known state takes precedence over an older response of the service. */
    static final Duration MEMORY = Duration.ofMinutes(10);

    private static final int MAX_STATES = 4096;

    private final Cache<String, SecretState> states;

    LastSeen(Timekeeper time) {
        states = Caffeine.newBuilder()
                .maximumSize(MAX_STATES)
                .expireAfterWrite(MEMORY)
                .ticker(time::nanos)
                .executor(Runnable::run)
                .build();
    }

    /** Returns the newest known state of a secret. */
    Optional<SecretState> of(String secret) {
        return Optional.ofNullable(states.getIfPresent(secret));
    }

    /** Compares a response of the service with the known state, and returns and remembers the newer one. */
    SecretState compare(SecretState response) {
        String secret = response.secret().getName();
        while (true) {
            SecretState known = states.getIfPresent(secret);
            if (known != null && !replaces(response, known)) {
                return known; // without extending the time for which it is remembered
            }
            boolean stored = known == null
                    ? states.asMap().putIfAbsent(secret, response) == null
                    : states.asMap().replace(secret, known, response);
            if (stored) {
                return response;
            }
        }
    }

    private static boolean replaces(SecretState read, SecretState known) {
        boolean isNewer = known.standing() == Standing.DELETED ? known.isBefore(read) : !read.isBefore(known);
        return isNewer && !read.isSame(known);
    }

    /** Marks a state as superseded after a guarded write to it has failed. */
    void superseded(SecretState state) {
        states.asMap()
                .merge(
                        state.secret().getName(),
                        state.as(Standing.SUPERSEDED),
                        (known, marked) -> known.isSame(state) ? marked : known);
    }

    /** Marks a secret as deleted by this process. */
    void deleted(SecretState state) {
        states.put(state.secret().getName(), state.as(Standing.DELETED));
    }

    void forget(String secret) {
        states.invalidate(secret);
    }
}
