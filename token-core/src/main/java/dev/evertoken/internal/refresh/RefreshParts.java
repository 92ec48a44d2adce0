package dev.evertoken.internal.refresh;

import dev.evertoken.internal.client.Backoff;
import dev.evertoken.internal.client.ClientQueues;
import dev.evertoken.internal.client.FailureGate;
import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore.Guarantee;
import java.time.Duration;
import java.util.function.BiConsumer;

/** The parts of a refresh that other parts of the engine use. Thread-safe. */
public record RefreshParts(
        Claims claims,
        PendingWrites pendingWrites,
        OutageFallback fallback,
        UserLookups userLookups,
        TokenChecks checks,
        ParentAccounts parents,
        FailureRecorder failures,
        RefreshDecision decision,
        CachePublisher publisher,
        ConnectionWatch watch,
        SingleFlight<TokenKey> flights,
        TokenWaiters waiters) {

    private static final Duration NEVER_RECHECK = Duration.ofDays(36_500);

    /** Starts the check of a token that is not served. Loaded at every start, and faster than a lambda. */
    private record RefusedCheck(TokenChecks checks) implements BiConsumer<RefreshAttempt, TokenRecord> {
        @Override
        public void accept(RefreshAttempt attempt, TokenRecord record) {
            checks.refused(attempt, record);
        }
    }

    /**
     * Assembles a refresh, each part after those that it uses.
     *
     * @param saving the threads that repeat writes
     * @param lateResponses continues calls whose response is late
     * @param unspent the claims that were left in the store although nothing was spent under them
     * @param owner the name of this process in its claims
     */
    public static RefreshParts of(
            EngineContext engine,
            Journal journal,
            TaskQueue saving,
            LateResponses lateResponses,
            UnspentClaims unspent,
            String owner) {
        Claims claims = new Claims(
                engine.store(),
                unspent,
                engine.mapper(),
                engine.time(),
                engine.settings(),
                owner,
                engine.exceptions(),
                engine.closing());
        Settlement settlement = new Settlement(engine.store(), engine.mapper(), claims, engine.time());
        PendingWrites pendingWrites = new PendingWrites(
                settlement,
                engine.mapper(),
                journal,
                engine.time(),
                saving,
                Backoff.betweenSaves(engine.settings().saveRetryCap()),
                engine.listeners());
        StoreRollbackGuard rollbackGuard = new StoreRollbackGuard(engine.store(), pendingWrites, engine.time());
        OutageFallback fallback = new OutageFallback(engine.store(), pendingWrites, engine.exceptions(), engine.time());
        UserLookups userLookups = new UserLookups(
                engine.store(),
                engine.mapper(),
                engine.time(),
                engine.callDeadline(),
                new ClientQueues.OfBackground(engine.queues()),
                engine.closing(),
                engine.listeners());
        TokenChecks checks = new TokenChecks(engine, claims);
        ParentAccounts parents = new ParentAccounts(
                engine.store(), engine.mapper(), engine.exceptions(), engine.time(), engine.callDeadline());
        ConnectionWatch watch = new ConnectionWatch(
                engine.store(), engine.cache(), engine.time(), engine.confirming(), engine.closing());
        CachePublisher publisher = new CachePublisher(
                engine.mapper(),
                engine.signing(),
                rollbackGuard,
                engine.time(),
                engine.settings().clockSkew(),
                recheck(engine),
                watch);
        FailureGate gate = new FailureGate(Backoff.betweenAttempts());
        LostWritePause lostWrites = new LostWritePause(
                engine.store(),
                rollbackGuard,
                engine.time(),
                engine.settings().settleWindow(),
                engine.executor(),
                engine.closing(),
                engine.listeners());
        FailureRecorder failures = new FailureRecorder(
                settlement,
                gate,
                journal,
                engine.exceptions(),
                lostWrites,
                new UnrecordedOutcomes(settlement, claims, engine.time(), saving, engine.closing()),
                engine.time());
        RefreshDecision decision = new RefreshDecision(engine.settings(), gate);
        RefreshCycle cycle = new RefreshCycle(
                new RecordLoader(
                        engine.store(),
                        pendingWrites,
                        fallback,
                        engine.mapper().ownership(),
                        claims,
                        rollbackGuard,
                        engine.exceptions()),
                decision,
                claims,
                new ProviderCall(
                        engine.mapper(),
                        engine.clientCredentials(),
                        claims,
                        engine.time(),
                        engine.callDeadline(),
                        lateResponses,
                        engine.closing()),
                new ResponseSaver(
                        engine.store(), engine.mapper(), pendingWrites, failures, userLookups, journal, engine.time()),
                failures,
                parents,
                publisher,
                fallback,
                engine.mapper(),
                engine.exceptions(),
                engine.time(),
                new RefusedCheck(checks));
        SingleFlight<TokenKey> flights = new SingleFlight<>(
                new ClientQueues.OfRefreshes(engine.queues()),
                engine.time(),
                engine.closing(),
                engine.exceptions(),
                engine.listeners(),
                new LoggedRuns(engine.operatorLog()));
        TokenWaiters waiters = new TokenWaiters(
                engine.clients(),
                engine.cache(),
                flights,
                cycle,
                new Confirmations(engine.store(), publisher, engine.time(), engine.confirming(), engine.timeouts()),
                engine.observers(),
                engine.exceptions(),
                engine.time(),
                engine.timeouts(),
                engine.settings().maxWait(),
                engine.closing());
        return new RefreshParts(
                claims,
                pendingWrites,
                fallback,
                userLookups,
                checks,
                parents,
                failures,
                decision,
                publisher,
                watch,
                flights,
                waiters);
    }

    /** A store of one process has no changes by others, so its records need not be read again. */
    private static Duration recheck(EngineContext engine) {
        return engine.store().guarantee() == Guarantee.SHARED
                ? engine.settings().recheckEvery()
                : NEVER_RECHECK;
    }
}
