package dev.evertoken.store;

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
 * The members of one JSON object, asked for by name; what nobody asks for is left out. Complaints name
 * members that were asked for, never what was found. Immutable once parsed.
 */
final class Members {

    static final int MAX_DEPTH = 16;
    private static final int MAX_NUMBER_LENGTH = 40;
    private static final BigDecimal MILLIS_IN_SECOND = BigDecimal.valueOf(1000);

    private final Map<String, Object> values;

    private Members(Map<String, Object> values) {
        this.values = values;
    }

    /** Parses exactly one object: strict JSON in valid UTF-8, no name twice, nothing behind it. */
    static Members parse(byte[] json) throws IOException, UnfitException {
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(json))
                .toString();
        JsonReader reader = JsonReader.of(new Buffer().writeUtf8(text));
        Members members = object(reader, 1);
        if (reader.peek() != Token.END_DOCUMENT) {
            throw UnfitException.damaged("goes on behind its end");
        }
        return members;
    }

    private static Members object(JsonReader reader, int depth) throws IOException, UnfitException {
        Map<String, Object> values = new LinkedHashMap<>();
        reader.beginObject();
        while (reader.hasNext()) {
            String name = reader.nextName();
            Optional<Object> value = value(reader, depth);
            if (value.isPresent() && values.put(name, value.get()) != null) {
                throw UnfitException.damaged("has a member twice");
            }
        }
        reader.endObject();
        return new Members(values);
    }

    private static List<Object> array(JsonReader reader, int depth) throws IOException, UnfitException {
        List<Object> values = new ArrayList<>();
        reader.beginArray();
        while (reader.hasNext()) {
            value(reader, depth).ifPresent(values::add);
        }
        reader.endArray();
        return values;
    }

    private static Optional<Object> value(JsonReader reader, int depth) throws IOException, UnfitException {
        if (depth >= MAX_DEPTH) {
            throw UnfitException.damaged("is nested deeper than " + MAX_DEPTH + " levels");
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
            default -> throw UnfitException.damaged("is not whole JSON");
        };
    }

    private static BigDecimal decimal(String digits) throws UnfitException {
        if (digits.length() > MAX_NUMBER_LENGTH) {
            throw UnfitException.damaged("has a number of more than " + MAX_NUMBER_LENGTH + " digits");
        }
        return new BigDecimal(digits);
    }

    Set<String> names() {
        return values.keySet();
    }

    String text(String name) throws UnfitException {
        return required(name, optionalText(name));
    }

    Optional<String> optionalText(String name) throws UnfitException {
        return optional(name, String.class);
    }

    boolean flag(String name) throws UnfitException {
        return required(name, optional(name, Boolean.class));
    }

    long number(String name) throws UnfitException {
        return required(name, optional(name, BigDecimal.class)).longValueExact();
    }

    int count(String name) throws UnfitException {
        return Math.toIntExact(number(name));
    }

    Set<String> texts(String name) throws UnfitException {
        Set<String> texts = new LinkedHashSet<>();
        for (Object value : required(name, optional(name, List.class))) {
            if (!(value instanceof String text)) {
                throw UnfitException.damaged("has no list of texts as \"" + name + "\"");
            }
            texts.add(text);
        }
        return texts;
    }

    /** @throws UnfitException as of a newer format if the constant is not known: a later version may have written it */
    <E extends Enum<E>> E constant(Class<E> type, String name) throws UnfitException {
        return required(name, optionalConstant(type, name));
    }

    <E extends Enum<E>> Optional<E> optionalConstant(Class<E> type, String name) throws UnfitException {
        Optional<String> wanted = optionalText(name);
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(EnumSet.allOf(type).stream()
                .filter(constant -> constant.name().equals(wanted.get()))
                .findFirst()
                .orElseThrow(() -> UnfitException.newer("has a \"" + name + "\" that this version does not know")));
    }

    byte[] bytes(String name) throws UnfitException {
        return Base64.getDecoder().decode(text(name));
    }

    Instant instant(String name) throws UnfitException {
        return required(name, optionalInstant(name));
    }

    Optional<Instant> optionalInstant(String name) throws UnfitException {
        return optional(name, BigDecimal.class).map(millis -> Instant.EPOCH.plus(ofMillis(millis)));
    }

    Duration duration(String name) throws UnfitException {
        return ofMillis(required(name, optional(name, BigDecimal.class)));
    }

    Members object(String name) throws UnfitException {
        return required(name, optionalObject(name));
    }

    Optional<Members> optionalObject(String name) throws UnfitException {
        return optional(name, Members.class);
    }

    /** @throws ArithmeticException if it is finer than a nanosecond or too long */
    private static Duration ofMillis(BigDecimal millis) {
        if (millis.scale() > 6 || millis.precision() - millis.scale() > 30) {
            throw new ArithmeticException("a time is out of its bounds");
        }
        BigDecimal seconds = millis.divide(MILLIS_IN_SECOND, 0, RoundingMode.FLOOR);
        BigDecimal rest = millis.subtract(seconds.multiply(MILLIS_IN_SECOND));
        return Duration.ofSeconds(
                seconds.longValueExact(), rest.movePointRight(6).longValueExact());
    }

    private <T> Optional<T> optional(String name, Class<T> type) throws UnfitException {
        Object value = values.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!type.isInstance(value)) {
            throw UnfitException.damaged("has another kind of value as \"" + name + "\"");
        }
        return Optional.of(type.cast(value));
    }

    private static <T> T required(String name, Optional<T> value) throws UnfitException {
        return value.orElseThrow(() -> UnfitException.damaged("has no \"" + name + "\""));
    }
}
