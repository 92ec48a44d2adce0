package dev.evertoken.background;

import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.operations.RecordView;
import dev.evertoken.spi.operations.TokenOperations;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all records slowly, one after the other, for what the order of the due accounts does not show: connections that
 * end soon, refresh tokens that end by disuse, and places of the index that do not agree with the record. Not
 * thread-safe.
 */
final class Audit {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.REFRESH);
    private static final Duration LOOK_AHEAD = Duration.ofDays(30);
    private static final Duration BETWEEN_PASSES = Duration.ofMinutes(10);

    private final TokenOperations operations;
    private final Settings settings;
    private final Tallies tallies;
    private final RateBudget reads;
    private final Function<TokenKey, Optional<ClientSweep>> clients;
    private final BooleanSupplier closed;
    private final Index index;
    private final Jitter jitter;
    private @Nullable Stream<TokenKey> listing;
    private @Nullable Iterator<TokenKey> keys;
    private Instant nextPass = Instant.MIN;

    /** Brings the index in line with a record. */
    interface Index {
        void agree(RecordView record);
    }

    Audit(
            TokenOperations operations,
            Settings settings,
            Tallies tallies,
            Function<TokenKey, Optional<ClientSweep>> clients,
            Index index,
            BooleanSupplier closed) {
        this.operations = operations;
        this.settings = settings;
        this.tallies = tallies;
        this.clients = clients;
        this.index = index;
        this.jitter = new Jitter(settings.jitter());
        this.closed = closed;
        double minutes = Math.max(1, settings.every().toMillis() / 60_000.0);
        this.reads = new RateBudget(
                settings.auditReads(),
                Duration.ofMinutes(1),
                settings.auditReads() * minutes,
                operations.timekeeper().nanos());
    }

    /** Reads as many records as the budget allows. */
    void proceed() {
        try {
            while (!closed.getAsBoolean() && mayRead() && advance()) {
                reads.take();
            }
        } catch (RuntimeException e) {
            log.debug("the audit of the store starts again later", e);
            tallies.count(Tally::countStoreFailure);
            endPass();
        }
    }

    private boolean mayRead() {
        return reads.available(operations.timekeeper().nanos()) > 0;
    }

    /** Looks at the next account; returns false at the end of the pass. */
    private boolean advance() {
        Iterator<TokenKey> open = open();
        if (open == null) {
            return false;
        }
        if (!open.hasNext()) {
            endPass();
            return false;
        }
        TokenKey key = open.next();
        clients.apply(key).ifPresent(client -> look(key, client));
        return true;
    }

    private @Nullable Iterator<TokenKey> open() {
        if (keys == null && !operations.now().isBefore(nextPass)) {
            Stream<TokenKey> all = operations.keys();
            listing = all;
            keys = all.iterator();
        }
        return keys;
    }

    private void look(TokenKey key, ClientSweep client) {
        try {
            tallies.count(Tally::countAudited);
            operations.record(key).ifPresent(record -> look(record, client));
        } catch (UnreadableRecordException e) {
            tallies.count(Tally::countUnreadable);
        } catch (TokenStoreException e) {
            tallies.count(Tally::countStoreFailure);
            log.debug("{}: the audit cannot read the record", key, e);
        }
    }

    private void look(RecordView record, ClientSweep client) {
        Instant now = operations.now();
        boolean endsSoon = record.endsAt()
                .filter(end ->
                        !end.isAfter(now.plus(LOOK_AHEAD)) || !record.marks().isEmpty())
                .isPresent();
        if (endsSoon && operations.warnOfEnd(record.key())) {
            tallies.count(Tally::countWarned);
        }
        index.agree(record);
        if (Need.isDue(record, now) && !Need.isHeld(record, now) && isNeeded(record, now)) {
            client.offer(
                    Candidate.of(
                            record, client.tenant(record.key()), record.dueAt().orElse(now)),
                    now);
        }
    }

    private boolean isNeeded(RecordView record, Instant now) {
        return !jitter.startsAt(record).isAfter(now)
                && (settings.refreshIdle()
                        || operations.isUsed(record.key())
                        || Need.ofIdle(record, settings.keepAlive(), now));
    }

    /** Ends the pass that is in progress; the next one starts later. */
    void endPass() {
        Stream<TokenKey> open = listing;
        listing = null;
        keys = null;
        nextPass = operations.now().plus(BETWEEN_PASSES);
        if (open != null) {
            open.close();
        }
    }
}
