package dev.evertoken.store.redis;

import java.time.Duration;
import java.util.Optional;
import redis.clients.jedis.SslOptions;

/**
 * The options of a {@link RedisTokenStore}. Immutable.
 *
 * @param timeout the limit of each of connecting, waiting for a free connection, and one command; 50 milliseconds to
 *     one minute, 3 seconds by default
 * @param connections the maximum number of concurrent commands to one server, 1 to 1000, 16 by default; further
 *     commands wait
 * @param tls the trust settings of TLS connections; empty for the trust store of the Java platform, with verification
 *     of the host name
 * @param evictionAccepted whether to accept a server that evicts records when its memory is full; false by default
 * @param replicaWait how long a claim on a rotating refresh token waits until a replica has it, if replicas are
 *     connected; 0 to 1 second and at most half of the timeout, 100 milliseconds by default
 * @param replicasRequired whether such a refresh token is only sent if a replica has the claim; false by default
 */
public record RedisOptions(
        Duration timeout,
        int connections,
        Optional<SslOptions> tls,
        boolean evictionAccepted,
        Duration replicaWait,
        boolean replicasRequired) {

    private static final Duration MIN_TIMEOUT = Duration.ofMillis(50);
    private static final Duration MAX_TIMEOUT = Duration.ofMinutes(1);
    private static final int MAX_CONNECTIONS = 1000;
    private static final Duration MAX_WAIT = Duration.ofSeconds(1);
    private static final RedisOptions DEFAULTS =
            new RedisOptions(Duration.ofSeconds(3), 16, Optional.empty(), false, Duration.ofMillis(100), false);

    /** @throws IllegalArgumentException if a value is out of its bounds */
    public RedisOptions {
        if (timeout.compareTo(MIN_TIMEOUT) < 0 || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException("timeout " + timeout + " is not " + MIN_TIMEOUT + " to " + MAX_TIMEOUT);
        }
        if (connections < 1 || connections > MAX_CONNECTIONS) {
            throw new IllegalArgumentException("connections " + connections + " is not 1 to " + MAX_CONNECTIONS);
        }
        if (replicaWait.isNegative() || replicaWait.compareTo(MAX_WAIT) > 0) {
            throw new IllegalArgumentException("replicaWait " + replicaWait + " is not PT0S to " + MAX_WAIT);
        }
        if (replicasRequired && replicaWait.isZero()) {
            throw new IllegalArgumentException("replicaWait PT0S never confirms a claim, but replicas are required");
        }
    }

    /** Returns the default options. */
    public static RedisOptions defaults() {
        return DEFAULTS;
    }

    /** Returns these options with another timeout. */
    public RedisOptions withTimeout(Duration limit) {
        return new RedisOptions(limit, connections, tls, evictionAccepted, replicaWait, replicasRequired);
    }

    /** Returns these options with another number of connections to each server. */
    public RedisOptions withConnections(int maximum) {
        return new RedisOptions(timeout, maximum, tls, evictionAccepted, replicaWait, replicasRequired);
    }

    /** Returns these options with another trust store, or with a client certificate. */
    public RedisOptions withTls(SslOptions trust) {
        return new RedisOptions(
                timeout, connections, Optional.of(trust), evictionAccepted, replicaWait, replicasRequired);
    }

    /** Returns these options for a server that evicts records: an evicted account has to be connected again. */
    public RedisOptions acceptEviction() {
        return new RedisOptions(timeout, connections, tls, true, replicaWait, replicasRequired);
    }

    /** Returns these options with another wait for a replica; zero disables it. */
    public RedisOptions withReplicaWait(Duration longest) {
        return new RedisOptions(timeout, connections, tls, evictionAccepted, longest, replicasRequired);
    }

    /**
     * Returns these options for a server whose failover must not cost a grant: a rotating refresh token is only sent if a
     * replica has the claim. While no replica is connected or confirms in time, such refreshes fail with {@link
     * dev.evertoken.model.Problem#STORE_UNAVAILABLE}.
     */
    public RedisOptions requireReplicas() {
        return new RedisOptions(timeout, connections, tls, evictionAccepted, replicaWait, true);
    }

    /** Returns the wait for a replica, which ends before the command would time out. */
    Duration effectiveReplicaWait() {
        Duration half = timeout.dividedBy(2);
        return replicaWait.compareTo(half) < 0 ? replicaWait : half;
    }
}
