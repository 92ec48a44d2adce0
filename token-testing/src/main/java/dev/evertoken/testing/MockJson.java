package dev.evertoken.testing;

import java.util.List;
import java.util.Map;

/** Writes the JSON documents of the mock providers. Stateless. */
final class MockJson {

    private MockJson() {}

    /**
     * Returns a JSON object; the arguments are alternating names and values. Values are strings, numbers, booleans and
     * lists.
     */
    static String object(Object... namesAndValues) {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            text.append(i == 0 ? "" : ",")
                    .append(json(namesAndValues[i]))
                    .append(':')
                    .append(json(namesAndValues[i + 1]));
        }
        return text.append('}').toString();
    }

    static String object(Map<String, Object> fields) {
        return object(fields.entrySet().stream()
                .flatMap(field -> List.of(field.getKey(), field.getValue()).stream())
                .toArray());
    }

    private static String json(Object value) {
        if (value instanceof Number || value instanceof Boolean) {
            return value.toString();
        }
        if (value instanceof List<?> list) {
            return list.stream().map(MockJson::json).toList().toString();
        }
        if (value instanceof Raw raw) {
            return raw.json();
        }
        return quoted(value.toString());
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                out.append('\\').append((char) c);
            } else if (c < 0x20) {
                out.append(String.format("\\u%04x", c));
            } else {
                out.append((char) c);
            }
        });
        return out.append('"').toString();
    }

    /** A value that is JSON text already. */
    record Raw(String json) {}
}
