package dev.evertoken.internal.refresh;

import dev.evertoken.internal.client.Backoff;
import dev.evertoken.internal.client.ClientAcceptance;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.client.RetryQueue;
import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Failures;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.UserLookup;
import dev.evertoken.spi.provider.UserLookupOutcome;
import dev.evertoken.spi.store.Health;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up the user of accounts whose tokens are saved but whose user is unknown. Lookups run in the background and
 * never put the tokens at risk (B14). Thread-safe.
 *
 * <ol>
 *   <li>the tokens are saved and used, regardless of the lookup
 *   <li>the provider is queried; its response is written by compare-and-set, to a record without a claim
 *   <li>a failure changes a connection that is {@code ACTIVE} to {@code DEGRADED}, with a problem of its own and
 *       without any effect on refreshes; the lookup is repeated with back-off, up to {@value #MOST_ATTEMPTS} times, and
 *       after the next refresh
 * </ol>
 */
public final class UserLookups {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.ACCOUNTS);
    private static final int MOST_ATTEMPTS = 12;

    private final MonitoredStore store;
    private final RecordMapper mapper;
    private final Timekeeper time;
    private final Duration callDeadline;
    private final Function<String, TaskQueue> queues;
    private final RetryQueue retries;
    private final CompletableFuture<Void> closing;
    private final Consumer<TokenEvent> tell;
    private final ConcurrentMap<TokenKey, String> grants = new ConcurrentHashMap<>();

    /** A lookup for one account. */
    private record Task(
            UserLookups lookups, TokenKey key, String grantId, RegisteredClient client, UserLookup userLookup)
            implements RetryQueue.Task {
        @Override
        public boolean attempt(int number) {
            boolean ended = lookups.attempt(this);
            if (ended) {
                lookups.ended(this);
            }
            return ended;
        }

        @Override
        public void giveUp() {
            lookups.ended(this);
        }

        @Override
        public String toString() {
            return key + ": user lookup";
        }
    }

    /** @param queues returns the queue for background tasks of a client */
    public UserLookups(
            MonitoredStore store,
            RecordMapper mapper,
            Timekeeper time,
            Duration callDeadline,
            Function<String, TaskQueue> queues,
            CompletableFuture<Void> closing,
            Consumer<TokenEvent> tell) {
        this.store = store;
        this.mapper = mapper;
        this.time = time;
        this.callDeadline = callDeadline;
        this.queues = queues;
        this.retries = new RetryQueue(time, Backoff.betweenAttempts(), MOST_ATTEMPTS, closing);
        this.closing = closing;
        this.tell = tell;
    }

    /**
     * Starts a background lookup if the account's user is unknown and no lookup is running. An account without an
     * access token is looked up after its first refresh.
     */
    public void after(TokenRecord saved, RegisteredClient client) {
        Optional<UserLookup> userLookup = client.provider().userLookup();
        boolean isOfAUser = saved.parent().isEmpty() && saved.refreshModel() != RefreshModel.REISSUED;
        boolean isPossible = isOfAUser && saved.lifetime().hasAccessToken();
        if (userLookup.isEmpty() || !isPossible || saved.subject().isPresent()) {
            return;
        }
        String grantId = saved.grant().id();
        if (!grantId.equals(grants.put(saved.key(), grantId))) {
            retries.start(
                    new Task(this, saved.key(), grantId, client, userLookup.get()),
                    queues.apply(saved.key().registration()));
        }
    }

    private void ended(Task task) {
        grants.remove(task.key(), task.grantId());
    }

    // ---- one attempt

    /** Returns whether the lookup has ended. */
    private boolean attempt(Task task) {
        try {
            Optional<TokenRecord> record = incomplete(task);
            return record.isEmpty() || closing.isDone() || complete(task, record.get());
        } catch (TokenException | UnreadableRecordException e) {
            log.debug("{}: user lookup postponed", task.key(), e);
            return false;
        }
    }

    /** Returns the record if it still has the same grant and no user. */
    private Optional<TokenRecord> incomplete(Task task) {
        return store.load(task.key())
                .filter(record -> record.grant().id().equals(task.grantId())
                        && record.subject().isEmpty());
    }

    private boolean complete(Task task, TokenRecord record) {
        UserLookupOutcome outcome = ask(task, record);
        if (outcome instanceof UserLookupOutcome.Found found) {
            return write(task, now -> found(now, found));
        }
        UserLookupOutcome.Failed failed = (UserLookupOutcome.Failed) outcome;
        log.debug("{}: user lookup failed: {}", task.key(), failed.detail());
        write(task, now -> failed(now, failed));
        return false;
    }

    private UserLookupOutcome ask(Task task, TokenRecord record) {
        try {
            HeldTokens held =
                    new HeldTokens(task.key(), task.client().client(), mapper.tokens(record), callDeadline, time);
            return task.client()
                    .secrets()
                    .call(client -> task.userLookup().lookUp(held.with(client)), ClientAcceptance::of);
        } catch (TokenException e) {
            return new UserLookupOutcome.Failed(e.problem(), e.detail());
        } catch (RuntimeException e) {
            log.warn("{}: the UserLookup failed", task.key(), e);
            return new UserLookupOutcome.Failed(
                    Problem.INTERNAL,
                    "the UserLookup failed with " + e.getClass().getName());
        }
    }

    // ---- writing

    /** Returns the changed record, empty if there is nothing to write. */
    @FunctionalInterface
    private interface Change {
        Optional<TokenRecord.Builder> over(TokenRecord record);
    }

    /**
     * Returns false if the write has to be repeated because the account is being refreshed, which would overwrite it.
     */
    private boolean write(Task task, Change change) {
        while (true) {
            Optional<TokenRecord> loaded = incomplete(task);
            if (loaded.isEmpty()) {
                return true;
            }
            TokenRecord before = loaded.get();
            if (before.claim().isPresent()) {
                return false;
            }
            Optional<TokenRecord.Builder> draft = change.over(before);
            if (draft.isEmpty()) {
                return true;
            }
            TokenRecord after = mapper.write(draft.get());
            if (store.compareAndSet(task.key(), before.revision(), after)) {
                publishChange(before, after);
                return true;
            }
        }
    }

    private Optional<TokenRecord.Builder> found(TokenRecord before, UserLookupOutcome.Found found) {
        boolean wasFailing = before.health().problem().equals(Optional.of(Problem.USER_LOOKUP_FAILED));
        boolean changes = found.subject().isPresent()
                || found.scopes()
                        .filter(scopes -> !scopes.equals(before.grantedScopes()))
                        .isPresent();
        if (!changes && !wasFailing) {
            return Optional.empty();
        }
        TokenRecord.Builder next = before.next().subject(found.subject());
        found.scopes().ifPresent(next::grantedScopes);
        if (wasFailing) {
            next.health(Health.active(time.now())).failures(Failures.none());
        }
        return Optional.of(next);
    }

    /**
     * Any other problem takes precedence over this one. The count and the time of the failure memory belong to
     * refreshes and are kept.
     */
    private Optional<TokenRecord.Builder> failed(TokenRecord before, UserLookupOutcome.Failed failed) {
        if (before.health().state() != ConnectionState.ACTIVE) {
            return Optional.empty();
        }
        String detail = "the tokens are saved, but the user lookup failed: " + failed.detail();
        return Optional.of(before.next()
                .failures(new Failures(
                        before.failures().count(), Optional.of(Problem.USER_LOOKUP_FAILED), Optional.empty(), detail))
                .health(before.health().become(ConnectionState.DEGRADED, Problem.USER_LOOKUP_FAILED, time.now())));
    }

    private void publishChange(TokenRecord before, TokenRecord after) {
        Instant now = time.now();
        ConnectionState was = before.health().state();
        if (was == after.health().state()) {
            return;
        }
        tell.accept(
                was == ConnectionState.ACTIVE
                        ? new TokenEvent.RefreshFailed(
                                after.key(),
                                now,
                                Problem.USER_LOOKUP_FAILED,
                                after.failures().detail(),
                                after.health().state(),
                                Optional.empty())
                        : new TokenEvent.Recovered(
                                after.key(),
                                now,
                                was,
                                Duration.between(before.health().since(), now)));
    }
}
