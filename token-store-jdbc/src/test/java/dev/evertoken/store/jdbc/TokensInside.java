package dev.evertoken.store.jdbc;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.store.DueIndex;
import dev.evertoken.spi.store.LoadResult;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.store.RecordCodec;
import dev.evertoken.testing.ForwardingTokenStore;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Stores the contract's records, whose secrets are arbitrary bytes, in a store that requires tokens: the bytes are
 * encoded as an access token. Thread-safe.
 */
final class TokensInside extends ForwardingTokenStore implements DueIndex {

    private final ColumnTokenStore store;

    TokensInside(ColumnTokenStore store) {
        super(store);
        this.store = store;
    }

    @Override
    public Optional<TokenRecord> load(TokenKey key) {
        return super.load(key).map(TokensInside::unwrapped);
    }

    @Override
    public List<LoadResult> loadAll(List<TokenKey> keys) {
        return store.loadAll(keys).stream()
                .map(result -> LoadResult.of(result.key(), key -> result.get().map(TokensInside::unwrapped)))
                .toList();
    }

    @Override
    public int batchSize() {
        return store.batchSize();
    }

    @Override
    public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
        return super.compareAndSet(key, expectedRevision, wrapped(next));
    }

    @Override
    public List<TokenKey> due(String registration, Instant before, Optional<TokenKey> after, int limit) {
        return store.due(registration, before, after, limit);
    }

    @Override
    public Optional<Instant> oldestDue(String registration) {
        return store.oldestDue(registration);
    }

    private static TokenRecord wrapped(TokenRecord record) {
        String kind = record.secrets() instanceof SecretPart.Envelope envelope ? envelope.keyId() : "";
        String text = kind + "."
                + Base64.getUrlEncoder().encodeToString(record.secrets().bytes());
        return with(
                record,
                new SecretPart.Clear(
                        RecordCodec.encodeTokens(TokenSet.builder(text).build())));
    }

    private static TokenRecord unwrapped(TokenRecord record) {
        String text = RecordCodec.decodeTokens(record.key(), record.secrets().bytes())
                .accessToken()
                .orElseThrow()
                .reveal();
        int dot = text.indexOf('.');
        byte[] bytes = Base64.getUrlDecoder().decode(text.substring(dot + 1));
        return with(
                record,
                dot == 0 ? new SecretPart.Clear(bytes) : new SecretPart.Envelope(text.substring(0, dot), bytes));
    }

    private static TokenRecord with(TokenRecord record, SecretPart secrets) {
        return record.next().secrets(secrets).build(record.revision(), record.updatedAt());
    }
}
