package dev.evertoken.store.redis;

import java.time.Duration;

/** Commands over one connection, in the order of the calls. Not thread-safe. */
public interface RedisSession extends RedisScripts {

    /**
     * Waits until replicas have the writes of this connection, with {@code WAIT}.
     *
     * @param replicas the number of replicas to wait for
     * @param limit the longest wait, in milliseconds; greater than zero and less than the timeout of the client
     * @return the number of replicas that have them
     * @throws RedisCommandException if the command fails
     */
    long awaitReplicas(int replicas, Duration limit);
}
