package dev.evertoken.store.gcp;

import java.time.Duration;
import java.util.List;

/**
 * The options of a {@link GcpSecretStore}. Immutable.
 *
 * @param timeout the limit of one call including its retries; 100 milliseconds to one minute, 5 seconds by default
 * @param stalePatience how long a read with an outdated response is repeated before it fails; zero to one minute, 2
 *     seconds by default
 * @param replicas the locations where the service stores the payloads of new secrets, such as {@code europe-west1};
 *     empty for automatic replication, the default. Not used for a regional store, which is in its region
 */
public record GcpSecretOptions(Duration timeout, Duration stalePatience, List<String> replicas) {

    private static final Duration MIN_TIMEOUT = Duration.ofMillis(100);
    private static final Duration MAX_TIMEOUT = Duration.ofMinutes(1);
    private static final GcpSecretOptions DEFAULTS =
            new GcpSecretOptions(Duration.ofSeconds(5), Duration.ofSeconds(2), List.of());

    /** @throws IllegalArgumentException if a value is out of its bounds */
    public GcpSecretOptions {
        if (timeout.compareTo(MIN_TIMEOUT) < 0 || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException("timeout " + timeout + " is not " + MIN_TIMEOUT + " to " + MAX_TIMEOUT);
        }
        if (stalePatience.isNegative() || stalePatience.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    "stalePatience " + stalePatience + " is not " + Duration.ZERO + " to " + MAX_TIMEOUT);
        }
        replicas = List.copyOf(replicas);
    }

    /** Returns the default options. */
    public static GcpSecretOptions defaults() {
        return DEFAULTS;
    }

    /** Returns these options with another timeout. */
    public GcpSecretOptions withTimeout(Duration limit) {
        return new GcpSecretOptions(limit, stalePatience, replicas);
    }

    /** Returns these options with another time for repeating outdated reads. */
    public GcpSecretOptions withStalePatience(Duration limit) {
        return new GcpSecretOptions(timeout, limit, replicas);
    }

    /** Returns these options for an organization that restricts the locations of secrets. */
    public GcpSecretOptions withReplicas(List<String> locations) {
        return new GcpSecretOptions(timeout, stalePatience, locations);
    }
}
