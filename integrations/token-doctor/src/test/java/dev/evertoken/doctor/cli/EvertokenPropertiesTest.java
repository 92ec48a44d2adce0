package dev.evertoken.doctor.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The settings come from a file and from variables, and a name that is misspelled is named. */
class EvertokenPropertiesTest {

    @TempDir
    private Path folder;

    @Test
    void variablesOverrideTheFileAndOtherPropertiesAreIgnored() throws IOException {
        EvertokenProperties read = read(
                """
                spring.application.name=${app}
                evertoken.namespace=file
                evertoken.background.enabled=true
                evertoken.clients.google.client-id=of-file
                """,
                Map.of(
                        "EVERTOKEN_NAMESPACE", "variable",
                        "EVERTOKEN_KEYFILE", "/keys",
                        "EVERTOKEN_STORE_FILE_PATH", "/tokens",
                        "EVERTOKEN_CLIENTS_GOOGLE_CLIENT_ID", "of-variable",
                        "EVERTOKEN_CLIENTS_GOOGLE_CLIENTSECRET", "secret-of-variable",
                        "HOME", "/root"));

        assertThat(read.get("evertoken.namespace")).contains("variable");
        assertThat(read.get("evertoken.key-file")).contains("/keys");
        assertThat(read.get("evertoken.store.file.path")).contains("/tokens");
        assertThat(read.ofClient("google", "client-id")).contains("of-variable");
        assertThat(read.ofClient("google", "client-secret")).contains("secret-of-variable");
        assertThat(read.clients()).containsExactly("google");
        assertThat(read.warnings()).isEmpty();
        assertThat(read.toString()).doesNotContain("secret-of-variable");
    }

    @ParameterizedTest
    @CsvSource({
        "evertoken.namspace, evertoken.namespace",
        "evertoken.store.file.pth, evertoken.store.file.path",
        "evertoken.clients.google.clientid, evertoken.clients.google.client-id",
        "evertoken.store.jdbc.user-name, evertoken.store.jdbc.username"
    })
    void aMisspelledPropertyIsNamedWithTheNearestOne(String wrong, String right) {
        assertThatThrownBy(() -> read(wrong + "=x", Map.of()))
                .isInstanceOf(UsageException.class)
                .hasMessage("the property " + wrong + " is unknown; did you mean " + right + "?");
    }

    @Test
    void aPlaceholderOfSpringIsNotTakenForAValue() {
        assertThatThrownBy(() -> read("evertoken.store.redis.url=${REDIS_URL}", Map.of()))
                .hasMessage("the value of evertoken.store.redis.url has a placeholder ${…}, which only Spring resolves;"
                        + " set the variable EVERTOKEN_STORE_REDIS_URL instead");
    }

    @Test
    void anUnknownVariableIsAWarning() throws IOException {
        assertThat(read("", Map.of("EVERTOKEN_NAMSPACE", "pool")).warnings())
                .containsExactly("the variable EVERTOKEN_NAMSPACE is no setting and is ignored");
    }

    @Test
    void scopesAreAListInOneOrSeveralProperties() throws IOException {
        EvertokenProperties read = read(
                "evertoken.clients.a.scopes=one, two\nevertoken.clients.b.scopes[0]=three\nevertoken.clients.b.scopes[1]=four",
                Map.of());

        assertThat(read.scopes("a")).containsExactly("one", "two");
        assertThat(read.scopes("b")).containsExactly("three", "four");
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> EvertokenProperties.read(Optional.of(folder.resolve("none")), Map.of()))
                .hasMessage("the file " + folder.resolve("none") + " cannot be read: NoSuchFileException");
    }

    private EvertokenProperties read(String text, Map<String, String> variables) throws IOException {
        Path file = Files.writeString(folder.resolve("application.properties"), text);
        return EvertokenProperties.read(Optional.of(file), variables);
    }
}
