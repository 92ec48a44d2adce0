package dev.evertoken.benchmarks.comparison;

import com.squareup.moshi.JsonWriter;
import dev.evertoken.benchmarks.comparison.Report.Costs;
import dev.evertoken.benchmarks.comparison.Report.Played;
import dev.evertoken.benchmarks.comparison.Report.Ratio;
import dev.evertoken.benchmarks.comparison.Report.Table;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import okio.Buffer;

/** Writes results as JSON. */
final class Json {

    private Json() {}

    static String of(String environment, List<Ratio> ratios, List<Played> trials, List<Table> tables, List<Costs> costs)
            throws IOException {
        Buffer text = new Buffer();
        try (JsonWriter json = JsonWriter.of(text)) {
            json.setIndent("  ");
            json.beginObject().name("environment").value(environment);
            ratios(json, ratios);
            trials(json, trials);
            tables(json, tables);
            costs(json, costs);
            json.endObject();
        }
        return text.readUtf8() + "\n";
    }

    private static void ratios(JsonWriter json, List<Ratio> ratios) throws IOException {
        json.name("ratios").beginArray();
        for (Ratio ratio : ratios) {
            json.beginObject().name("name").value(ratio.name());
            number(json.name("value"), ratio.value());
            if (ratio.goal() != null) {
                json.name("goal").value(ratio.goal().toString());
                json.name("missed").value(ratio.isMissed());
            }
            json.endObject();
        }
        json.endArray();
    }

    private static void trials(JsonWriter json, List<Played> trials) throws IOException {
        json.name("trials").beginArray();
        for (Played trial : trials) {
            json.beginObject().name("name").value(trial.name());
            json.name("expected").value(trial.expected().text());
            json.name("outcome").value(trial.outcome());
            json.name("missed").value(trial.isMissed()).endObject();
        }
        json.endArray();
    }

    private static void tables(JsonWriter json, List<Table> tables) throws IOException {
        json.name("tables").beginArray();
        for (Table table : tables) {
            json.beginObject().name("title").value(table.title()).name("rows").beginArray();
            row(json, table.columns());
            for (List<String> row : table.rows()) {
                row(json, row);
            }
            json.endArray().endObject();
        }
        json.endArray();
    }

    private static void row(JsonWriter json, List<String> cells) throws IOException {
        json.beginArray();
        for (String cell : cells) {
            json.value(cell);
        }
        json.endArray();
    }

    private static void costs(JsonWriter json, List<Costs> costs) throws IOException {
        json.name("costs").beginArray();
        for (Costs one : costs) {
            json.beginObject().name("title").value(one.title()).name("unit").value(one.unit());
            json.name("variants").beginObject();
            for (Map.Entry<String, Double> variant : one.byVariant().entrySet()) {
                number(json.name(variant.getKey()), variant.getValue());
            }
            json.endObject().endObject();
        }
        json.endArray();
    }

    private static void number(JsonWriter json, double value) throws IOException {
        if (Double.isFinite(value)) {
            json.value(value);
        } else {
            json.setSerializeNulls(true);
            json.nullValue();
        }
    }
}
