package dev.evertoken.providers;

import dev.evertoken.internal.json.JsonArray;
import dev.evertoken.internal.json.JsonBoolean;
import dev.evertoken.internal.json.JsonNumber;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonString;
import dev.evertoken.internal.json.JsonValue;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One value of a JSON description and its place. A value of another type is refused with the path of its member and
 * without the value, which may be a secret in the wrong place. Immutable.
 *
 * @param value the value
 * @param path the path of the member, such as {@code errors[0].kind}; empty for the outermost object
 */
record JsonPlace(JsonValue value, String path) {

    private static final int MAX_NAME_LENGTH = 60;

    /** A value of the description cannot be used. The message begins with the path of its member. */
    static final class MisplacedException extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        private MisplacedException(String message) {
            super(message);
        }
    }

    MisplacedException refused(String why) {
        return new MisplacedException((path.isEmpty() ? "the description" : path) + " " + why);
    }

    String text() {
        if (value instanceof JsonString text && !text.value().isEmpty()) {
            return text.value();
        }
        throw refused("must be a string that is not empty");
    }

    boolean flag() {
        if (value instanceof JsonBoolean flag) {
            return flag.value();
        }
        throw refused("must be true or false");
    }

    int number() {
        Optional<String> digits = value instanceof JsonNumber ? value.text() : Optional.empty();
        return digits.filter(text -> text.matches("\\d{1,9}"))
                .map(Integer::parseInt)
                .orElseThrow(() -> refused("must be a number without a fraction"));
    }

    Duration duration() {
        try {
            return Duration.parse(text());
        } catch (DateTimeParseException e) {
            throw refused("must be a duration in ISO 8601 such as PT1H");
        }
    }

    <E extends Enum<E>> E constant(Class<E> type) {
        String name = text();
        return Arrays.stream(type.getEnumConstants())
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> refused("must be one of " + Arrays.toString(type.getEnumConstants())));
    }

    <T> List<T> list(Function<JsonPlace, T> each) {
        if (!(value instanceof JsonArray array)) {
            throw refused("must be an array");
        }
        List<T> all = new ArrayList<>();
        for (JsonValue entry : array.values()) {
            all.add(each.apply(new JsonPlace(entry, path + "[" + all.size() + "]")));
        }
        return List.copyOf(all);
    }

    List<String> texts() {
        return list(JsonPlace::text);
    }

    /** Reads an object whose members have names of the application's choice. */
    <K, V> Map<K, V> map(BiFunction<JsonPlace, String, K> key, Function<JsonPlace, V> each) {
        Map<K, V> all = new LinkedHashMap<>();
        object().members().forEach((name, member) -> {
            JsonPlace place = child(name, member);
            all.put(key.apply(place, name), each.apply(place));
        });
        return all;
    }

    Map<String, String> textsByName() {
        return map((place, name) -> name, JsonPlace::text);
    }

    <E extends Enum<E>, V> Map<E, V> byConstant(Class<E> type, Function<JsonPlace, V> each) {
        return map((place, name) -> new JsonPlace(new JsonString(name), "a member of " + path).constant(type), each);
    }

    /** Reads an object of known members; every other member is refused. */
    Members members() {
        return new Members(this, new LinkedHashMap<>(object().members()));
    }

    /** Creates a part of a description; an {@link IllegalArgumentException} of its constructor gets the place. */
    <T> T make(Supplier<T> part) {
        try {
            return part.get();
        } catch (MisplacedException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw refused("is invalid: " + e.getMessage());
        }
    }

    private JsonObject object() {
        if (value instanceof JsonObject object) {
            return object;
        }
        throw refused("must be an object");
    }

    private JsonPlace child(String name, JsonValue member) {
        String shown = shown(name);
        return new JsonPlace(member, path.isEmpty() ? shown : path + "." + shown);
    }

    private static String shown(String name) {
        String printable = name.replaceAll("[^\\x21-\\x7e]", "?");
        return printable.length() > MAX_NAME_LENGTH ? printable.substring(0, MAX_NAME_LENGTH) + "…" : printable;
    }

    /** The members of an object that are not read yet. Not thread-safe. */
    static final class Members {
        private final JsonPlace object;
        private final Map<String, JsonValue> left;

        private Members(JsonPlace object, Map<String, JsonValue> left) {
            this.object = object;
            this.left = left;
        }

        <T> Optional<T> optional(String name, Function<JsonPlace, T> reader) {
            JsonValue member = left.remove(name);
            return member == null ? Optional.empty() : Optional.of(reader.apply(object.child(name, member)));
        }

        <T> T required(String name, Function<JsonPlace, T> reader) {
            return optional(name, reader).orElseThrow(() -> object.refused("has no member " + name));
        }

        /** Refuses the members that were not read. */
        void end() {
            left.forEach((name, member) -> {
                throw object.child(name, member).refused("is no member of a description");
            });
        }
    }
}
