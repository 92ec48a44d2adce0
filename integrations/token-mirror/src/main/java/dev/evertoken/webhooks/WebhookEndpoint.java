package dev.evertoken.webhooks;

import dev.evertoken.model.Secret;
import dev.evertoken.outbox.HttpSender;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A receiver of webhooks: its address, the secrets that sign its messages, and the events that it gets. The string
 * representation contains the host alone, because an address may be a secret too. Immutable.
 */
public final class WebhookEndpoint {

    private static final int SECRET_BYTES = 32;
    private static final Duration SHORTEST = Duration.ofSeconds(15);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final URI address;
    private final WebhookSignature signature;
    private final Set<WebhookEvent> events;
    private final Duration timeout;
    private final boolean privateNetwork;

    private WebhookEndpoint(Builder from) {
        this.address = from.address;
        this.signature = new WebhookSignature(from.secrets);
        this.events = Collections.unmodifiableSet(EnumSet.copyOf(from.events));
        this.timeout = from.timeout;
        this.privateNetwork = from.privateNetwork;
    }

    /**
     * Returns a builder for a receiver of all events.
     *
     * @param url the address; https, or http on loopback
     * @throws IllegalArgumentException if it is no such address; the message does not repeat it
     */
    public static Builder builder(String url) {
        return new Builder(HttpSender.address("the address of a webhook", url));
    }

    /** Returns a new random secret of 32 bytes, in the form {@code whsec_…}. */
    public static Secret newSecret() {
        byte[] bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Secret.of(WebhookKey.SYMMETRIC + Base64.getEncoder().encodeToString(bytes));
    }

    URI address() {
        return address;
    }

    WebhookSignature signature() {
        return signature;
    }

    Duration timeout() {
        return timeout;
    }

    /** Returns whether the address may be in a private network. */
    boolean allowsPrivateNetwork() {
        return privateNetwork;
    }

    /** Returns the events that are sent to this receiver. Unmodifiable. */
    public Set<WebhookEvent> events() {
        return events;
    }

    /** Returns the host. */
    @Override
    public String toString() {
        return "WebhookEndpoint[" + address.getHost() + "]";
    }

    /** Collects the settings; {@link #build} validates them. Not thread-safe. */
    public static final class Builder {

        private final URI address;
        private final List<Secret> secrets = new ArrayList<>();
        private Set<WebhookEvent> events = EnumSet.allOf(WebhookEvent.class);
        private Duration timeout = Duration.ofSeconds(20);
        private boolean privateNetwork;

        private Builder(URI address) {
            this.address = address;
        }

        /**
         * Adds a secret that signs the messages: {@code whsec_} and 24 to 64 bytes in Base64, or {@code whsk_} and an
         * Ed25519 key. At least one is required. To rotate, add the new secret beside the old one, switch the receiver,
         * and leave the old one out.
         */
        public Builder secret(Secret more) {
            secrets.add(more);
            return this;
        }

        /** Sets the events that are sent; all by default. */
        public Builder events(Set<WebhookEvent> wanted) {
            this.events = wanted;
            return this;
        }

        /** Sets the time-out of an attempt; 20 seconds by default, 15 to 30 seconds. */
        public Builder timeout(Duration longest) {
            this.timeout = longest;
            return this;
        }

        /** Allows an address in a private network; by default only public addresses and literal loopback are allowed. */
        public Builder allowPrivateNetwork() {
            this.privateNetwork = true;
            return this;
        }

        /**
         * Builds the endpoint.
         *
         * @throws IllegalArgumentException if there is no secret, or a setting is invalid; the message contains no secret
         */
        public WebhookEndpoint build() {
            if (secrets.isEmpty()) {
                throw new IllegalArgumentException("the webhook at " + address.getHost() + " has no secret");
            }
            if (events.isEmpty()) {
                throw new IllegalArgumentException("the webhook at " + address.getHost() + " gets no events");
            }
            if (timeout.compareTo(SHORTEST) < 0 || timeout.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(
                        "timeout " + timeout + " is not between " + SHORTEST + " and " + LONGEST);
            }
            return new WebhookEndpoint(this);
        }
    }
}
