package dev.evertoken.internal.refresh;

import dev.evertoken.internal.cache.TokenCache;
import dev.evertoken.internal.client.ClientCredentialsCall;
import dev.evertoken.internal.client.ClientQueues;
import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.RequestSigning;
import dev.evertoken.internal.client.Settings;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.event.EngineObservers;
import dev.evertoken.internal.event.Listeners;
import dev.evertoken.internal.event.OperatorLog;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The parts of an engine that are created first, because most others are assembled from them. Thread-safe.
 *
 * @param executor runs tasks that belong to no client
 * @param queues run the tasks of each client
 * @param timeouts threads on which callers learn that their time is over
 * @param confirming threads that read whether accounts are still connected
 * @param closing done as soon as the engine closes
 */
public record EngineContext(
        MonitoredStore store,
        RecordMapper mapper,
        ClientRegistry clients,
        RequestSigning signing,
        ClientCredentialsCall clientCredentials,
        TokenCache cache,
        TokenExceptions exceptions,
        Listeners listeners,
        EngineObservers observers,
        OperatorLog operatorLog,
        Settings settings,
        Timekeeper time,
        Executor executor,
        ClientQueues queues,
        Executor timeouts,
        Executor confirming,
        CompletableFuture<Void> closing) {

    /** Returns the longest time that a call of a provider takes. */
    public Duration callDeadline() {
        return settings.callDeadline();
    }
}
