package dev.evertoken.internal.store.json;

import com.squareup.moshi.JsonDataException;
import com.squareup.moshi.JsonReader;
import com.squareup.moshi.JsonWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import okio.Buffer;
import okio.BufferedSource;

/**
 * A JSON object that another program owns: some of its members are read and replaced, all others keep their exact text.
 * Its string representation never contains values. Immutable.
 */
public final class JsonDocument {

    private final Map<String, String> members;

    private JsonDocument(Map<String, String> members) {
        this.members = members;
    }

    /** Returns an object without members. */
    public static JsonDocument empty() {
        return new JsonDocument(Map.of());
    }

    /** Parses a JSON object; empty if the text is anything else. */
    public static Optional<JsonDocument> parse(String json) {
        try {
            JsonReader reader = JsonReader.of(new Buffer().writeUtf8(json));
            Map<String, String> members = new LinkedHashMap<>();
            reader.beginObject();
            while (reader.hasNext()) {
                String name = reader.nextName();
                try (BufferedSource value = reader.nextSource()) {
                    members.put(name, value.readUtf8());
                }
            }
            reader.endObject();
            return reader.peek() == JsonReader.Token.END_DOCUMENT
                    ? Optional.of(new JsonDocument(members))
                    : Optional.empty();
        } catch (IOException | JsonDataException e) {
            return Optional.empty();
        }
    }

    /** Returns a member that is a string, or a number as it is written; empty if it is missing or has another type. */
    public Optional<String> text(String name) {
        return read(name, reader -> switch (reader.peek()) {
            case STRING, NUMBER -> Optional.of(reader.nextString());
            default -> Optional.empty();
        });
    }

    /**
     * Returns a member that is a list of strings, or one string of words separated by whitespace; empty if it is
     * missing or has another type.
     */
    public Set<String> texts(String name) {
        Set<String> texts = new LinkedHashSet<>();
        return read(name, reader -> {
                    if (reader.peek() != JsonReader.Token.BEGIN_ARRAY) {
                        return Optional.empty();
                    }
                    reader.beginArray();
                    while (reader.hasNext()) {
                        texts.add(reader.nextString());
                    }
                    return Optional.of(texts);
                })
                .orElseGet(() -> text(name).map(JsonDocument::words).orElse(Set.of()));
    }

    /** Returns the object with a string member; empty removes the member. */
    public JsonDocument with(String name, Optional<String> text) {
        return withRaw(name, text.map(value -> written(json -> json.value(value))));
    }

    /** Returns the object with an integer member; empty removes the member. */
    public JsonDocument withNumber(String name, Optional<Long> number) {
        return withRaw(name, number.map(value -> written(json -> json.value((long) value))));
    }

    /** Returns the object with a member that is a list of strings. */
    public JsonDocument withTexts(String name, Collection<String> texts) {
        return withRaw(name, Optional.of(written(json -> {
            json.beginArray();
            for (String text : texts) {
                json.value(text);
            }
            json.endArray();
        })));
    }

    /** Returns the JSON text of the object, including all values. */
    public String toJson() {
        return written(json -> {
            json.beginObject();
            for (Map.Entry<String, String> member : members.entrySet()) {
                json.name(member.getKey());
                try (var value = json.valueSink()) {
                    value.writeUtf8(member.getValue());
                }
            }
            json.endObject();
        });
    }

    /** Returns the names of the members. */
    @Override
    public String toString() {
        return "JsonDocument" + members.keySet();
    }

    /** Returns the words of a text that are separated by whitespace, in their order. */
    public static Set<String> words(String text) {
        Set<String> words = new LinkedHashSet<>(List.of(text.strip().split("\\s+")));
        words.remove("");
        return words;
    }

    private JsonDocument withRaw(String name, Optional<String> value) {
        Map<String, String> next = new LinkedHashMap<>(members);
        value.ifPresentOrElse(raw -> next.put(name, raw), () -> next.remove(name));
        return new JsonDocument(next);
    }

    private <T> Optional<T> read(String name, Reading<T> reading) {
        String raw = members.get(name);
        if (raw == null) {
            return Optional.empty();
        }
        try {
            return reading.from(JsonReader.of(new Buffer().writeUtf8(raw)));
        } catch (IOException | JsonDataException e) {
            return Optional.empty();
        }
    }

    private static String written(Writing writing) {
        Buffer buffer = new Buffer();
        try (JsonWriter json = JsonWriter.of(buffer)) {
            json.setLenient(true); // a top-level value
            writing.to(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return buffer.readUtf8();
    }

    private interface Reading<T> {
        Optional<T> from(JsonReader reader) throws IOException;
    }

    private interface Writing {
        void to(JsonWriter json) throws IOException;
    }
}
