package dev.evertoken.internal.event;

import dev.evertoken.internal.record.LogLine;
import dev.evertoken.internal.record.RateLimitedLog;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of accounts for an operator: one WARN for each account and problem when the account needs a person or has no
 * valid token, one INFO when it works again, and each refresh at DEBUG.
 *
 * <p>The events and the failures of all runs are reported here, whether there is a listener or not. A problem that the
 * log has already is logged at DEBUG, and so is one that is logged in another place: that of a client, of the store or
 * of a parent account. Each process has its own memory, so that two processes may log the same problem once each.
 * Thread-safe.
 */
public final class OperatorLog implements Consumer<TokenEvent> {

    /** Problems that are logged for the store or the journal. */
    private static final Set<Problem> OF_THE_STORE = EnumSet.of(
            Problem.STORE_UNAVAILABLE,
            Problem.STORE_REFUSED,
            Problem.STORE_QUOTA,
            Problem.STORE_FAILED_OVER,
            Problem.JOURNAL_UNAVAILABLE,
            Problem.JOURNAL_FULL);

    /** Problems of a call, which say nothing about the account. */
    private static final Set<Problem> OF_THE_CALL =
            EnumSet.of(Problem.NOT_CONNECTED, Problem.WAIT_TIMEOUT, Problem.HELD_BY_PEER, Problem.NOT_YET);

    private final Function<TokenKey, Optional<Problem>> clients;
    private final Function<TokenKey, Optional<URI>> reconnectUrls;
    private final Timekeeper time;
    private final ReportedProblems reported;
    private final Logger accounts;
    private final Logger refreshes;
    private final Logger store;
    private final RateLimitedLog journal;
    private final RateLimitedLog overload;

    /**
     * @param clients returns why the client of an account is not open
     * @param reconnectUrls returns the address at which the user of an account reconnects it
     * @param most the number of accounts whose problems are remembered
     */
    public OperatorLog(
            Function<TokenKey, Optional<Problem>> clients,
            Function<TokenKey, Optional<URI>> reconnectUrls,
            Timekeeper time,
            int most) {
        this(clients, reconnectUrls, time, most, LoggerFactory.getILoggerFactory());
    }

    /** @param loggers returns the loggers of the lines */
    OperatorLog(
            Function<TokenKey, Optional<Problem>> clients,
            Function<TokenKey, Optional<URI>> reconnectUrls,
            Timekeeper time,
            int most,
            ILoggerFactory loggers) {
        this.clients = clients;
        this.reconnectUrls = reconnectUrls;
        this.time = time;
        this.reported = new ReportedProblems(most);
        this.accounts = loggers.getLogger(LoggerNames.ACCOUNTS);
        this.refreshes = loggers.getLogger(LoggerNames.REFRESH);
        this.store = loggers.getLogger(LoggerNames.STORE);
        this.journal = new RateLimitedLog(time);
        this.overload = new RateLimitedLog(time);
    }

    // ---- events and runs

    /** Logs an event. */
    @Override
    public void accept(TokenEvent event) {
        if (event instanceof TokenEvent.Refreshed refreshed) {
            refreshed(refreshed);
        } else if (event instanceof TokenEvent.RefreshFailed failed) {
            failed(failed);
        } else if (event instanceof TokenEvent.ReauthorizationRequired ended) {
            report(ended.key(), ended.problem(), ended.detail(), Optional.empty(), Optional.empty());
        } else if (event instanceof TokenEvent.Recovered || event instanceof TokenEvent.Connected) {
            works(event.key(), time.now());
        } else if (event instanceof TokenEvent.Disconnected) {
            Optional<ReportedProblems.Report> unused = reported.remove(event.key(), Instant.MAX);
        } else if (event instanceof TokenEvent.ExpiresSoon ends) {
            accounts.info("{}: the user has to reconnect by {}", ends.key(), ends.reconnectBy());
        } else if (event instanceof TokenEvent.ScopeReduced reduced) {
            accounts.warn("{}: the provider no longer grants the scopes {}", reduced.key(), reduced.lost());
        }
    }

    /**
     * Logs that a run has ended without a token.
     *
     * @param forced whether the run was to replace a token that may be valid
     */
    public void failed(TokenKey key, TokenException why, boolean forced) {
        if (refreshes.isDebugEnabled()) {
            refreshes.debug("{}: no token: {}: {}", key, why.problem(), LogLine.reason(why));
        }
        if (why.problem() == Problem.JOURNAL_UNAVAILABLE) {
            limited(store, journal, key, why);
        } else if (why.problem() == Problem.OVERLOADED) {
            limited(refreshes, overload, key, why);
        } else if (!OF_THE_CALL.contains(why.problem())
                && !isOfParent(why)
                && (!forced || isReportedIfForced(why.problem()))) {
            report(key, why);
        }
    }

    /** Logs that an account works again, if it did not and the token was issued since. */
    public void served(TokenKey key, AccessToken token) {
        works(key, token.issuedAt());
    }

    // ---- lines

    private void refreshed(TokenEvent.Refreshed event) {
        if (refreshes.isDebugEnabled()) {
            refreshes.debug(
                    "{}: refreshed to generation {} in {} ms, {}, {}",
                    event.key(),
                    event.generation(),
                    event.took().toMillis(),
                    event.rotated() ? "with a new refresh token" : "with the same refresh token",
                    event.expiresAt().map(end -> "valid until " + end).orElse("without a known end"));
        }
    }

    private void failed(TokenEvent.RefreshFailed event) {
        if (refreshes.isDebugEnabled()) {
            refreshes.debug(
                    "{}: the refresh failed: {}: {}; the account is {}",
                    event.key(),
                    event.problem(),
                    LogLine.oneLine(event.detail()),
                    event.state());
        }
        if (needsPerson(event.problem()) || event.state() == ConnectionState.STALLED) {
            report(event.key(), event.problem(), event.detail(), event.nextAttempt(), Optional.empty());
        }
    }

    /** Only an unexpected error has a stack trace. */
    private void report(TokenKey key, TokenException why) {
        if (why.getCause() == null || why.problem() != Problem.INTERNAL) {
            report(key, why.problem(), why.detail(), why.retryAt(), why.reconnectUrl());
        } else if (isNew(key, why.problem())) {
            accounts.warn(LogLine.of(key, why.problem(), why.detail(), next(key, why.problem(), why.retryAt())), why);
        }
    }

    /** @param reconnectUrl the address of the parent account, if the user has to reconnect that one */
    private void report(
            TokenKey key, Problem problem, String detail, Optional<Instant> retryAt, Optional<URI> reconnectUrl) {
        if (isNew(key, problem)) {
            String next = reconnectUrl.isPresent()
                    ? LogLine.next(problem.remedy(), retryAt, reconnectUrl)
                    : next(key, problem, retryAt);
            accounts.warn("{}", LogLine.of(key, problem, detail, next));
        }
    }

    /** Logs a failure that many accounts have at the same time, once a minute. */
    private static void limited(Logger logger, RateLimitedLog limit, TokenKey key, TokenException why) {
        limit.log(suppressed -> logger.warn(
                "{}: {}; {} such failures were not logged since the last one", key, LogLine.reason(why), suppressed));
    }

    private void works(TokenKey key, Instant proof) {
        Optional<ReportedProblems.Report> over = reported.remove(key, proof);
        if (over.isPresent()) {
            accounts.info(
                    "{}: works again; it had a problem for {}, first {}",
                    key,
                    Duration.between(over.get().since(), time.now()),
                    over.get().first());
        }
    }

    // ---- decisions

    /** Returns whether the problem is to be logged for this account, and remembers it. */
    private boolean isNew(TokenKey key, Problem problem) {
        return !OF_THE_STORE.contains(problem)
                && clients.apply(key).filter(problem::equals).isEmpty()
                && reported.add(key, problem, time.now());
    }

    /** The parent's own run has logged the problem, except if the parent is not there. */
    private static boolean isOfParent(TokenException why) {
        return why.parent().isPresent() && why.problem() != Problem.PARENT_NOT_CONNECTED;
    }

    private static boolean needsPerson(Problem problem) {
        return problem.remedy() != Remedy.RETRY && problem.remedy() != Remedy.WAIT;
    }

    /** Returns whether a refresh that was forced and fails is reported although the token may be valid. */
    private static boolean isReportedIfForced(Problem problem) {
        return needsPerson(problem) && problem != Problem.NO_REFRESH_TOKEN;
    }

    private String next(TokenKey key, Problem problem, Optional<Instant> retryAt) {
        Optional<URI> address = problem.remedy() == Remedy.RECONNECT ? reconnectUrls.apply(key) : Optional.<URI>empty();
        return LogLine.next(problem.remedy(), retryAt, address);
    }
}
