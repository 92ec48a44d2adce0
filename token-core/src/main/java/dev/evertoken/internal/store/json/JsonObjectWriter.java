package dev.evertoken.internal.store.json;

import com.squareup.moshi.JsonWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;
import okio.Buffer;

/** Writes the members of one JSON object in the given order; absent values are omitted. Not thread-safe. */
public final class JsonObjectWriter {

    private static final int NANOS_IN_MILLI_DIGITS = 6;

    private final JsonWriter json;

    private JsonObjectWriter(JsonWriter json) {
        this.json = json;
    }

    /** Returns one object as UTF-8 bytes. */
    public static byte[] write(Consumer<JsonObjectWriter> members) {
        Buffer buffer = new Buffer();
        JsonObjectWriter writer = new JsonObjectWriter(JsonWriter.of(buffer));
        writer.braces(members);
        return buffer.readByteArray();
    }

    public JsonObjectWriter number(String name, long value) {
        return member(name, () -> json.value(value));
    }

    JsonObjectWriter flag(String name, boolean value) {
        return member(name, () -> json.value(value));
    }

    /** @throws IllegalArgumentException if the text contains an unpaired surrogate, which UTF-8 cannot represent */
    public JsonObjectWriter text(String name, String value) {
        String whole = wellFormed(name, value);
        return member(name, () -> json.value(whole));
    }

    JsonObjectWriter text(String name, Optional<String> value) {
        value.ifPresent(some -> text(name, some));
        return this;
    }

    JsonObjectWriter texts(String name, Collection<String> values) {
        return member(name, () -> {
            json.beginArray();
            for (String value : values) {
                json.value(wellFormed(name, value));
            }
            json.endArray();
        });
    }

    public JsonObjectWriter constant(String name, Enum<?> value) {
        return text(name, value.name());
    }

    JsonObjectWriter constant(String name, Optional<? extends Enum<?>> value) {
        value.ifPresent(some -> constant(name, some));
        return this;
    }

    public JsonObjectWriter bytes(String name, byte[] value) {
        return text(name, Base64.getEncoder().encodeToString(value));
    }

    public JsonObjectWriter instant(String name, Instant value) {
        return millis(name, value.getEpochSecond(), value.getNano());
    }

    JsonObjectWriter instant(String name, Optional<Instant> value) {
        value.ifPresent(some -> instant(name, some));
        return this;
    }

    JsonObjectWriter duration(String name, Duration value) {
        return millis(name, value.getSeconds(), value.getNano());
    }

    JsonObjectWriter object(String name, Consumer<JsonObjectWriter> members) {
        return member(name, () -> braces(members));
    }

    /** Writes whole milliseconds if possible, otherwise with up to six decimals, so that no precision is lost. */
    private JsonObjectWriter millis(String name, long seconds, int nanos) {
        BigDecimal millis = BigDecimal.valueOf(seconds)
                .movePointRight(3)
                .add(BigDecimal.valueOf(nanos, NANOS_IN_MILLI_DIGITS))
                .stripTrailingZeros();
        BigDecimal plain = millis.scale() < 0 ? millis.setScale(0) : millis;
        return member(name, () -> json.value(plain));
    }

    private void braces(Consumer<JsonObjectWriter> members) {
        try {
            json.beginObject();
            members.accept(this);
            json.endObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonObjectWriter member(String name, Value value) {
        try {
            json.name(wellFormed("a name", name));
            value.write();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String wellFormed(String name, String value) {
        if (value.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw new IllegalArgumentException(name + " has an unpaired surrogate and cannot be stored");
        }
        return value;
    }

    private interface Value {
        void write() throws IOException;
    }
}
