package dev.evertoken.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.internal.json.JsonLimits.Repeated;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import okio.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The text of a value. */
class JsonWriterTest {

    private static final int ROUNDS = 3_000;

    private static final JsonParser PARSER = new JsonParser(new JsonLimits(100, 100, Repeated.REJECTED));

    @Test
    void membersKeepTheirOrderAndNothingIsInBetween() {
        JsonObject value = JsonObject.builder()
                .add("z", "text")
                .add("n", 17)
                .add("f", new JsonNumber("1.50"))
                .add("b", true)
                .add("l", List.of("b", "a"))
                .add("a", JsonArray.of(JsonObject.builder().build(), JsonArray.of()))
                .build();

        assertThat(JsonWriter.text(value))
                .isEqualTo("{\"z\":\"text\",\"n\":17,\"f\":1.50,\"b\":true,\"l\":[\"b\",\"a\"],\"a\":[{},[]]}");
    }

    @Test
    void anObjectThatIsWrittenMemberByMemberHasTheSameText() {
        JsonMembers inner = new JsonMembers(0);
        inner.add("empty", List.of());
        JsonMembers members = new JsonMembers(16);
        members.add("z\n", "\"\u2028\u00e9");
        members.addNumber("n", "1.50");
        members.add("b", true);
        members.add("l", List.of("b", "a\\"));
        members.add("o", inner);
        members.add("e", new JsonMembers(16));

        JsonObject value = JsonObject.builder()
                .add("z\n", "\"\u2028\u00e9")
                .add("n", new JsonNumber("1.50"))
                .add("b", true)
                .add("l", List.of("b", "a\\"))
                .add("o", JsonObject.builder().add("empty", List.of()).build())
                .add("e", JsonObject.builder().build())
                .build();

        assertThat(members.bytes()).isEqualTo(JsonWriter.bytes(value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "22   | \\\"     | \\\"",
                "5c   | \\\\     | \\\\",
                "08   | \\b      | \\b",
                "0c   | \\f      | \\f",
                "0a   | \\n      | \\n",
                "0d   | \\r      | \\r",
                "09   | \\t      | \\t",
                "00   | \\u0000  | \\u0000",
                "1f   | \\u001f  | \\u001f",
                "2f   | /        | /",
                "7e   | ~~~~     | ~~~~",
                "7f   | \u007f   | \\u007f",
                "e9   | \u00e9   | \\u00e9",
                "2028 | \\u2028  | \\u2028",
                "2029 | \\u2029  | \\u2029",
                "d800 | \\ud800  | \\ud800",
                "dfff | \\udfff  | \\udfff"
            })
    void aCharacterIsEscapedIfItMust(String code, String plain, String ascii) {
        JsonString value = new JsonString(Character.toString(Integer.parseInt(code, 16)));

        assertThat(JsonWriter.text(value)).isEqualTo('"' + plain + '"');
        assertThat(JsonWriter.asciiText(value)).isEqualTo('"' + ascii + '"');
    }

    @Test
    void aPairOfSurrogatesIsOneCharacter() {
        assertThat(JsonWriter.text(new JsonString("\ud83d\ude00"))).isEqualTo("\"\ud83d\ude00\"");
        assertThat(JsonWriter.text(new JsonString("\ud83d\ud83d\ude00\ude00")))
                .isEqualTo("\"\\ud83d\ud83d\ude00\\ude00\"");
        assertThat(JsonWriter.asciiText(new JsonString("\ud83d\ude00"))).isEqualTo("\"\\ud83d\\ude00\"");
    }

    @Test
    void everyValueIsReadAsItWasWritten() throws JsonException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            JsonValue value = value(random, 4);
            assertThat(PARSER.parse(JsonWriter.text(value))).as("seed %s", seed).isEqualTo(value);
            assertThat(PARSER.parse(JsonWriter.bytes(value)))
                    .as("seed %s", seed)
                    .isEqualTo(value);
            assertThat(PARSER.parse(JsonWriter.asciiText(value)))
                    .as("seed %s", seed)
                    .isEqualTo(value);
            assertThat(StandardCharsets.US_ASCII.newEncoder().canEncode(JsonWriter.asciiText(value)))
                    .as("seed %s", seed)
                    .isTrue();
        }
    }

    /** Earlier versions wrote the stored format with this library. */
    @Test
    void stringsAreWrittenAsMoshiWritesThem() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            String text = wellFormed(random);
            Buffer buffer = new Buffer();
            com.squareup.moshi.JsonWriter.of(buffer).beginArray().value(text).endArray();

            assertThat(JsonWriter.bytes(JsonArray.ofTexts(List.of(text))))
                    .as("seed %s", seed)
                    .isEqualTo(buffer.readByteArray());
        }
    }

    @Test
    void aNameIsWrittenOnce() {
        JsonObject.Builder twice = JsonObject.builder().add("a", 1);

        assertThatThrownBy(() -> twice.add("a", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("member \"a\" was added twice");
    }

    private static JsonValue value(Random random, int levels) {
        return switch (random.nextInt(levels > 0 ? 5 : 3)) {
            case 0 -> new JsonString(wellFormed(random));
            case 1 -> new JsonNumber(Double.toString(random.nextGaussian()));
            case 2 -> new JsonBoolean(random.nextBoolean());
            case 3 -> {
                List<JsonValue> values = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    values.add(value(random, levels - 1));
                }
                yield new JsonArray(values);
            }
            default -> {
                JsonObject.Builder members = JsonObject.builder();
                for (int i = random.nextInt(4); i > 0; i--) {
                    members.add(i + wellFormed(random), value(random, levels - 1));
                }
                yield members.build();
            }
        };
    }

    /** Returns a text without surrogates, which UTF-8 represents only in pairs. */
    private static String wellFormed(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            int limit = random.nextBoolean() ? 0x100 : random.nextBoolean() ? 0x2100 : 0x110000;
            int point = random.nextInt(limit);
            if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
                text.appendCodePoint(point);
            }
        }
        return text.toString();
    }
}
