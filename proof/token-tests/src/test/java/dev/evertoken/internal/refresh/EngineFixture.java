package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.internal.account.AccountStatuses;
import dev.evertoken.internal.account.Connections;
import dev.evertoken.internal.account.StoredTokens;
import dev.evertoken.internal.cache.TokenCache;
import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.internal.client.Backoff;
import dev.evertoken.internal.client.ClientHealth;
import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.client.Settings;
import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.internal.event.EngineObservers;
import dev.evertoken.internal.record.GrantSource;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.Grant;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Schedule;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.RefreshPolicy;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * The engine of one process with its parts at hand, over a store, a journal, a clock and a provider that do what a test
 * says. Everything happens on the test's thread; whoever waits lets the time pass. An access token lasts an hour and is
 * due ten minutes before. Not thread-safe.
 */
public final class EngineFixture {

    static final Duration HOUR = Duration.ofHours(1);
    static final Duration EARLY = Duration.ofMinutes(10);
    static final Duration SKEW = Duration.ofSeconds(2);
    static final Duration RECHECK = Duration.ofMinutes(5);
    public static final Duration CALL = Duration.ofSeconds(20);
    static final Duration CLAIM = Duration.ofSeconds(45);
    static final Duration SETTLE = Duration.ofSeconds(15);
    static final Duration MAX_WAIT = Duration.ofSeconds(30);

    private static final RefreshPolicy TEN_MINUTES_EARLY =
            facts -> new Schedule(facts.expiresAt().minus(EARLY), facts.expiresAt());

    public final PassingTimekeeper time = PassingTimekeeper.at(NOW);
    public final ManualClock clock = time.clock();
    public final PeerStore peers = new PeerStore(time);
    public final FaultyStore store = FaultyStore.over(peers);
    public final MemoryJournal journal = new MemoryJournal();

    /** What was told, in this order. */
    public final List<TokenEvent> events = new ArrayList<>();

    public final ScriptedProvider provider;
    public final RegisteredClient client;
    public final EngineParts parts = EngineParts.of(
            store,
            time,
            new Settings(CALL, CLAIM, SETTLE, MAX_WAIT, RECHECK, SKEW),
            journal,
            TEN_MINUTES_EARLY,
            events::add);
    public final TokenCache cache = new TokenCache(100);
    final RefreshCycle cycle = parts.cycle();

    public EngineFixture(ProviderProfile profile) {
        provider = new ScriptedProvider("scripted", profile);
        client = new RegisteredClient(
                new Client("google", provider.id(), ClientRegistration.ofPublic("bench-client"), profile),
                provider,
                provider.refresher(),
                Optional.empty(),
                Set.of(),
                new ClientHealth(Backoff.betweenAttempts()));
    }

    public static EngineFixture of(RefreshModel model) {
        return new EngineFixture(ProviderProfile.builder(model).build());
    }

    /** Returns the flights of an application that runs them on an executor. */
    public SingleFlight<TokenKey> flights(Executor executor) {
        return new SingleFlight<>(
                key -> TaskQueue.of(executor), time, parts.closing(), parts.exceptions(), events::add);
    }

    /** Returns the callers of an application whose only client this one is. */
    public TokenWaiters callers(SingleFlight<TokenKey> flights, Executor executor) {
        return new TokenWaiters(
                clients(),
                cache,
                flights,
                cycle,
                new Confirmations(parts.store(), parts.publisher(), time, executor, executor),
                new EngineObservers(List.of(), time),
                parts.exceptions(),
                time,
                executor,
                MAX_WAIT,
                parts.closing());
    }

    public StoredTokens storedTokens() {
        return new StoredTokens(
                parts.store(),
                parts.mapper(),
                parts.pendingWrites(),
                parts.exceptions(),
                time,
                CALL,
                (record, validation) -> {});
    }

    public Connections connections() {
        return new Connections(
                parts.store(),
                parts.mapper(),
                parts.pendingWrites(),
                parts.publisher(),
                parts.watch(),
                parts.signing(),
                parts.userLookups(),
                parts.exceptions(),
                time,
                statuses(),
                events::add);
    }

    public AccountStatuses statuses() {
        return parts.statuses(clients(), cache);
    }

    public ClientRegistry clients() {
        return new ClientRegistry(Map.of("google", client), parts.exceptions());
    }

    // ---- time

    /** Goes to when the tokens that were issued at the start are due. */
    void untilDue() {
        clock.advanceTo(NOW.plus(HOUR).minus(EARLY));
    }

    /** Goes to when the tokens that were issued at the start have ended. */
    public void untilEnded() {
        clock.advanceTo(NOW.plus(HOUR));
    }

    // ---- running

    public Cell cell(TokenKey key) {
        return cache.cell(key);
    }

    RefreshAttempt attempt(TokenKey key) {
        return attempt(key, withoutParent(key));
    }

    RefreshAttempt attempt(TokenKey key, ParentToken parent) {
        return new RefreshAttempt(cell(key), client, TokenRequirement.usable(), parent, events::add, "claim-mine");
    }

    public AccessToken run(TokenKey key) {
        return run(key, TokenRequirement.usable());
    }

    AccessToken run(TokenKey key, TokenRequirement requirement) {
        return run(key, requirement, withoutParent(key));
    }

    /** Runs the cycle as a flight does, on this thread; a wait lets the time pass. */
    AccessToken run(TokenKey key, TokenRequirement requirement, ParentToken parent) {
        try (RefreshAttempt attempt = cycle.attempt(cell(key), client, requirement, parent, events::add)) {
            return drive(cycle, attempt, time, parts.closing());
        }
    }

    /** Runs the cycle of an account in a cell of its own, with its events apart. */
    AccessToken run(Cell cell, TokenRequirement requirement, Consumer<TokenEvent> listener) {
        try (RefreshAttempt attempt = cycle.attempt(cell, client, requirement, withoutParent(cell.key()), listener)) {
            return drive(cycle, attempt, time, parts.closing());
        }
    }

    /** Returns a new attempt of the cycle, for a test that takes its steps one by one. */
    RefreshAttempt begin(TokenKey key) {
        return cycle.attempt(cell(key), client, TokenRequirement.usable(), withoutParent(key), events::add);
    }

    /** Runs the steps of an attempt on this thread until it has a token. */
    static AccessToken drive(
            RefreshCycle cycle, RefreshAttempt attempt, Timekeeper time, CompletableFuture<Void> closing) {
        CycleStep step = cycle.step(attempt);
        while (!(step instanceof CycleStep.Done)) {
            if (step instanceof CycleStep.WaitUntil until) {
                waitUntil(until.nanos(), time, closing);
            } else if (step instanceof CycleStep.WaitFor waiting) {
                assertThat(waiting.event()).as("the parent's token").isDone();
            }
            step = cycle.step(attempt);
        }
        return ((CycleStep.Done) step).token();
    }

    private static void waitUntil(long nanos, Timekeeper time, CompletableFuture<Void> closing) {
        try {
            time.await(closing, Duration.ofNanos(nanos - time.nanos()));
        } catch (InterruptedException e) {
            throw new AssertionError("no run is interrupted here", e);
        }
    }

    private static ParentToken withoutParent(TokenKey key) {
        return new ParentToken((parent, requirement) -> {
            throw new AssertionError(key + " was not to wait for " + parent);
        });
    }

    TokenException failure(TokenKey key) {
        return failure(key, TokenRequirement.usable());
    }

    TokenException failure(TokenKey key, TokenRequirement requirement) {
        return failureOf(() -> run(key, requirement));
    }

    /** Returns the problem that a call ends with. */
    public static TokenException failureOf(ThrowingCallable call) {
        TokenException failure = catchThrowableOfType(TokenException.class, call);
        assertThat(failure).as("a problem").isNotNull();
        return failure;
    }

    /** Returns the only event of a kind. */
    public <E extends TokenEvent> E told(Class<E> kind) {
        List<E> all = events.stream().filter(kind::isInstance).map(kind::cast).toList();
        assertThat(all).as("events %s", events).hasSize(1);
        return all.get(0);
    }

    // ---- what is stored

    /** Connects an account as of now. */
    public TokenRecord connect(TokenKey key) {
        return connect(key, Optional.of("subject-" + key.account()));
    }

    public TokenRecord connect(TokenKey key, Optional<String> subject) {
        return store(first(key, tokens(), subject, GrantSource.ofConsent(provider.profile())));
    }

    /** Connects an account that lives off another one. */
    public TokenRecord connectChild(TokenKey key, TokenKey parent) {
        TokenSet page = TokenSet.builder(TestTokens.access())
                .issuedAt(time.now())
                .expiresAt(time.now().plus(HOUR))
                .build();
        return store(first(key, page, Optional.of("page-1"), GrantSource.ofParent(parent)));
    }

    public TokenRecord first(TokenKey key, TokenSet tokens, Optional<String> subject, GrantSource descent) {
        Grant grant = new Grant("grant-" + key.account(), time.now());
        return parts.mapper().first(key, client.client(), grant, tokens, Set.of("calendar", "mail"), subject, descent);
    }

    /** Returns new tokens that last an hour. */
    public TokenSet tokens() {
        return TokenSet.builder(TestTokens.access())
                .refreshToken(TestTokens.refresh())
                .issuedAt(time.now())
                .expiresAt(time.now().plus(HOUR))
                .build();
    }

    /** Returns the next generation of a record: new tokens for an hour. */
    public TokenRecord answered(TokenRecord base) {
        return parts.mapper()
                .answered(base, parts.mapper().tokens(base), client.client(), response())
                .record();
    }

    /** Stores a record as a peer does, over whatever there is. */
    public TokenRecord store(TokenRecord record) {
        long before = stored(record.key()).map(TokenRecord::revision).orElse(TokenStore.ABSENT);
        assertThat(peers.behind().compareAndSet(record.key(), before, record)).isTrue();
        return record;
    }

    public TokenRecord change(TokenRecord.Builder next) {
        return store(parts.mapper().write(next));
    }

    public void remove(TokenKey key) {
        assertThat(peers.behind().remove(key, record(key).revision())).isTrue();
    }

    public Optional<TokenRecord> stored(TokenKey key) {
        return peers.behind().load(key);
    }

    public TokenRecord record(TokenKey key) {
        return stored(key).orElseThrow();
    }

    /** Has a peer claim the account now. */
    public TokenRecord peerClaims(TokenKey key) {
        Instant deadline = time.now().plus(CLAIM);
        return change(record(key).next().claim(new Claim("claim-peer", "a peer", CLAIM, deadline, Claim.Phase.SENT)));
    }

    /** Has a peer save a new generation. */
    public TokenRecord peerSaves(TokenKey key) {
        return store(answered(record(key)));
    }

    // ---- what the provider says

    /** Returns an answer with a new refresh token, and an access token for an hour from now. */
    TokenResponse response() {
        return response(Optional.of(Secret.of(TestTokens.access())), Optional.of(Secret.of(TestTokens.refresh())));
    }

    TokenResponse response(Optional<Secret> accessToken, Optional<Secret> refreshToken) {
        return TokenResponse.builder(time.now())
                .accessToken(accessToken)
                .refreshToken(refreshToken)
                .expiresAt(time.now().plus(HOUR))
                .build();
    }

    /** Returns an answer that leaves the refresh token as it is. */
    public TokenResponse accessTokenOnly() {
        return response(Optional.of(Secret.of(TestTokens.access())), Optional.empty());
    }

    /** Returns an answer with a refresh token alone. */
    public TokenResponse refreshTokenOnly() {
        return response(Optional.empty(), Optional.of(Secret.of(TestTokens.refresh())));
    }

    /** Plans an answer as {@link #response()}, made when it is asked for. */
    void providerResponses() {
        provider.calls(
                request -> request.permit().maySend() ? new TokenOutcome.Issued(response()) : ProviderCall.TOO_LATE);
    }

    static TokenOutcome refused(TokenVerdict.Kind kind, Problem problem, String detail) {
        return new TokenOutcome.Refused(TokenVerdict.of(kind, problem, detail));
    }

    static TokenOutcome dead() {
        return refused(TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD, "token endpoint answered 400 invalid_grant");
    }

    static TokenOutcome unreachable() {
        return new TokenOutcome.NotSent(Problem.NETWORK, "connection refused");
    }
}
