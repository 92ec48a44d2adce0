package dev.evertoken.internal.refresh;

import dev.evertoken.internal.client.ClientHealth;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.internal.record.CheckMarks;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.refresh.CheckHistory.Checked;
import dev.evertoken.internal.refresh.Claims.Standing;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenEvent;
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
 * Checks with the provider whether a token has ended that an API rejects and that no refresh can replace. Checks run in
 * the background; no caller waits for one.
 *
 * <ol>
 *   <li>a token is checked once, and again after an hour if the API still rejects it
 *   <li>the first refusal is written to the record, which changes nothing else; five minutes later the token is checked
 *       again
 *   <li>the second refusal marks the account as {@code NEEDS_REAUTH}, by compare-and-set on the same generation
 *   <li>a mark is no proof: as long as the account is used, its token is checked once a day, and a token that works
 *       again removes the mark
 *   <li>if more than a handful of accounts of a client are refused within minutes, none is marked, see
 *       {@link ClientChecks}
 * </ol>
 *
 * <p>Thread-safe.
 */
public final class TokenChecks {

    private static final Logger log = LoggerFactory.getLogger(TokenChecks.class);

    /** The time until a token that was found to be valid is checked again. */
    private static final Duration BETWEEN_CHECKS = Duration.ofHours(1);

    /** The time until a check that could not be completed is repeated, if the API still rejects the token. */
    private static final Duration RETRY = Duration.ofMinutes(5);

    private static final Duration CLAIM_PAUSE = Duration.ofMinutes(1);
    private static final String NO_CLAIM = "";

    private final EngineContext engine;
    private final Claims claims;
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
            log.warn("{}: no thread is available for a check of the token", token.key(), why);
            checks.end(this, RETRY);
        }

        TokenKey key() {
            return token.key();
        }
    }

    TokenChecks(EngineContext engine, Claims claims) {
        this.engine = engine;
        this.claims = claims;
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
            Instant unused = settle(tokenOf(record), validation);
        } catch (TokenException | UnreadableRecordException e) {
            log.warn("{}: the marks of an accepted token could not be removed", record.key(), e);
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
        Duration pause = RETRY;
        try {
            if (!engine.closing().isDone()) {
                pause = Duration.between(now(), attempt(check));
            }
        } catch (RuntimeException e) {
            log.warn("{}: the check of the token could not be completed", check.key(), e);
        } finally {
            end(check, pause);
        }
    }

    private void end(Check check, Duration pause) {
        Instant now = now();
        history.end(check.token(), now, now.plus(pause));
    }

    /** Returns the earliest time of the next check. */
    private Instant attempt(Check check) {
        Instant now = now();
        Optional<TokenRecord> record = current(check.token(), now)
                .filter(found -> engine.mapper()
                        .ownership()
                        .foreign(found, check.client().client())
                        .isEmpty());
        if (record.isEmpty()) {
            return now.plus(BETWEEN_CHECKS);
        }
        Optional<Instant> early =
                CheckDecision.notBefore(record.get(), clientOf(check.key()).countsFrom()).filter(now::isBefore);
        if (early.isPresent()) {
            return again(check, early.get());
        }
        Optional<Instant> shut = check.client().health().shut(now).map(ClientHealth.Shut::until);
        if (shut.isPresent() || !clientOf(check.key()).take(now)) {
            return shut.orElse(now.plus(RETRY));
        }
        Validation validation = validate(
                check.validator(),
                new HeldTokens(
                        check.key(),
                        check.client().client(),
                        engine.mapper().tokens(record.get()),
                        engine.callDeadline(),
                        engine.time()));
        log.info("{}: the token was checked: {}", check.key(), validation.detail());
        Instant next = settle(check.token(), validation);
        return CheckDecision.end(validation).isPresent() ? again(check, next) : next;
    }

    /** Asks a provider about a token; a failure counts as an unknown verdict. */
    public static Validation validate(Validator validator, HeldTokens held) {
        try {
            return validator.validate(held);
        } catch (RuntimeException e) {
            log.warn("{}: the validator failed", held.key(), e);
            return Validation.failed(
                    Validation.Verdict.UNKNOWN,
                    Problem.INTERNAL,
                    "the validator failed with " + e.getClass().getName());
        }
    }

    /** Has a token checked again if it is soon due; one that is due in a day is checked when it is used. */
    private Instant again(Check check, Instant at) {
        Duration delay = Duration.between(now(), at);
        if (delay.compareTo(CheckDecision.APART) <= 0 && !engine.closing().isDone()) {
            engine.time().schedule(delay, () -> start(check.token(), check.client(), at));
        }
        return at;
    }

    // ---- the record

    /** Returns the record if it still has this token and the provider is to be asked about it. */
    private Optional<TokenRecord> current(Checked token, Instant now) {
        return engine.store()
                .load(token.key())
                .filter(record -> record.is(token.grantId(), token.generation()))
                .filter(record -> CheckDecision.isChecked(record, now));
    }

    /** Writes what a verdict means for the record, and returns the earliest time of the next check. */
    private Instant settle(Checked token, Validation validation) {
        while (true) {
            Instant now = now();
            Optional<TokenRecord> loaded = current(token, now);
            if (loaded.isEmpty()) {
                return now.plus(BETWEEN_CHECKS);
            }
            TokenRecord before = loaded.get();
            CheckDecision.Step step = CheckDecision.of(
                    before, validation, clientOf(token.key()).countsFrom(), now);
            if (claims.standing(before, NO_CLAIM) == Standing.LIVE && step != CheckDecision.Step.NONE) {
                return now.plus(CLAIM_PAUSE); // the refresh may replace the token
            }
            Optional<Instant> next = apply(step, before, validation, now);
            if (next.isPresent()) {
                return next.get();
            }
        }
    }

    /** Returns the earliest time of the next check; empty if another process has changed the record. */
    private Optional<Instant> apply(
            CheckDecision.Step step, TokenRecord before, Validation validation, Instant now) {
        return switch (step) {
            case NONE -> {
                boolean soon = validation.verdict() == Validation.Verdict.UNKNOWN && !isMarked(before);
                yield Optional.of(now.plus(soon ? RETRY : BETWEEN_CHECKS));
            }
            case WAIT -> CheckDecision.notBefore(before, clientOf(before.key()).countsFrom());
            case ACCEPT -> accept(before, now);
            case SUSPECT -> suspect(before, now);
            case MARK -> mark(before, validation, now);
            case CONFIRM ->
                write(before, before.next().marks(CheckMarks.invalid(before, now)))
                        .map(after -> now.plus(CheckDecision.BETWEEN_LOOKS));
        };
    }

    private Optional<Instant> accept(TokenRecord before, Instant now) {
        TokenRecord.Builder next = before.next().marks(CheckMarks.without(before));
        boolean recovers = isMarked(before);
        if (recovers) {
            next.failures(Failures.none()).health(RecordMapper.initialHealth(before, now));
        }
        Optional<TokenRecord> after = write(before, next);
        after.ifPresent(record -> {
            clientOf(before.key()).accepted(before.key());
            if (recovers) {
                log.info("{}: the provider accepts the token again", before.key());
                engine.cache().changed(before.key());
                publish(new TokenEvent.Recovered(
                        before.key(),
                        now,
                        before.health().state(),
                        Duration.between(before.health().since(), now)));
            }
        });
        return after.map(record -> now.plus(BETWEEN_CHECKS));
    }

    private Optional<Instant> suspect(TokenRecord before, Instant now) {
        Optional<TokenRecord> after = write(before, before.next().marks(CheckMarks.refused(before, now)));
        after.ifPresent(record -> count(before, now));
        return after.map(record -> now.plus(CheckDecision.APART));
    }

    private Optional<Instant> mark(TokenRecord before, Validation validation, Instant now) {
        if (count(before, now).areTooMany()) {
            return Optional.of(now.plus(ClientChecks.PAUSE));
        }
        Problem problem = CheckDecision.end(validation).orElseThrow();
        String detail = "an API rejects the token, and the provider confirms it: " + validation.detail();
        int failures = before.failures().count() + 1;
        Optional<TokenRecord> after = write(
                before,
                before.next()
                        .noClaim()
                        .uncertain(0)
                        .marks(CheckMarks.invalid(before, now))
                        .failures(new Failures(failures, Optional.of(problem), Optional.empty(), detail))
                        .health(before.health().become(ConnectionState.NEEDS_REAUTH, problem, now)));
        after.ifPresent(record -> {
            engine.cache().cell(before.key()).forget(before.grant().id());
            engine.cache().changed(before.key());
            publish(new TokenEvent.ReauthorizationRequired(before.key(), now, problem, detail));
        });
        return after.map(record -> now.plus(CheckDecision.BETWEEN_LOOKS));
    }

    private static boolean isMarked(TokenRecord record) {
        return record.health().state() == ConnectionState.NEEDS_REAUTH;
    }

    private ClientChecks.Refused count(TokenRecord record, Instant now) {
        ClientChecks.Refused refused = clientOf(record.key()).refused(record.key(), now);
        if (refused.isFirst()) {
            String detail = "the provider refused the tokens of " + refused.accounts() + " accounts of "
                    + record.key().registration() + " within minutes, so no account is marked; check the client at the"
                    + " provider";
            log.warn("{}: {}", record.key(), detail);
            publish(new TokenEvent.ManyTokensRefused(record.key(), now, refused.accounts(), detail));
        }
        return refused;
    }

    private Optional<TokenRecord> write(TokenRecord before, TokenRecord.Builder draft) {
        TokenRecord after = engine.mapper().write(draft);
        return engine.store().compareAndSet(before.key(), before.revision(), after)
                ? Optional.of(after)
                : Optional.empty();
    }

    private void publish(TokenEvent event) {
        engine.listeners().publish(event);
    }

    private ClientChecks clientOf(TokenKey key) {
        return clients.computeIfAbsent(key.registration(), registration -> new ClientChecks());
    }

    private Instant now() {
        return engine.time().now();
    }
}
