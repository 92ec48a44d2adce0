package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.internal.json.JsonArray;
import dev.evertoken.internal.json.JsonBoolean;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonValue;
import dev.evertoken.spi.provider.ProviderResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The body of a response, parsed as far as possible regardless of its {@code Content-Type}.
 *
 * <p>Fields that are missing, {@code null} or blank are all absent. The string form has no contents of the body.
 * Immutable.
 */
public final class ResponseBody {

    private static final Pattern MEDIA_TYPE = Pattern.compile("[a-z]{1,20}/[a-z.+-]{1,40}");
    private static final JsonObject NO_FIELDS = JsonObject.builder().build();

    private final Shape shape;
    private final String raw;
    private final JsonObject fields;
    private final JsonValue root;

    /** The format of a body. */
    public enum Shape {
        NOTHING,
        /** A JSON object. */
        OBJECT,
        FORM,
        /** HTML or XML, from a gateway in front of the provider or from the provider's website. */
        PAGE,
        /** None of these, or truncated. */
        OTHER
    }

    private ResponseBody(Shape shape, String raw, JsonObject fields) {
        this(shape, raw, fields, fields);
    }

    private ResponseBody(Shape shape, String raw, JsonObject fields, JsonValue root) {
        this.shape = shape;
        this.raw = raw;
        this.fields = fields;
        this.root = root;
    }

    /** Parses JSON only. */
    public static ResponseBody of(ProviderResponse response) {
        return of(response, false);
    }

    /** @param forms whether a form is parsed too if {@code Content-Type} is that of a form or of plain text */
    static ResponseBody of(ProviderResponse response, boolean forms) {
        String text = withoutByteOrderMark(response.body()).strip();
        if (text.isEmpty()) {
            return new ResponseBody(Shape.NOTHING, text, NO_FIELDS);
        }
        Optional<JsonObject> json = text.startsWith("{") ? ResponseJson.object(text) : Optional.empty();
        if (json.isPresent()) {
            return new ResponseBody(Shape.OBJECT, text, json.get());
        }
        Optional<FormEncoding> form =
                forms && isFormType(mediaType(response)) ? FormEncoding.parse(text) : Optional.empty();
        if (form.isPresent()) {
            return new ResponseBody(Shape.FORM, text, fields(form.get()));
        }
        Optional<JsonArray> array = text.startsWith("[") ? ResponseJson.array(text) : Optional.empty();
        return new ResponseBody(
                text.startsWith("<") ? Shape.PAGE : Shape.OTHER,
                text,
                NO_FIELDS,
                array.<JsonValue>map(values -> values).orElse(NO_FIELDS));
    }

    /** Returns this body, or the form that a text of another format can only be; see {@link UnannouncedForm}. */
    ResponseBody orUnannouncedForm() {
        return shape == Shape.OTHER
                ? UnannouncedForm.parse(raw)
                        .map(form -> new ResponseBody(Shape.FORM, raw, fields(form)))
                        .orElse(this)
                : this;
    }

    public Shape shape() {
        return shape;
    }

    /** Returns the outermost JSON value: the object with the fields, or an array; an object without members if neither. */
    JsonValue root() {
        return root;
    }

    /** Returns whether a field is present with a value other than {@code null}. */
    public boolean has(String name) {
        return fields.get(name).isPresent();
    }

    public boolean isTrue(String name) {
        return isLiteral(name, true);
    }

    public boolean isFalse(String name) {
        return isLiteral(name, false);
    }

    /** Returns a string or number as text. */
    public Optional<String> text(String name) {
        Optional<JsonValue> value = fields.get(name);
        return value.isEmpty() ? Optional.empty() : text(value.get());
    }

    /** Returns a nested object. */
    public Optional<ResponseBody> object(String name) {
        return fields.get(name).flatMap(ResponseBody::object);
    }

    /** Returns the text of the value at a path. */
    public Optional<String> member(MemberPath path) {
        return path.text(root);
    }

    /** Returns the object at a path, or the first entry of an array at it. */
    Optional<ResponseBody> objectAt(MemberPath path) {
        return path.in(root)
                .flatMap(value -> value instanceof JsonArray array
                        ? array.values().stream().findFirst()
                        : Optional.of(value))
                .flatMap(ResponseBody::object);
    }

    /** Returns the objects of an array; other entries are left out. */
    public List<ResponseBody> objects(String name) {
        return list(name).stream()
                .map(ResponseBody::object)
                .flatMap(Optional::stream)
                .toList();
    }

    /** Returns the strings and numbers of an array; other entries are left out. */
    public List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        for (JsonValue value : list(name)) {
            Optional<String> text = text(value);
            if (text.isPresent()) {
                texts.add(text.get());
            }
        }
        return texts;
    }

    /** Returns whether the raw text of the body contains these words, ignoring case. */
    boolean mentions(String words) {
        return raw.toLowerCase(Locale.ROOT).contains(words.toLowerCase(Locale.ROOT));
    }

    /** Returns a description of an unrecognized body that is safe to log: its media type and length. */
    static String outline(ProviderResponse response) {
        if (response.body().isBlank()) {
            return "an empty body";
        }
        String type = mediaType(response);
        return (MEDIA_TYPE.matcher(type).matches() ? type : "a body of unknown type") + " of "
                + response.body().length() + " characters";
    }

    private static boolean isFormType(String mediaType) {
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

    private boolean isLiteral(String name, boolean value) {
        return fields.get(name).filter(new JsonBoolean(value)::equals).isPresent();
    }

    private static Optional<String> text(JsonValue value) {
        Optional<String> text = value.text();
        return text.isPresent() && !text.get().isBlank() ? text : Optional.empty();
    }

    private static Optional<ResponseBody> object(JsonValue value) {
        return value instanceof JsonObject members
                ? Optional.of(new ResponseBody(Shape.OBJECT, "", members))
                : Optional.empty();
    }

    private List<JsonValue> list(String name) {
        return fields.get(name).orElse(NO_FIELDS) instanceof JsonArray array ? array.values() : List.of();
    }

    private static JsonObject fields(FormEncoding form) {
        JsonObject.Builder fields = JsonObject.builder();
        form.fields().forEach(fields::add);
        return fields.build();
    }

    @Override
    public String toString() {
        return "ResponseBody[" + shape + "]";
    }
}
