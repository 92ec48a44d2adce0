package dev.evertoken.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.evertoken.spi.store.ChangeStamp;
import dev.evertoken.spi.store.ChangeStamp.Move;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The change stamp of a namespace: a random number in hexadecimal digits, so that a server that has lost the latest
 * ones in a failover never has the stamp of another change. Uses only commands that the ACL user for records may call.
 * Thread-safe.
 */
final class RedisStamp {

    private static final Script MOVE = Script.of("stamp.lua");
    private static final List<byte[]> FIELDS = List.of("stamp".getBytes(US_ASCII));

    private final RedisCalls calls;
    private final String key;

    RedisStamp(RedisCalls calls, KeyNames names) {
        this.calls = calls;
        this.key = names.changes();
    }

    String read() {
        byte @Nullable [] stamp = calls.repeatable(
                        "the change stamp cannot be read", client -> client.hmget(key, FIELDS))
                .get(0);
        return stamp == null ? ChangeStamp.NONE : new String(stamp, US_ASCII);
    }

    /**
     * If the client sends a move twice, the result has its own new stamp as the previous one, which no engine knows.
     */
    Move move() {
        byte[] after = HexFormat.of()
                .toHexDigits(ThreadLocalRandom.current().nextLong())
                .getBytes(US_ASCII);
        byte[] before = (byte[]) calls.repeatable(
                "the change stamp cannot be written",
                client -> Objects.requireNonNull(MOVE.run(client, List.of(key), List.of(after))));
        return new Move(new String(before, US_ASCII), new String(after, US_ASCII));
    }
}
