package dev.evertoken.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.store.RecordCodec;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/** One call of {@code change.lua}, which documents the keys, the arguments and the results. Immutable. */
record Change(List<String> keys, List<byte[]> arguments) {

    /** The result if the expected revision is not the stored one. */
    static final long CONFLICT = 0;

    /** The result, at least, if the record is now in the requested state. */
    static final long DONE = 1;

    /** The result if the server has a replication id that is not known. */
    static final long OTHER_HISTORY = -1;

    /** The result if no replica is connected although one is required. */
    static final long NO_REPLICA = -2;

    private static final Script SCRIPT = Script.of("change.lua");
    private static final byte[] NOTHING = new byte[0];

    /**
     * Returns a write of a record.
     *
     * @param unreadable the serialized record if an unreadable one is replaced, else no bytes
     * @throws IllegalArgumentException if the record cannot be encoded
     */
    static Change write(KeyNames names, TokenKey key, long expectedRevision, TokenRecord next, byte[] unreadable) {
        return written(names, key, expectedRevision, next, unreadable, "", false);
    }

    /**
     * Returns a write of a record with a claim.
     *
     * @param history the known replication ids; empty if they are unknown
     * @param needsReplica whether nothing is written if no replica is connected
     */
    static Change claim(
            KeyNames names,
            TokenKey key,
            long expectedRevision,
            TokenRecord claimed,
            String history,
            boolean needsReplica) {
        return written(names, key, expectedRevision, claimed, NOTHING, history, needsReplica);
    }

    /** Returns a removal; {@code unreadable} as for {@link #write}. */
    static Change removal(KeyNames names, TokenKey key, long expectedRevision, byte[] unreadable) {
        return of(names, key, expectedRevision, NOTHING, NOTHING, NOTHING, unreadable, "", false);
    }

    private static Change written(
            KeyNames names,
            TokenKey key,
            long expectedRevision,
            TokenRecord next,
            byte[] unreadable,
            String history,
            boolean needsReplica) {
        byte[] record = RecordCodec.encode(next);
        byte[] dueAt = next.dueAt().map(time -> number(DueSets.score(time))).orElse(NOTHING);
        return of(
                names,
                key,
                expectedRevision,
                number(next.revision()),
                record,
                dueAt,
                unreadable,
                history,
                needsReplica);
    }

    private static Change of(
            KeyNames names,
            TokenKey key,
            long expectedRevision,
            byte[] revision,
            byte[] record,
            byte[] dueAt,
            byte[] unreadable,
            String history,
            boolean needsReplica) {
        return new Change(
                List.of(names.record(key), names.due(key), names.unreadable(key, suffix())),
                List.of(
                        number(expectedRevision),
                        revision,
                        record,
                        dueAt,
                        KeyNames.member(key).getBytes(UTF_8),
                        unreadable,
                        history.getBytes(US_ASCII),
                        needsReplica ? number(1) : NOTHING));
    }

    private static byte[] number(long value) {
        return Long.toString(value).getBytes(US_ASCII);
    }

    /** Returns a random suffix for the key of a replaced unreadable record. */
    private static String suffix() {
        return Long.toHexString(ThreadLocalRandom.current().nextLong());
    }

    /** Runs the change. */
    long run(RedisScripts server) {
        return (Long) Objects.requireNonNull(SCRIPT.run(server, keys, arguments));
    }
}
