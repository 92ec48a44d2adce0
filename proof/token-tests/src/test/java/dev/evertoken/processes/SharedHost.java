package dev.evertoken.processes;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.testing.ChildJvm;
import dev.evertoken.testing.CrashPoints;
import dev.evertoken.testing.FastForwardClock;
import dev.evertoken.testing.Ledger;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * One host with providers, a folder of encrypted tokens, and the processes that share it, including the test itself.
 * The test closes it. Thread-safe.
 */
final class SharedHost implements AutoCloseable {

    private static final Duration AGO = Duration.ofHours(3);

    final MockProviders providers = MockProviders.start();
    final Setup setup;
    private final Deque<AutoCloseable> open = new ConcurrentLinkedDeque<>();
    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final Map<TokenKey, TokenSet> consents = new ConcurrentHashMap<>();

    SharedHost(Path folder) {
        this.setup = Setup.of(folder.resolve("tokens"), providers);
    }

    // ---- processes

    /** Opens the tokens in this process. */
    Tokens here() {
        return here(UnaryOperator.identity());
    }

    Tokens here(UnaryOperator<TokensBuilder> more) {
        return opened(setup, Timekeeper.system(), more);
    }

    /** Opens the tokens in this process, with a clock that is ahead. */
    Tokens later(Duration ahead) {
        return opened(setup, FastForwardClock.ahead(ahead), UnaryOperator.identity());
    }

    /** Opens the tokens in this process with another setup. */
    Tokens here(Setup other) {
        return opened(other, Timekeeper.system(), UnaryOperator.identity());
    }

    private Tokens opened(Setup setup, Timekeeper time, UnaryOperator<TokensBuilder> more) {
        Tokens tokens = more.apply(setup.builder(CrashPoints.none(), time)).build();
        open.push(time);
        open.push(tokens);
        return tokens;
    }

    /** Starts another process, which writes the line {@code open} when its tokens are open. */
    ChildJvm start(UnaryOperator<ChildJvm.Start> more) {
        ChildJvm child =
                more.apply(ChildJvm.of(TokenProcess.class)).start(setup.folder().toString());
        open.push(child);
        child.send(setup.words().reveal());
        return child;
    }

    /** Starts another process and waits until it is open. */
    ChildJvm process() {
        ChildJvm child = start(UnaryOperator.identity());
        child.awaitLine("open");
        return child;
    }

    /** Sends a command and returns its result. */
    static String ask(ChildJvm child, String command) {
        child.send(command);
        return child.awaitLine(command).substring(command.length() + 1);
    }

    // ---- accounts

    /** Connects an account with a new consent. */
    TokenKey connect(Tokens tokens, TokenKey key) {
        TokenSet consent = provider(key).consent(key.account());
        consents.put(key, consent);
        tokens.connect(key, consent);
        return key;
    }

    /** Connects an account whose access token has already expired. */
    TokenKey connectExpired(Tokens tokens, TokenKey key) {
        TokenSet consent = provider(key).consent(key.account());
        consents.put(key, consent);
        Instant issued = consent.issuedAt().minus(AGO);
        tokens.connect(
                key,
                consent.toBuilder()
                        .issuedAt(issued)
                        .expiresAt(issued.plus(Duration.ofHours(1)))
                        .build());
        return key;
    }

    /** Returns the refresh token that an account was last connected with. */
    Secret firstRefreshToken(TokenKey key) {
        return consents.get(key).refreshToken().orElseThrow();
    }

    MockProvider provider(TokenKey key) {
        return key.registration().equals("google") ? providers.google() : providers.rotating();
    }

    /** Returns how many requests with tokens of this account its provider has received. */
    int posts(TokenKey key) {
        return provider(key).ledger().tokenRequests(key.account());
    }

    /** Returns whether the provider has revoked the account's grant because a spent token was presented again. */
    boolean familyIsRevoked(TokenKey key) {
        Ledger ledger = provider(key).ledger();
        return ledger.familiesRevoked().contains(key.account());
    }

    // ---- calls

    /** Runs a call on a separate thread. */
    CompletableFuture<String> async(Supplier<AccessToken> call) {
        return CompletableFuture.supplyAsync(() -> outcome(call), callers);
    }

    /** Returns the result of a call in the format of {@link TokenProcess}. */
    static String outcome(Supplier<AccessToken> call) {
        try {
            return "GENERATION " + call.get().generation();
        } catch (TokenException e) {
            return "PROBLEM " + e.problem();
        }
    }

    /** Waits for at most half a minute. */
    static <T> T get(CompletableFuture<T> future) {
        return future.orTimeout(30, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
        callers.shutdownNow();
        providers.close();
    }
}
