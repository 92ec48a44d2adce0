package dev.evertoken.store.gcp;

import java.time.Duration;
import java.util.List;

/**
 * How a {@link GcpSecretStore} uses the service. Immutable.
 *
 * @param timeout how long one call may take, its repetitions included; 100 milliseconds to one minute, 5 seconds by
 *     default
 * @param stalePatience for how long a read is repeated whose answer is known to be an old one, before it fails; zero to
 *     one minute, 2 seconds by default
 * @param replicas where the service keeps the payloads of new secrets, as {@code europe-west1}; empty, and so by
 *     default, it chooses itself. Not for a regional store, which is in its region
 */
public record GcpSecretOptions(Duration timeout, Duration stalePatience, List<String> replicas) {

    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final GcpSecretOptions STANDARD =
            new GcpSecretOptions(Duration.ofSeconds(5), Duration.ofSeconds(2), List.of());

    /** @throws IllegalArgumentException if a value is out of its bounds */
    public GcpSecretOptions {
        if (timeout.compareTo(SHORTEST) < 0 || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("timeout " + timeout + " is not " + SHORTEST + " to " + LONGEST);
        }
        if (stalePatience.isNegative() || stalePatience.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "stalePatience " + stalePatience + " is not " + Duration.ZERO + " to " + LONGEST);
        }
        replicas = List.copyOf(replicas);
    }

    /** Returns the options that a store has unless others are given. */
    public static GcpSecretOptions defaults() {
        return STANDARD;
    }

    /** Returns these options with another time-out. */
    public GcpSecretOptions withTimeout(Duration longest) {
        return new GcpSecretOptions(longest, stalePatience, replicas);
    }

    /** Returns these options with another patience with old answers. */
    public GcpSecretOptions withStalePatience(Duration longest) {
        return new GcpSecretOptions(timeout, longest, replicas);
    }

    /** Returns these options for an organisation that says where secrets may be kept. */
    public GcpSecretOptions withReplicas(List<String> locations) {
        return new GcpSecretOptions(timeout, stalePatience, locations);
    }
}
