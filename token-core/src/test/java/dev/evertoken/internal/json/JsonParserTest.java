package dev.evertoken.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.internal.json.JsonLimits.Repeated;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The values that a text has, and the texts that are rejected. */
class JsonParserTest {

    private static final JsonParser PARSER = new JsonParser(new JsonLimits(4, 20, Repeated.REJECTED));

    @Test
    void everyKindOfValueIsRead() throws JsonException {
        JsonValue read = PARSER.parse("{\"s\":\"a\\u00e9\",\"n\":1.50,\"t\":true,\"f\":false,\"a\":[\"b\",{}]}");

        assertThat(read)
                .isEqualTo(JsonObject.builder()
                        .add("s", "aé")
                        .add("n", new JsonNumber("1.50"))
                        .add("t", true)
                        .add("f", false)
                        .add(
                                "a",
                                JsonArray.of(
                                        new JsonString("b"),
                                        JsonObject.builder().build()))
                        .build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"12345678901234567890", "-0", "0.10", "1e400", "1E+2", "9223372036854775807"})
    void numbersKeepTheirText(String digits) throws JsonException {
        assertThat(PARSER.parse("[" + digits + "]")).isEqualTo(JsonArray.of(new JsonNumber(digits)));
    }

    @Test
    void nullCountsAsAbsent() throws JsonException {
        assertThat(PARSER.parse("{\"a\":null,\"b\":[null,1],\"a\":1}"))
                .isEqualTo(JsonObject.builder()
                        .add("b", JsonArray.of(JsonNumber.of(1)))
                        .add("a", 1)
                        .build());
        assertThatThrownBy(() -> PARSER.parse("null"))
                .isInstanceOf(JsonException.class)
                .hasMessage("has no value");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[[[1]]]", "{\"a\":{\"b\":{\"c\":1}}}", "[[[[]]]]", "[[],[],[],[],[]]"})
    void valuesAreReadDownToTheLastLevel(String text) throws JsonException {
        assertThat(PARSER.parse(text)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[[[[1]]]]", "[[[[[]]]]]", "{\"a\":[{\"b\":[null]}]}"})
    void valuesBelowTheLastLevelAreRejected(String text) {
        assertThatThrownBy(() -> PARSER.parse(text)).hasMessage("is nested deeper than 4 levels");
    }

    @Test
    void aNestingOfAnyDepthEndsInARejection() {
        JsonParser deep = new JsonParser(new JsonLimits(Integer.MAX_VALUE, 20, Repeated.REJECTED));

        assertThatThrownBy(() -> PARSER.parse("[".repeat(1_000_000))).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> deep.parse("[".repeat(1_000_000))).isInstanceOf(JsonException.class);
    }

    @Test
    void aNumberBeyondTheLimitIsRejected() throws JsonException {
        assertThat(PARSER.parse("[" + "7".repeat(20) + "]")).isNotNull();
        assertThatThrownBy(() -> PARSER.parse("[" + "7".repeat(21) + "]"))
                .hasMessage("has a number of more than 20 digits");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {"{\"a\":1,\"a\":1} | true", "{\"a\":[1],\"a\":[1]} | true", "{\"a\":1,\"a\":1.0} | false"})
    void aMemberMayOccurTwiceAsTheLimitsSay(String text, boolean equal) throws JsonException {
        JsonParser lenient = new JsonParser(new JsonLimits(4, 20, Repeated.REJECTED_IF_DIFFERENT));

        assertThatThrownBy(() -> PARSER.parse(text)).hasMessage("has a duplicate member");
        if (equal) {
            assertThat(lenient.parse(text)).isInstanceOf(JsonObject.class);
        } else {
            assertThatThrownBy(() -> lenient.parse(text)).hasMessage("has a duplicate member");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{\"a\":}",
                "{\"a\":1,}",
                "[1 2]",
                "{} {}",
                "[]x",
                "'a'",
                "[01]",
                "[NaN]",
                "{a:1}",
                "[\"secret]",
                "// c\n[]",
                "\uFEFF[]"
            })
    void aTextThatIsNotJsonIsRejectedWithoutQuotingIt(String text) {
        assertThatThrownBy(() -> PARSER.parse(text))
                .isInstanceOf(JsonException.class)
                .hasMessage("is not valid JSON")
                .hasNoCause();
    }

    @Test
    void bytesAreReadAsUtf8AndOtherBytesAreRejected() throws JsonException {
        byte[] text = "[\"é\ud83d\ude00\"]".getBytes(StandardCharsets.UTF_8);
        byte[] broken = text.clone();
        broken[2] = (byte) 0xff;

        assertThat(PARSER.parse(text)).isEqualTo(JsonArray.ofTexts(List.of("é\ud83d\ude00")));
        assertThatThrownBy(() -> PARSER.parse(broken)).hasMessage("is not valid JSON");
    }

    @Test
    void noValueShowsItsContent() throws JsonException {
        assertThat(PARSER.parse("{\"name\":\"secret\"}")).hasToString("JsonObject[1 members]");
        assertThat(JsonArray.ofTexts(List.of("secret"))).hasToString("JsonArray[1 values]");
        assertThat(new JsonString("secret")).hasToString("JsonString[6 characters]");
        assertThat(JsonNumber.of(4711)).hasToString("JsonNumber[4 characters]");
    }
}
