package dev.evertoken.internal.refresh;

import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What is known of accounts while the store does not answer: copies that it has in other places, and answers of this host
 * that wait to be saved. That an account is served from there is told once for each outage. Thread-safe.
 */
public final class OutageCopies {

    private static final Set<Problem> OF_THE_STORE =
            EnumSet.of(Problem.STORE_UNAVAILABLE, Problem.STORE_REFUSED, Problem.STORE_QUOTA);

    private static final Comparator<TokenRecord> BY_AGE = Comparator.<TokenRecord, Instant>comparing(
                    record -> record.grant().consentedAt())
            .thenComparing(TokenRecord::generation);

    private final MonitoredStore store;
    private final PendingWrites pendingWrites;
    private final Timekeeper time;
    private final Set<TokenKey> told = ConcurrentHashMap.newKeySet();

    public OutageCopies(MonitoredStore store, PendingWrites pendingWrites, Timekeeper time) {
        this.store = store;
        this.pendingWrites = pendingWrites;
        this.time = time;
    }

    /**
     * Returns the newest that is known of an account, without the claim that it may have; empty if no copy is known: what
     * waits here alone says nothing of an account that may have been disconnected long ago.
     */
    public Optional<TokenRecord> newest(TokenKey key) {
        return store.newestKnown(key)
                .map(copy -> Stream.concat(Stream.of(copy), ofGrant(copy, pendingWrites.newest(key)))
                        .max(BY_AGE)
                        .orElse(copy))
                .map(newest -> newest.next().noClaim().build(newest.revision(), newest.updatedAt()));
    }

    private static Stream<TokenRecord> ofGrant(TokenRecord copy, Optional<TokenRecord> waiting) {
        return waiting
                .filter(answered -> answered.grant().id().equals(copy.grant().id()))
                .stream();
    }

    /** Tells, once, that an account is served without the store. */
    void serves(TokenKey key, long generation, TokenException why, Consumer<TokenEvent> tell) {
        if (OF_THE_STORE.contains(why.problem()) && told.add(key)) {
            tell.accept(new TokenEvent.ServedStale(key, time.now(), generation, why.detail()));
        }
    }

    /** The store has answered for this account. */
    void endOutage(TokenKey key) {
        told.remove(key);
    }
}
