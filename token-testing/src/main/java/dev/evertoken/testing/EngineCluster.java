package dev.evertoken.testing;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.TokenListener;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A cluster of engines over one store: any number of {@link Tokens} instances in this process, each standing for one
 * process of an application. The provider {@code acme} rotates its refresh tokens and revokes a grant when a used
 * refresh token is presented again.
 *
 * <p>{@link ManyProcessesContract} and {@link OutageContract} test the behavior that is common to all stores. Use this
 * class for the behavior of engines that is specific to one store, such as failover to an older copy or an exhausted
 * quota. It uses the {@link StoreFixture} of the contract, real time and the short deadlines of the contract. Must be
 * closed. Thread-safe except for opening and closing.
 */
public final class EngineCluster implements AutoCloseable {

    /** The account that {@link #connect} connects. */
    public static final TokenKey ANNA = TokenKey.of("acme", "anna");

    /** The namespace of all records: {@value}. */
    public static final String NAMESPACE = WorkerConfig.NAMESPACE;

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final int KEY_BYTES = 32;

    private final MockProviders providers = MockProviders.start();
    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final Queue<TokenEvent> events = new ConcurrentLinkedQueue<>();
    private final Deque<Tokens> open = new ArrayDeque<>();
    private final Secret ring = newKey("k1");
    private final StoreFixture fixture;
    private final Path journal;

    private EngineCluster(StoreFixture fixture, Path journal) {
        this.fixture = fixture;
        this.journal = journal;
    }

    /**
     * Starts the providers. No tokens are opened yet.
     *
     * @param journal the folder of the host's journal, which all engines share
     */
    public static EngineCluster over(StoreFixture fixture, Path journal) {
        return new EngineCluster(fixture, journal);
    }

    /** Returns a new random key in the format of {@link KeyRing#parse}. Several keys are joined by commas. */
    public static Secret newKey(String id) {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return Secret.of(id + ":" + Base64.getEncoder().encodeToString(key));
    }

    // ---- engines

    /** Opens one more engine, as another process of the application would. It is closed with this cluster. */
    public Tokens tokens(String location) {
        return tokens(location, UnaryOperator.identity());
    }

    /**
     * As {@link #tokens(String)}, with additional settings.
     *
     * @param location as for {@link StoreFixture#tokens}
     */
    public Tokens tokens(String location, UnaryOperator<TokensBuilder> more) {
        URI tokenEndpoint = acme().endpoints().address(EndpointKind.REFRESH).orElseThrow();
        TokensBuilder builder = WorkerConfig.shortDeadlines(fixture.tokens(location, NAMESPACE, tokenEndpoint))
                .namespace(NAMESPACE)
                .environment("prod")
                .journal(journal)
                .encryption(KeyRing.parse(ring))
                .client(ANNA.registration(), acme().registration())
                .listener(new TokenListener() {
                    @Override
                    public void on(TokenEvent event) {
                        events.add(event);
                    }
                });
        Tokens tokens = more.apply(builder).build();
        open.push(tokens);
        return tokens;
    }

    /** Returns the text of the key ring that seals all records. */
    public Secret keyRing() {
        return ring;
    }

    // ---- the provider

    /** Returns all running providers, including {@link #acme}. */
    public MockProviders providers() {
        return providers;
    }

    /** Returns the provider that rotates refresh tokens. */
    public MockProvider acme() {
        return providers.rotating();
    }

    /** Returns the number of token requests for Anna that the provider received. */
    public int tokenRequests() {
        return acme().ledger().tokenRequests(ANNA.account());
    }

    /** Connects the account of Anna. */
    public void connect(Tokens tokens) {
        tokens.connect(ANNA, acme().consent(ANNA.account()));
    }

    /** Connects the account of Anna with an access token that expired two hours ago. */
    public void connectExpired(Tokens tokens) {
        tokens.connect(ANNA, expired(acme().consent(ANNA.account())));
    }

    /** Returns a copy of a consent whose access token, with a lifetime of one hour, expired two hours ago. */
    public static TokenSet expired(TokenSet consent) {
        Instant issued = consent.issuedAt().minus(LIFETIME.multipliedBy(3));
        return consent.toBuilder()
                .issuedAt(issued)
                .expiresAt(issued.plus(LIFETIME))
                .build();
    }

    // ---- calls

    /** Returns the result of a call as text, for example {@code GENERATION 2} or {@code PROBLEM STORE_UNAVAILABLE}. */
    public static String outcome(Supplier<AccessToken> call) {
        return ContractWorker.outcome(call);
    }

    /** Runs a call on a new thread and returns its {@link #outcome}. */
    public CompletableFuture<String> async(Supplier<AccessToken> call) {
        return CompletableFuture.supplyAsync(() -> outcome(call), callers);
    }

    /**
     * Waits for a call and returns its outcome.
     *
     * @throws java.util.concurrent.CompletionException if the call failed, or did not complete within forty seconds
     */
    public static String get(CompletableFuture<String> call) {
        return call.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** Returns whether any of the engines has published an event of this kind. */
    public boolean hasEvent(TokenEvent.Kind kind) {
        return events.stream().anyMatch(event -> event.kind() == kind);
    }

    /** Closes the engines, the latest first, and the providers. */
    @Override
    public void close() {
        while (!open.isEmpty()) {
            open.pop().close();
        }
        callers.shutdownNow();
        providers.close();
    }
}
