package dev.evertoken;

import dev.evertoken.internal.account.AccountParts;
import dev.evertoken.internal.authorization.AuthorizationParts;
import dev.evertoken.internal.authorization.StateSealer;
import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.record.SealedJournal;
import dev.evertoken.internal.refresh.EngineContext;
import dev.evertoken.internal.refresh.RefreshParts;
import dev.evertoken.internal.transfer.TransferContext;
import dev.evertoken.internal.transfer.TransferSide;
import dev.evertoken.internal.values.Once;
import dev.evertoken.model.KeyRing;
import dev.evertoken.spi.store.TokenStore;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * The parts of an engine that a refresh does not need, each created when it is first used: a process that only serves
 * tokens starts faster without them. They are created by named classes, because a class loads faster than a lambda.
 * Thread-safe.
 */
final class PartsOnDemand implements AutoCloseable {

    private final Once<AccountParts> accounts;
    private final Once<AuthorizationParts> authorization;
    private final Once<TransferContext> transfers;

    PartsOnDemand(Basis basis) {
        this.accounts = new Once<>(new Accounts(basis));
        this.authorization = new Once<>(new Authorization(basis, accounts));
        this.transfers = new Once<>(new Transfers(basis));
    }

    /**
     * What the parts are created from: not from the builder, which the application may change meanwhile. Thread-safe.
     *
     * @param importing the threads on which many accounts are connected at once
     * @param reading the threads on which the records of many accounts are read ahead
     * @param savingConsents runs one task at a time
     * @param mappers creates mappers for the namespace and environment of the engine, for any key ring and store
     */
    record Basis(
            KeyRing keys,
            String namespace,
            String environment,
            EngineContext engine,
            RefreshParts refresh,
            SealedJournal journal,
            Executor importing,
            Executor reading,
            TaskQueue savingConsents,
            BiFunction<KeyRing, TokenStore, RecordMapper> mappers) {}

    AccountParts accounts() {
        return accounts.get();
    }

    AuthorizationParts authorization() {
        return authorization.get();
    }

    TransferContext transfers() {
        return transfers.get();
    }

    /** Tries to save the consents that are still unsaved, if there was an authorization. */
    @Override
    public void close() {
        Optional<AuthorizationParts> used = authorization.ifCreated();
        if (used.isPresent()) {
            used.get().pendingConsents().close();
        }
    }

    private record Accounts(Basis basis) implements Supplier<AccountParts> {
        @Override
        public AccountParts get() {
            return AccountParts.of(
                    basis.engine(), basis.refresh(), basis.journal(), basis.importing(), basis.reading());
        }
    }

    private record Authorization(Basis basis, Supplier<AccountParts> accounts) implements Supplier<AuthorizationParts> {
        @Override
        public AuthorizationParts get() {
            return AuthorizationParts.of(
                    basis.engine(),
                    accounts.get().connections(),
                    basis.journal().consents(),
                    basis.savingConsents(),
                    new StateSealer(
                            basis.keys(),
                            basis.namespace(),
                            basis.environment(),
                            basis.engine().time()));
        }
    }

    private record Transfers(Basis basis) implements Supplier<TransferContext> {
        @Override
        public TransferContext get() {
            EngineContext engine = basis.engine();
            RefreshParts refresh = basis.refresh();
            return new TransferContext(
                    new TransferSide(
                            engine.store(), engine.mapper(), refresh.claims(), new EngineLinks.Changes(engine.cache())),
                    refresh.pendingWrites(),
                    engine.clients(),
                    basis.keys(),
                    basis.mappers(),
                    engine.exceptions(),
                    engine.time(),
                    engine.settings(),
                    engine.closing());
        }
    }
}
