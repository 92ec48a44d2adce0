package dev.evertoken.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evertoken.spi.outbox.OutboxMessage;
import java.time.Instant;
import java.util.Optional;

/**
 * The stored form of a message: kind, collapse key, time of creation, line and payload, separated by spaces, which the
 * first four do not contain. Stateless. Thread-safe.
 */
final class StoredMessage {

    private static final int PARTS = 5;

    private StoredMessage() {}

    static byte[] encode(OutboxMessage message) {
        return (message.kind() + " " + message.collapseKey().orElse("") + " "
                        + message.createdAt().toEpochMilli() + " " + OutboxKeys.line(message.account()) + " "
                        + message.payload())
                .getBytes(UTF_8);
    }

    static OutboxMessage decode(String destination, String id, byte[] stored) {
        String[] parts = new String(stored, UTF_8).split(" ", PARTS);
        return new OutboxMessage(
                id,
                destination,
                OutboxKeys.account(parts[3]),
                parts[0],
                Optional.of(parts[1]).filter(key -> !key.isEmpty()),
                parts[4],
                Instant.ofEpochMilli(Long.parseLong(parts[2])));
    }
}
