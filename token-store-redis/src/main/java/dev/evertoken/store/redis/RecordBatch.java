package dev.evertoken.store.redis;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.LoadResult;
import dev.evertoken.spi.store.TokenRecord;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads many records in one round trip to each server that holds some of them. A record that is missing, has another
 * type or has moved to another node is read again individually. Thread-safe.
 */
final class RecordBatch {

    /** The number of records in one round trip. */
    static final int LENGTH = 500;

    private final KeyNames names;
    private final Function<TokenKey, Optional<TokenRecord>> single;

    /** @param single reads one record */
    RecordBatch(KeyNames names, Function<TokenKey, Optional<TokenRecord>> single) {
        this.names = names;
        this.single = single;
    }

    /** Returns the fields of the hashes; empty for a record that has to be read individually. */
    List<Optional<List<byte @Nullable []>>> fields(RedisCommands client, List<TokenKey> keys) {
        List<String> records = keys.stream().map(names::record).toList();
        return client.hmgetAll(records, StoredRecord.fields()).stream()
                .map(fields -> fields.filter(found -> !StoredRecord.isAbsent(found)))
                .toList();
    }

    /** Returns one result for each key. */
    List<LoadResult> results(List<TokenKey> keys, List<Optional<List<byte @Nullable []>>> fields) {
        return IntStream.range(0, keys.size())
                .mapToObj(n -> result(keys.get(n), fields.get(n)))
                .toList();
    }

    private LoadResult result(TokenKey key, Optional<List<byte @Nullable []>> fields) {
        return fields.isPresent()
                ? LoadResult.of(key, same -> Optional.of(StoredRecord.read(same, fields.get())))
                : LoadResult.of(key, single);
    }
}
