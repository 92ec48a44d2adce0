package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.providers.internal.oauth2.JsonTree.JsonNumber;
import dev.evertoken.spi.provider.ProviderResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer, read as far as it can be read, whatever its {@code Content-Type} claims.
 *
 * <p>Fields that are absent, {@code null} or blank are all absent. Never prints what it holds. Immutable.
 */
public final class ResponseBody {

    private static final Pattern MEDIA_TYPE = Pattern.compile("[a-z]{1,20}/[a-z.+-]{1,40}");

    private final Shape shape;
    private final String raw;
    private final Map<String, Object> fields;

    /** What the body is. */
    public enum Shape {
        NOTHING,
        /** A JSON object. */
        OBJECT,
        FORM,
        /** HTML or XML: from something before the provider, or from its front page. */
        PAGE,
        /** None of these, or cut off. */
        OTHER
    }

    private ResponseBody(Shape shape, String raw, Map<String, Object> fields) {
        this.shape = shape;
        this.raw = raw;
        this.fields = fields;
    }

    /** Reads JSON only. */
    public static ResponseBody of(ProviderResponse response) {
        return of(response, false);
    }

    /** @param forms whether a form is read too, where {@code Content-Type} says that it is form or plain text */
    static ResponseBody of(ProviderResponse response, boolean forms) {
        String text = withoutByteOrderMark(response.body()).strip();
        if (text.isEmpty()) {
            return new ResponseBody(Shape.NOTHING, text, Map.of());
        }
        Optional<Map<String, Object>> json = text.startsWith("{") ? JsonTree.object(text) : Optional.empty();
        if (json.isPresent()) {
            return new ResponseBody(Shape.OBJECT, text, json.get());
        }
        Optional<FormEncoding> form =
                forms && saysForm(mediaType(response)) ? FormEncoding.parse(text) : Optional.empty();
        if (form.isPresent()) {
            return new ResponseBody(
                    Shape.FORM, text, Collections.unmodifiableMap(form.get().fields()));
        }
        return new ResponseBody(text.startsWith("<") ? Shape.PAGE : Shape.OTHER, text, Map.of());
    }

    public Shape shape() {
        return shape;
    }

    /** Tells whether a field is there with any value but {@code null}. */
    public boolean has(String name) {
        return fields.containsKey(name);
    }

    public boolean isTrue(String name) {
        return Boolean.TRUE.equals(fields.get(name));
    }

    public boolean isFalse(String name) {
        return Boolean.FALSE.equals(fields.get(name));
    }

    /** Returns a text or number as text. */
    public Optional<String> text(String name) {
        return text(fields.get(name));
    }

    /** Returns an object inside this one. */
    public Optional<ResponseBody> object(String name) {
        return object(fields.get(name));
    }

    /** Returns the objects of a list; other entries are left out. */
    public List<ResponseBody> objects(String name) {
        return list(name).stream()
                .map(ResponseBody::object)
                .flatMap(Optional::stream)
                .toList();
    }

    /** Returns the texts of a list; other entries are left out. */
    public List<String> texts(String name) {
        return list(name).stream()
                .map(ResponseBody::text)
                .flatMap(Optional::stream)
                .toList();
    }

    /** Tells whether the text of the body, whatever its shape, has these words in it, in any case. */
    boolean mentions(String words) {
        return raw.toLowerCase(Locale.ROOT).contains(words.toLowerCase(Locale.ROOT));
    }

    /** Returns what may be shown of a body that was not understood: its kind and its length. */
    static String outline(ProviderResponse response) {
        if (response.body().isBlank()) {
            return "an empty body";
        }
        String type = mediaType(response);
        return (MEDIA_TYPE.matcher(type).matches() ? type : "a body of unknown type") + " of "
                + response.body().length() + " characters";
    }

    private static boolean saysForm(String mediaType) {
        return mediaType.equals("application/x-www-form-urlencoded") || mediaType.equals("text/plain");
    }

    private static String mediaType(ProviderResponse response) {
        String header = response.header("Content-Type").orElse("");
        int end = header.indexOf(';');
        return (end < 0 ? header : header.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    private static String withoutByteOrderMark(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static Optional<String> text(@Nullable Object value) {
        if (value instanceof String text) {
            return Optional.of(text).filter(some -> !some.isBlank());
        }
        return value instanceof JsonNumber number ? Optional.of(number.text()) : Optional.empty();
    }

    private static Optional<ResponseBody> object(@Nullable Object value) {
        if (!(value instanceof Map<?, ?> members)) {
            return Optional.empty();
        }
        Map<String, Object> named = new LinkedHashMap<>();
        members.forEach((name, member) -> named.put((String) name, member));
        return Optional.of(new ResponseBody(Shape.OBJECT, "", named));
    }

    private List<Object> list(String name) {
        return fields.get(name) instanceof List<?> values ? new ArrayList<>(values) : List.of();
    }

    @Override
    public String toString() {
        return "AnswerBody[" + shape + "]";
    }
}
