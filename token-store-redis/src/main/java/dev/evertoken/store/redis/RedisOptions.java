package dev.evertoken.store.redis;

import java.time.Duration;
import java.util.Optional;
import redis.clients.jedis.SslOptions;

/**
 * How a {@link RedisTokenStore} uses its connections. Immutable.
 *
 * @param timeout how long connecting, waiting for a free connection and one command may take, each; 50 milliseconds to
 *     one minute, 3 seconds by default
 * @param connections how many commands run at once to one server, 1 to 1000, 16 by default; who comes then waits
 * @param tls whom a TLS connection trusts; empty: the Java platform's own trust store, and the server's name is checked
 * @param evictionAccepted whether a server may be used that evicts records when its memory is full; false by default
 */
public record RedisOptions(Duration timeout, int connections, Optional<SslOptions> tls, boolean evictionAccepted) {

    private static final Duration SHORTEST = Duration.ofMillis(50);
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final int MOST_CONNECTIONS = 1000;
    private static final RedisOptions STANDARD = new RedisOptions(Duration.ofSeconds(3), 16, Optional.empty(), false);

    /** @throws IllegalArgumentException if a value is out of its bounds */
    public RedisOptions {
        if (timeout.compareTo(SHORTEST) < 0 || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("timeout " + timeout + " is not " + SHORTEST + " to " + LONGEST);
        }
        if (connections < 1 || connections > MOST_CONNECTIONS) {
            throw new IllegalArgumentException("connections " + connections + " is not 1 to " + MOST_CONNECTIONS);
        }
    }

    /** Returns the options that a store has unless others are given. */
    public static RedisOptions defaults() {
        return STANDARD;
    }

    /** Returns these options with another time-out. */
    public RedisOptions withTimeout(Duration longest) {
        return new RedisOptions(longest, connections, tls, evictionAccepted);
    }

    /** Returns these options with another number of connections to each server. */
    public RedisOptions withConnections(int most) {
        return new RedisOptions(timeout, most, tls, evictionAccepted);
    }

    /** Returns these options with another trust store, or with a client certificate. */
    public RedisOptions withTls(SslOptions trust) {
        return new RedisOptions(timeout, connections, Optional.of(trust), evictionAccepted);
    }

    /** Returns these options for a server that is known to evict records: an evicted account has to be connected again. */
    public RedisOptions acceptEviction() {
        return new RedisOptions(timeout, connections, tls, true);
    }
}
