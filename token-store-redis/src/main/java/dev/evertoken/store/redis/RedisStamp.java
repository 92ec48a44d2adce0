package dev.evertoken.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.evertoken.spi.store.ChangeStamp;
import dev.evertoken.spi.store.ChangeStamp.Move;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The change stamp of a namespace: a random number in hexadecimal digits, so that a server that has lost the latest
 * ones in a failover never has the stamp of another change. Uses only commands that the ACL user for records may call.
 * Thread-safe.
 */
final class RedisStamp {

    private static final Script MOVE = new Script("stamp.lua");
    private static final String FIELD = "stamp";

    private final RedisCommands commands;
    private final String key;

    RedisStamp(RedisCommands commands, KeyNames names) {
        this.commands = commands;
        this.key = names.changes();
    }

    String read() {
        List<String> stamp = commands.repeatable("the change stamp cannot be read", client -> client.hmget(key, FIELD));
        return Objects.requireNonNullElse(stamp.get(0), ChangeStamp.NONE);
    }

    /**
     * If the client sends a move twice, the result has its own new stamp as the previous one, which no engine knows.
     */
    Move move() {
        byte[] after = HexFormat.of()
                .toHexDigits(ThreadLocalRandom.current().nextLong())
                .getBytes(US_ASCII);
        byte[] before = (byte[]) commands.repeatable(
                "the change stamp cannot be written",
                client -> MOVE.run(client, List.of(key.getBytes(US_ASCII)), List.of(after)));
        return new Move(new String(before, US_ASCII), new String(after, US_ASCII));
    }
}
