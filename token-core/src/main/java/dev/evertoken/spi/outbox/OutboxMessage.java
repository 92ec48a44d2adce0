package dev.evertoken.spi.outbox;

import dev.evertoken.model.TokenKey;
import java.time.Instant;
import java.util.Optional;

/**
 * A message to another system about one account. It contains no secrets: an outbox may store it in clear text. The
 * string representation leaves out the payload. Immutable.
 *
 * @param id a unique id of 1 to {@value #MAX_ID_LENGTH} characters of printable ASCII without spaces, the same for each
 *     attempt
 * @param destination the id of the destination, as {@code id}
 * @param account the account; messages to one destination about one account are delivered in the order in which they
 *     were added
 * @param kind the kind of message, as {@code id}, for the destination alone
 * @param collapseKey messages to one destination about one account with the same collapse key replace one another: only
 *     the newest is delivered. Empty for a message that nothing replaces
 * @param payload the content, for the destination alone: at most {@value #MAX_PAYLOAD_LENGTH} UTF-16 characters
 * @param createdAt when the message was created. Only milliseconds are kept
 */
public record OutboxMessage(
        String id,
        String destination,
        TokenKey account,
        String kind,
        Optional<String> collapseKey,
        String payload,
        Instant createdAt) {

    /** The maximum length of the id, the destination, the kind and the collapse key. */
    public static final int MAX_ID_LENGTH = 64;

    /** The maximum length of the payload, in UTF-16 characters. */
    public static final int MAX_PAYLOAD_LENGTH = 16_384;

    public OutboxMessage {
        requireId("id", id);
        requireId("destination", destination);
        requireId("kind", kind);
        collapseKey.ifPresent(key -> requireId("collapse key", key));
        if (payload.length() > MAX_PAYLOAD_LENGTH) {
            throw new IllegalArgumentException(
                    "the payload has " + payload.length() + " characters, more than " + MAX_PAYLOAD_LENGTH);
        }
        createdAt = Instant.ofEpochMilli(createdAt.toEpochMilli());
    }

    private static void requireId(String name, String text) {
        boolean fits = !text.isEmpty()
                && text.length() <= MAX_ID_LENGTH
                && text.chars().allMatch(c -> c > 0x20 && c < 0x7f);
        if (!fits) {
            throw new IllegalArgumentException("the " + name + " of a message is 1 to " + MAX_ID_LENGTH
                    + " characters of printable ASCII without spaces");
        }
    }

    /** Returns whether this message replaces an earlier one that waits. */
    public boolean replaces(OutboxMessage earlier) {
        return collapseKey.isPresent() && collapseKey.equals(earlier.collapseKey) && isInLineWith(earlier);
    }

    /** Returns whether this message and another one are delivered one after the other. */
    public boolean isInLineWith(OutboxMessage other) {
        return destination.equals(other.destination) && account.equals(other.account);
    }

    /** Returns everything but the payload. */
    @Override
    public String toString() {
        return "OutboxMessage[" + id + ", " + kind + " of " + account + " to " + destination + "]";
    }
}
