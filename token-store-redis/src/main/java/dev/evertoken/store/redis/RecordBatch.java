package dev.evertoken.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.LoadResult;
import dev.evertoken.spi.store.TokenRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;

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
    List<Optional<List<byte[]>>> fields(UnifiedJedis client, List<TokenKey> keys) {
        List<Response<List<byte[]>>> responses = new ArrayList<>();
        try (AbstractPipeline pipeline = client.pipelined()) {
            for (TokenKey key : keys) {
                responses.add(pipeline.hmget(names.record(key).getBytes(UTF_8), StoredRecord.fields()));
            }
            pipeline.sync();
        }
        return responses.stream().map(RecordBatch::complete).toList();
    }

    /** Returns one result for each key. */
    List<LoadResult> results(List<TokenKey> keys, List<Optional<List<byte[]>>> fields) {
        return IntStream.range(0, keys.size())
                .mapToObj(n -> result(keys.get(n), fields.get(n)))
                .toList();
    }

    private LoadResult result(TokenKey key, Optional<List<byte[]>> fields) {
        return fields.isPresent()
                ? LoadResult.of(key, same -> Optional.of(StoredRecord.read(same, fields.get())))
                : LoadResult.of(key, single);
    }

    /** Returns the fields of a record; empty if its node refused the command or did not respond to it. */
    private static Optional<List<byte[]>> complete(Response<List<byte[]>> response) {
        try {
            return Optional.of(response.get()).filter(found -> found.stream().anyMatch(Objects::nonNull));
        } catch (JedisDataException | IllegalStateException e) {
            return Optional.empty();
        }
    }
}
