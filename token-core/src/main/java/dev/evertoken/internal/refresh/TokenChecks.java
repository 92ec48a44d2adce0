package dev.evertoken.internal.refresh;

import dev.evertoken.internal.client.ClientAcceptance;
import dev.evertoken.internal.client.ClientHealth;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.internal.record.CheckMarks;
import dev.evertoken.internal.refresh.CheckHistory.Checked;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.Validation;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.Validator;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks with the provider whether a token is still valid if an API rejects it and no refresh can replace it. Checks
 * run in the background; no caller waits for one. Thread-safe.
 *
 * <ol>
 *   <li>a token is checked once, and again after an hour if the API still rejects it
 *   <li>the first refusal is written to the record, which changes nothing else; five minutes later the token is checked
 *       again
 *   <li>the second refusal marks the account as {@code NEEDS_REAUTH}, by compare-and-set on the same generation
 * <li>while the account is used, a marked token is checked once a day, and the mark is removed if the token works again
 *   <li>if more than a handful of accounts of a client are refused within minutes, none is marked, see
 *       {@link ClientChecks}; a token that is refused a day later as well is marked in any case
 * </ol>
 */
public final class TokenChecks {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.ACCOUNTS);

    private final EngineContext engine;
    private final CheckRecorder recorder;
    private final CheckHistory history = new CheckHistory();
    private final ConcurrentMap<String, ClientChecks> clients = new ConcurrentHashMap<>();

    /** A check of one token. */
    private record Check(TokenChecks checks, Checked token, RegisteredClient client, Validator validator)
            implements TaskQueue.Task {
        @Override
        public void run() {
            checks.run(this);
        }

        @Override
        public void rejected(Throwable why) {
            log.debug("{}: no thread is available for a check of the token", token.key(), why);
            checks.end(this, checks.later());
        }

        TokenKey key() {
            return token.key();
        }
    }

    TokenChecks(EngineContext engine, Claims claims) {
        this.engine = engine;
        this.recorder = new CheckRecorder(engine, claims, this);
    }

    // ---- the reasons for a check

    /** Starts a check of a token that an API rejects, unless it was checked a short time ago. Returns at once. */
    public void rejected(TokenKey key, AccessToken token, RegisteredClient client) {
        start(new Checked(key, token.grantId(), token.generation()), client, now());
    }

    /**
     * Starts a check of a token that is not served: one that a caller has rejected and that cannot be refreshed now, or
     * one that is marked as invalid, if the last check was a day ago. Returns at once.
     */
    void refused(RefreshAttempt attempt, TokenRecord record) {
        Instant now = now();
        boolean isRejected = attempt.requirement().rejects(record.grant().id(), record.generation());
        boolean isDue = CheckMarks.lastRefusal(record)
                .map(last -> !now.isBefore(last.plus(CheckDecision.BETWEEN_LOOKS)))
                .orElse(isRejected);
        if (isDue && CheckDecision.isChecked(record, now)) {
            start(tokenOf(record), attempt.client(), now);
        }
    }

    /** Removes the marks of a token that the provider has accepted. */
    public void accepted(TokenRecord record, Validation validation) {
        if (!CheckMarks.areIn(record)) {
            return;
        }
        try {
            Instant unused = recorder.settle(tokenOf(record), validation);
        } catch (TokenException | UnreadableRecordException e) {
            log.debug("{}: the marks of an accepted token could not be removed", record.key(), e);
        }
    }

    private static Checked tokenOf(TokenRecord record) {
        return new Checked(record.key(), record.grant().id(), record.generation());
    }

    private void start(Checked token, RegisteredClient client, Instant at) {
        Optional<Validator> validator = client.provider().validator();
        if (validator.isPresent()
                && !engine.closing().isDone()
                && clientOf(token.key()).mayCheck(now())
                && history.begin(token, at)) {
            TaskQueue.Place unused = engine.queues()
                    .background(token.key().registration())
                    .submit(new Check(this, token, client, validator.get()));
        }
    }

    // ---- one check

    private void run(Check check) {
        Instant next = later();
        try {
            if (!engine.closing().isDone()) {
                next = attempt(check);
            }
        } catch (TokenException e) {
            log.debug("{}: the check of the token could not be completed", check.key(), e);
        } catch (RuntimeException e) {
            log.warn("{}: the check of the token could not be completed", check.key(), e);
        } finally {
            end(check, next);
        }
    }

    private void end(Check check, Instant next) {
        history.end(check.token(), now(), next);
    }

    private Instant later() {
        return now().plus(CheckRecorder.RETRY);
    }

    /** Returns the earliest time of the next check. */
    private Instant attempt(Check check) {
        Instant now = now();
        Optional<TokenRecord> record = recorder.current(check.token(), now)
                .filter(found -> engine.mapper()
                        .ownership()
                        .foreign(found, check.client().client())
                        .isEmpty());
        if (record.isEmpty()) {
            return now.plus(CheckRecorder.BETWEEN_CHECKS);
        }
        Optional<Instant> early = CheckDecision.notBefore(
                        record.get(), clientOf(check.key()).countsFrom())
                .filter(now::isBefore);
        if (early.isPresent()) {
            return again(check, early.get());
        }
        Optional<Instant> suspension = check.client().health().suspension(now).map(ClientHealth.Suspension::until);
        if (suspension.isPresent() || !clientOf(check.key()).take(now)) {
            return suspension.orElse(later());
        }
        Validation validation = validate(
                check.client(),
                check.validator(),
                new HeldTokens(
                        check.key(),
                        check.client().client(),
                        engine.mapper().tokens(record.get()),
                        engine.callDeadline(),
                        engine.time()));
        log.debug("{}: the token was checked: {}", check.key(), validation.detail());
        Instant next = recorder.settle(check.token(), validation);
        return CheckDecision.end(validation).isPresent() ? again(check, next) : next;
    }

    /** Asks a provider about a token; a failure counts as an unknown verdict. */
    public static Validation validate(RegisteredClient client, Validator validator, HeldTokens held) {
        try {
            return client.secrets().call(inUse -> validator.validate(held.with(inUse)), ClientAcceptance::of);
        } catch (RuntimeException e) {
            log.warn("{}: the validator failed", held.key(), e);
            return Validation.failed(
                    Validation.Verdict.UNKNOWN,
                    Problem.INTERNAL,
                    "the validator failed with " + e.getClass().getName());
        }
    }

    /**
     * Schedules the next check of a token if it is due soon; a check that is due in a day is made when the token is
     * used.
     */
    private Instant again(Check check, Instant at) {
        Duration delay = Duration.between(now(), at);
        if (delay.compareTo(CheckDecision.BETWEEN_REFUSALS) <= 0
                && !engine.closing().isDone()) {
            engine.time().schedule(delay, () -> start(check.token(), check.client(), at));
        }
        return at;
    }

    ClientChecks clientOf(TokenKey key) {
        return clients.computeIfAbsent(key.registration(), registration -> new ClientChecks());
    }

    private Instant now() {
        return engine.time().now();
    }
}
