package dev.evertoken.doctor;

import dev.evertoken.internal.json.JsonArray;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonValue;
import dev.evertoken.internal.json.JsonWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Writes a diagnosis as one JSON object, an account at a time. Not thread-safe. */
final class JsonOutput implements DoctorOutput {

    private final Appendable out;
    private final boolean withAccountIds;
    private String separator = "\n";

    JsonOutput(Appendable out, boolean withAccountIds) {
        this.out = out;
        this.withAccountIds = withAccountIds;
    }

    @Override
    public void started(List<Finding> findings) {
        write("{\"format\":1,\"accounts\":[");
    }

    @Override
    public void account(AccountReport account) {
        write(separator + JsonWriter.text(json(account)));
        separator = ",\n";
    }

    @Override
    public void finished(DoctorSummary summary) {
        JsonObject.Builder end = JsonObject.builder()
                .add("at", summary.at().toString())
                .add("took_ms", summary.took().toMillis())
                .add("complete", summary.complete())
                .add("examined", summary.examined())
                .add("due", summary.due())
                .add("groups", groups(summary))
                .add("findings", findings(summary.findings()))
                .add("codes", codes(summary))
                .add("exit_code", summary.exitCode());
        write("\n]," + JsonWriter.text(end.build()).substring(1) + "\n");
    }

    private JsonObject json(AccountReport account) {
        JsonObject.Builder json = JsonObject.builder()
                .add("account", account.label())
                .add("registration", account.key().registration())
                .add("group", account.group().name())
                .add("state", account.status().state().name());
        account.status().problem().ifPresent(problem -> json.add("problem", problem.name()));
        account.endsAt().ifPresent(end -> json.add("ends_at", end.toString()));
        json.add("generation", account.status().generation());
        if (!account.findings().isEmpty()) {
            json.add("findings", findings(account.findings()));
        }
        if (withAccountIds) {
            json.add("id", account.key().account())
                    .add("detail", account.status().detail());
            account.status().reconnectUrl().ifPresent(url -> json.add("reconnect_url", url.toString()));
        }
        return json.build();
    }

    private static JsonValue findings(List<Finding> findings) {
        return new JsonArray(findings.stream().<JsonValue>map(JsonOutput::json).toList());
    }

    private static JsonObject json(Finding finding) {
        return JsonObject.builder()
                .add("code", finding.code().name())
                .add("subject", finding.subject())
                .add("detail", finding.detail())
                .build();
    }

    private static JsonObject groups(DoctorSummary summary) {
        JsonObject.Builder groups = JsonObject.builder();
        summary.groups().forEach((group, count) -> groups.add(group.name(), count));
        return groups.build();
    }

    private static JsonValue codes(DoctorSummary summary) {
        return new JsonArray(summary.codes().entrySet().stream()
                .<JsonValue>map(found -> JsonObject.builder()
                        .add("code", found.getKey().name())
                        .add("count", found.getValue())
                        .add("sentence", found.getKey().sentence())
                        .add("remedy", found.getKey().remedy())
                        .add("steps", found.getKey().steps())
                        .build())
                .toList());
    }

    private void write(String text) {
        try {
            out.append(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
