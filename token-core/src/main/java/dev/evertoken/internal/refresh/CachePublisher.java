package dev.evertoken.internal.refresh;

import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.internal.cache.TokenCache.Snapshot;
import dev.evertoken.internal.client.RequestSigning;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.time.Instant;

/** Publishes a record's token to its cell, with the times that the hot path compares. Thread-safe. */
public final class CachePublisher {

    private final RecordMapper mapper;
    private final RequestSigning signing;
    private final Timekeeper time;
    private final Duration skew;
    private final Duration recheckEvery;
    private final StoreRollbackGuard rollbackGuard;
    private final ConnectionWatch watch;

    /** @param recheckEvery how long a cell is served before the store is read again */
    public CachePublisher(
            RecordMapper mapper,
            RequestSigning signing,
            StoreRollbackGuard rollbackGuard,
            Timekeeper time,
            Duration skew,
            Duration recheckEvery,
            ConnectionWatch watch) {
        this.mapper = mapper;
        this.signing = signing;
        this.time = time;
        this.skew = skew;
        this.recheckEvery = recheckEvery;
        this.rollbackGuard = rollbackGuard;
        this.watch = watch;
    }

    /** Publishes a fresh token. The cell is checked again when the token is due. */
    public AccessToken publish(Cell cell, TokenRecord record) {
        return publish(cell, record, mapper.tokens(record));
    }

    /** Publishes a fresh token of a record whose secrets are open. */
    public AccessToken publish(Cell cell, TokenRecord record, TokenSet tokens) {
        return publish(cell, record, tokens, record.lifetime().schedule().refreshAt());
    }

    /** Publishes a token that is due but cannot be refreshed before {@code lookAgain}. */
    AccessToken serve(Cell cell, TokenRecord record, TokenSet tokens, Instant lookAgain) {
        return publish(cell, record, tokens, lookAgain);
    }

    /**
     * Publishes a token from a copy, which the rollback guard ignores. The cell is checked again at {@code lookAgain}.
     */
    AccessToken serveCopy(Cell cell, TokenRecord copy, TokenSet tokens, Instant lookAgain) {
        boolean doubted = cell.isDoubted();
        AccessToken token = publishOnly(cell, copy, tokens, lookAgain);
        if (doubted) {
            cell.doubt(); // a copy does not show whether the account is still connected
        }
        return token;
    }

    /** Serves the token in memory again if it belongs to the grant of this current record; otherwise forgets it. */
    void confirm(Cell cell, TokenRecord record) {
        Instant lookAgain = recheckAt(record.lifetime().schedule().refreshAt());
        cell.confirm(record, lookAgain);
        watch.serves(lookAgain.toEpochMilli());
    }

    /** Publishes a token that may be the only one available while the store is down. It is due at once. */
    void remember(Cell cell, TokenRecord record, TokenSet tokens) {
        if (tokens.accessToken().isPresent()) {
            publish(cell, record, tokens, time.now());
        }
    }

    private AccessToken publish(Cell cell, TokenRecord record, TokenSet tokens, Instant due) {
        AccessToken token = publishOnly(cell, record, tokens, due);
        rollbackGuard.seen(record);
        return token;
    }

    private AccessToken publishOnly(Cell cell, TokenRecord record, TokenSet tokens, Instant due) {
        AccessToken token = RecordMapper.accessToken(record, tokens);
        signing.keep(record.key(), token, tokens);
        Instant lookAgain = recheckAt(due);
        cell.publish(Snapshot.of(record, token, skew, lookAgain));
        watch.serves(lookAgain.toEpochMilli());
        return token;
    }

    private Instant recheckAt(Instant due) {
        Instant recheck = time.now().plus(recheckEvery);
        return due.isBefore(recheck) ? due : recheck;
    }
}
