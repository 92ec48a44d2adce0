package dev.evertoken.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.json.JsonLimits.Repeated;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A compact text has the same value, and a damaged one is rejected with the same message, as by the tokenizer. */
class CompactJsonTest {

    private static final JsonLimits LIMITS = new JsonLimits(4, 20, Repeated.REJECTED);
    private static final JsonParser PARSER = new JsonParser(LIMITS);
    private static final String ALL = "{\"s\":\"a b~\",\"n\":-1.50,\"i\":0,\"t\":true,\"f\":false,\"z\":null,"
            + "\"a\":[\"b\",{},[],{\"c\":12}],\"\":9223372036854775807,\"o\":{\"p\":[1,null,2]}}";
    private static final String SIGNS = "{}[]\",:.-+0e1 \\t\n\u007fnx\u0001";
    private static final int MUTATIONS = 3_000;

    @ParameterizedTest
    @ValueSource(strings = {ALL, "1", "-12.5", "true", "\"\"", "[]", "{}", "[[[[]]]]", "{\"a\":null}", "[0.0]"})
    void aCompactTextIsReadWithoutTheTokenizer(String text) throws JsonException {
        assertThat(CompactJson.read(text.getBytes(UTF_8), LIMITS)).hasValue(PARSER.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "null", "{\"a\": 1}", "[1e5]", "[-0]", "[01]", "[1.]", "[.5]", "[-]", "\"é\"", "\"\\n\"", "[1,]",
                "{\"a\":1,\"a\":1}", "[[[[[]]]]]", "[123456789012345678901]", "{\"a\":1}}", "[tru]", "\"open", "{\"a\"",
                "{", "[", "-", "1.", "[1}", "{\"a\":1]"
            })
    void anyOtherTextIsLeftToTheTokenizer(String text) {
        assertThat(CompactJson.read(text.getBytes(UTF_8), LIMITS)).isEmpty();
    }

    @Test
    void aDamagedTextHasTheSameOutcomeAsByTheTokenizer() {
        SplittableRandom random = new SplittableRandom(7);
        for (int n = 0; n < MUTATIONS; n++) {
            String damaged = damaged(random);
            assertThat(outcome(() -> PARSER.parse(damaged.getBytes(UTF_8))))
                    .as(damaged)
                    .isEqualTo(outcome(() -> PARSER.parse(damaged)));
        }
    }

    /** Replaces, inserts or removes a character, or cuts the text off. */
    private static String damaged(SplittableRandom random) {
        int at = random.nextInt(ALL.length());
        String sign = String.valueOf(SIGNS.charAt(random.nextInt(SIGNS.length())));
        return switch (random.nextInt(4)) {
            case 0 -> ALL.substring(0, at) + sign + ALL.substring(at + 1);
            case 1 -> ALL.substring(0, at) + sign + ALL.substring(at);
            case 2 -> ALL.substring(0, at) + ALL.substring(at + 1);
            default -> ALL.substring(0, at);
        };
    }

    private interface Parsing {
        JsonValue parse() throws JsonException;
    }

    /** Returns the value with its text, or the message. */
    private static List<Object> outcome(Parsing parsing) {
        try {
            JsonValue value = parsing.parse();
            return List.of(value, JsonWriter.text(value));
        } catch (JsonException e) {
            return List.of(e.detail());
        }
    }
}
