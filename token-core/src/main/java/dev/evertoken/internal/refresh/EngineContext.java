package dev.evertoken.internal.refresh;

import dev.evertoken.TokensBuilder;
import dev.evertoken.internal.client.FailureGate;
import dev.evertoken.internal.client.RequestSigning;
import dev.evertoken.internal.client.Settings;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.spi.Timekeeper;
import java.util.concurrent.CompletableFuture;

/**
 * What the engine's rooms share, put together by {@link TokensBuilder}.
 *
 * @param closing done as soon as nothing new may be sent
 */
public record EngineContext(
        MonitoredStore store,
        RecordMapper mapper,
        Claims claims,
        Settlement settlement,
        PendingWrites pendingWrites,
        FailureGate gate,
        FailureRecorder failureRecorder,
        CachePublisher publisher,
        ParentAccounts parents,
        RequestSigning signing,
        StoreRollbackGuard rollbackGuard,
        UserLookups userLookups,
        Journal journal,
        TokenExceptions exceptions,
        Timekeeper time,
        Settings settings,
        CompletableFuture<Void> closing) {}
