package dev.evertoken.console;

import dev.evertoken.internal.json.JsonArray;
import dev.evertoken.internal.json.JsonNumber;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonValue;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.spi.operations.ClientStatus;
import dev.evertoken.spi.operations.EngineHealth;
import java.util.List;
import java.util.Map;

/** The health of the engine, the number of accounts in each state, and the charts, as JSON. Immutable. */
final class OverviewJson {

    private OverviewJson() {}

    static JsonObject of(Snapshots.View view, EngineHealth health, List<RefreshCounts.Series> charts) {
        JsonObject.Builder json = JsonObject.builder()
                .add("now", AccountJson.millis(health.at()))
                .add("states", states(view))
                .add("clients", clients(health))
                .add("store", store(health))
                .add("unsaved", health.unsavedAccounts())
                .add("droppedEvents", health.droppedEvents())
                .add(
                        "charts",
                        new JsonArray(charts.stream().map(OverviewJson::chart).toList()));
        health.oldestOverdue().ifPresent(overdue -> json.add("oldestOverdue", overdue.toMillis()));
        addReading(json, view);
        return json.build();
    }

    /** Adds when the accounts were read, and why they could not be read again. */
    static void addReading(JsonObject.Builder json, Snapshots.View view) {
        view.snapshot()
                .ifPresent(snapshot -> json.add("readAt", AccountJson.millis(snapshot.at()))
                        .add("complete", snapshot.complete())
                        .add("accounts", snapshot.rows().size()));
        view.failure()
                .ifPresent(failure -> json.add(
                        "failure",
                        JsonObject.builder()
                                .add("since", AccountJson.millis(failure.since()))
                                .add("detail", failure.detail())
                                .build()));
    }

    private static JsonArray states(Snapshots.View view) {
        Map<ConnectionState, Integer> counts =
                view.snapshot().map(Snapshot::counts).orElse(Map.of());
        return new JsonArray(List.of(ConnectionState.values()).stream()
                .map(state -> (JsonValue) JsonObject.builder()
                        .add("state", state.name())
                        .add("label", PlainWords.label(state))
                        .add("accounts", counts.getOrDefault(state, 0))
                        .build())
                .toList());
    }

    private static JsonArray clients(EngineHealth health) {
        return new JsonArray(health.clients().stream().map(OverviewJson::client).toList());
    }

    private static JsonValue client(ClientStatus client) {
        JsonObject.Builder json = JsonObject.builder()
                .add("registration", client.registration())
                .add("provider", client.providerId())
                .add("open", client.isOpen())
                .add("previousSecret", client.usesPreviousSecret());
        client.problem()
                .ifPresent(problem -> json.add("problem", problem.name())
                        .add("advice", problem.advice())
                        .add("instruction", PlainWords.instruction(problem.remedy()))
                        .add("detail", client.detail()));
        AccountJson.add(json, "since", client.since());
        AccountJson.add(json, "until", client.until());
        return json.build();
    }

    private static JsonObject store(EngineHealth health) {
        JsonObject.Builder json = JsonObject.builder().add("up", health.store().isUp());
        AccountJson.add(json, "since", health.store().failingSince());
        List<JsonValue> failing = health.store().failing().stream()
                .map(one -> (JsonValue) JsonObject.builder()
                        .add("operation", one.operation())
                        .add("since", AccountJson.millis(one.since()))
                        .add("detail", one.detail())
                        .build())
                .toList();
        return json.add("failing", new JsonArray(failing)).build();
    }

    private static JsonValue chart(RefreshCounts.Series series) {
        List<JsonValue> bars = series.counts().stream()
                .map(count -> (JsonValue) JsonArray.of(
                        AccountJson.millis(count.from()),
                        JsonNumber.of(count.refreshed()),
                        JsonNumber.of(count.failed())))
                .toList();
        return JsonObject.builder()
                .add("width", series.width().toMillis())
                .add("bars", new JsonArray(bars))
                .build();
    }
}
