package dev.evertoken.doctor;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.LoadResult;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.ForwardingTokenStore;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A store with any number of accounts of which only one is in memory: the others are made when they are read. */
final class ManyRecords extends ForwardingTokenStore {

    private final TokenKey template;
    private final int number;

    ManyRecords(TokenStore store, TokenKey template, int number) {
        super(store);
        this.template = template;
        this.number = number;
    }

    @Override
    public Stream<TokenKey> keys() {
        return IntStream.range(0, number).mapToObj(at -> TokenKey.of(template.registration(), "user-" + at));
    }

    @Override
    public Optional<TokenRecord> load(TokenKey key) {
        return super.load(template).map(record -> record.toBuilder().key(key).build());
    }

    @Override
    public int batchSize() {
        return 500;
    }

    @Override
    public List<LoadResult> loadAll(List<TokenKey> keys) {
        return keys.stream().map(key -> LoadResult.of(key, this::load)).toList();
    }
}
