package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.internal.json.JsonArray;
import dev.evertoken.internal.json.JsonBoolean;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The path to one value of a JSON text, such as {@code errors[0].code} or {@code [0].errorCode}. Immutable.
 *
 * @param steps the names of members, and the indexes of arrays in brackets
 */
public record MemberPath(List<String> steps) {

    private static final Pattern STEP = Pattern.compile("\\[\\d+]|[^.\\[\\]]+");

    public MemberPath {
        steps = List.copyOf(steps);
    }

    /** Parses a path whose syntax is known to be right. */
    public static MemberPath of(String text) {
        List<String> steps = new ArrayList<>();
        Matcher matcher = STEP.matcher(text);
        while (matcher.find()) {
            steps.add(matcher.group());
        }
        return new MemberPath(steps);
    }

    /** Returns the value; empty if there is none or it is {@code null}. */
    public Optional<JsonValue> in(JsonValue outermost) {
        Optional<JsonValue> at = Optional.of(outermost);
        for (String step : steps) {
            at = at.flatMap(value -> child(value, step));
        }
        return at;
    }

    /** Returns a string, a number or a boolean as text; empty for any other value, and for a blank string. */
    public Optional<String> text(JsonValue outermost) {
        return in(outermost)
                .flatMap(value ->
                        value instanceof JsonBoolean flag ? Optional.of(String.valueOf(flag.value())) : value.text())
                .filter(text -> !text.isBlank());
    }

    private static Optional<JsonValue> child(JsonValue value, String step) {
        if (!step.startsWith("[")) {
            return value instanceof JsonObject object ? object.get(step) : Optional.empty();
        }
        int index = Integer.parseInt(step.substring(1, step.length() - 1));
        return value instanceof JsonArray array && index < array.values().size()
                ? Optional.of(array.values().get(index))
                : Optional.empty();
    }
}
