package dev.evertoken.internal.refresh;

import dev.evertoken.internal.account.AccountStatuses;
import dev.evertoken.internal.client.Backoff;
import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.FailureGate;
import dev.evertoken.internal.client.RequestSigning;
import dev.evertoken.internal.client.Settings;
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
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Puts the engine together without its threads: everything happens on the thread that asks. Stateless. */
public final class EngineContexts {

    public static final String NAMESPACE = "crm";
    public static final String ENVIRONMENT = "prod";

    private EngineContexts() {}

    /** @param tell takes what is told behind the callers; what a run of the cycle tells goes to whoever runs it */
    static EngineContext of(
            TokenStore shared,
            Timekeeper time,
            Settings settings,
            Journal journal,
            RefreshPolicy policy,
            Consumer<TokenEvent> tell) {
        TokenExceptions exceptions = new TokenExceptions(EngineContexts::reconnectUrl);
        MonitoredStore store = new MonitoredStore(shared, time, new UnwrittenRecords(10));
        RecordMapper mapper = new RecordMapper(
                new Sealer(KeyRing.none(), NAMESPACE, ENVIRONMENT), NAMESPACE, ENVIRONMENT, policy, time);
        Claims claims = new Claims(store, mapper, time, settings, "a process");
        Settlement settlement = new Settlement(store, mapper, claims, time);
        PendingWrites pendingWrites = new PendingWrites(
                settlement, mapper, journal, time, Runnable::run, Backoff.betweenSaves(settings.saveRetryCap()), tell);
        FailureGate gate = new FailureGate(Backoff.betweenAttempts());
        RequestSigning signing = new RequestSigning(Set.of(), exceptions, time);
        StoreRollbackGuard rollbackGuard = new StoreRollbackGuard(store, pendingWrites, time);
        CompletableFuture<Void> closing = new CompletableFuture<>();
        return new EngineContext(
                store,
                mapper,
                claims,
                settlement,
                pendingWrites,
                gate,
                new FailureRecorder(settlement, gate, journal, exceptions, time),
                new CachePublisher(mapper, signing, rollbackGuard, time, settings.clockSkew(), settings.recheckEvery()),
                new ParentAccounts(store, mapper, exceptions, time, settings.callDeadline()),
                signing,
                rollbackGuard,
                new UserLookups(store, mapper, time, settings.callDeadline(), Runnable::run, closing, tell),
                journal,
                exceptions,
                time,
                settings,
                closing);
    }

    public static URI reconnectUrl(TokenKey key) {
        return URI.create("https://app.example/reconnect/" + key.account());
    }

    public static AccountStatuses statuses(EngineContext context) {
        return new AccountStatuses(
                context.store(),
                context.mapper(),
                new ClientRegistry(Map.of(), context.exceptions()),
                context.pendingWrites(),
                context.parents(),
                context.exceptions(),
                context.time());
    }
}
