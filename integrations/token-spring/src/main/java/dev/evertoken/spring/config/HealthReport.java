package dev.evertoken.spring.config;

import dev.evertoken.spi.operations.ClientStatus;
import dev.evertoken.spi.operations.EngineHealth;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The health of an engine in a form for a health endpoint. It has no account and no secret. Immutable.
 *
 * @param degraded whether the store fails, a provider refuses a client, or new tokens are not saved yet; the process
 *     still serves valid tokens then
 * @param details the parts by name
 */
public record HealthReport(boolean degraded, Map<String, Object> details) {

    /** The name of the status for {@link #degraded}. */
    public static final String DEGRADED = "DEGRADED";

    /** Returns the report of a health. */
    public static HealthReport of(EngineHealth health) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("store", health.store().isUp() ? "up" : failing(health.store()));
        Map<String, Object> clients = new LinkedHashMap<>();
        health.clients().forEach(client -> clients.put(client.registration(), state(client)));
        details.put("clients", clients);
        details.put("unsavedAccounts", health.unsavedAccounts());
        details.put("droppedEvents", health.droppedEvents());
        health.oldestOverdue().ifPresent(age -> details.put("oldestOverdue", age.toString()));
        boolean refused =
                health.clients().stream().anyMatch(client -> client.problem().isPresent());
        return new HealthReport(!health.store().isUp() || refused || health.unsavedAccounts() > 0, Map.copyOf(details));
    }

    private static Map<String, Object> failing(EngineHealth.StoreHealth store) {
        Map<String, Object> failing = new LinkedHashMap<>();
        store.failing().forEach(one -> failing.put(one.operation(), "failing since " + one.since()));
        return failing;
    }

    private static Object state(ClientStatus client) {
        return client.problem()
                .map(problem -> (Object) Map.of(
                        "problem", problem.name(),
                        "since", client.since().map(Object::toString).orElse(""),
                        "advice", problem.advice()))
                .orElse("open");
    }
}
