package dev.evertoken.internal.refresh;

import dev.evertoken.internal.cache.TokenCache;
import dev.evertoken.internal.client.ClientHealth;
import dev.evertoken.internal.client.ClientQueues;
import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.internal.record.LogLine;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.operations.RefreshOutcome;
import dev.evertoken.spi.operations.RefreshOutcome.Kind;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Refreshes due accounts ahead of any request. An account takes its flight only when its refresh can start, so that a
 * caller never waits behind refreshes that nobody waits for. An account that a peer has claimed is not waited for: the
 * other accounts of the client would wait with it. Thread-safe.
 */
public final class AheadRefreshes {

    private static final String NO_CLAIM = "";

    private final MonitoredStore store;
    private final TokenCache cache;
    private final ClientRegistry clients;
    private final ClientQueues queues;
    private final TokenWaiters waiters;
    private final Claims claims;
    private final Timekeeper time;
    private final ConcurrentMap<String, Turns> turns = new ConcurrentHashMap<>();

    public AheadRefreshes(EngineContext engine, TokenWaiters waiters, Claims claims) {
        this.store = engine.store();
        this.cache = engine.cache();
        this.clients = engine.clients();
        this.queues = engine.queues();
        this.waiters = waiters;
        this.claims = claims;
        this.time = engine.time();
    }

    /**
     * Refreshes an account if it is due; the future completes normally.
     *
     * @param most the number of such refreshes of the client that may run at the same time
     */
    public CompletableFuture<RefreshOutcome> refresh(TokenKey key, int most) {
        if (clients.find(key).isEmpty()) {
            return CompletableFuture.completedFuture(
                    failed(key, Problem.UNKNOWN_REGISTRATION, clients.unknown(key.registration()), Optional.empty()));
        }
        CompletableFuture<RefreshOutcome> outcome = new CompletableFuture<>();
        Turns ofClient = turns.computeIfAbsent(key.registration(), client -> new Turns());
        ofClient.take(Math.min(most, queues.mostAhead()), () -> begin(key, outcome, ofClient));
        return outcome;
    }

    private void begin(TokenKey key, CompletableFuture<RefreshOutcome> outcome, Turns ofClient) {
        CompletableFuture<?> unused = outcome.whenComplete((end, failure) -> ofClient.end());
        onThread(key, outcome, () -> {
            Optional<TokenRecord> due = dueRecord(key, outcome);
            due.ifPresent(record -> run(record, outcome));
            return null;
        });
    }

    /** Returns the record of an account that is to be refreshed; otherwise completes the outcome. */
    private Optional<TokenRecord> dueRecord(TokenKey key, CompletableFuture<RefreshOutcome> outcome) {
        Optional<TokenRecord> stored = store.load(key);
        Optional<RefreshOutcome> known = stored.isEmpty()
                ? Optional.of(RefreshOutcome.of(key, Kind.NOT_CONNECTED))
                : withoutRefresh(stored.get(), time.now());
        known.ifPresent(outcome::complete);
        return known.isPresent() ? Optional.empty() : stored;
    }

    private Optional<RefreshOutcome> withoutRefresh(TokenRecord record, Instant now) {
        if (needsReconnect(record)) {
            return Optional.of(ended(record));
        }
        if (record.dueAt().filter(due -> !due.isAfter(now)).isEmpty()) {
            return Optional.of(RefreshOutcome.of(record.key(), Kind.NOT_DUE));
        }
        return claims.reported(record, now) == Claims.Standing.LIVE
                ? record.claim().map(claim -> elsewhere(record.key(), claims.reportedEnd(claim)))
                : watchedClaim(record, now);
    }

    /**
     * Another process may still work under a claim whose time is over by this process's clock alone. The claim lapses
     * while it is observed, from one attempt to the next.
     */
    private Optional<RefreshOutcome> watchedClaim(TokenRecord record, Instant now) {
        return claims.standing(record, NO_CLAIM) == Claims.Standing.LIVE
                ? record.claim().map(claim -> elsewhere(record.key(), claims.lapsesAt(record, claim, now)))
                : Optional.empty();
    }

    private static RefreshOutcome elsewhere(TokenKey key, Instant end) {
        return new RefreshOutcome(key, Kind.ELSEWHERE, Optional.empty(), "", Optional.of(end));
    }

    private void run(TokenRecord before, CompletableFuture<RefreshOutcome> outcome) {
        CompletableFuture<?> unused = waiters.inBackground(cache.cell(before.key()), queue(before.key()))
                .whenComplete((token, failure) -> ended(before, token, failure, outcome));
    }

    private void ended(
            TokenRecord before,
            @Nullable AccessToken token,
            @Nullable Throwable failure,
            CompletableFuture<RefreshOutcome> outcome) {
        if (token != null && isNew(before, token)) {
            outcome.complete(RefreshOutcome.of(before.key(), Kind.REFRESHED));
        } else {
            onThread(before.key(), outcome, () -> outcomeOf(before, failure));
        }
    }

    private static boolean isNew(TokenRecord before, AccessToken token) {
        return !before.is(token.grantId(), token.generation());
    }

    /** Returns why an account has no new token, from its record and its client. */
    private RefreshOutcome outcomeOf(TokenRecord before, @Nullable Throwable failure) {
        TokenKey key = before.key();
        Optional<TokenRecord> stored = store.load(key);
        if (stored.isEmpty()) {
            return RefreshOutcome.of(key, Kind.NOT_CONNECTED);
        }
        TokenRecord after = stored.get();
        Instant now = time.now();
        if (!before.is(after.grant().id(), after.generation())) {
            return RefreshOutcome.of(key, Kind.REFRESHED);
        }
        if (needsReconnect(after)) {
            return ended(after);
        }
        if (failure != null) {
            return failed(key, failure);
        }
        if (after.failures().isBeforeNextAttempt(now)) {
            Problem problem = after.failures().problem().orElse(Problem.INTERNAL);
            return failed(
                    key, problem, after.failures().detail(), after.failures().nextAttempt());
        }
        Optional<ClientHealth.Suspension> suspension = clients.of(key).health().suspension(now);
        return suspension
                .map(why -> failed(key, why.problem(), why.detail(), Optional.of(why.until())))
                .orElseGet(() -> notRefreshed(after, now));
    }

    /** A token was served that must not be refreshed now, such as one whose last call may have reached the provider. */
    private RefreshOutcome notRefreshed(TokenRecord after, Instant now) {
        return withoutRefresh(after, now)
                .orElseGet(() -> failed(
                        after.key(),
                        after.health().problem().orElse(Problem.OUTCOME_UNKNOWN),
                        after.failures().detail(),
                        after.lifetime().expiresAt()));
    }

    private static boolean needsReconnect(TokenRecord record) {
        return record.health().state() == ConnectionState.NEEDS_REAUTH
                || record.health().state() == ConnectionState.NOT_REFRESHABLE;
    }

    private static RefreshOutcome ended(TokenRecord record) {
        return new RefreshOutcome(
                record.key(),
                Kind.NEEDS_RECONNECT,
                record.health().problem(),
                record.failures().detail(),
                Optional.empty());
    }

    private static RefreshOutcome failed(TokenKey key, Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapper && wrapper.getCause() != null
                ? wrapper.getCause()
                : failure;
        if (cause instanceof UnreadableRecordException) {
            return new RefreshOutcome(
                    key,
                    Kind.UNREADABLE,
                    Optional.of(Problem.RECORD_UNREADABLE),
                    LogLine.reason(cause),
                    Optional.empty());
        }
        if (cause instanceof TokenStoreException store) {
            return new RefreshOutcome(
                    key, Kind.STORE_FAILED, Optional.of(store.problem()), store.detail(), store.retryAt());
        }
        if (cause instanceof TokenException problem) {
            return switch (problem.problem()) {
                case RECORD_UNREADABLE ->
                    new RefreshOutcome(
                            key, Kind.UNREADABLE, Optional.of(problem.problem()), problem.detail(), Optional.empty());
                case HELD_BY_PEER ->
                    new RefreshOutcome(key, Kind.ELSEWHERE, Optional.empty(), problem.detail(), problem.retryAt());
                default -> failed(key, problem.problem(), problem.detail(), problem.retryAt());
            };
        }
        return failed(key, Problem.INTERNAL, LogLine.reason(cause), Optional.empty());
    }

    private static RefreshOutcome failed(TokenKey key, Problem problem, String detail, Optional<Instant> next) {
        return new RefreshOutcome(key, Kind.FAILED, Optional.of(problem), detail, next);
    }

    private TaskQueue queue(TokenKey key) {
        return queues.ahead(key.registration());
    }

    /** Runs a step on an engine thread; its failure, and a result that is not null, complete the outcome. */
    private void onThread(
            TokenKey key, CompletableFuture<RefreshOutcome> outcome, Supplier<@Nullable RefreshOutcome> step) {
        TaskQueue.Place unused = queue(key).submit(new TaskQueue.Task() {
            @Override
            public void run() {
                try {
                    RefreshOutcome end = step.get();
                    if (end != null) {
                        outcome.complete(end);
                    }
                } catch (Throwable e) {
                    outcome.complete(failed(key, e));
                }
            }

            @Override
            public void rejected(Throwable why) {
                outcome.complete(failed(key, Problem.OVERLOADED, "no thread is available", Optional.empty()));
            }
        });
    }
}
