package dev.evertoken.micrometer;

import dev.evertoken.model.Problem;
import dev.evertoken.spi.operations.EngineObserver;
import dev.evertoken.spi.operations.RefreshEnd;
import dev.evertoken.spi.operations.RefreshObservation;
import dev.evertoken.spi.operations.RefreshStart;
import dev.evertoken.spi.operations.StoreCall;
import dev.evertoken.spi.operations.TokenOperations;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executor;

/**
 * Records the refreshes, the waiting callers, the store calls and the health of one engine in a meter registry.
 *
 * <pre>{@code
 * Tokens tokens = Tokens.builder()
 *         .observer(TokenMetrics.to(registry))
 *         …
 * }</pre>
 *
 * <p>{@code docs/operating.md} lists the meters. Tags have the registration, the provider, and constants; never an
 * account. A token that is served from memory costs nothing. Gauges show {@code Tokens.health()}, and are removed from
 * the registry when the engine is closed. Create one instance for each engine, with different {@link #withTags tags} if
 * several engines use the same registry. Thread-safe.
 */
public final class TokenMetrics implements EngineObserver {

    private static final Duration SHORTEST_PERIOD = Duration.ofMinutes(1);

    private final MeterRegistry registry;
    private final Tags common;
    private final Optional<Duration> countEvery;
    private final Executor counting;
    private final Deque<Runnable> removals = new ConcurrentLinkedDeque<>();

    private TokenMetrics(MeterRegistry registry, Tags common, Optional<Duration> countEvery, Executor counting) {
        this.registry = registry;
        this.common = common;
        this.countEvery = countEvery;
        this.counting = counting;
    }

    /** Returns metrics that are recorded in a registry. Accounts are not counted by state. */
    public static TokenMetrics to(MeterRegistry registry) {
        return new TokenMetrics(registry, Tags.empty(), Optional.empty(), AccountGauges.newThread());
    }

    /** Returns the same metrics with more tags for each meter. */
    public TokenMetrics withTags(Iterable<? extends Tag> more) {
        return new TokenMetrics(registry, common.and(more), countEvery, counting);
    }

    /**
     * Returns the same metrics with the number of accounts by registration and state.
     *
     * <p>Each count reads all records of the store once, on a thread of its own, in batches of up to 500 if the store
     * can read batches: a million accounts in Redis or a database are a few thousand reads. A store that bills reads,
     * or
     * that reads single records, makes this expensive; {@code Tokens.statuses()} costs the same. The accounts are
     * counted after the registry was read, so nothing is counted without a reader. One process of a cluster is enough.
     *
     * @param period the shortest time between the starts of two counts, at least one minute
     * @throws IllegalArgumentException if the period is shorter
     */
    public TokenMetrics withAccounts(Duration period) {
        return withAccounts(period, counting);
    }

    /** @param threads counts the accounts; a test may count on the thread that reads the registry */
    TokenMetrics withAccounts(Duration period, Executor threads) {
        if (period.compareTo(SHORTEST_PERIOD) < 0) {
            throw new IllegalArgumentException("period " + period + " is shorter than " + SHORTEST_PERIOD);
        }
        return new TokenMetrics(registry, common, Optional.of(period), threads);
    }

    @Override
    public void started(TokenOperations operations) {
        HealthGauges health = new HealthGauges(registry, common, operations);
        health.register();
        removals.add(health::remove);
        countEvery.ifPresent(period -> {
            AccountGauges accounts = new AccountGauges(registry, common, operations, period, counting);
            accounts.register();
            removals.add(accounts::remove);
        });
    }

    @Override
    public void closed() {
        for (Runnable removal = removals.poll(); removal != null; removal = removals.poll()) {
            removal.run();
        }
    }

    @Override
    public RefreshObservation refresh(RefreshStart start) {
        return new TimedRefresh(
                this, Tags.of(MeterNames.PROVIDER, start.providerId(), MeterNames.REGISTRATION, start.registration()));
    }

    @Override
    public void storeCalled(StoreCall call) {
        Tags tags = Tags.of(
                MeterNames.OPERATION,
                MeterNames.value(call.operation()),
                MeterNames.OUTCOME,
                call.failed() ? "failed" : "ok");
        record(MeterNames.STORE, "Calls of the token store", tags, call.took());
    }

    private void record(String name, String description, Tags tags, Duration took) {
        Timer.builder(name)
                .description(description)
                .tags(common.and(tags))
                .register(registry)
                .record(took);
    }

    /** One refresh. Immutable. */
    private record TimedRefresh(TokenMetrics metrics, Tags client) implements RefreshObservation {

        @Override
        public CallerWait callerWaits(boolean joined) {
            Tags role = client.and(MeterNames.ROLE, joined ? "joined" : "started");
            return (took, problem) -> metrics.record(
                    MeterNames.WAIT,
                    "Callers that waited for a refresh",
                    role.and(
                            MeterNames.OUTCOME,
                            problem.map(TimedRefresh::outcome).orElse("token")),
                    took);
        }

        private static String outcome(Problem problem) {
            return problem == Problem.WAIT_TIMEOUT ? "timeout" : "failed";
        }

        @Override
        public void ended(RefreshEnd end) {
            metrics.record(
                    MeterNames.REFRESH,
                    "Refreshes of accounts, from the request to the end",
                    client.and(
                            MeterNames.OUTCOME,
                            MeterNames.value(end.outcome()),
                            MeterNames.PROBLEM,
                            MeterNames.value(end.problem())),
                    end.took());
        }
    }
}
