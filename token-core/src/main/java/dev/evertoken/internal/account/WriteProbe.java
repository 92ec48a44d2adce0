package dev.evertoken.internal.account;

import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.operations.TokenOperations;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.UnreadableRecordException;

/**
 * Writes the record of a reserved account and removes it again. A record that an interrupted probe has left is
 * replaced and removed too. Used once, by one thread.
 */
final class WriteProbe {

    private static final TokenKey KEY = TokenOperations.PROBE;

    private final MonitoredStore store;
    private final RecordMapper mapper;

    WriteProbe(MonitoredStore store, RecordMapper mapper) {
        this.store = store;
        this.mapper = mapper;
    }

    /** Returns false if the store cannot keep such an account. */
    boolean run() {
        long before = revision();
        TokenRecord probe = mapper.probe(KEY);
        try {
            if (!store.compareAndSet(KEY, before, probe)) {
                return isProbedElsewhere();
            }
        } catch (TokenStoreException e) {
            if (e.getCause() instanceof IllegalArgumentException) {
                return false;
            }
            throw e;
        }
        // A probe of another process may have replaced and removed the record meanwhile: then it is gone as well.
        boolean unused = store.remove(KEY, probe.revision());
        return true;
    }

    /** Returns whether another process has just written the record, which shows that writes work. */
    private boolean isProbedElsewhere() {
        return revision() != TokenStore.ABSENT;
    }

    private long revision() {
        try {
            return store.loadStored(KEY).map(TokenRecord::revision).orElse(TokenStore.ABSENT);
        } catch (UnreadableRecordException e) {
            return TokenStore.UNREADABLE;
        }
    }
}
