package dev.evertoken.internal.store.json;

import dev.evertoken.internal.json.JsonArray;
import dev.evertoken.internal.json.JsonBoolean;
import dev.evertoken.internal.json.JsonException;
import dev.evertoken.internal.json.JsonLimits;
import dev.evertoken.internal.json.JsonNumber;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonParser;
import dev.evertoken.internal.json.JsonString;
import dev.evertoken.internal.json.JsonValue;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the members of one JSON object by name, and knows which of them have been read. Error messages name requested
 * members, never the content. Not thread-safe.
 */
public final class JsonObjectReader {

    private static final JsonParser PARSER = new JsonParser(new JsonLimits(16, 40, JsonLimits.Repeated.REJECTED));
    private static final BigDecimal MILLIS_IN_SECOND = BigDecimal.valueOf(1000);

    private final JsonObject json;
    private final Set<String> readNames = new HashSet<>();
    private final List<JsonObjectReader> readObjects = new ArrayList<>();

    private JsonObjectReader(JsonObject json) {
        this.json = json;
    }

    /** Parses exactly one object: strict JSON in valid UTF-8, without duplicate names or trailing content. */
    public static JsonObjectReader parse(byte[] json) throws MalformedRecordException {
        try {
            if (PARSER.parse(json) instanceof JsonObject object) {
                return new JsonObjectReader(object);
            }
            throw MalformedRecordException.damaged("is not a JSON object");
        } catch (JsonException e) {
            throw MalformedRecordException.damaged(e.detail());
        }
    }

    /**
     * Checks that every member has been read, in this object and in the objects that were read from it.
     *
     * @throws MalformedRecordException as a newer format if one has not: a later version may have written it, and a
     *     rewrite would drop it
     */
    void requireAllRead() throws MalformedRecordException {
        if (!readNames.containsAll(json.members().keySet())) {
            throw MalformedRecordException.newer("has a member that is unknown to this version");
        }
        for (JsonObjectReader inner : readObjects) {
            inner.requireAllRead();
        }
    }

    Set<String> names() {
        return json.members().keySet();
    }

    public String text(String name) throws MalformedRecordException {
        return required(name, optionalText(name));
    }

    Optional<String> optionalText(String name) throws MalformedRecordException {
        Optional<JsonString> text = optional(name, JsonString.class);
        return text.isPresent() ? Optional.of(text.get().value()) : Optional.empty();
    }

    boolean flag(String name) throws MalformedRecordException {
        return required(name, optional(name, JsonBoolean.class)).value();
    }

    public long number(String name) throws MalformedRecordException {
        return required(name, optional(name, JsonNumber.class)).decimal().longValueExact();
    }

    int count(String name) throws MalformedRecordException {
        return Math.toIntExact(number(name));
    }

    Set<String> texts(String name) throws MalformedRecordException {
        required(name, optional(name, JsonArray.class));
        return optionalTexts(name);
    }

    /** Returns a list of strings; empty if it is missing. */
    Set<String> optionalTexts(String name) throws MalformedRecordException {
        Set<String> texts = new LinkedHashSet<>();
        Optional<JsonArray> array = optional(name, JsonArray.class);
        for (JsonValue value : array.isPresent() ? array.get().values() : List.<JsonValue>of()) {
            if (!(value instanceof JsonString text)) {
                throw MalformedRecordException.damaged("has no list of strings as \"" + name + "\"");
            }
            texts.add(text.value());
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
        for (E constant : EnumSet.allOf(type)) {
            if (constant.name().equals(wanted.get())) {
                return Optional.of(constant);
            }
        }
        throw MalformedRecordException.newer("has a \"" + name + "\" that is unknown to this version");
    }

    public byte[] bytes(String name) throws MalformedRecordException {
        return Base64.getDecoder().decode(text(name));
    }

    public Instant instant(String name) throws MalformedRecordException {
        return required(name, optionalInstant(name));
    }

    Optional<Instant> optionalInstant(String name) throws MalformedRecordException {
        Optional<JsonNumber> millis = optional(name, JsonNumber.class);
        return millis.isPresent()
                ? Optional.of(Instant.EPOCH.plus(ofMillis(millis.get().decimal())))
                : Optional.empty();
    }

    Duration duration(String name) throws MalformedRecordException {
        return ofMillis(required(name, optional(name, JsonNumber.class)).decimal());
    }

    JsonObjectReader object(String name) throws MalformedRecordException {
        return required(name, optionalObject(name));
    }

    Optional<JsonObjectReader> optionalObject(String name) throws MalformedRecordException {
        Optional<JsonObject> object = optional(name, JsonObject.class);
        if (object.isEmpty()) {
            return Optional.empty();
        }
        JsonObjectReader inner = new JsonObjectReader(object.get());
        readObjects.add(inner);
        return Optional.of(inner);
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

    private <T extends JsonValue> Optional<T> optional(String name, Class<T> type) throws MalformedRecordException {
        readNames.add(name);
        Optional<JsonValue> value = json.get(name);
        if (value.isPresent() && !type.isInstance(value.get())) {
            throw MalformedRecordException.damaged("has a value of the wrong type as \"" + name + "\"");
        }
        return value.isPresent() ? Optional.of(type.cast(value.get())) : Optional.empty();
    }

    private static <T> T required(String name, Optional<T> value) throws MalformedRecordException {
        if (value.isEmpty()) {
            throw MalformedRecordException.damaged("has no \"" + name + "\"");
        }
        return value.get();
    }
}
