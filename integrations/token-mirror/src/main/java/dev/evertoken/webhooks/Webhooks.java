package dev.evertoken.webhooks;

import dev.evertoken.Tokens;
import dev.evertoken.model.Secret;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.outbox.Outbox;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sends signed webhooks when a connection is created, begins to fail, recovers, needs its user, ends soon or is deleted,
 * in the format of Standard Webhooks 1.0.0. A message names the account and its state, and never contains a token.
 *
 * <p>Each message is added to an outbox and sent at least once: an attempt that fails is repeated for about three days.
 * The messages of one account arrive in order. An endpoint that responds 410 gets no further message until {@link
 * #resume} or the end of the process. Endpoints are independent: one that is slow or fails delays no other one, and none
 * delays the engine.
 *
 * <p>What happens while no process of the application listens is not reported: an event is lost if its process ends
 * before the outbox has it. Closing the {@link Tokens} closes this instance first; the outbox stays open. Thread-safe.
 */
public final class Webhooks implements AutoCloseable {

    private final List<EndpointQueue> endpoints;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Webhooks(List<EndpointQueue> endpoints) {
        this.endpoints = List.copyOf(endpoints);
    }

    /** Returns a builder without endpoints. */
    public static Builder builder(Tokens tokens) {
        return new Builder(tokens);
    }

    /**
     * Starts to send on daemon threads of its own, until this instance is closed. Returns at once. Without it, messages
     * are only collected, for {@link #deliverOnce} or for another process.
     *
     * @throws IllegalStateException if this instance is closed
     */
    public void start() {
        endpoints.forEach(EndpointQueue::start);
    }

    /**
     * Sends the messages that are due on the caller's thread, for a cron job or a serverless function, until none is left
     * or the deadline has come. An attempt that runs at the deadline is finished.
     *
     * @param deadline by the clock of the engine
     * @return the number of messages that were delivered
     * @throws dev.evertoken.spi.outbox.OutboxException if the outbox fails
     * @throws IllegalStateException if this instance is closed
     */
    public int deliverOnce(Instant deadline) {
        return endpoints.stream().mapToInt(one -> one.deliverOnce(deadline)).sum();
    }

    /**
     * Returns the state of each endpoint, in the order in which they were added.
     *
     * @throws dev.evertoken.spi.outbox.OutboxException if the outbox fails
     */
    public List<EndpointStatus> endpoints() {
        return endpoints.stream().map(EndpointQueue::status).toList();
    }

    /** Sends again to endpoints that have paused or switched off the delivery, such as after they were corrected. */
    public void resume() {
        endpoints.forEach(EndpointQueue::resume);
    }

    /** Ends after the attempts that are running, and waits for them at most 5 seconds for each endpoint. Idempotent. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            endpoints.forEach(EndpointQueue::close);
        }
    }

    private void accept(LifecycleEvent event) {
        endpoints.forEach(endpoint -> endpoint.add(event));
    }

    /** Collects the settings; {@link #build} validates them. Not thread-safe. */
    public static final class Builder {

        private final Tokens tokens;
        private final List<WebhookEndpoint> endpoints = new ArrayList<>();
        private @Nullable Outbox outbox;

        private Builder(Tokens tokens) {
            this.tokens = tokens;
        }

        /**
         * Sets where messages wait until they are delivered; required. Processes that share it share the work. It is not
         * closed with this instance.
         */
        public Builder outbox(Outbox shared) {
            this.outbox = shared;
            return this;
        }

        /**
         * Adds an endpoint that gets all events.
         *
         * @param url the address; https, or http on loopback
         * @param secret {@code whsec_…}, such as {@link WebhookEndpoint#newSecret()}
         * @throws IllegalArgumentException if the address or the secret is malformed; the message contains neither
         */
        public Builder endpoint(String url, Secret secret) {
            return endpoint(WebhookEndpoint.builder(url).secret(secret).build());
        }

        /** Adds an endpoint. */
        public Builder endpoint(WebhookEndpoint more) {
            endpoints.add(more);
            return this;
        }

        /**
         * Builds the webhooks, which listen to the events of the {@link Tokens} from now on and are closed with it.
         *
         * @throws IllegalArgumentException if there is no endpoint or no outbox, or two endpoints have one address
         */
        public Webhooks build() {
            Outbox shared = outbox;
            if (shared == null) {
                throw new IllegalArgumentException("webhooks need an outbox, which keeps messages until they arrive");
            }
            check();
            Timekeeper time = tokens.operations().timekeeper();
            RetrySchedule schedule =
                    new RetrySchedule(() -> ThreadLocalRandom.current().nextDouble());
            Webhooks built = new Webhooks(endpoints.stream()
                    .map(endpoint -> new EndpointQueue(endpoint, shared, schedule, time))
                    .toList());
            tokens.operations().addListener(new LifecycleEvents(tokens, built::accept));
            tokens.onClose(built);
            return built;
        }

        private void check() {
            if (endpoints.isEmpty()) {
                throw new IllegalArgumentException("webhooks need an endpoint");
            }
            Optional<WebhookEndpoint> repeated =
                    endpoints.stream().collect(Collectors.groupingBy(WebhookEndpoint::address)).values().stream()
                            .filter(same -> same.size() > 1)
                            .map(same -> same.get(0))
                            .findFirst();
            if (repeated.isPresent()) {
                throw new IllegalArgumentException("two webhooks have the same address at "
                        + repeated.get().address().getHost() + "; give one endpoint all events and secrets");
            }
        }
    }
}
