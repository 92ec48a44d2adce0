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
 * One application over a store of yours: {@link Tokens} of as many of its processes as a test wants, all in this one, at
 * the provider {@code acme}, which rotates its refresh tokens and ends a grant when a spent one comes again.
 *
 * <p>{@link ManyProcessesContract} and {@link OutageContract} ask what every store has to do. What only yours can do to
 * an engine, as failing over to an older copy or running out of quota, is tested from here: over the {@link StoreFixture}
 * that the contract has already, in real time and with its short deadlines. Close it in the end. Thread-safe but for
 * opening and closing.
 */
public final class EngineCluster implements AutoCloseable {

    /** The account that {@link #connect} connects. */
    public static final TokenKey ANNA = TokenKey.of("acme", "anna");

    /** The namespace of everything that is stored here: {@value}. */
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
     * Starts the providers; nothing is opened yet.
     *
     * @param journal the folder of the host's journal, which all processes share
     */
    public static EngineCluster over(StoreFixture fixture, Path journal) {
        return new EngineCluster(fixture, journal);
    }

    /** Returns a new random key as {@link KeyRing#parse} reads it; several are joined by commas. */
    public static Secret newKey(String id) {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return Secret.of(id + ":" + Base64.getEncoder().encodeToString(key));
    }

    // ---- processes

    /** Opens tokens as one more process of the application would; they are closed with this. */
    public Tokens tokens(String location) {
        return tokens(location, UnaryOperator.identity());
    }

    /**
     * As {@link #tokens(String)}, with settings of its own.
     *
     * @param location as for {@link StoreFixture#tokens}
     */
    public Tokens tokens(String location, UnaryOperator<TokensBuilder> more) {
        URI tokenEndpoint = acme().endpoints().address(EndpointKind.REFRESH).orElseThrow();
        TokensBuilder builder = WorkerConfig.hurried(fixture.tokens(location, NAMESPACE, tokenEndpoint))
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

    /** Returns the key ring that everything is sealed with, as text. */
    public Secret ring() {
        return ring;
    }

    // ---- the provider

    /** Returns all providers that run; {@link #acme} is one of them. */
    public MockProviders providers() {
        return providers;
    }

    /** Returns the provider that rotates. */
    public MockProvider acme() {
        return providers.rotating();
    }

    /** Returns how many requests for Anna's tokens the provider has seen. */
    public int tokenRequests() {
        return acme().ledger().tokenRequests(ANNA.account());
    }

    /** Connects Anna. */
    public void connect(Tokens tokens) {
        tokens.connect(ANNA, acme().consent(ANNA.account()));
    }

    /** Connects Anna with an access token that has ended a while ago. */
    public void connectExpired(Tokens tokens) {
        tokens.connect(ANNA, expired(acme().consent(ANNA.account())));
    }

    /** Returns a consent as it looks when its access token, of one hour, has ended two hours ago. */
    public static TokenSet expired(TokenSet consent) {
        Instant issued = consent.issuedAt().minus(LIFETIME.multipliedBy(3));
        return consent.toBuilder()
                .issuedAt(issued)
                .expiresAt(issued.plus(LIFETIME))
                .build();
    }

    // ---- calls, and what came of them

    /** Returns what came of a call: {@code GENERATION 2}, or {@code PROBLEM STORE_UNAVAILABLE}. */
    public static String outcome(Supplier<AccessToken> call) {
        return ContractWorker.outcome(call);
    }

    /** Calls on a thread of its own; the future has the {@link #outcome}. */
    public CompletableFuture<String> async(Supplier<AccessToken> call) {
        return CompletableFuture.supplyAsync(() -> outcome(call), callers);
    }

    /**
     * Waits for a call.
     *
     * @throws java.util.concurrent.CompletionException if it failed, or has not ended after forty seconds
     */
    public static String get(CompletableFuture<String> call) {
        return call.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** Tells whether any of the processes has told an event of that kind. */
    public boolean hasPublished(TokenEvent.Kind kind) {
        return events.stream().anyMatch(event -> event.kind() == kind);
    }

    /** Closes the tokens, the latest first, and the providers. */
    @Override
    public void close() {
        while (!open.isEmpty()) {
            open.pop().close();
        }
        callers.shutdownNow();
        providers.close();
    }
}
