package dev.evertoken.internal.store.json;

import com.squareup.moshi.JsonReader;
import com.squareup.moshi.JsonReader.Token;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import okio.Buffer;

/**
 * Reads the members of one JSON object by name; unknown members are ignored. Error messages name requested members,
 * never the content. Immutable once parsed.
 */
public final class JsonObjectReader {

    static final int MAX_DEPTH = 16;
    private static final int MAX_NUMBER_LENGTH = 40;
    private static final BigDecimal MILLIS_IN_SECOND = BigDecimal.valueOf(1000);

    private final Map<String, Object> values;

    private JsonObjectReader(Map<String, Object> values) {
        this.values = values;
    }

    /** Parses exactly one object: strict JSON in valid UTF-8, without duplicate names or trailing content. */
    public static JsonObjectReader parse(byte[] json) throws IOException, MalformedRecordException {
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(json))
                .toString();
        JsonReader reader = JsonReader.of(new Buffer().writeUtf8(text));
        JsonObjectReader members = object(reader, 1);
        if (reader.peek() != Token.END_DOCUMENT) {
            throw MalformedRecordException.damaged("has content after its end");
        }
        return members;
    }

    private static JsonObjectReader object(JsonReader reader, int depth) throws IOException, MalformedRecordException {
        Map<String, Object> values = new LinkedHashMap<>();
        reader.beginObject();
        while (reader.hasNext()) {
            String name = reader.nextName();
            Optional<Object> value = value(reader, depth);
            if (value.isPresent() && values.put(name, value.get()) != null) {
                throw MalformedRecordException.damaged("has a duplicate member");
            }
        }
        reader.endObject();
        return new JsonObjectReader(values);
    }

    private static List<Object> array(JsonReader reader, int depth) throws IOException, MalformedRecordException {
        List<Object> values = new ArrayList<>();
        reader.beginArray();
        while (reader.hasNext()) {
            value(reader, depth).ifPresent(values::add);
        }
        reader.endArray();
        return values;
    }

    private static Optional<Object> value(JsonReader reader, int depth) throws IOException, MalformedRecordException {
        if (depth >= MAX_DEPTH) {
            throw MalformedRecordException.damaged("is nested deeper than " + MAX_DEPTH + " levels");
        }
        return switch (reader.peek()) {
            case BEGIN_OBJECT -> Optional.of(object(reader, depth + 1));
            case BEGIN_ARRAY -> Optional.of(array(reader, depth + 1));
            case STRING -> Optional.of(reader.nextString());
            case BOOLEAN -> Optional.of(reader.nextBoolean());
            case NUMBER -> Optional.of(decimal(reader.nextString()));
            case NULL -> {
                reader.nextNull();
                yield Optional.empty();
            }
            default -> throw MalformedRecordException.damaged("is not valid JSON");
        };
    }

    private static BigDecimal decimal(String digits) throws MalformedRecordException {
        if (digits.length() > MAX_NUMBER_LENGTH) {
            throw MalformedRecordException.damaged("has a number of more than " + MAX_NUMBER_LENGTH + " digits");
        }
        return new BigDecimal(digits);
    }

    Set<String> names() {
        return values.keySet();
    }

    public String text(String name) throws MalformedRecordException {
        return required(name, optionalText(name));
    }

    Optional<String> optionalText(String name) throws MalformedRecordException {
        return optional(name, String.class);
    }

    boolean flag(String name) throws MalformedRecordException {
        return required(name, optional(name, Boolean.class));
    }

    public long number(String name) throws MalformedRecordException {
        return required(name, optional(name, BigDecimal.class)).longValueExact();
    }

    int count(String name) throws MalformedRecordException {
        return Math.toIntExact(number(name));
    }

    Set<String> texts(String name) throws MalformedRecordException {
        Set<String> texts = new LinkedHashSet<>();
        for (Object value : required(name, optional(name, List.class))) {
            if (!(value instanceof String text)) {
                throw MalformedRecordException.damaged("has no list of strings as \"" + name + "\"");
            }
            texts.add(text);
        }
        return texts;
    }

    /**
     * @throws MalformedRecordException as a newer format if the constant is unknown: a later version may have written
     *     it
     */
    public <E extends Enum<E>> E constant(Class<E> type, String name) throws MalformedRecordException {
        return required(name, optionalConstant(type, name));
    }

    <E extends Enum<E>> Optional<E> optionalConstant(Class<E> type, String name) throws MalformedRecordException {
        Optional<String> wanted = optionalText(name);
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(EnumSet.allOf(type).stream()
                .filter(constant -> constant.name().equals(wanted.get()))
                .findFirst()
                .orElseThrow(() ->
                        MalformedRecordException.newer("has a \"" + name + "\" that is unknown to this version")));
    }

    public byte[] bytes(String name) throws MalformedRecordException {
        return Base64.getDecoder().decode(text(name));
    }

    public Instant instant(String name) throws MalformedRecordException {
        return required(name, optionalInstant(name));
    }

    Optional<Instant> optionalInstant(String name) throws MalformedRecordException {
        return optional(name, BigDecimal.class).map(millis -> Instant.EPOCH.plus(ofMillis(millis)));
    }

    Duration duration(String name) throws MalformedRecordException {
        return ofMillis(required(name, optional(name, BigDecimal.class)));
    }

    JsonObjectReader object(String name) throws MalformedRecordException {
        return required(name, optionalObject(name));
    }

    Optional<JsonObjectReader> optionalObject(String name) throws MalformedRecordException {
        return optional(name, JsonObjectReader.class);
    }

    /** @throws ArithmeticException if the value is finer than a nanosecond or out of range */
    private static Duration ofMillis(BigDecimal millis) {
        if (millis.scale() > 6 || millis.precision() - millis.scale() > 30) {
            throw new ArithmeticException("a time is out of range");
        }
        BigDecimal seconds = millis.divide(MILLIS_IN_SECOND, 0, RoundingMode.FLOOR);
        BigDecimal rest = millis.subtract(seconds.multiply(MILLIS_IN_SECOND));
        return Duration.ofSeconds(
                seconds.longValueExact(), rest.movePointRight(6).longValueExact());
    }

    private <T> Optional<T> optional(String name, Class<T> type) throws MalformedRecordException {
        Object value = values.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!type.isInstance(value)) {
            throw MalformedRecordException.damaged("has a value of the wrong type as \"" + name + "\"");
        }
        return Optional.of(type.cast(value));
    }

    private static <T> T required(String name, Optional<T> value) throws MalformedRecordException {
        return value.orElseThrow(() -> MalformedRecordException.damaged("has no \"" + name + "\""));
    }
}
