package dev.evertoken.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evertoken.outbox.DeliveryResult;
import dev.evertoken.outbox.Destination;
import dev.evertoken.outbox.HttpMessage;
import dev.evertoken.outbox.HttpReply;
import dev.evertoken.outbox.HttpSender;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.outbox.LeasedMessage;
import dev.evertoken.spi.outbox.OutboxMessage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Sends the messages of one endpoint. The status alone counts, so the body of a response is not read. Thread-safe.
 */
final class WebhookDestination implements Destination {

    private final WebhookEndpoint endpoint;
    private final String id;
    private final HttpSender sender;
    private final RetrySchedule schedule;
    private final Timekeeper time;
    private volatile boolean gone;

    WebhookDestination(WebhookEndpoint endpoint, RetrySchedule schedule, Timekeeper time) {
        this.endpoint = endpoint;
        this.id = EventDigest.destination(endpoint.address());
        HttpSender any = HttpSender.withTimeout(endpoint.timeout());
        this.sender = endpoint.allowsPrivateNetwork() ? any : any.toPublicAddresses();
        this.schedule = schedule;
        this.time = time;
    }

    @Override
    public String id() {
        return id;
    }

    /** Returns whether the receiver has said that it wants no further message. */
    boolean isGone() {
        return gone;
    }

    /** Sends messages again to a receiver that was gone. */
    void resume() {
        gone = false;
    }

    @Override
    public DeliveryResult deliver(LeasedMessage leased) {
        OutboxMessage message = leased.message();
        Instant now = time.now();
        if (now.isAfter(message.createdAt().plus(RetrySchedule.LONGEST_WAIT))) {
            return DeliveryResult.dropped("it is older than " + RetrySchedule.LONGEST_WAIT.toDays() + " days");
        }
        byte[] body = message.payload().getBytes(UTF_8);
        Map<String, String> headers = new HashMap<>(endpoint.signature().headers(message.id(), now, body));
        headers.put("content-type", "application/json");
        try {
            return result(sender.sendForStatus(new HttpMessage("POST", endpoint.address(), headers, body)), now);
        } catch (IOException e) {
            return DeliveryResult.unavailable("the receiver did not respond: " + e.getMessage());
        }
    }

    private DeliveryResult result(HttpReply reply, Instant now) {
        if (reply.isSuccess()) {
            return DeliveryResult.delivered();
        }
        DeliveryResult failure = reply.failure(now);
        return switch (failure.kind()) {
            case GONE -> {
                gone = true;
                yield failure;
            }
            case REFUSED -> unavailable(failure); // its messages expire by the schedule, too
            default -> failure;
        };
    }

    private static DeliveryResult unavailable(DeliveryResult failure) {
        return new DeliveryResult(DeliveryResult.Kind.UNAVAILABLE, failure.retryAfter(), failure.detail());
    }

    @Override
    public Duration timeout() {
        return endpoint.timeout();
    }

    @Override
    public Optional<Duration> delayAfter(int failedAttempts) {
        return schedule.delayAfter(failedAttempts);
    }
}
