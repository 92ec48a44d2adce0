package dev.evertoken;

import dev.evertoken.internal.cache.TokenCache;
import dev.evertoken.internal.client.ClientCredentialsCall;
import dev.evertoken.internal.client.ClientQueues;
import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.EngineThreads;
import dev.evertoken.internal.client.RequestSigning;
import dev.evertoken.internal.client.Settings;
import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.event.EngineObservers;
import dev.evertoken.internal.event.Listeners;
import dev.evertoken.internal.event.OperatorLog;
import dev.evertoken.internal.record.ClearText;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.record.SealedJournal;
import dev.evertoken.internal.record.Sealer;
import dev.evertoken.internal.record.UnwrittenRecords;
import dev.evertoken.internal.refresh.EngineContext;
import dev.evertoken.internal.refresh.LateResponses;
import dev.evertoken.internal.refresh.RefreshParts;
import dev.evertoken.internal.refresh.ShutdownSequence;
import dev.evertoken.internal.refresh.UnspentClaims;
import dev.evertoken.internal.store.file.ThisProcess;
import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.spi.RefreshPolicy;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.KeptConnections;
import dev.evertoken.spi.store.StoreContext;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.TokenStore.Guarantee;
import dev.evertoken.store.FileTokenStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Validates the settings together and assembles the engine. Used once, by one thread. */
final class Assembly {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.START);

    private final TokensBuilder chosen;
    private final Settings settings;
    private final List<AutoCloseable> toClose = new ArrayList<>();
    private final KeptConnections connections = KeptConnections.open();

    Assembly(TokensBuilder chosen) {
        this.chosen = chosen;
        this.settings = new Settings(
                chosen.callDeadline,
                chosen.claimDuration,
                chosen.settleWindow,
                chosen.maxWait,
                chosen.recheckEvery,
                chosen.clockSkew);
    }

    Tokens tokens() {
        checkSettings();
        ClientAssembly clients = ClientAssembly.of(chosen, connections);
        Timekeeper time = chosen.time != null ? chosen.time : Timekeeper.system();
        TokenStore store = chosen.store != null ? chosen.store : openStore(time);
        try {
            clients.checkGuarantee(chosen, store.guarantee());
            return assembled(store, journalFor(store, time), clients, time);
        } catch (RuntimeException e) {
            if (chosen.store == null) {
                store.close();
            }
            throw e;
        }
    }

    // ---- checks

    private void checkSettings() {
        if (chosen.namespace.isBlank()) {
            throw new IllegalArgumentException("namespace is not set: it separates applications that share a store");
        }
        if (chosen.environment.isBlank()) {
            throw new IllegalArgumentException("environment is blank");
        }
        if (chosen.cacheSize < 1) {
            throw new IllegalArgumentException("cacheSize " + chosen.cacheSize + " is less than 1");
        }
        if (chosen.refreshesPerClient < 1) {
            throw new IllegalArgumentException("refreshesPerClient " + chosen.refreshesPerClient + " is less than 1");
        }
    }

    // ---- parts

    private TokenStore openStore(Timekeeper time) {
        TokenStore store =
                new StoreLocation(chosen.location).open(new StoreContext(chosen.namespace, chosen.environment, time));
        toClose.add(store);
        return store;
    }

    private Journal journalFor(TokenStore store, Timekeeper time) {
        boolean pointless = chosen.journal.isEmpty() && store.guarantee() == Guarantee.PROCESS;
        if (!chosen.journaling || pointless) {
            return Journal.none();
        }
        Path folder = chosen.journal.isPresent() ? chosen.journal.get() : journalFolder(store);
        return Journal.in(folder, chosen.namespace, time);
    }

    private static Path journalFolder(TokenStore store) {
        if (store instanceof FileTokenStore files) {
            return files.folder().resolve(".journal");
        }
        String state = Optional.ofNullable(System.getenv("XDG_STATE_HOME"))
                .filter(folder -> !folder.isBlank())
                .orElse(System.getProperty("user.home") + "/.local/state");
        return Path.of(state, "evertoken", "journal");
    }

    private Tokens assembled(TokenStore store, Journal entries, ClientAssembly clients, Timekeeper time) {
        Mappers mappers = new Mappers(chosen.namespace, chosen.environment, chosen.policy, time);
        Sealer sealer =
                mappers.sealer(chosen.keys, chosen.clearTextAllowed ? ClearText.ALLOWED : ClearText.REFUSED, store);
        SealedJournal journal = new SealedJournal(entries, sealer);
        for (String warning : sealer.warnings()) {
            ClearTextWarning.log(chosen, warning);
        }
        TokenExceptions exceptions = new TokenExceptions(chosen.reconnectUrls);
        ClientRegistry registry = new ClientRegistry(clients.clients(), exceptions);
        OperatorLog operatorLog = new OperatorLog(
                new EngineLinks.ClientProblem(registry),
                new EngineLinks.ReconnectUrl(exceptions),
                time,
                chosen.cacheSize);
        Listeners listeners = new Listeners(chosen.listeners, time, operatorLog);
        EngineObservers observers = new EngineObservers(chosen.observers, time);
        Executor threads = chosen.executor != null ? chosen.executor : closedAtTheEnd(EngineThreads.forCycles());
        ClientQueues queues = chosen.executor != null
                ? ClientQueues.ofApplication(threads, chosen.refreshesPerClient)
                : ClientQueues.ofEngine(threads, chosen.refreshesPerClient);
        Executor saving = closedAtTheEnd(EngineThreads.forSaving());
        Executor savingLate = closedAtTheEnd(EngineThreads.forSaving()); // never waits for writes that are repeated
        toClose.add(0, listeners);
        toClose.add(connections);
        if (chosen.time == null) {
            toClose.add(time);
        }
        EngineContext engine = new EngineContext(
                new MonitoredStore(
                        store,
                        time,
                        new UnwrittenRecords(chosen.cacheSize),
                        settings.saveRetryCap(),
                        new EngineLinks.ObservedCalls(observers)),
                mappers.of(sealer),
                registry,
                new RequestSigning(new EngineLinks.Signing(registry), exceptions, time),
                new ClientCredentialsCall(settings.callDeadline(), time),
                new TokenCache(chosen.cacheSize),
                exceptions,
                listeners,
                observers,
                operatorLog,
                settings,
                time,
                threads,
                queues,
                closedAtTheEnd(EngineThreads.forTimeouts()),
                closedAtTheEnd(EngineThreads.forConfirming()),
                new CompletableFuture<>());
        LateResponses lateResponses = new LateResponses(savingLate, time, settings, listeners);
        UnspentClaims unspent = new UnspentClaims(
                engine.store(), engine.mapper(), time, ClientQueues.single(saving, 1), settings.settleWindow());
        toClose.add(0, unspent);
        RefreshParts refresh = RefreshParts.of(engine, journal, TaskQueue.of(saving), lateResponses, unspent, owner());
        PartsOnDemand onDemand = new PartsOnDemand(new PartsOnDemand.Basis(
                chosen.keys,
                chosen.namespace,
                chosen.environment,
                engine,
                refresh,
                journal,
                closedAtTheEnd(EngineThreads.forImports()),
                closedAtTheEnd(EngineThreads.forReading()),
                ClientQueues.single(saving, 1),
                mappers));
        toClose.add(0, onDemand);
        toClose.add(observers);
        toClose.add(journal);
        String choices = choices(store, journal, engine.clients());
        log.info("{}", choices);
        if (!chosen.observers.isEmpty()) {
            observers.started(onDemand.accounts().operations());
        }
        if (journal.consents().mayHoldAny()) {
            onDemand.authorization().pendingConsents().recover();
        }
        refresh.pendingWrites().settleAbandoned();
        return new Tokens(new Tokens.Parts(
                engine,
                refresh,
                onDemand,
                new RunningClients(chosen, store.guarantee(), registry, engine.cache(), connections),
                new ShutdownSequence(
                        time, settings.claimDuration(), lateResponses, refresh.pendingWrites(), List.copyOf(toClose)),
                choices));
    }

    /** Creates mappers for any key ring and store, also after the application has changed the builder. */
    private record Mappers(String namespace, String environment, RefreshPolicy policy, Timekeeper time)
            implements BiFunction<KeyRing, TokenStore, RecordMapper> {

        @Override
        public RecordMapper apply(KeyRing ring, TokenStore store) {
            return of(sealer(ring, ClearText.ALLOWED, store));
        }

        RecordMapper of(Sealer sealer) {
            return new RecordMapper(sealer, namespace, environment, policy, time);
        }

        Sealer sealer(KeyRing ring, ClearText clearText, TokenStore store) {
            return new Sealer(ring, namespace, environment, clearText, new EngineLinks.KeptClear(store));
        }
    }

    private Executor closedAtTheEnd(ExecutorService threads) {
        toClose.add(new EngineLinks.EndOfThreads(threads));
        return threads;
    }

    private static String owner() {
        String host = Optional.ofNullable(System.getenv("HOSTNAME")).orElse("this host");
        return "process " + ThisProcess.id() + " on " + host;
    }

    private String choices(TokenStore store, Journal journal, ClientRegistry clients) {
        return "Tokens[" + chosen.namespace + "/" + chosen.environment + ", store "
                + store.getClass().getSimpleName() + " (" + store.guarantee() + "), journal "
                + (journal.isDurable() ? "on" : "off") + ", " + chosen.keys + ", clients " + clients + ", "
                + settings
                + "]";
    }
}
