package dev.evertoken;

import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.RefreshPolicy;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.TokenListener;
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
 * Every setting of {@link Tokens}, with its unit, default and bound. {@link #build()} checks them together.
 *
 * <p>Not thread-safe; build on one thread, then share the result.
 */
public final class TokensBuilder {

    /** A client as it was registered here. */
    record Enrolled(String providerId, ClientRegistration credentials) {}

    String namespace = "";
    String environment = "default";
    String location = "";

    @Nullable
    TokenStore store;

    KeyRing keys = KeyRing.none();
    final Map<String, Enrolled> clients = new LinkedHashMap<>();
    final Map<String, Provider> providers = new LinkedHashMap<>();
    final Map<String, Endpoints> endpoints = new LinkedHashMap<>();
    final Map<String, Set<String>> moreHosts = new LinkedHashMap<>();
    RefreshPolicy policy = RefreshPolicy.early(Duration.ofMinutes(5));
    Function<TokenKey, @Nullable URI> reconnectUrls = key -> null;
    final List<TokenListener> listeners = new ArrayList<>();

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

    TokensBuilder() {}

    /** Sets the application's name; no default. Applications with different names never meet in one store. */
    public TokensBuilder namespace(String name) {
        this.namespace = name;
        return this;
    }

    /**
     * Sets the stage, as {@code prod} or {@code staging}; {@code default} unless set. A record of another stage is
     * not refreshed: a copied store would rotate the tokens of the original.
     */
    public TokensBuilder environment(String stage) {
        this.environment = stage;
        return this;
    }

    /** Sets where tokens are kept, as {@code file:./tokens} or {@code memory:}; no default. {@link Tokens#close} closes it. */
    public TokensBuilder store(String where) {
        this.location = where;
        this.store = null;
        return this;
    }

    /** Sets the store itself; the application closes it. */
    public TokensBuilder store(TokenStore instance) {
        this.store = instance;
        this.location = "";
        return this;
    }

    /** Sets the keys that encrypt what is stored; none by default, with one warning: tokens are then stored readable. */
    public TokensBuilder encryption(KeyRing ring) {
        this.keys = ring;
        return this;
    }

    /** Registers a client under its provider's own id. */
    public TokensBuilder client(String providerId, ClientRegistration credentials) {
        return client(providerId, providerId, credentials);
    }

    /**
     * Registers a further client of a provider, for another tenant or brand.
     *
     * @throws IllegalArgumentException if the registration is taken
     */
    public TokensBuilder client(String registration, String providerId, ClientRegistration credentials) {
        if (clients.putIfAbsent(registration, new Enrolled(providerId, credentials)) != null) {
            throw new IllegalArgumentException("client \"" + registration + "\" is registered already");
        }
        return this;
    }

    /**
     * Hands over a provider; it wins over one of the same id on the class path.
     *
     * @throws IllegalArgumentException if one of this id was handed over before
     */
    public TokensBuilder provider(Provider instance) {
        if (providers.putIfAbsent(instance.id(), instance) != null) {
            throw new IllegalArgumentException("provider \"" + instance.id() + "\" was handed over already");
        }
        return this;
    }

    /** Moves endpoints of one registration, for tests and API versions; those not named stay where they are. */
    public TokensBuilder endpoints(String registration, Endpoints moved) {
        endpoints.merge(registration, moved, Endpoints::overriddenBy);
        return this;
    }

    /** Lets tokens of one registration go to further hosts, by exact name, over https or to loopback. */
    public TokensBuilder allowHosts(String registration, String... hosts) {
        moreHosts.computeIfAbsent(registration, r -> new LinkedHashSet<>()).addAll(List.of(hosts));
        return this;
    }

    /**
     * Sets how long before its end a token is refreshed; 5 minutes by default, 0 or more. At most a quarter of the
     * token's lifetime and at most what the provider honours.
     */
    public TokensBuilder refreshEarly(Duration margin) {
        return refreshPolicy(RefreshPolicy.early(margin));
    }

    /** Sets when tokens are refreshed; replaces {@link #refreshEarly}. */
    public TokensBuilder refreshPolicy(RefreshPolicy rule) {
        this.policy = rule;
        return this;
    }

    /** Sets where a person can reconnect an account; it is put into exceptions and statuses. None by default. */
    public TokensBuilder reconnectUrl(Function<TokenKey, @Nullable URI> urls) {
        this.reconnectUrls = urls;
        return this;
    }

    /** Adds a listener; each is told on a thread of the library, through a bounded queue of its own. */
    public TokensBuilder listener(TokenListener more) {
        listeners.add(more);
        return this;
    }

    /** Sets the clock; {@link Timekeeper#system()} by default. Tests hand over a manual one; the application closes it. */
    public TokensBuilder timekeeper(Timekeeper clock) {
        this.time = clock;
        return this;
    }

    /** Sets the threads that refresh; by default up to 32 daemon threads of the library's own. The application ends them. */
    public TokensBuilder executor(Executor threads) {
        this.executor = threads;
        return this;
    }

    /** Sets the end of one call to a provider, connecting included; 20 s by default. */
    public TokensBuilder callDeadline(Duration deadline) {
        this.callDeadline = deadline;
        return this;
    }

    /**
     * Sets how long a claim holds; 30 s by default, at least 5 s for connecting + {@link #callDeadline} + {@link
     * #settleWindow}. After a crash others wait for so long.
     */
    public TokensBuilder claimDuration(Duration duration) {
        this.claimDuration = duration;
        return this;
    }

    /** Sets the time from the end of a call to its saving; 5 s by default. */
    public TokensBuilder settleWindow(Duration window) {
        this.settleWindow = window;
        return this;
    }

    /** Sets how long a caller waits for a token; 30 s by default. The refresh goes on without it. */
    public TokensBuilder maxWait(Duration longest) {
        this.maxWait = longest;
        return this;
    }

    /**
     * Sets how long a cached token is served before the store is asked for a newer one, where other processes
     * write to it; 10 minutes by default.
     */
    public TokensBuilder recheckEvery(Duration period) {
        this.recheckEvery = period;
        return this;
    }

    /** Sets how far other machines' clocks may be ahead of ours; 5 minutes by default, 0 or more. */
    public TokensBuilder clockSkew(Duration most) {
        this.clockSkew = most;
        return this;
    }

    /**
     * Sets the folder where answers are written down before they are saved, shared by all processes of this host. By
     * default it is beside a file store, in the user's state folder for other shared stores, and there is none for a
     * store in memory.
     */
    public TokensBuilder journal(Path folder) {
        this.journal = Optional.of(folder);
        this.journaling = true;
        return this;
    }

    /** Switches the journal off: a crash between a rotation and its saving then costs the account a new consent. */
    public TokensBuilder withoutJournal() {
        this.journaling = false;
        return this;
    }

    /** Says that several processes share the store: one that cannot guarantee it is refused for rotating tokens. */
    public TokensBuilder clustered() {
        this.clustered = true;
        return this;
    }

    /** Sets how many accounts' tokens are kept at hand; 100,000 by default, at least 1. */
    public TokensBuilder cacheSize(int accounts) {
        this.cacheSize = accounts;
        return this;
    }

    /**
     * Builds it and logs one line with what was chosen and found.
     *
     * @throws IllegalArgumentException if settings are missing or contradict each other, or if a provider or store
     *     is not found, or found twice
     * @throws TokenException if the store or the journal cannot be opened
     */
    public Tokens build() {
        return new Assembly(this).tokens();
    }
}
