package dev.evertoken.internal.store.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.testing.SecretCanary;
import dev.evertoken.testing.TestTokens;
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
                .with("token", Optional.of("new \"one\""))
                .withNumber("expires_at", Optional.of(1_700_000_000L))
                .withTexts("scopes", List.of("b", "a"))
                .toJson();

        assertThat(after)
                .isEqualTo(
                        "{\"id\":12345678901234567890.10,\"nested\":{\"a\": [1, null]},\"token\":\"new \\\"one\\\"\","
                                + "\"x\":null,\"expires_at\":1700000000,\"scopes\":[\"b\",\"a\"]}");
    }

    @Test
    void membersAreReadAccordingToTheirType() {
        JsonDocument json = JsonDocument.parse(
                        "{\"a\":\"text\",\"n\":17,\"l\":[\"z\",\"y\"],\"w\":\"z  y\",\"o\":{},\"null\":null}")
                .orElseThrow();

        assertThat(json.text("a")).hasValue("text");
        assertThat(json.text("n")).hasValue("17");
        assertThat(json.text("o")).isEmpty();
        assertThat(json.text("null")).isEmpty();
        assertThat(json.text("missing")).isEmpty();
        assertThat(json.texts("l")).containsExactly("z", "y");
        assertThat(json.texts("w")).containsExactly("z", "y");
        assertThat(json.texts("o")).isEmpty();
        assertThat(JsonDocument.words(" ")).isEmpty();
    }

    @Test
    void anEmptyValueRemovesAMember() {
        assertThat(JsonDocument.empty()
                        .with("a", Optional.of("b"))
                        .with("a", Optional.empty())
                        .toJson())
                .isEqualTo("{}");
    }

    @Test
    void toStringContainsNoContent() {
        SecretCanary.ofTestTokens()
                .assertNonePrintedBy(JsonDocument.empty().with("token", Optional.of(TestTokens.access())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "\"text\"", "{", "{\"a\":}", "{} {}", "{\"a\":1,}", "plain"})
    void textThatIsNotAnObjectIsNotParsed(String text) {
        assertThat(JsonDocument.parse(text)).isEmpty();
    }
}
