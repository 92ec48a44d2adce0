package dev.evertoken.internal.refresh;

import dev.evertoken.internal.account.AccountStatuses;
import dev.evertoken.internal.cache.TokenCache;
import dev.evertoken.internal.client.Backoff;
import dev.evertoken.internal.client.ClientCredentialsCall;
import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.FailureGate;
import dev.evertoken.internal.client.RequestSigning;
import dev.evertoken.internal.client.Settings;
import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.record.Sealer;
import dev.evertoken.internal.record.UnwrittenRecords;
import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.RefreshPolicy;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The parts of an engine without its threads: every call runs on the calling thread. Thread-safe. */
public record EngineParts(
        MonitoredStore store,
        RecordMapper mapper,
        UnspentClaims unspent,
        Claims claims,
        Settlement settlement,
        PendingWrites pendingWrites,
        FailureGate gate,
        FailureRecorder failureRecorder,
        CachePublisher publisher,
        ConnectionWatch watch,
        ParentAccounts parents,
        OutageFallback fallback,
        RequestSigning signing,
        StoreRollbackGuard rollbackGuard,
        LateResponses lateResponses,
        UserLookups userLookups,
        Journal journal,
        TokenExceptions exceptions,
        Timekeeper time,
        Settings settings,
        CompletableFuture<Void> closing) {

    public static final String NAMESPACE = "crm";
    public static final String ENVIRONMENT = "prod";
    private static final TaskQueue DIRECT = TaskQueue.of(Runnable::run);

    /** @param events receives the events that are published outside a run of the cycle */
    static EngineParts of(
            TokenStore shared,
            Timekeeper time,
            Settings settings,
            Journal journal,
            RefreshPolicy policy,
            Consumer<TokenEvent> events) {
        CompletableFuture<Void> closing = new CompletableFuture<>();
        TokenExceptions exceptions = new TokenExceptions(EngineParts::reconnectUrl);
        MonitoredStore store = new MonitoredStore(shared, time, new UnwrittenRecords(10), settings.saveRetryCap());
        RecordMapper mapper = new RecordMapper(
                new Sealer(KeyRing.none(), NAMESPACE, ENVIRONMENT), NAMESPACE, ENVIRONMENT, policy, time);
        UnspentClaims unspent = new UnspentClaims(store, mapper, time, DIRECT, settings.settleWindow());
        Claims claims = new Claims(store, unspent, mapper, time, settings, "a process", exceptions, closing);
        Settlement settlement = new Settlement(store, mapper, claims, time);
        PendingWrites pendingWrites = new PendingWrites(
                settlement, mapper, journal, time, DIRECT, Backoff.betweenSaves(settings.saveRetryCap()), events);
        FailureGate gate = new FailureGate(Backoff.betweenAttempts());
        RequestSigning signing = new RequestSigning(registration -> false, exceptions, time);
        StoreRollbackGuard rollbackGuard = new StoreRollbackGuard(store, pendingWrites, time);
        LostWritePause lostWrites =
                new LostWritePause(store, rollbackGuard, time, settings.settleWindow(), Runnable::run, closing, events);
        MonitoredStore ofThisProcess = new MonitoredStore(
                new InMemoryTokenStore(time), time, new UnwrittenRecords(1), settings.saveRetryCap());
        ConnectionWatch watch = new ConnectionWatch(ofThisProcess, new TokenCache(1), time, Runnable::run, closing);
        return new EngineParts(
                store,
                mapper,
                unspent,
                claims,
                settlement,
                pendingWrites,
                gate,
                new FailureRecorder(
                        settlement,
                        gate,
                        journal,
                        exceptions,
                        lostWrites,
                        new UnrecordedOutcomes(settlement, claims, time, DIRECT, closing),
                        time),
                new CachePublisher(
                        mapper, signing, rollbackGuard, time, settings.clockSkew(), settings.recheckEvery(), watch),
                watch,
                new ParentAccounts(store, mapper, exceptions, time, settings.callDeadline()),
                new OutageFallback(store, pendingWrites, exceptions, time),
                signing,
                rollbackGuard,
                new LateResponses(Runnable::run, time, settings, events),
                new UserLookups(store, mapper, time, settings.callDeadline(), client -> DIRECT, closing, events),
                journal,
                exceptions,
                time,
                settings,
                closing);
    }

    RefreshCycle cycle() {
        return new RefreshCycle(
                new RecordLoader(store, pendingWrites, fallback, mapper.ownership(), claims, rollbackGuard, exceptions),
                new RefreshDecision(settings, gate),
                claims,
                providerCall(),
                new ResponseSaver(store, mapper, pendingWrites, failureRecorder, userLookups, journal, time),
                failureRecorder,
                parents,
                publisher,
                fallback,
                mapper,
                exceptions,
                time,
                (attempt, record) -> {});
    }

    ProviderCall providerCall() {
        return new ProviderCall(
                mapper,
                new ClientCredentialsCall(settings.callDeadline(), time),
                claims,
                time,
                settings.callDeadline(),
                lateResponses,
                closing);
    }

    public static URI reconnectUrl(TokenKey key) {
        return URI.create("https://app.example/reconnect/" + key.account());
    }

    public AccountStatuses statuses(ClientRegistry clients, TokenCache cache) {
        RequestOutlook outlook = new RequestOutlook(
                clients, mapper, new RefreshDecision(settings, gate), claims, failureRecorder, parents, cache, time);
        return new AccountStatuses(store, pendingWrites, fallback, outlook, exceptions, time, Runnable::run);
    }
}
