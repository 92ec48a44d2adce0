package dev.evertoken.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TimedRecord;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The time of the server, alone or together with a record. In a cluster it is the time of one node, which has only some
 * of the records, so that all processes compare the deadline of a claim with the same clock. Thread-safe.
 */
final class ServerClock {

    private static final Script LOAD = Script.of("load.lua");
    private static final int PARTS_OF_TIME = 2;

    private final KeyNames names;
    private final String anyKey;
    private volatile boolean onOneServer;

    ServerClock(KeyNames names) {
        this.names = names;
        this.anyKey = names.anyOfEachShard().findFirst().orElseThrow();
    }

    /** Sets the number of servers that hold the records when the store is opened. */
    void start(int servers) {
        onOneServer = servers == 1;
    }

    /** Returns whether the server of each record has the clock. */
    boolean readsWithRecords() {
        return onOneServer;
    }

    /** Returns the time of the server. */
    Instant now(RedisCommands client) {
        return client.time(anyKey);
    }

    /**
     * Returns the record of an account and the time of its server, in one round trip; empty if the hash has none of the
     * fields of a record, if it cannot be read, or if the user may not read the time.
     */
    Optional<TimedRecord> load(RedisCommands client, TokenKey key) {
        List<byte @Nullable []> reply = JedisCommands.values(
                Objects.requireNonNull(LOAD.run(client, List.of(names.record(key)), StoredRecord.fields())));
        if (reply.isEmpty()) {
            return Optional.empty();
        }
        List<byte @Nullable []> fields = reply.subList(PARTS_OF_TIME, reply.size());
        byte @Nullable [] seconds = reply.get(0);
        byte @Nullable [] micros = reply.get(1);
        if (seconds == null || micros == null || StoredRecord.isAbsent(fields)) {
            return Optional.empty();
        }
        Instant time = Instant.ofEpochSecond(number(seconds)).plus(number(micros), ChronoUnit.MICROS);
        return Optional.of(new TimedRecord(Optional.of(StoredRecord.read(key, fields)), Optional.of(time)));
    }

    private static long number(byte[] digits) {
        return Long.parseLong(new String(digits, US_ASCII));
    }
}
