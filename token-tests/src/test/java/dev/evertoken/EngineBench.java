package dev.evertoken;

import static dev.evertoken.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.TokenCache.Cell;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Claim;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.Grant;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Schedule;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Client;
import dev.evertoken.spi.ProviderProfile;
import dev.evertoken.spi.RefreshOutcome;
import dev.evertoken.spi.RefreshPolicy;
import dev.evertoken.spi.TokenAnswer;
import dev.evertoken.spi.TokenStore;
import dev.evertoken.spi.TokenVerdict;
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
import java.util.concurrent.Executor;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * The engine of one process with its parts at hand, over a store, a journal, a clock and a provider that do what a test
 * says. Everything happens on the test's thread; whoever waits lets the time pass. An access token lasts an hour and is
 * due ten minutes before. Not thread-safe.
 */
final class EngineBench {

    static final Duration HOUR = Duration.ofHours(1);
    static final Duration EARLY = Duration.ofMinutes(10);
    static final Duration SKEW = Duration.ofSeconds(2);
    static final Duration RECHECK = Duration.ofMinutes(5);
    static final Duration CALL = Duration.ofSeconds(20);
    static final Duration CLAIM = Duration.ofSeconds(45);
    static final Duration SETTLE = Duration.ofSeconds(15);
    static final Duration MAX_WAIT = Duration.ofSeconds(30);

    private static final RefreshPolicy TEN_MINUTES_EARLY =
            facts -> new Schedule(facts.expiresAt().minus(EARLY), facts.expiresAt());

    final PassingTime time = PassingTime.at(NOW);
    final ManualClock clock = time.clock();
    final Shelf shelf = new Shelf(time);
    final FaultyStore store = FaultyStore.over(shelf);
    final MemoryJournal journal = new MemoryJournal();

    /** What was told, in this order. */
    final List<TokenEvent> events = new ArrayList<>();

    final ScriptedProvider provider;
    final Registered client;
    final Workshop workshop = Workshops.of(
            store,
            time,
            new Settings(CALL, CLAIM, SETTLE, MAX_WAIT, RECHECK, SKEW),
            journal,
            TEN_MINUTES_EARLY,
            events::add);
    final TokenCache cache = new TokenCache(100);
    private final RefreshCycle cycle = new RefreshCycle(workshop);

    EngineBench(ProviderProfile profile) {
        provider = new ScriptedProvider("scripted", profile);
        client = new Registered(
                new Client("google", provider.id(), ClientRegistration.ofPublic("bench-client"), profile),
                provider,
                provider.refresher(),
                Optional.empty(),
                Set.of(),
                new ClientHealth(Backoff.betweenAttempts()));
    }

    static EngineBench of(RefreshModel model) {
        return new EngineBench(ProviderProfile.builder(model).build());
    }

    /** Returns the flights of an application that runs them on an executor. */
    SingleFlight flights(Executor executor) {
        return new SingleFlight(executor, workshop.explain(), events::add);
    }

    /** Returns the callers of an application whose only client this one is. */
    Callers callers(SingleFlight flights, Executor executor) {
        return new Callers(clients(), cache, flights, workshop, executor);
    }

    Clients clients() {
        return new Clients(Map.of("google", client), workshop.explain());
    }

    // ---- time

    /** Goes to when the tokens that were issued at the start are due. */
    void untilDue() {
        clock.advanceTo(NOW.plus(HOUR).minus(EARLY));
    }

    /** Goes to when the tokens that were issued at the start have ended. */
    void untilEnded() {
        clock.advanceTo(NOW.plus(HOUR));
    }

    // ---- running

    Cell cell(TokenKey key) {
        return cache.cell(key);
    }

    Turn turn(TokenKey key) {
        return new Turn(cell(key), client, Ask.usable(), new ParentToken(), events::add, "claim-mine");
    }

    AccessToken run(TokenKey key) {
        return run(key, Ask.usable());
    }

    AccessToken run(TokenKey key, Ask ask) {
        try {
            return run(key, ask, new ParentToken());
        } catch (ParentAwaited awaited) {
            throw new AssertionError(key + " was not to wait for " + awaited.parent(), awaited);
        }
    }

    AccessToken run(TokenKey key, Ask ask, ParentToken parent) throws ParentAwaited {
        return cycle.run(cell(key), client, ask, parent, events::add);
    }

    TokenException failure(TokenKey key) {
        return failure(key, Ask.usable());
    }

    TokenException failure(TokenKey key, Ask ask) {
        return failureOf(() -> run(key, ask));
    }

    /** Returns the problem that a call ends with. */
    static TokenException failureOf(ThrowingCallable call) {
        TokenException failure = catchThrowableOfType(TokenException.class, call);
        assertThat(failure).as("a problem").isNotNull();
        return failure;
    }

    /** Returns the only event of a kind. */
    <E extends TokenEvent> E told(Class<E> kind) {
        List<E> all = events.stream().filter(kind::isInstance).map(kind::cast).toList();
        assertThat(all).as("events %s", events).hasSize(1);
        return all.get(0);
    }

    // ---- what is stored

    /** Connects an account as of now. */
    TokenRecord connect(TokenKey key) {
        return connect(key, Optional.of("subject-" + key.account()));
    }

    TokenRecord connect(TokenKey key, Optional<String> subject) {
        return store(first(key, tokens(), subject, Descent.ofConsent(provider.profile())));
    }

    /** Connects an account that lives off another one. */
    TokenRecord connectChild(TokenKey key, TokenKey parent) {
        TokenSet page = TokenSet.builder(TestTokens.access())
                .issuedAt(time.now())
                .expiresAt(time.now().plus(HOUR))
                .build();
        return store(first(key, page, Optional.of("page-1"), Descent.ofParent(parent)));
    }

    TokenRecord first(TokenKey key, TokenSet tokens, Optional<String> subject, Descent descent) {
        Grant grant = new Grant("grant-" + key.account(), time.now());
        return workshop.records()
                .first(key, client.client(), grant, tokens, Set.of("calendar", "mail"), subject, descent);
    }

    /** Returns new tokens that last an hour. */
    TokenSet tokens() {
        return TokenSet.builder(TestTokens.access())
                .refreshToken(TestTokens.refresh())
                .issuedAt(time.now())
                .expiresAt(time.now().plus(HOUR))
                .build();
    }

    /** Returns the next generation of a record: new tokens for an hour. */
    TokenRecord answered(TokenRecord base) {
        return workshop.records().answered(base, client.client(), answer());
    }

    /** Stores a record as a peer does, over whatever there is. */
    TokenRecord store(TokenRecord record) {
        long before = stored(record.key()).map(TokenRecord::revision).orElse(TokenStore.ABSENT);
        assertThat(shelf.behind().compareAndSet(record.key(), before, record)).isTrue();
        return record;
    }

    TokenRecord change(TokenRecord.Builder next) {
        return store(workshop.records().write(next));
    }

    void remove(TokenKey key) {
        assertThat(shelf.behind().remove(key, record(key).revision())).isTrue();
    }

    Optional<TokenRecord> stored(TokenKey key) {
        return shelf.behind().load(key);
    }

    TokenRecord record(TokenKey key) {
        return stored(key).orElseThrow();
    }

    /** Has a peer claim the account now. */
    TokenRecord peerClaims(TokenKey key) {
        Instant deadline = time.now().plus(CLAIM);
        return change(record(key).next().claim(new Claim("claim-peer", "a peer", CLAIM, deadline, Claim.Phase.SENT)));
    }

    /** Has a peer save a new generation. */
    TokenRecord peerSaves(TokenKey key) {
        return store(answered(record(key)));
    }

    // ---- what the provider says

    /** Returns an answer with a new refresh token, and an access token for an hour from now. */
    TokenAnswer answer() {
        return answer(Optional.of(Secret.of(TestTokens.access())), Optional.of(Secret.of(TestTokens.refresh())));
    }

    TokenAnswer answer(Optional<Secret> accessToken, Optional<Secret> refreshToken) {
        return new TokenAnswer(
                accessToken,
                "Bearer",
                refreshToken,
                Optional.of(time.now().plus(HOUR)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                time.now());
    }

    /** Returns an answer that leaves the refresh token as it is. */
    TokenAnswer accessTokenOnly() {
        return answer(Optional.of(Secret.of(TestTokens.access())), Optional.empty());
    }

    /** Returns an answer with a refresh token alone. */
    TokenAnswer refreshTokenOnly() {
        return answer(Optional.empty(), Optional.of(Secret.of(TestTokens.refresh())));
    }

    /** Plans an answer as {@link #answer()}, made when it is asked for. */
    void providerAnswers() {
        provider.calls(
                request -> request.permit().maySend() ? new RefreshOutcome.Answered(answer()) : ProviderCall.TOO_LATE);
    }

    static RefreshOutcome refused(TokenVerdict.Kind kind, Problem problem, String detail) {
        return new RefreshOutcome.Refused(TokenVerdict.of(kind, problem, detail));
    }

    static RefreshOutcome dead() {
        return refused(TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD, "token endpoint answered 400 invalid_grant");
    }

    static RefreshOutcome unreachable() {
        return new RefreshOutcome.NotSent(Problem.NETWORK, "connection refused");
    }
}
