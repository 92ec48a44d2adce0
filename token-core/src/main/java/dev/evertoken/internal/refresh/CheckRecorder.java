package dev.evertoken.internal.refresh;

import dev.evertoken.internal.record.CheckMarks;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.refresh.CheckHistory.Checked;
import dev.evertoken.internal.refresh.Claims.Standing;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Failures;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.Validation;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records the result of a check of a token: changes the marks and the state of the record, and publishes events. Every
 * write is a compare-and-set on a record that still has the token. Thread-safe.
 */
final class CheckRecorder {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.ACCOUNTS);
    private static final Logger clientLog = LoggerFactory.getLogger(LoggerNames.CLIENTS);

    /** The time until a token that was found to be valid is checked again. */
    static final Duration BETWEEN_CHECKS = Duration.ofHours(1);

    /** The time until a check without a result is repeated, if the API still rejects the token. */
    static final Duration RETRY = Duration.ofMinutes(5);

    private static final Duration CLAIM_PAUSE = Duration.ofMinutes(1);
    private static final String NO_CLAIM = "";

    private final EngineContext engine;
    private final Claims claims;
    private final TokenChecks clients;

    /** @param clients returns the checks of an account's client */
    CheckRecorder(EngineContext engine, Claims claims, TokenChecks clients) {
        this.engine = engine;
        this.claims = claims;
        this.clients = clients;
    }

    /** Returns the record if it still has this token and the provider is to be asked about it. */
    Optional<TokenRecord> current(Checked token, Instant now) {
        return engine.store()
                .load(token.key())
                .filter(record -> record.is(token.grantId(), token.generation()))
                .filter(record -> CheckDecision.isChecked(record, now));
    }

    /** Writes the effect of a verdict to the record, and returns the earliest time of the next check. */
    Instant settle(Checked token, Validation validation) {
        while (true) {
            Instant now = engine.time().now();
            Optional<TokenRecord> loaded = current(token, now);
            if (loaded.isEmpty()) {
                return now.plus(BETWEEN_CHECKS);
            }
            TokenRecord before = loaded.get();
            CheckDecision.Step step = CheckDecision.of(
                    before, validation, clients.clientOf(token.key()).countsFrom(), now);
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
    private Optional<Instant> apply(CheckDecision.Step step, TokenRecord before, Validation validation, Instant now) {
        return switch (step) {
            case NONE -> {
                boolean soon = validation.verdict() == Validation.Verdict.UNKNOWN && !isMarked(before);
                yield Optional.of(now.plus(soon ? RETRY : BETWEEN_CHECKS));
            }
            case WAIT ->
                CheckDecision.notBefore(before, clients.clientOf(before.key()).countsFrom());
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
            clients.clientOf(before.key()).accepted(before.key());
            if (recovers) {
                log.debug("{}: the provider accepts the token again", before.key());
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
        return after.map(record -> now.plus(CheckDecision.BETWEEN_REFUSALS));
    }

    private Optional<Instant> mark(TokenRecord before, Validation validation, Instant now) {
        if (!CheckDecision.isLasting(before, now) && count(before, now).areTooMany()) {
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
        ClientChecks.Refused refused = clients.clientOf(record.key()).refused(record.key(), now);
        if (refused.isFirst()) {
            String detail = "the provider refused the tokens of " + refused.accounts() + " accounts of "
                    + record.key().registration() + " within minutes, so no account is marked; check the client at the"
                    + " provider";
            clientLog.warn("{}: {}", record.key().registration(), detail);
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
}
