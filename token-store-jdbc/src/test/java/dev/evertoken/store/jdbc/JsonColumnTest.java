package dev.evertoken.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.json.JsonDocument;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The scopes in an application's JSON object. */
class JsonColumnTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[\"z\",\"y\"]     | z,y",
                "[\"z\",\"z\",7]   | z,7",
                "\"z  y\"          | z,y",
                "\" \"             | ~~",
                "[\"z\",[\"y\"]]   | ~~",
                "{\"z\":true}      | ~~",
                "null              | ~~"
            })
    void scopesAreReadFromAListOrFromOneText(String json, String scopes) {
        JsonDocument document = JsonDocument.parse("{\"scopes\":" + json + "}").orElseThrow();

        assertThat(document.get("scopes").map(JsonColumn::scopes).orElse(Set.of()))
                .containsExactly(scopes.isEmpty() ? new String[0] : scopes.split(",", -1));
    }
}
