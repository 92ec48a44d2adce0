package dev.evertoken.webhooks;

import dev.evertoken.outbox.OutboxDelivery;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.outbox.Outbox;
import dev.evertoken.spi.outbox.OutboxMessage;
import java.time.Instant;
import java.util.Optional;

/** The messages to one endpoint, and their delivery. Thread-safe. */
final class EndpointQueue {

    private static final int THREADS = 2;

    private final WebhookEndpoint endpoint;
    private final WebhookDestination destination;
    private final OutboxDelivery delivery;
    private final UnacceptedMessages unaccepted;

    EndpointQueue(WebhookEndpoint endpoint, Outbox outbox, RetrySchedule schedule, Timekeeper time) {
        this.endpoint = endpoint;
        this.destination = new WebhookDestination(endpoint, schedule, time);
        this.delivery = OutboxDelivery.of(outbox, destination, time, THREADS);
        this.unaccepted = new UnacceptedMessages(delivery, time);
    }

    /** Adds an event to the outbox if this endpoint gets it. */
    void add(LifecycleEvent event) {
        if (endpoint.events().contains(event.event()) && !destination.isGone()) {
            unaccepted.add(message(event));
        }
    }

    private OutboxMessage message(LifecycleEvent event) {
        return new OutboxMessage(
                EventDigest.messageId(destination.id(), event),
                destination.id(),
                event.account(),
                event.event().type(),
                Optional.empty(),
                event.body(),
                event.at());
    }

    void start() {
        delivery.start();
    }

    int deliverOnce(Instant deadline) {
        unaccepted.addAll();
        return delivery.deliverOnce(deadline).delivered();
    }

    EndpointStatus status() {
        return new EndpointStatus(
                destination.id(),
                endpoint.address().getHost(),
                destination.isGone(),
                delivery.pauseReason(),
                unaccepted.size(),
                delivery.backlog());
    }

    void resume() {
        destination.resume();
        delivery.resume();
    }

    void close() {
        delivery.close();
    }
}
