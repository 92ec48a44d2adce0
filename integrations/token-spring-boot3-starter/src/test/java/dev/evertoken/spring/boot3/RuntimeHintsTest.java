package dev.evertoken.spring.boot3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Secret;
import dev.evertoken.spring.config.EvertokenRuntimeHints;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.context.annotation.ImportRuntimeHints;

/** A native image has what the library loads by its name. */
class RuntimeHintsTest {

    private final RuntimeHints hints = new RuntimeHints();

    RuntimeHintsTest() {
        new EvertokenRuntimeHints().registerHints(hints, getClass().getClassLoader());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "META-INF/services/dev.evertoken.spi.provider.Provider",
                "META-INF/services/dev.evertoken.spi.store.TokenStoreFactory",
                "dev/evertoken/store/jdbc/postgresql.sql",
                "dev/evertoken/store/redis/change.lua",
                "dev/evertoken/catalogue/github.json"
            })
    void aResourceOfTheLibraryIsIncluded(String resource) {
        assertThat(RuntimeHintsPredicates.resource().forResource(resource)).accepts(hints);
    }

    @Test
    void aSecretPropertyIsConverted() {
        assertThat(RuntimeHintsPredicates.reflection()
                        .onMethod(Secret.class, "of")
                        .invoke())
                .accepts(hints);
    }

    @Test
    void theHintsBelongToTheAutoConfiguration() {
        assertThat(Stream.of(TokensAutoConfiguration.class
                        .getAnnotation(ImportRuntimeHints.class)
                        .value()))
                .containsExactly(EvertokenRuntimeHints.class);
    }
}
