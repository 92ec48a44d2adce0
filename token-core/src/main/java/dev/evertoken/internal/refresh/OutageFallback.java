package dev.evertoken.internal.refresh;

import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves accounts while the store or the journal fails: from the copies in the store's fallbacks, from responses that this
 * host has not saved yet, and from valid tokens in memory. That an account is served without the store is published once
 * for each outage. Thread-safe.
 */
public final class OutageFallback {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.REFRESH);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private static final Set<Problem> OF_THE_STORE =
            EnumSet.of(Problem.STORE_UNAVAILABLE, Problem.STORE_REFUSED, Problem.STORE_QUOTA);

    /** Problems of the store or the journal, and not of the token. */
    private static final Set<Problem> SERVED_OVER = EnumSet.of(
            Problem.STORE_UNAVAILABLE,
            Problem.STORE_REFUSED,
            Problem.STORE_QUOTA,
            Problem.JOURNAL_UNAVAILABLE,
            Problem.JOURNAL_FULL,
            Problem.RECORD_UNREADABLE,
            Problem.RECORD_TOO_NEW,
            Problem.HELD_BY_PEER);

    private final MonitoredStore store;
    private final PendingWrites pendingWrites;
    private final TokenExceptions exceptions;
    private final Timekeeper time;
    private final Set<TokenKey> published = ConcurrentHashMap.newKeySet();

    public OutageFallback(
            MonitoredStore store, PendingWrites pendingWrites, TokenExceptions exceptions, Timekeeper time) {
        this.store = store;
        this.pendingWrites = pendingWrites;
        this.exceptions = exceptions;
        this.time = time;
    }

    private static int byAge(TokenRecord one, TokenRecord other) {
        int byGrant = one.grant().consentedAt().compareTo(other.grant().consentedAt());
        return byGrant != 0 ? byGrant : Long.compare(one.generation(), other.generation());
    }

    /**
     * Returns the newest known record of an account, without its claim; empty if no fallback has a copy. A pending
     * response alone proves nothing about an account that may have been disconnected long ago.
     */
    public Optional<TokenRecord> newest(TokenKey key) {
        return store.newestKnown(key)
                .map(copy -> Stream.concat(Stream.of(copy), ofGrant(copy, pendingWrites.newest(key)))
                        .max(OutageFallback::byAge)
                        .orElse(copy))
                .map(newest -> newest.next().noClaim().build(newest.revision(), newest.updatedAt()));
    }

    private static Stream<TokenRecord> ofGrant(TokenRecord copy, Optional<TokenRecord> pending) {
        return pending
                .filter(updated -> updated.grant().id().equals(copy.grant().id()))
                .stream();
    }

    /** Returns whether a valid token in memory is returned in spite of a problem. */
    static boolean isServedOver(Problem problem) {
        return SERVED_OVER.contains(problem);
    }

    /** Publishes, once in an outage, that an account is served without the store. */
    void serves(TokenKey key, long generation, TokenException why, Consumer<TokenEvent> events) {
        if (OF_THE_STORE.contains(why.problem()) && published.add(key)) {
            events.accept(new TokenEvent.ServedStale(key, time.now(), generation, why.detail()));
        }
    }

    /** Ends the outage of an account: the store has responded. */
    void endOutage(TokenKey key) {
        published.remove(key);
    }

    /**
     * Returns the valid token in memory if {@code why} concerns the store or the journal; otherwise throws {@code why}. The
     * account is looked at again after a pause, in the background.
     */
    AccessToken tokenOr(Cell cell, TokenRequirement requirement, TokenException why, Consumer<TokenEvent> events) {
        boolean isInvalid =
                why.parent().isEmpty() && why.problem().state().equals(Optional.of(ConnectionState.NEEDS_REAUTH));
        if (isInvalid) {
            cell.forget();
        }
        cell.lookAgainAt(time.now().plus(PAUSE));
        AccessToken known = cell.valid(time.millis());
        if (known == null || !requirement.anyValidTokenWillDo() || !isServedOver(why.problem())) {
            throw exceptions.about(cell.key(), why);
        }
        log.debug("{}: served from memory: {}", cell.key(), why.detail());
        serves(cell.key(), known.generation(), why, events);
        return known;
    }
}
