package dev.evertoken.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The ids of messages and destinations, which each process derives from the same facts. So a message that two processes
 * send about one event has one id, and a receiver that remembers ids handles it once. Stateless. Thread-safe.
 */
final class EventDigest {

    private static final int ID = 16;
    private static final int SHORT = 4;
    private static final int LONGEST_HOST = 40;

    private EventDigest() {}

    /** Returns the id of a message; it contains no full stop. */
    static String messageId(String destination, LifecycleEvent event) {
        return "msg_"
                + hex(
                        ID,
                        destination,
                        event.event().type(),
                        event.account().registration(),
                        event.account().account(),
                        event.consentedAt().map(String::valueOf).orElse(""),
                        event.episode());
    }

    /** Returns the id of the destination of an address: its host, and a digest that distinguishes its paths. */
    static String destination(URI address) {
        String host = address.getHost();
        return "webhook-" + host.substring(0, Math.min(LONGEST_HOST, host.length())) + "-"
                + hex(SHORT, address.toString());
    }

    private static String hex(int bytes, String... texts) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(String.join("\0", texts).getBytes(UTF_8));
            return HexFormat.of().formatHex(digest, 0, bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
