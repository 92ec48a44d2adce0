package dev.evertoken.internal.record;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.LoadResult;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.ForwardingTokenStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A store that reads batches of a given size, and knows how long each batch was. Thread-safe. */
public final class BatchingStore extends ForwardingTokenStore {

    private final int batchSize;
    private final List<Integer> batches = new CopyOnWriteArrayList<>();

    public BatchingStore(TokenStore store, int batchSize) {
        super(store);
        this.batchSize = batchSize;
    }

    public List<Integer> batches() {
        return batches;
    }

    @Override
    public List<LoadResult> loadAll(List<TokenKey> keys) {
        batches.add(keys.size());
        return super.loadAll(keys);
    }

    @Override
    public int batchSize() {
        return batchSize;
    }
}
