package dev.evertoken.mirror;

import dev.evertoken.Tokens;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.outbox.DeliveryReport;
import dev.evertoken.outbox.HttpSender;
import dev.evertoken.outbox.OutboxDelivery;
import dev.evertoken.spi.operations.ClientStatus;
import dev.evertoken.spi.outbox.Backlog;
import dev.evertoken.spi.outbox.Outbox;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the tokens of connected accounts to another service, and tells it of each disconnect.
 *
 * <p>A change of an account becomes a message in the {@link Outbox}, which a thread of the mirror delivers at least
 * once and in order for each account. The message names the account alone; the tokens are read when it is delivered, so
 * the receiver gets the newest state. No caller of {@link Tokens} ever waits for the receiver or sees a failure of it.
 *
 * <p>Closing the {@link Tokens} closes this instance first. The outbox is closed by the application. Thread-safe.
 */
public final class Mirror implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.MIRROR);

    private final Optional<Parts> parts;

    /** The parts of a mirror that has a receiver. */
    private record Parts(
            OutboxDelivery delivery, MirrorFeed feed, MirrorComparison comparison, MirrorMaintenance maintenance) {}

    private Mirror(Optional<Parts> parts) {
        this.parts = parts;
    }

    /** Returns a builder with the default settings. */
    public static Builder builder(Tokens tokens) {
        return new Builder(tokens);
    }

    /** Returns whether the mirror has a receiver; without one it does nothing. */
    public boolean isOn() {
        return parts.isPresent();
    }

    /** Starts to deliver messages and to compare on threads of its own. Returns at once. */
    public void start() {
        parts.ifPresent(on -> {
            on.delivery().start();
            on.maintenance().start();
        });
    }

    /**
     * Delivers the messages that are due on the caller's thread, until none is left or the deadline has come: for a
     * cron job or a serverless function, instead of {@link #start}.
     *
     * @param deadline by the clock of the engine
     * @throws dev.evertoken.spi.outbox.OutboxException if the outbox fails
     */
    public DeliveryReport deliverOnce(Instant deadline) {
        return parts.map(on -> on.delivery().deliverOnce(deadline))
                .orElseGet(() -> new DeliveryReport(0, 0, 0, Backlog.empty()));
    }

    /**
     * Adds a message for each account in the store, for example when a receiver is new, and returns their number.
     * Records that cannot be read are left out. Runs on the caller's thread and may take minutes.
     */
    public long sendAll() {
        return parts.map(on -> on.comparison().sendAll()).orElse(0L);
    }

    /**
     * Compares the accounts of the store with those of the receiver, and adds a message for each one that differs. The
     * receiver has to offer the route of {@link Builder#comparePath}, and this mirror must be its only sender. If more
     * than ten accounts and more than the store has are only at the receiver, they are not removed, because that is the
     * sign of a wrong store. Runs on the caller's thread and may take minutes.
     *
     * @throws IllegalStateException if the mirror has no receiver or no such path
     */
    public ComparisonReport compare() {
        return parts.orElseThrow(() -> new IllegalStateException("the mirror has no receiver"))
                .comparison()
                .run();
    }

    /**
     * Returns the messages that wait, including those that the outbox has not accepted yet.
     *
     * @throws dev.evertoken.spi.outbox.OutboxException if the outbox fails
     */
    public Backlog backlog() {
        return parts.map(on -> {
                    Backlog stored = on.delivery().backlog();
                    return new Backlog(stored.messages() + on.feed().notAdded(), stored.oldest(), stored.nextAttempt());
                })
                .orElse(Backlog.empty());
    }

    /** Returns how far the receiver is behind: the age of the oldest message that waits; zero if there is none. */
    public Duration lag() {
        return parts.map(on -> on.delivery().lag()).orElse(Duration.ZERO);
    }

    /** Returns why no message is sent now, in one sentence without secrets; empty if messages are sent. */
    public Optional<String> pauseReason() {
        return parts.flatMap(on -> on.delivery().pauseReason());
    }

    /**
     * Sends messages at once to a receiver that has refused them, for example after its configuration was corrected.
     */
    public void resume() {
        parts.ifPresent(on -> on.delivery().resume());
    }

    /** Ends after the attempts that are running, and waits for them a few seconds. Messages remain in the outbox. */
    @Override
    public void close() {
        parts.ifPresent(on -> {
            on.maintenance().close();
            on.delivery().close();
        });
    }

    /** Builds a {@link Mirror}. Not thread-safe; build on one thread, then share the result. */
    public static final class Builder {
        private final Tokens tokens;
        private @Nullable String url;
        private @Nullable Outbox outbox;
        private String id = "mirror";
        private PathTemplate connectPath = PathTemplate.of("/api/users/{user_id}/google-calendar/connect");
        private PathTemplate disconnectPath = PathTemplate.of("/api/google-tokens/{user_id}");
        private Optional<PathTemplate> comparePath = Optional.empty();
        private Duration compareEvery = Duration.ofHours(24);
        private Set<String> registrations = Set.of();
        private boolean accessTokensOnly;
        private boolean refreshes;
        private Supplier<Map<String, String>> headers = Map::of;
        private KeyRing signing = KeyRing.none();
        private Duration timeout = HttpSender.TIMEOUT;
        private int threads = 2;

        private Builder(Tokens tokens) {
            this.tokens = tokens;
        }

        /**
         * Sets the address of the receiver, to which the paths are appended: https, or http on a loopback host. Null or
         * a blank text, for example of a variable that is not set, turns the mirror off.
         */
        public Builder url(@Nullable String address) {
            this.url = address;
            return this;
        }

        /**
         * Sets where messages wait. There is no default, because the outboxes differ in the messages that a crash
         * loses.
         */
        public Builder outbox(Outbox messages) {
            this.outbox = messages;
            return this;
        }

        /** Sets the id of this receiver in the outbox; the default is {@code mirror}. Each receiver has its own. */
        public Builder id(String destination) {
            this.id = destination;
            return this;
        }

        /** Sets the path that stores tokens; the default is {@code /api/users/{user_id}/google-calendar/connect}. */
        public Builder connectPath(String template) {
            this.connectPath = withUser(template);
            return this;
        }

        /** Sets the path that removes tokens; the default is {@code /api/google-tokens/{user_id}}. */
        public Builder disconnectPath(String template) {
            this.disconnectPath = withUser(template);
            return this;
        }

        private static PathTemplate withUser(String template) {
            PathTemplate path = PathTemplate.of(template);
            if (!path.hasUserId()) {
                throw new IllegalArgumentException("the path \"" + template + "\" has no segment {user_id}");
            }
            return path;
        }

        /** Sets the path of the route that lists the accounts of the receiver; without it nothing is compared. */
        public Builder comparePath(String path) {
            this.comparePath = Optional.of(PathTemplate.of(path));
            return this;
        }

        /** Sets how often a started mirror compares; the default is 24 hours. */
        public Builder compareEvery(Duration interval) {
            if (interval.compareTo(Duration.ofMinutes(1)) < 0) {
                throw new IllegalArgumentException("comparing more often than each minute is not useful: " + interval);
            }
            this.compareEvery = interval;
            return this;
        }

        /**
         * Sets the registrations whose accounts are mirrored; the default is all of them. If the paths have no segment
         * {@code {registration}}, it must be one, because the receiver could not tell their accounts apart.
         */
        public Builder registrations(String... ids) {
            this.registrations = new LinkedHashSet<>(List.of(ids));
            return this;
        }

        /**
         * Keeps refresh tokens here and sends each new access token: only this side refreshes. Required for providers
         * that accept each refresh token once.
         */
        public Builder accessTokensOnly() {
            this.accessTokensOnly = true;
            return this;
        }

        /** Sends refreshed tokens too. By default the receiver refreshes with its copy of the refresh token. */
        public Builder sendRefreshes() {
            this.refreshes = true;
            return this;
        }

        /** Sets the headers by which the receiver authenticates this side; called for each request. */
        public Builder headers(Supplier<Map<String, String>> supplier) {
            this.headers = supplier;
            return this;
        }

        /**
         * Signs each message with the active key of a ring (HMAC-SHA-256). Use keys of their own, not those that seal
         * tokens.
         */
        public Builder signing(KeyRing keys) {
            this.signing = keys;
            return this;
        }

        /** Sets the total time-out of a request; the default is 10 seconds. */
        public Builder timeout(Duration total) {
            this.timeout = total;
            return this;
        }

        /** Sets how many messages are sent at the same time; the default is 2. */
        public Builder threads(int number) {
            this.threads = number;
            return this;
        }

        /**
         * Returns a mirror that records changes from now on and delivers them after {@link Mirror#start}. Without an
         * address it does nothing, which is logged in one line.
         *
         * @throws IllegalArgumentException if the address is not valid, if the paths do not tell the registrations
         *     apart, or if a mirrored registration is of a provider that accepts each refresh token once and {@link
         *     #accessTokensOnly} is not set
         * @throws IllegalStateException if no outbox is set
         */
        public Mirror build() {
            if (url == null || url.isBlank()) {
                log.info("{}: off, because no address of a receiver is set", id);
                return new Mirror(Optional.empty());
            }
            URI base = HttpSender.address("the address of the mirror", url);
            if (base.getRawQuery() != null) {
                throw new IllegalArgumentException("the address of the mirror must not have a query");
            }
            if (outbox == null) {
                throw new IllegalStateException("the mirror has no outbox; set one with outbox(…)");
            }
            MirrorSettings settings = new MirrorSettings(
                    base,
                    connectPath,
                    disconnectPath,
                    comparePath,
                    registrations(),
                    accessTokensOnly,
                    refreshes || accessTokensOnly,
                    headers,
                    signing);
            tokens.operations().clients().forEach(client -> requireSafe(client, settings));
            return started(settings, outbox);
        }

        private Set<String> registrations() {
            boolean apart = connectPath.hasRegistration() && disconnectPath.hasRegistration();
            Set<String> mirrored = registrations.isEmpty() && !apart
                    ? tokens.operations().clients().stream()
                            .map(ClientStatus::registration)
                            .collect(Collectors.toSet())
                    : registrations;
            if (!apart && mirrored.size() != 1) {
                throw new IllegalArgumentException("the paths of the mirror have no segment {registration}, so it needs"
                        + " exactly one registration; set it with registrations(…)");
            }
            return mirrored;
        }

        private static void requireSafe(ClientStatus client, MirrorSettings settings) {
            if (client.refreshModel() == RefreshModel.ROTATING
                    && settings.covers(client.registration())
                    && !settings.accessTokensOnly()) {
                throw new IllegalArgumentException("the refresh tokens of " + client.registration()
                        + " cannot be mirrored: its provider accepts each of them once, so only one side may refresh."
                        + " Set accessTokensOnly(), or name the other registrations with registrations(…)");
            }
        }

        private Mirror started(MirrorSettings settings, Outbox messages) {
            HttpSender http = HttpSender.withTimeout(timeout);
            MirrorDestination destination = new MirrorDestination(id, tokens, settings, http);
            OutboxDelivery delivery =
                    OutboxDelivery.of(messages, destination, tokens.operations().timekeeper(), threads);
            MirrorFeed feed =
                    new MirrorFeed(id, settings, delivery, tokens.operations().timekeeper());
            MirrorComparison comparison = new MirrorComparison(tokens.operations(), settings, http, feed);
            MirrorMaintenance maintenance = new MirrorMaintenance(
                    tokens.operations().timekeeper(), feed, comparison, comparePath.map(path -> compareEvery));
            Mirror mirror = new Mirror(Optional.of(new Parts(delivery, feed, comparison, maintenance)));
            tokens.operations().addListener(feed);
            tokens.onClose(mirror);
            return mirror;
        }
    }
}
