package dev.evertoken.micrometer;

import dev.evertoken.spi.operations.ClientStatus;
import dev.evertoken.spi.operations.EngineHealth;
import dev.evertoken.spi.operations.EngineHealth.Backlog;
import dev.evertoken.spi.operations.TokenOperations;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** The gauges that show the health of an engine. A value that is not known is NaN. Thread-safe. */
final class HealthGauges {

    private final MeterRegistry registry;
    private final Tags common;
    private final TokenOperations operations;
    private final List<Meter> registered = new CopyOnWriteArrayList<>();

    HealthGauges(MeterRegistry registry, Tags common, TokenOperations operations) {
        this.registry = registry;
        this.common = common;
        this.operations = operations;
    }

    void register() {
        gauge(
                MeterNames.STORE_UP,
                "1 if the last call of the store succeeded, 0 otherwise",
                health -> oneIf(health.store().isUp()));
        gauge(
                MeterNames.UNSAVED,
                "Accounts whose newest tokens this process has not saved yet",
                EngineHealth::unsavedAccounts);
        gauge(
                MeterNames.UNSAVED_HOST,
                "Accounts whose newest tokens are in this process or in the journal of this host only",
                health -> health.backlog()
                        .filter(read -> read.unsavedOnHost().isPresent())
                        .map(read -> (double) read.unsavedOnHost().getAsInt())
                        .orElse(Double.NaN));
        seconds(
                MeterNames.BACKLOG_AGE,
                "Age of what is read in the background for these gauges",
                Tags.empty(),
                (read, now) -> Optional.of(Duration.between(read.readAt(), now)));
        registered.add(FunctionCounter.builder(
                        MeterNames.EVENTS_DROPPED,
                        operations,
                        all -> all.health().droppedEvents())
                .description("Events that listeners missed because they block")
                .tags(common)
                .register(registry));
        operations.clients().forEach(this::registerClient);
    }

    private void registerClient(ClientStatus client) {
        String registration = client.registration();
        client(
                MeterNames.CLIENT_OPEN,
                "1 if accounts of the client may be refreshed, 0 while its provider refuses it",
                client,
                ClientStatus::isOpen);
        client(
                MeterNames.CLIENT_PREVIOUS_SECRET,
                "1 if the provider accepts only the previous secret of the client",
                client,
                ClientStatus::usesPreviousSecret);
        seconds(
                MeterNames.OLDEST_OVERDUE,
                "How long the account that is due for the longest time has been due",
                Tags.of(MeterNames.PROVIDER, client.providerId(), MeterNames.REGISTRATION, registration),
                (read, now) -> read.oldestOverdue(registration, now));
    }

    void remove() {
        registered.forEach(registry::remove);
        registered.clear();
    }

    private void gauge(String name, String description, ToDoubleFunction<EngineHealth> value) {
        registered.add(Gauge.builder(name, () -> value.applyAsDouble(operations.health()))
                .description(description)
                .tags(common)
                .register(registry));
    }

    private void client(String name, String description, ClientStatus client, Predicate<ClientStatus> condition) {
        String registration = client.registration();
        registered.add(Gauge.builder(
                        name,
                        () -> operations.clients().stream()
                                .filter(one -> one.registration().equals(registration))
                                .mapToDouble(one -> oneIf(condition.test(one)))
                                .findFirst()
                                .orElse(Double.NaN))
                .description(description)
                .tags(common.and(MeterNames.PROVIDER, client.providerId(), MeterNames.REGISTRATION, registration))
                .register(registry));
    }

    private void seconds(
            String name, String description, Tags tags, BiFunction<Backlog, Instant, Optional<Duration>> value) {
        registered.add(TimeGauge.builder(name, () -> seconds(value), TimeUnit.SECONDS)
                .description(description)
                .tags(common.and(tags))
                .register(registry));
    }

    private double seconds(BiFunction<Backlog, Instant, Optional<Duration>> value) {
        EngineHealth health = operations.health();
        return health.backlog()
                .flatMap(read -> value.apply(read, health.at()))
                .map(took -> took.toMillis() / 1000.0)
                .orElse(Double.NaN);
    }

    private static double oneIf(boolean condition) {
        return condition ? 1 : 0;
    }
}
