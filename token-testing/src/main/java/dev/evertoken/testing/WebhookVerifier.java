package dev.evertoken.testing;

import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Verifies webhooks as a receiver does, by Standard Webhooks 1.0.0: the signature over id, time and body, compared in
 * constant time; a time within a tolerance; and each id once.
 *
 * <p>It shares no code with the sender, so that a test with it shows that any library for Standard Webhooks accepts the
 * messages. Thread-safe.
 */
public final class WebhookVerifier {

    /** The tolerance for the time of a message, unless another one is set. */
    public static final Duration TOLERANCE = Duration.ofMinutes(5);

    /** The number of ids that are remembered. */
    static final int IDS = 10_000;

    /** The result of a verification. Immutable. */
    public enum Verdict {
        /** The message is authentic, recent and new. */
        ACCEPTED,
        /** The message is authentic and recent, but one with its id was accepted before: the sender has repeated it. */
        REPEATED,
        /** A header is missing, or the timestamp is no number of seconds. */
        MALFORMED,
        /** The timestamp is older than the tolerance allows, or as far in the future. */
        NOT_RECENT,
        /** No signature is that of a known key. */
        FORGED
    }

    private final List<WebhookCheck> checks;
    private final Timekeeper time;
    private final Duration tolerance;

    private final ReentrantLock lock = new ReentrantLock();

    /** The ids that were accepted, the earliest first. */
    private final Map<String, Boolean> accepted = new LinkedHashMap<>();

    private WebhookVerifier(List<WebhookCheck> checks, Timekeeper time, Duration tolerance) {
        this.checks = checks;
        this.time = time;
        this.tolerance = tolerance;
    }

    /**
     * Returns a verifier with the clock of this machine and a tolerance of {@link #TOLERANCE}.
     *
     * @param keys the secrets of the sender ({@code whsec_…}) or its public keys ({@code whpk_…}); a message has to be
     *     signed with one of them
     * @throws IllegalArgumentException if there is none, or one is malformed; the message does not contain it
     */
    public static WebhookVerifier of(String... keys) {
        if (keys.length == 0) {
            throw new IllegalArgumentException("a verifier needs a key");
        }
        return new WebhookVerifier(Stream.of(keys).map(WebhookCheck::parse).toList(), Timekeeper.system(), TOLERANCE);
    }

    /** Returns a verifier with these keys and another clock, which has accepted nothing. */
    public WebhookVerifier withTime(Timekeeper clock) {
        return new WebhookVerifier(checks, clock, tolerance);
    }

    /** Returns a verifier with these keys and another tolerance, which has accepted nothing. */
    public WebhookVerifier withTolerance(Duration longest) {
        return new WebhookVerifier(checks, time, longest);
    }

    /**
     * Verifies a message.
     *
     * @param header returns the value of a header by its lowercase name, or null if there is none, such as {@code
     *     request::header}
     * @param body the body exactly as it was received
     */
    public Verdict verify(Function<String, @Nullable String> header, byte[] body) {
        String id = header.apply("webhook-id");
        String timestamp = header.apply("webhook-timestamp");
        String signatures = header.apply("webhook-signature");
        if (id == null || timestamp == null || signatures == null) {
            return Verdict.MALFORMED;
        }
        Optional<Instant> sent = seconds(timestamp);
        if (sent.isEmpty()) {
            return Verdict.MALFORMED;
        }
        if (!isSigned(id + "." + timestamp + ".", body, signatures)) {
            return Verdict.FORGED;
        }
        if (Duration.between(sent.get(), time.now()).abs().compareTo(tolerance) > 0) {
            return Verdict.NOT_RECENT;
        }
        return remember(id) ? Verdict.ACCEPTED : Verdict.REPEATED;
    }

    private static Optional<Instant> seconds(String timestamp) {
        return timestamp.matches("\\d{1,12}")
                ? Optional.of(Instant.ofEpochSecond(Long.parseLong(timestamp)))
                : Optional.empty();
    }

    private boolean isSigned(String prefix, byte[] body, String signatures) {
        List<String> all = List.of(signatures.split(" ", -1));
        return checks.stream()
                .anyMatch(check -> all.stream().anyMatch(signature -> check.isSignature(signature, prefix, body)));
    }

    /** Returns whether an id is new. */
    private boolean remember(String id) {
        lock.lock();
        try {
            boolean isNew = accepted.put(id, true) == null;
            if (accepted.size() > IDS) {
                accepted.remove(accepted.keySet().iterator().next());
            }
            return isNew;
        } finally {
            lock.unlock();
        }
    }
}
