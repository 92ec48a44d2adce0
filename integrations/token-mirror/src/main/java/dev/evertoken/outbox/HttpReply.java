package dev.evertoken.outbox;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The response of a destination. The string representation does not contain the body. Immutable; the body is not
 * copied.
 */
public final class HttpReply {

    private static final Duration LONGEST_PAUSE = Duration.ofDays(1);

    private final int status;
    private final Optional<String> retryAfter;
    private final byte[] body;
    private final boolean complete;

    /**
     * @param status the HTTP status
     * @param retryAfter the value of the header Retry-After; empty if there is none
     * @param body the body, or the part of it that was read
     * @param complete false if the body is longer than the part that was read
     */
    public HttpReply(int status, Optional<String> retryAfter, byte[] body, boolean complete) {
        this.status = status;
        this.retryAfter = retryAfter;
        this.body = body;
        this.complete = complete;
    }

    /** Returns the HTTP status. */
    public int status() {
        return status;
    }

    /** Returns the value of the header Retry-After; empty if there is none. */
    public Optional<String> retryAfter() {
        return retryAfter;
    }

    /** Returns the body, or the part of it that was read. */
    public byte[] body() {
        return body;
    }

    /** Returns false if the body is longer than the part that was read. */
    public boolean complete() {
        return complete;
    }

    /** Returns whether the status is 200 to 299. */
    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** Returns the body as UTF-8. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /**
     * Returns how long the destination wants to be left alone (RFC 9110 section 10.2.3), at most a day; empty if it has
     * not said so.
     */
    public Optional<Duration> pause(Instant now) {
        return retryAfter.flatMap(text -> parse(text.trim(), now)).map(pause -> {
            Duration positive = pause.isNegative() ? Duration.ZERO : pause;
            return positive.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : positive;
        });
    }

    private static Optional<Duration> parse(String text, Instant now) {
        try {
            return text.matches("\\d{1,9}")
                    ? Optional.of(Duration.ofSeconds(Long.parseLong(text)))
                    : Optional.of(Duration.between(
                            now,
                            ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant()));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /**
     * Returns the result of a delivery that has this status, other than a success: a redirect, 401, 403 and 407 refuse
     * the sender, 410 ends the destination, 429, 502, 503 and 504 ask for a pause, and everything else concerns the
     * message alone.
     */
    public DeliveryResult failure(Instant now) {
        String detail = "the receiver responded " + status;
        return switch (status) {
            case 401, 403, 407 -> DeliveryResult.refused(detail);
            case 410 -> DeliveryResult.gone(detail);
            case 429, 502, 503, 504 -> new DeliveryResult(DeliveryResult.Kind.UNAVAILABLE, pause(now), detail);
            default ->
                status >= 300 && status < 400
                        ? DeliveryResult.refused(detail + "; redirects are not followed")
                        : new DeliveryResult(DeliveryResult.Kind.RETRY, pause(now), detail);
        };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HttpReply that
                && status == that.status
                && retryAfter.equals(that.retryAfter)
                && Arrays.equals(body, that.body)
                && complete == that.complete;
    }

    @Override
    public int hashCode() {
        return Objects.hash(status, retryAfter, Arrays.hashCode(body), complete);
    }

    /** Returns the status and the length of the part of the body that was read. */
    @Override
    public String toString() {
        return "HttpReply[" + status + ", " + body.length + " bytes" + (complete ? "]" : " and more]");
    }
}
