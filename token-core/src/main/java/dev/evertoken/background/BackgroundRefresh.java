package dev.evertoken.background;

import dev.evertoken.Tokens;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Refreshes the accounts of a {@link Tokens} that are due, without a request for their tokens: continuously after
 * {@link #start}, or once with {@link #runOnce} for a cron job, a serverless function or a web route.
 *
 * <p>The cost follows the accounts that are due, not those that are stored. Within a client the tenants take turns, and
 * the token that expires first comes first. Refreshes of callers are not delayed. Any number of processes may run over
 * one store: the claim of an account keeps them from refreshing it twice.
 *
 * <p>Short-lived tokens of accounts that this process does not use are left alone until they are used, or until their
 * refresh token would end by disuse. An audit reads all records slowly: it finds those, warns 30, 7 and 1 days before a
 * connection ends ({@link dev.evertoken.model.TokenEvent.ExpiresSoon}), and repairs the index.
 *
 * <p>Closing the {@link Tokens} closes this instance first. Thread-safe.
 */
public final class BackgroundRefresh implements AutoCloseable {

    private static final int MOST_AT_ONCE = 64;
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Timekeeper time;
    private final Settings settings;
    private final Loop loop;
    private final DueRefreshes refreshes;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Timekeeper.@Nullable Scheduled nextTick;

    private BackgroundRefresh(Tokens tokens, Settings settings) {
        this.time = tokens.operations().timekeeper();
        this.settings = settings;
        this.loop = new Loop(time);
        this.refreshes = new DueRefreshes(tokens, settings, loop);
    }

    /** Returns a builder with the default settings. */
    public static Builder builder(Tokens tokens) {
        return new Builder(tokens);
    }

    /**
     * Starts to refresh due accounts on a thread of its own, until this instance is closed. Returns at once. Does
     * nothing if it was started before.
     *
     * @throws IllegalStateException if this instance is closed
     */
    public void start() {
        requireOpen();
        if (started.compareAndSet(false, true)) {
            tick();
        }
    }

    /**
     * Refreshes the accounts that are due now, and returns when none is left or the deadline has come. After the
     * deadline no refresh starts; those that are running are finished by the engine, so leave some time between the
     * deadline and the end of the process. A deadline in the past starts no refresh; the report still states whether
     * accounts are due.
     *
     * <p>The call also continues the audit, for as many records as {@link Builder#auditReads} states for a minute.
     *
     * @param deadline by the clock of the engine
     * @return the result of the call; if the thread is interrupted, an incomplete report with {@code
     *     moreDue}, and the interrupt flag remains set
     * @throws IllegalStateException if this instance is closed
     */
    public SweepReport runOnce(Instant deadline) {
        requireOpen();
        Round round = Round.until(deadline);
        loop.execute(() -> refreshes.begin(round));
        Duration left = Duration.between(time.now(), deadline);
        Duration wait = (left.isNegative() ? Duration.ZERO : left).plus(GRACE);
        try {
            boolean unused = time.await(round.report(), wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return round.report().getNow(new Tally().report(true, oldestOverdue()));
    }

    /**
     * Returns how long the account that has waited longest has been due, among those that are to be refreshed; empty if
     * none waits. This is the number to watch: it grows if more accounts become due than can be refreshed.
     */
    public Optional<Duration> oldestOverdue() {
        return refreshes.oldestOverdue();
    }

    /** Returns the remaining work for each client, ordered by registration, as of the last step. */
    public List<ClientBacklog> clients() {
        return refreshes.backlogs();
    }

    /**
     * Stops: no refresh starts any more, and calls of {@link #runOnce} return. Waits at most 5 seconds for a call to
     * the store; the engine finishes the refreshes that are running. Idempotent.
     */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            Timekeeper.Scheduled next = nextTick;
            if (next != null) {
                next.cancel();
            }
            loop.close(refreshes::close);
        }
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException("this BackgroundRefresh is closed");
        }
    }

    /** Schedules the next tick first, so that nothing that fails in this one ends the refreshes. */
    private void tick() {
        if (!closed.get()) {
            nextTick = time.schedule(settings.every(), this::tick);
            loop.execute(refreshes::tick);
        }
    }

    /** Collects the settings; {@link #build} validates them. Not thread-safe. */
    public static final class Builder {

        private final Tokens tokens;
        private final Map<String, Integer> ratesOf = new HashMap<>();
        private final Map<String, Long> quotasOf = new HashMap<>();
        private Duration every = Duration.ofSeconds(30);
        private int perMinute = 600;
        private @Nullable Function<TokenKey, String> tenants;
        private boolean refreshIdle;
        private Duration keepAlive = Duration.ofDays(30);
        private int auditReads = 120;
        private Duration alarmAfter = Duration.ofMinutes(3);
        private int maxConcurrent = 4;
        private Duration jitter = Duration.ZERO;

        private Builder(Tokens tokens) {
            this.tokens = tokens;
        }

        /** Sets how often due accounts are looked for; 30 seconds by default, 1 second to 1 hour. */
        public Builder every(Duration period) {
            this.every = period;
            return this;
        }

        /** Sets how many refreshes of each client start in a minute; 600 by default, at least 1. */
        public Builder ratePerMinute(int most) {
            this.perMinute = most;
            return this;
        }

        /** Sets how many refreshes of one client start in a minute; at least 1. */
        public Builder ratePerMinute(String registration, int most) {
            ratesOf.put(registration, most);
            return this;
        }

        /**
         * Sets how many refreshes of one client start in a day, spread evenly; at least 1, no limit by default. The
         * quota is that of this process: divide it by the number of processes.
         */
        public Builder quotaPerDay(String registration, long most) {
            quotasOf.put(registration, most);
            return this;
        }

        /**
         * Sets how many refreshes of a client run at the same time in this process; 4 by default, 1 to 64, and never
         * more than {@code refreshesPerClient} of the engine. They use threads of their own, so that no caller waits
         * for them.
         */
        public Builder maxConcurrent(int most) {
            this.maxConcurrent = most;
            return this;
        }

        /**
         * Sets over what time the refreshes of accounts are spread that become due together; zero by default, at most 1
         * day. Each account starts later by a part of it, which is derived from its key and so is the same in all
         * processes, but by no more than half of the time until its token expires. This is in addition to the spread of
         * {@code refreshEarly}, a fifth of that margin.
         */
        public Builder jitter(Duration window) {
            this.jitter = window;
            return this;
        }

        /**
         * Sets the tenant of an account, for a fair share of each tenant. By default all accounts of a registration are
         * one tenant. If the function throws, the account counts for its registration, and that is logged once.
         */
        public Builder tenants(Function<TokenKey, String> function) {
            this.tenants = function;
            return this;
        }

        /**
         * Refreshes accounts with short-lived tokens even if this process does not use them; for a job that refreshes
         * on behalf of other processes.
         */
        public Builder refreshIdle() {
            this.refreshIdle = true;
            return this;
        }

        /**
         * Sets after what time an account that is not used is refreshed, so that its refresh token does not end by
         * disuse; 30 days by default, at least 1 hour. If the provider states when the refresh token expires, it is
         * refreshed after half of that time at the latest.
         */
        public Builder keepAlive(Duration longest) {
            this.keepAlive = longest;
            return this;
        }

        /** Sets how many records the audit reads in a minute; 120 by default, at least 1. */
        public Builder auditReads(int perMinute) {
            this.auditReads = perMinute;
            return this;
        }

        /** Sets how long an account may be due before a warning is logged; 3 minutes by default, more than 0. */
        public Builder alarmAfter(Duration longest) {
            this.alarmAfter = longest;
            return this;
        }

        /**
         * Builds the background refresh and attaches it to the {@link Tokens}.
         *
         * @throws IllegalArgumentException if a setting is out of its bounds, or concerns a registration that does not
         *     exist
         */
        public BackgroundRefresh build() {
            check();
            Function<TokenKey, String> chosen = tenants == null ? TokenKey::registration : tenants;
            BackgroundRefresh built = new BackgroundRefresh(
                    tokens,
                    new Settings(
                            every,
                            perMinute,
                            ratesOf,
                            quotasOf,
                            chosen,
                            tenants != null,
                            refreshIdle,
                            keepAlive,
                            auditReads,
                            alarmAfter,
                            maxConcurrent,
                            jitter));
            tokens.onClose(built);
            return built;
        }

        private void check() {
            inBounds("every", every, Duration.ofSeconds(1), Duration.ofHours(1));
            atLeastOne("ratePerMinute", perMinute);
            ratesOf.forEach((registration, most) -> atLeastOne("ratePerMinute of " + known(registration), most));
            quotasOf.forEach((registration, most) -> atLeastOne("quotaPerDay of " + known(registration), most));
            inBounds("keepAlive", keepAlive, Duration.ofHours(1), Duration.ofDays(36_500));
            atLeastOne("auditReads", auditReads);
            if (maxConcurrent < 1 || maxConcurrent > MOST_AT_ONCE) {
                throw new IllegalArgumentException(
                        "maxConcurrent " + maxConcurrent + " is not between 1 and " + MOST_AT_ONCE);
            }
            inBounds("jitter", jitter, Duration.ZERO, Duration.ofDays(1));
            inBounds("alarmAfter", alarmAfter, Duration.ofMillis(1), Duration.ofDays(36_500));
        }

        private String known(String registration) {
            if (tokens.operations().clients().stream()
                    .noneMatch(client -> client.registration().equals(registration))) {
                throw new IllegalArgumentException("no client is registered as \"" + registration + "\"");
            }
            return registration;
        }

        private static void atLeastOne(String setting, long value) {
            if (value < 1) {
                throw new IllegalArgumentException(setting + " " + value + " is less than 1");
            }
        }

        private static void inBounds(String setting, Duration value, Duration least, Duration most) {
            if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
                throw new IllegalArgumentException(setting + " " + value + " is not between " + least + " and " + most);
            }
        }
    }
}
