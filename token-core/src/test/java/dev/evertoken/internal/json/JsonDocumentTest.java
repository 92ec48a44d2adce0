package dev.evertoken.internal.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonDocumentTest {

    @Test
    void membersThatAreNotReplacedAreKeptExactly() {
        String before =
                "{\"id\": 12345678901234567890.10, \"nested\": {\"a\": [1, null]}, \"token\": \"old\", \"x\": null}";

        String after = JsonDocument.parse(before)
                .orElseThrow()
                .with("token", Optional.of(new JsonString("new \"one\"")))
                .with("expires_at", Optional.of(JsonNumber.of(1_700_000_000L)))
                .with("scopes", Optional.of(JsonArray.ofTexts(List.of("b", "a"))))
                .toJson();

        assertThat(after)
                .isEqualTo(
                        "{\"id\":12345678901234567890.10,\"nested\":{\"a\": [1, null]},\"token\":\"new \\\"one\\\"\","
                                + "\"x\":null,\"expires_at\":1700000000,\"scopes\":[\"b\",\"a\"]}");
    }

    @Test
    void membersAreReadAccordingToTheirType() {
        JsonDocument json = JsonDocument.parse(
                        "{\"a\":\"text\",\"n\":17,\"l\":[\"z\",\"y\"],\"o\":{},\"null\":null,\"broken\":[1 2]}")
                .orElseThrow();

        assertThat(json.text("a")).hasValue("text");
        assertThat(json.text("n")).hasValue("17");
        assertThat(json.text("o")).isEmpty();
        assertThat(json.get("o")).contains(JsonObject.builder().build());
        assertThat(json.get("l")).contains(JsonArray.ofTexts(List.of("z", "y")));
        assertThat(json.get("null")).isEmpty();
        assertThat(json.get("broken")).isEmpty();
        assertThat(json.get("missing")).isEmpty();
    }

    @Test
    void anEmptyValueRemovesAMember() {
        assertThat(JsonDocument.empty()
                        .with("a", Optional.of(new JsonString("b")))
                        .with("a", Optional.empty())
                        .toJson())
                .isEqualTo("{}");
    }

    @Test
    void toStringContainsNoContent() {
        assertThat(JsonDocument.empty().with("token", Optional.of(new JsonString("evertoken-test-a"))))
                .hasToString("JsonDocument[token]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "\"text\"", "{", "{\"a\":}", "{} {}", "{\"a\":1,}", "plain"})
    void textThatIsNotAnObjectIsNotParsed(String text) {
        assertThat(JsonDocument.parse(text)).isEmpty();
    }
}
