package dev.evertoken.internal.account;

import dev.evertoken.internal.client.ClientQueues;
import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.internal.record.SealedJournal;
import dev.evertoken.internal.refresh.AheadRefreshes;
import dev.evertoken.internal.refresh.EngineContext;
import dev.evertoken.internal.refresh.RefreshParts;
import dev.evertoken.internal.refresh.RequestOutlook;
import dev.evertoken.internal.refresh.TokenChecks;
import dev.evertoken.model.Validation;
import dev.evertoken.spi.store.TokenRecord;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/** The operations on accounts besides their refresh. Thread-safe. */
public record AccountParts(
        AccountStatuses statuses,
        Connections connections,
        BulkConnect bulkConnect,
        StoredTokens storedTokens,
        Revocations revocations,
        ClientCredentialsTokens clientCredentialsTokens,
        ClientCredentialsAccounts clientCredentialsAccounts,
        Derivations derivations,
        EngineOperations operations) {

    /** Removes the marks of a token that the provider has accepted. Loaded at every start, and faster than a lambda. */
    private record MarkRemoval(TokenChecks checks) implements BiConsumer<TokenRecord, Validation> {
        @Override
        public void accept(TokenRecord record, Validation validation) {
            checks.accepted(record, validation);
        }
    }

    /**
     * Assembles the operations, each after those that it uses.
     *
     * @param importing the threads on which many accounts are connected at once
     * @param reading the threads on which the records of many accounts are read ahead
     */
    public static AccountParts of(
            EngineContext engine, RefreshParts refresh, SealedJournal journal, Executor importing, Executor reading) {
        AccountStatuses statuses = new AccountStatuses(
                engine.store(),
                refresh.pendingWrites(),
                refresh.fallback(),
                new RequestOutlook(
                        engine.clients(),
                        engine.mapper(),
                        refresh.decision(),
                        refresh.claims(),
                        refresh.failures(),
                        refresh.parents(),
                        engine.cache(),
                        engine.time()),
                engine.exceptions(),
                engine.time(),
                reading);
        Connections connections = new Connections(
                engine.store(),
                engine.mapper(),
                refresh.pendingWrites(),
                refresh.publisher(),
                refresh.watch(),
                engine.signing(),
                refresh.userLookups(),
                engine.exceptions(),
                engine.time(),
                statuses,
                engine.listeners());
        StoredTokens storedTokens = new StoredTokens(
                engine.store(),
                engine.mapper(),
                refresh.pendingWrites(),
                engine.exceptions(),
                engine.time(),
                engine.callDeadline(),
                new MarkRemoval(refresh.checks()));
        return new AccountParts(
                statuses,
                connections,
                new BulkConnect(
                        connections, engine.cache(), engine.clients(), engine.exceptions(), engine.store(), importing),
                storedTokens,
                new Revocations(
                        storedTokens,
                        new AffectedAccounts(engine.store(), engine.clients(), engine.time()),
                        connections,
                        engine.store(),
                        engine.time(),
                        engine.closing(),
                        new ClientQueues.OfBackground(engine.queues()),
                        engine.listeners()),
                new ClientCredentialsTokens(
                        engine.clientCredentials(),
                        engine.mapper(),
                        engine.time(),
                        engine.settings().maxWait(),
                        TaskQueue.of(engine.executor()),
                        engine.closing()),
                new ClientCredentialsAccounts(
                        engine.clientCredentials(),
                        engine.store(),
                        engine.mapper(),
                        engine.exceptions(),
                        engine.time(),
                        connections,
                        statuses),
                new Derivations(
                        engine.mapper(),
                        refresh.parents(),
                        engine.exceptions(),
                        engine.time(),
                        engine.clients(),
                        engine.cache(),
                        refresh.waiters(),
                        connections),
                new EngineOperations(
                        engine.store(),
                        engine.mapper(),
                        journal,
                        engine.clients(),
                        engine.cache(),
                        engine.time(),
                        new AheadRefreshes(engine, refresh.waiters(), refresh.claims()),
                        new EndWarnings(engine.store(), engine.mapper(), engine.time(), engine.listeners()),
                        engine.listeners(),
                        statuses,
                        new EngineHealthReader(engine, refresh.pendingWrites()),
                        storedTokens,
                        engine.listeners()));
    }
}
