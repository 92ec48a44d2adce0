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
import dev.evertoken.internal.values.OrderedSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the members of one JSON object by name, and knows which of them have been read. Error messages name requested
 * members, never the content. Not thread-safe.
 */
public final class JsonObjectReader {

    private static final JsonParser PARSER = new JsonParser(new JsonLimits(16, 40, JsonLimits.Repeated.REJECTED));

    /** A number of as many characters fits into a {@code long}. */
    private static final int LONG_LENGTH = 18;

    private final String[] names;
    private final JsonValue[] values;
    private final boolean[] read;
    private final List<JsonObjectReader> readObjects = new ArrayList<>();
    private int afterLast;

    private JsonObjectReader(JsonObject json) {
        this.names = json.members().keySet().toArray(new String[0]);
        this.values = json.members().values().toArray(new JsonValue[0]);
        this.read = new boolean[names.length];
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
        for (boolean one : read) {
            if (!one) {
                throw MalformedRecordException.newer("has a member that is unknown to this version");
            }
        }
        for (JsonObjectReader inner : readObjects) {
            inner.requireAllRead();
        }
    }

    List<String> names() {
        return List.of(names);
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
        JsonNumber number = required(name, optional(name, JsonNumber.class));
        return isShortInteger(number.digits())
                ? Long.parseLong(number.digits())
                : number.decimal().longValueExact();
    }

    private static boolean isShortInteger(String digits) {
        if (digits.length() > LONG_LENGTH) {
            return false;
        }
        for (int at = 0; at < digits.length(); at++) {
            char c = digits.charAt(at);
            if (c != '-' && (c < '0' || c > '9')) {
                return false;
            }
        }
        return true;
    }

    int count(String name) throws MalformedRecordException {
        return Math.toIntExact(number(name));
    }

    Set<String> texts(String name) throws MalformedRecordException {
        return texts(name, required(name, optional(name, JsonArray.class)));
    }

    /** Returns a list of strings; empty if it is missing. */
    Set<String> optionalTexts(String name) throws MalformedRecordException {
        Optional<JsonArray> array = optional(name, JsonArray.class);
        return array.isEmpty() ? OrderedSet.copyOf(Set.of()) : texts(name, array.get());
    }

    private static Set<String> texts(String name, JsonArray array) throws MalformedRecordException {
        List<String> texts = new ArrayList<>(array.values().size());
        for (JsonValue value : array.values()) {
            if (!(value instanceof JsonString text)) {
                throw MalformedRecordException.damaged("has no list of strings as \"" + name + "\"");
            }
            texts.add(text.value());
        }
        return OrderedSet.copyOf(texts);
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
        try {
            return Optional.of(Enum.valueOf(type, wanted.get()));
        } catch (IllegalArgumentException e) {
            throw MalformedRecordException.newer("has a \"" + name + "\" that is unknown to this version");
        }
    }

    public byte[] bytes(String name) throws MalformedRecordException {
        return Base64.getDecoder().decode(text(name));
    }

    public Instant instant(String name) throws MalformedRecordException {
        return required(name, optionalInstant(name));
    }

    Optional<Instant> optionalInstant(String name) throws MalformedRecordException {
        Optional<JsonNumber> millis = optional(name, JsonNumber.class);
        return millis.isPresent() ? Optional.of(Instant.EPOCH.plus(Milliseconds.read(millis.get()))) : Optional.empty();
    }

    Duration duration(String name) throws MalformedRecordException {
        return Milliseconds.read(required(name, optional(name, JsonNumber.class)));
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

    private <T extends JsonValue> Optional<T> optional(String name, Class<T> type) throws MalformedRecordException {
        int at = find(name);
        if (at < 0) {
            return Optional.empty();
        }
        read[at] = true;
        if (!type.isInstance(values[at])) {
            throw MalformedRecordException.damaged("has a value of the wrong type as \"" + name + "\"");
        }
        return Optional.of(type.cast(values[at]));
    }

    /** Returns the position of a member; negative if there is none. Members are mostly read in their order. */
    private int find(String name) {
        for (int at = afterLast; at < names.length; at++) {
            if (names[at].equals(name)) {
                afterLast = at + 1;
                return at;
            }
        }
        return Arrays.asList(names).subList(0, afterLast).indexOf(name);
    }

    private static <T> T required(String name, Optional<T> value) throws MalformedRecordException {
        if (value.isEmpty()) {
            throw MalformedRecordException.damaged("has no \"" + name + "\"");
        }
        return value.get();
    }
}
