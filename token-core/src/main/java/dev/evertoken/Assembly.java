package dev.evertoken;

import dev.evertoken.TokensBuilder.Enrolled;
import dev.evertoken.internal.account.AccountStatuses;
import dev.evertoken.internal.account.AffectedAccounts;
import dev.evertoken.internal.account.ClientCredentialsAccounts;
import dev.evertoken.internal.account.ClientCredentialsTokens;
import dev.evertoken.internal.account.Connections;
import dev.evertoken.internal.account.Derivations;
import dev.evertoken.internal.account.EngineOperations;
import dev.evertoken.internal.account.Revocations;
import dev.evertoken.internal.account.StoredTokens;
import dev.evertoken.internal.authorization.Authorizations;
import dev.evertoken.internal.authorization.CodeExchange;
import dev.evertoken.internal.authorization.PendingConsents;
import dev.evertoken.internal.authorization.StateSealer;
import dev.evertoken.internal.cache.TokenCache;
import dev.evertoken.internal.client.Backoff;
import dev.evertoken.internal.client.ClientCredentialsCall;
import dev.evertoken.internal.client.ClientHealth;
import dev.evertoken.internal.client.ClientQueues;
import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.EngineThreads;
import dev.evertoken.internal.client.FailureGate;
import dev.evertoken.internal.client.PluginLoader;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.client.RequestSigning;
import dev.evertoken.internal.client.Settings;
import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.event.Listeners;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.record.Sealer;
import dev.evertoken.internal.record.UnwrittenRecords;
import dev.evertoken.internal.refresh.CachePublisher;
import dev.evertoken.internal.refresh.Claims;
import dev.evertoken.internal.refresh.FailureRecorder;
import dev.evertoken.internal.refresh.OutageFallback;
import dev.evertoken.internal.refresh.ParentAccounts;
import dev.evertoken.internal.refresh.PendingWrites;
import dev.evertoken.internal.refresh.ProviderCall;
import dev.evertoken.internal.refresh.RecordLoader;
import dev.evertoken.internal.refresh.RefreshCycle;
import dev.evertoken.internal.refresh.RefreshDecision;
import dev.evertoken.internal.refresh.ResponseSaver;
import dev.evertoken.internal.refresh.Settlement;
import dev.evertoken.internal.refresh.ShutdownSequence;
import dev.evertoken.internal.refresh.SingleFlight;
import dev.evertoken.internal.refresh.StoreRollbackGuard;
import dev.evertoken.internal.refresh.TokenWaiters;
import dev.evertoken.internal.refresh.UserLookups;
import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.internal.transfer.TransferContext;
import dev.evertoken.internal.transfer.TransferSide;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.store.StoreContext;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.TokenStore.Guarantee;
import dev.evertoken.spi.store.TokenStoreFactory;
import dev.evertoken.store.FileTokenStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Validates the settings together and assembles the engine. Used once, by one thread. */
final class Assembly {

    private static final Logger log = LoggerFactory.getLogger(Assembly.class);
    private static final Duration NEVER_RECHECK = Duration.ofDays(36_500);

    private final TokensBuilder chosen;
    private final Settings settings;
    private final Map<String, RegisteredClient> clients = new LinkedHashMap<>();
    private final List<AutoCloseable> toClose = new ArrayList<>();

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
        checkNames();
        findProviders();
        Timekeeper time = chosen.time != null ? chosen.time : Timekeeper.system();
        TokenStore store = chosen.store != null ? chosen.store : openStore(time);
        try {
            checkGuarantee(store);
            return assembled(store, journalFor(store), time);
        } catch (RuntimeException e) {
            if (chosen.store == null) {
                store.close();
            }
            throw e;
        }
    }

    // ---- checks

    private void checkNames() {
        if (chosen.namespace.isBlank()) {
            throw new IllegalArgumentException("namespace is not set: it separates applications that share a store");
        }
        if (chosen.environment.isBlank()) {
            throw new IllegalArgumentException("environment is blank");
        }
        if (chosen.clients.isEmpty()) {
            throw new IllegalArgumentException("no client is registered: client(\"google\", …) registers one");
        }
        if (chosen.cacheSize < 1) {
            throw new IllegalArgumentException("cacheSize " + chosen.cacheSize + " is less than 1");
        }
        if (chosen.refreshesPerClient < 1) {
            throw new IllegalArgumentException("refreshesPerClient " + chosen.refreshesPerClient + " is less than 1");
        }
        requireRegistered("endpoints", chosen.endpoints.keySet());
        requireRegistered("allowHosts", chosen.moreHosts.keySet());
    }

    private void requireRegistered(String setting, Set<String> registrations) {
        Set<String> unknown = new TreeSet<>(registrations);
        unknown.removeAll(chosen.clients.keySet());
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(setting + " names " + unknown + ", but the registered clients are "
                    + new TreeSet<>(chosen.clients.keySet()));
        }
    }

    private void findProviders() {
        PluginLoader<Provider> plugins = new PluginLoader<>("provider", Provider.class, Provider::id);
        chosen.clients.forEach((registration, enrolled) -> {
            Provider given = chosen.providers.get(enrolled.providerId());
            Provider provider = given != null ? given : plugins.get(enrolled.providerId());
            clients.put(registration, registered(registration, enrolled, provider));
        });
    }

    private RegisteredClient registered(String registration, Enrolled enrolled, Provider provider) {
        ProviderProfile known = provider.profile();
        Endpoints moved = chosen.endpoints.getOrDefault(registration, Endpoints.none());
        ProviderProfile profile = known.withEndpoints(known.endpoints().overriddenBy(moved));
        Client client = new Client(registration, provider.id(), enrolled.credentials(), profile);
        Set<String> hosts = new LinkedHashSet<>();
        profile.apiHosts().forEach(host -> hosts.add(host.toLowerCase(Locale.ROOT)));
        chosen.moreHosts.getOrDefault(registration, Set.of()).forEach(host -> hosts.add(host.toLowerCase(Locale.ROOT)));
        return new RegisteredClient(
                client,
                provider,
                provider.refresher(),
                provider.requestSigner(),
                Set.copyOf(hosts),
                new ClientHealth(Backoff.betweenAttempts()));
    }

    private void checkGuarantee(TokenStore store) {
        List<String> rotating = clients.entrySet().stream()
                .filter(entry -> entry.getValue().client().profile().refreshModel() == RefreshModel.ROTATING)
                .map(Map.Entry::getKey)
                .toList();
        if (store.guarantee() == Guarantee.SHARED || rotating.isEmpty()) {
            return;
        }
        if (chosen.clustered) {
            throw new IllegalArgumentException(
                    "the store guarantees its writes for one process only, but several processes share it and "
                            + rotating + " rotate their refresh tokens: two processes could use the same one");
        }
        log.warn("the store guarantees its writes for this process only; no other process may refresh {}", rotating);
    }

    // ---- parts

    private TokenStore openStore(Timekeeper time) {
        int colon = chosen.location.indexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException(
                    "store is not set: use a location such as \"file:./tokens\" or an instance");
        }
        TokenStoreFactory factory = new PluginLoader<>("store", TokenStoreFactory.class, TokenStoreFactory::scheme)
                .get(chosen.location.substring(0, colon));
        TokenStore store = factory.open(chosen.location, new StoreContext(chosen.namespace, chosen.environment, time));
        toClose.add(store);
        return store;
    }

    private Journal journalFor(TokenStore store) {
        boolean pointless = chosen.journal.isEmpty() && store.guarantee() == Guarantee.PROCESS;
        if (!chosen.journaling || pointless) {
            return Journal.none();
        }
        return Journal.in(chosen.journal.orElseGet(() -> journalFolder(store)), chosen.namespace);
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

    private Tokens assembled(TokenStore store, Journal journal, Timekeeper time) {
        Sealer sealer = new Sealer(chosen.keys, chosen.namespace, chosen.environment);
        sealer.warnings().forEach(log::warn);
        CompletableFuture<Void> closing = new CompletableFuture<>();
        TokenExceptions exceptions = new TokenExceptions(chosen.reconnectUrls);
        Listeners listeners = new Listeners(chosen.listeners, time);
        Executor threads = chosen.executor != null ? chosen.executor : closedAtTheEnd(EngineThreads.forCycles());
        ClientQueues queues = chosen.executor != null
                ? ClientQueues.ofApplication(threads, chosen.refreshesPerClient)
                : ClientQueues.ofEngine(threads, chosen.refreshesPerClient);
        TaskQueue saving = TaskQueue.of(closedAtTheEnd(EngineThreads.forSaving()));
        Executor timeouts = closedAtTheEnd(EngineThreads.forTimeouts());
        toClose.add(0, listeners);
        if (chosen.time == null) {
            toClose.add(time);
        }
        Duration callDeadline = settings.callDeadline();

        // records and clients
        MonitoredStore monitored = new MonitoredStore(store, time, new UnwrittenRecords(chosen.cacheSize));
        RecordMapper mapper = records(sealer, time);
        ClientRegistry registry = new ClientRegistry(clients, exceptions);
        RequestSigning signing = new RequestSigning(signing(), exceptions, time);
        FailureGate gate = new FailureGate(Backoff.betweenAttempts());
        ClientCredentialsCall clientCredentials = new ClientCredentialsCall(callDeadline, time);
        TokenCache cache = new TokenCache(chosen.cacheSize);

        // a refresh
        Claims claims = new Claims(monitored, mapper, time, settings, owner(), exceptions, closing);
        Settlement settlement = new Settlement(monitored, mapper, claims, time);
        PendingWrites pendingWrites = new PendingWrites(
                settlement,
                mapper,
                journal,
                time,
                saving,
                Backoff.betweenSaves(settings.saveRetryCap()),
                listeners::publish);
        StoreRollbackGuard rollbackGuard = new StoreRollbackGuard(monitored, pendingWrites, time);
        OutageFallback fallback = new OutageFallback(monitored, pendingWrites, exceptions, time);
        FailureRecorder failures = new FailureRecorder(settlement, gate, journal, exceptions, time);
        UserLookups userLookups =
                new UserLookups(monitored, mapper, time, callDeadline, queues::background, closing, listeners::publish);
        ParentAccounts parents = new ParentAccounts(monitored, mapper, exceptions, time, callDeadline);
        Duration recheck = store.guarantee() == Guarantee.SHARED ? settings.recheckEvery() : NEVER_RECHECK;
        CachePublisher publisher =
                new CachePublisher(mapper, signing, rollbackGuard, time, settings.clockSkew(), recheck);
        RefreshCycle cycle = new RefreshCycle(
                new RecordLoader(
                        monitored, pendingWrites, fallback, mapper.ownership(), claims, rollbackGuard, exceptions),
                new RefreshDecision(settings, gate),
                claims,
                new ProviderCall(mapper, clientCredentials, claims, time, callDeadline, closing),
                new ResponseSaver(monitored, mapper, pendingWrites, failures, userLookups, journal, time),
                failures,
                parents,
                publisher,
                fallback,
                mapper,
                exceptions,
                time);
        SingleFlight<TokenKey> flights = new SingleFlight<>(
                key -> queues.refreshes(key.registration()), time, closing, exceptions, listeners::publish);
        TokenWaiters waiters = new TokenWaiters(
                registry, cache, flights, cycle, exceptions, time, timeouts, settings.maxWait(), closing);

        // accounts
        AccountStatuses statuses =
                new AccountStatuses(monitored, mapper, registry, pendingWrites, fallback, parents, exceptions, time);
        Connections connections = new Connections(
                monitored,
                mapper,
                pendingWrites,
                publisher,
                signing,
                userLookups,
                exceptions,
                time,
                statuses,
                listeners::publish);
        PendingConsents pendingConsents = new PendingConsents(
                connections, time, saving, Backoff.betweenSaves(settings.saveRetryCap()), listeners::publish);
        toClose.add(0, pendingConsents);
        StoredTokens storedTokens = new StoredTokens(monitored, mapper, pendingWrites, exceptions, time, callDeadline);
        String choices = choices(store, journal, registry);
        log.info("{}", choices);
        return new Tokens(new Tokens.Parts(
                cache,
                registry,
                flights,
                waiters,
                exceptions,
                signing,
                time,
                closing,
                connections,
                new Authorizations(
                        new StateSealer(chosen.keys, chosen.namespace, chosen.environment, time),
                        registry,
                        cache,
                        pendingConsents,
                        mapper,
                        signing,
                        exceptions,
                        time,
                        callDeadline,
                        new CodeExchange(exceptions, time, callDeadline, closing)),
                storedTokens,
                new Revocations(
                        storedTokens,
                        new AffectedAccounts(monitored, registry),
                        connections,
                        monitored,
                        time,
                        closing,
                        queues::background,
                        listeners::publish),
                new ClientCredentialsTokens(
                        clientCredentials, mapper, time, settings.maxWait(), TaskQueue.of(threads), closing),
                new ClientCredentialsAccounts(
                        clientCredentials, monitored, mapper, exceptions, time, connections, statuses),
                new Derivations(mapper, parents, exceptions, time, registry, cache, waiters, connections),
                statuses,
                new EngineOperations(monitored, registry, cache, time, listeners::publish),
                new TransferContext(
                        new TransferSide(monitored, mapper, claims),
                        pendingWrites,
                        registry,
                        chosen.keys,
                        ring -> records(new Sealer(ring, chosen.namespace, chosen.environment), time),
                        exceptions,
                        time,
                        settings,
                        closing),
                new ShutdownSequence(
                        time, callDeadline.plus(settings.settleWindow()), pendingWrites, List.copyOf(toClose)),
                choices));
    }

    private RecordMapper records(Sealer sealer, Timekeeper time) {
        return new RecordMapper(sealer, chosen.namespace, chosen.environment, chosen.policy, time);
    }

    /** Returns the registrations whose provider signs requests. */
    private Set<String> signing() {
        Set<String> signing = new LinkedHashSet<>(clients.keySet());
        signing.removeIf(registration ->
                Objects.requireNonNull(clients.get(registration)).signer().isEmpty());
        return signing;
    }

    private Executor closedAtTheEnd(ExecutorService threads) {
        toClose.add(threads::shutdown);
        return threads;
    }

    private static String owner() {
        String host = Optional.ofNullable(System.getenv("HOSTNAME")).orElse("this host");
        return "process " + ProcessHandle.current().pid() + " on " + host;
    }

    private String choices(TokenStore store, Journal journal, ClientRegistry clients) {
        return "Tokens[" + chosen.namespace + "/" + chosen.environment + ", store "
                + store.getClass().getSimpleName() + " (" + store.guarantee() + "), journal "
                + (journal.isDurable() ? "on" : "off") + ", " + chosen.keys + ", clients " + clients + ", "
                + settings
                + "]";
    }
}
