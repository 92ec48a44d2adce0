package dev.evertoken;

import dev.evertoken.internal.client.CallerTrace;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TransportSettings;
import dev.evertoken.spi.RefreshPolicy;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.TokenListener;
import dev.evertoken.spi.operations.EngineObserver;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.store.TokenStore;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The settings of {@link Tokens}, with units, defaults and bounds. {@link #build()} validates them together.
 *
 * <pre>{@code
 * Tokens tokens = Tokens.builder()
 *         .namespace("crm")
 *         .store("file:" + stored)
 *         .encryption(KeyRing.fromFile(keyFile))
 *         .client("google", ClientRegistration.of(clientId, clientSecret))
 *         .refreshEarly(Duration.ofMinutes(5))
 *         .reconnectUrl(key -> URI.create("https://crm.example/connect/" + key.registration()))
 *         .build();
 * }</pre>
 *
 * <p>Not thread-safe; build on one thread, then share the result.
 */
public final class TokensBuilder {

    /** A registered client. */
    record Enrolled(String providerId, ClientRegistration credentials) {}

    /** Loaded at every start, and faster than a lambda. */
    private static final class NoAddress implements Function<TokenKey, @Nullable URI> {
        @Override
        public @Nullable URI apply(TokenKey key) {
            return null;
        }
    }

    String namespace = "";
    String environment = "default";
    String location = "";

    @Nullable
    TokenStore store;

    KeyRing keys = KeyRing.none();
    boolean clearTextAllowed;
    final Map<String, Enrolled> clients = new LinkedHashMap<>();
    final Map<String, Provider> providers = new LinkedHashMap<>();
    final Map<String, Endpoints> endpoints = new LinkedHashMap<>();
    final Map<String, Set<String>> moreHosts = new LinkedHashMap<>();
    final Map<String, TransportSettings> transports = new LinkedHashMap<>();
    TransportSettings transport = TransportSettings.ofTheJvm();
    RefreshPolicy policy = RefreshPolicy.early(Duration.ofMinutes(5));
    Function<TokenKey, @Nullable URI> reconnectUrls = new NoAddress();
    final List<TokenListener> listeners = new ArrayList<>();
    final List<EngineObserver> observers = new ArrayList<>();

    @Nullable
    Timekeeper time;

    @Nullable
    Executor executor;

    Duration callDeadline = Duration.ofSeconds(20);
    Duration claimDuration = Duration.ofSeconds(30);
    Duration settleWindow = Duration.ofSeconds(5);
    Duration maxWait = Duration.ofSeconds(30);
    Duration recheckEvery = Duration.ofMinutes(10);
    Duration clockSkew = Duration.ofMinutes(5);
    Optional<Path> journal = Optional.empty();
    boolean journaling = true;
    boolean clustered;
    int cacheSize = 100_000;
    int refreshesPerClient = 64;

    TokensBuilder() {}

    /** Sets the application's name; required. Applications with different names are kept apart in a shared store. */
    public TokensBuilder namespace(String name) {
        this.namespace = name;
        return this;
    }

    /**
     * Sets the environment, such as {@code prod} or {@code staging}; {@code default} unless set. A record of another
     * environment is not refreshed: a copied store would rotate the tokens of the original.
     */
    public TokensBuilder environment(String stage) {
        this.environment = stage;
        return this;
    }

    /**
     * Sets the location of the store, such as {@code file:./tokens} or {@code memory:}; required unless a store
     * instance is set. {@link Tokens#close} closes the store.
     */
    public TokensBuilder store(String where) {
        this.location = where;
        this.store = null;
        return this;
    }

    /** Sets the store as an instance; the application closes it. */
    public TokensBuilder store(TokenStore instance) {
        this.store = instance;
        this.location = "";
        return this;
    }

    /**
     * Sets the keys that encrypt stored secrets. By default there are none: tokens are stored in clear text, and one
     * warning is logged for each store of a process.
     */
    public TokensBuilder encryption(KeyRing ring) {
        this.keys = ring;
        return this;
    }

    /**
     * Accepts stored records in clear text although there is a key ring; the next write of each record seals it. Call
     * this to introduce a key ring for existing records, and remove the call when
     * {@link dev.evertoken.spi.operations.RecordView#keyId} is present for all records: until then, anyone who can
     * write to the store can plant tokens.
     */
    public TokensBuilder allowClearText() {
        this.clearTextAllowed = true;
        return this;
    }

    /** Returns a copy of the settings that apply to every client, with the added providers and no client. */
    TokensBuilder withoutClients() {
        TokensBuilder copy = new TokensBuilder();
        copy.namespace = namespace;
        copy.environment = environment;
        copy.clustered = clustered;
        copy.callDeadline = callDeadline;
        copy.transport = transport;
        copy.providers.putAll(providers);
        return copy;
    }

    /** Registers a client under its provider's own id. */
    public TokensBuilder client(String providerId, ClientRegistration credentials) {
        return client(providerId, providerId, credentials);
    }

    /**
     * Registers a further client of a provider, for example for another tenant or brand.
     *
     * @throws IllegalArgumentException if the registration id is already in use
     */
    public TokensBuilder client(String registration, String providerId, ClientRegistration credentials) {
        if (clients.putIfAbsent(registration, new Enrolled(providerId, credentials)) != null) {
            throw new IllegalArgumentException("client \"" + registration + "\" is already registered");
        }
        return this;
    }

    /**
     * Adds a provider; it takes precedence over one with the same id on the class path.
     *
     * @throws IllegalArgumentException if a provider with this id was already added
     */
    public TokensBuilder provider(Provider instance) {
        if (providers.putIfAbsent(instance.id(), instance) != null) {
            throw new IllegalArgumentException("provider \"" + instance.id() + "\" was already added");
        }
        return this;
    }

    /**
     * Overrides endpoints of one registration, for tests and API versions; all other endpoints are unchanged. The
     * tokens of the registration may be sent to the host of its API endpoint.
     */
    public TokensBuilder endpoints(String registration, Endpoints moved) {
        Endpoints earlier = endpoints.get(registration);
        endpoints.put(registration, earlier == null ? moved : earlier.overriddenBy(moved));
        return this;
    }

    /**
     * Sets how connections to the endpoints of all clients are made: certificates, proxy and time-outs. By default the
     * settings of the JVM apply.
     */
    public TokensBuilder transport(TransportSettings ofAll) {
        this.transport = ofAll;
        return this;
    }

    /**
     * Sets how connections to the endpoints of one registration are made. They are completed by those of all clients;
     * see {@link TransportSettings#completedBy}.
     */
    public TokensBuilder transport(String registration, TransportSettings own) {
        transports.put(registration, own);
        return this;
    }

    /**
     * Allows the tokens of one registration to be sent to further hosts, over https or to loopback. A request of an
     * account to any other host fails before it is sent.
     *
     * @param hosts exact host names, such as {@code api.example.com}, without scheme, port, path or wildcard; {@link
     *     #build()} refuses others
     */
    public TokensBuilder allowHosts(String registration, String... hosts) {
        moreHosts.computeIfAbsent(registration, r -> new LinkedHashSet<>()).addAll(List.of(hosts));
        return this;
    }

    /**
     * Sets how long before its expiry a token is refreshed; 5 minutes by default, 0 or more. Limited to a quarter of
     * the token's lifetime and to the margin that the provider honors.
     */
    public TokensBuilder refreshEarly(Duration margin) {
        return refreshPolicy(RefreshPolicy.early(margin));
    }

    /** Sets when tokens are refreshed; replaces {@link #refreshEarly}. */
    public TokensBuilder refreshPolicy(RefreshPolicy rule) {
        this.policy = rule;
        return this;
    }

    /**
     * Sets the address at which a user can reconnect an account; included in exceptions and statuses. None by default.
     */
    public TokensBuilder reconnectUrl(Function<TokenKey, @Nullable URI> urls) {
        this.reconnectUrls = urls;
        return this;
    }

    /** Adds a listener. Each listener is called on a thread of the library and has its own bounded queue. */
    public TokensBuilder listener(TokenListener more) {
        listeners.add(more);
        return this;
    }

    /** Adds an observer of refreshes and store calls, such as the metrics of {@code token-micrometer}. */
    public TokensBuilder observer(EngineObserver more) {
        observers.add(more);
        return this;
    }

    /**
     * Sets the clock; {@link Timekeeper#system()} by default. Tests can pass a manual one; the application closes it.
     */
    public TokensBuilder timekeeper(Timekeeper clock) {
        this.time = clock;
        return this;
    }

    /**
     * Sets the executor for refreshes; by default the library starts daemon threads on demand, which end when they are
     * idle. The application shuts it down.
     *
     * <p>The limits of {@link #refreshesPerClient} hold for any executor, also for one with virtual threads: it gets no
     * task that has to wait. It should run each task on another thread, because a refresh blocks. If it has fewer threads
     * than the limits allow, clients wait for each other.
     */
    public TokensBuilder executor(Executor threads) {
        this.executor = threads;
        return this;
    }

    /**
     * Sets how many refreshes of a client run at the same time; 64 by default, at least 1. Further ones wait in the order
     * of their requests and hold no thread. A refresh that waits for another process or another account does not count.
     *
     * <p>All clients together run at most four times this number of refreshes, and in any case a few of each client, so
     * a client whose provider does not respond delays no other client.
     */
    public TokensBuilder refreshesPerClient(int most) {
        this.refreshesPerClient = most;
        return this;
    }

    /**
     * Sets the maximum duration of one call to a provider, including connecting; 20 s by default. Callers wait no longer
     * for it. A response of a rotating provider that arrives later is still saved if that is possible within the claim.
     */
    public TokensBuilder callDeadline(Duration deadline) {
        this.callDeadline = deadline;
        return this;
    }

    /**
     * Sets how long a claim is valid; 30 s by default, at least 5 s for connecting + {@link #callDeadline} +
     * {@link #settleWindow}. After a crash other processes wait this long.
     */
    public TokensBuilder claimDuration(Duration duration) {
        this.claimDuration = duration;
        return this;
    }

    /** Sets the time allowed for saving a response after a call; 5 s by default. */
    public TokensBuilder settleWindow(Duration window) {
        this.settleWindow = window;
        return this;
    }

    /** Sets how long a caller waits for a token; 30 s by default. The refresh continues after that. */
    public TokensBuilder maxWait(Duration longest) {
        this.maxWait = longest;
        return this;
    }

    /**
     * Sets how long a cached token is used before the store is checked for a newer one, if other processes write to the
     * store; 10 minutes by default.
     *
     * <p>A disconnect or another login in another process takes effect within five seconds if the store has a
     * {@link dev.evertoken.spi.store.ChangeStamp}, and after this time otherwise.
     */
    public TokensBuilder recheckEvery(Duration period) {
        this.recheckEvery = period;
        return this;
    }

    /** Sets how far the clocks of other machines may be ahead of this one; 5 minutes by default, 0 or more. */
    public TokensBuilder clockSkew(Duration most) {
        this.clockSkew = most;
        return this;
    }

    /**
     * Sets the journal directory, where responses are recorded before they are saved, and new consents that the store
     * does not accept; shared by all processes of this host. By default it is located next to a file store, or in the
     * user's state directory for other shared stores; there is none for a store in memory.
     */
    public TokensBuilder journal(Path folder) {
        this.journal = Optional.of(folder);
        this.journaling = true;
        return this;
    }

    /**
     * Disables the journal: a crash between a rotation and the save then costs the account a new consent, and so does
     * the end of a process with a new consent that the store has not accepted.
     */
    public TokensBuilder withoutJournal() {
        this.journaling = false;
        return this;
    }

    /**
     * Declares that several processes share the store: a store that does not guarantee this is rejected for rotating
     * tokens.
     */
    public TokensBuilder clustered() {
        this.clustered = true;
        return this;
    }

    /**
     * Sets the number of accounts whose tokens are kept in memory; 100,000 by default, at least 1. Accounts that do not
     * exist are not counted; about a thousand of them are remembered, for two seconds each.
     */
    public TokensBuilder cacheSize(int accounts) {
        this.cacheSize = accounts;
        return this;
    }

    /**
     * Builds the {@link Tokens} and logs the chosen settings in one line.
     *
     * @throws IllegalArgumentException if settings are missing or contradict each other, or if a provider or store is
     *     not found or is ambiguous
     * @throws TokenException if the store or the journal cannot be opened
     */
    public Tokens build() {
        try {
            return new Assembly(this).tokens();
        } catch (RuntimeException e) {
            throw CallerTrace.of(e);
        }
    }
}
