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
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

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

    private final MeterRegistry registry;
    private final Tags common;
    private final Optional<Duration> sampleEvery;
    private final AtomicReference<@Nullable HealthGauges> gauges = new AtomicReference<>();

    private TokenMetrics(MeterRegistry registry, Tags common, Optional<Duration> sampleEvery) {
        this.registry = registry;
        this.common = common;
        this.sampleEvery = sampleEvery;
    }

    /** Returns metrics that are recorded in a registry. Accounts are not counted by state. */
    public static TokenMetrics to(MeterRegistry registry) {
        return new TokenMetrics(registry, Tags.empty(), Optional.empty());
    }

    /** Returns the same metrics with more tags for each meter. */
    public TokenMetrics withTags(Iterable<? extends Tag> more) {
        return new TokenMetrics(registry, common.and(more), sampleEvery);
    }

    @Override
    public void started(TokenOperations operations) {
        HealthGauges shown = new HealthGauges(registry, common, operations);
        if (gauges.compareAndSet(null, shown)) {
            shown.register();
        }
    }

    @Override
    public void closed() {
        HealthGauges shown = gauges.get();
        if (shown != null) {
            shown.remove();
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
                    role.and(MeterNames.OUTCOME, problem.map(TimedRefresh::outcome).orElse("token")),
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
