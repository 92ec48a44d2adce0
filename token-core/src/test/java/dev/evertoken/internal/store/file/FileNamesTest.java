package dev.evertoken.internal.store.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.TokenKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** File names of keys and namespaces. */
class FileNamesTest {

    @ParameterizedTest
    @CsvSource({"google, alice, google@alice", "g, a, g@a", "google, A/é, google@%41%2f%c3%a9"})
    void aKeyThatFitsIsReadBackFromItsFileName(String registration, String account, String name) {
        TokenKey key = TokenKey.of(registration, account);

        assertThat(FileNames.of(key)).isEqualTo(name);
        assertThat(FileNames.key(name)).contains(key);
        assertThat(FileNames.isHashed(name)).isFalse();
    }

    @Test
    void aKeyIsWrittenOutUpToTheLongestNameAndHashedBeyond() {
        String account = "x".repeat(FileNames.MAX_LENGTH - "g@".length());

        assertThat(FileNames.of(TokenKey.of("g", account)))
                .isEqualTo("g@" + account)
                .hasSize(FileNames.MAX_LENGTH);
        String hashed = FileNames.of(TokenKey.of("g", account + "x"));
        assertThat(hashed).hasSize(65).startsWith("~");
        assertThat(FileNames.isHashed(hashed)).isTrue();
        assertThat(FileNames.key(hashed)).isEmpty();
    }

    @Test
    void aNamespaceIsWrittenOutUpToTheLongestNameAndHashedBeyond() {
        String longest = "n".repeat(FileNames.MAX_LENGTH);

        assertThat(FileNames.of(longest)).isEqualTo(longest);
        assertThat(FileNames.of(longest + "n")).hasSize(65).startsWith("~");
        assertThatThrownBy(() -> FileNames.of(" ")).hasMessage("the namespace is blank");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "@", "@alice", "google@", "google", "google@%", "google@%4", "google@x%4", "google@%zz"})
    void aForeignFileNameHasNoKey(String name) {
        assertThat(FileNames.key(name)).isEmpty();
    }

    @Test
    void anEscapeAtTheEndOfANameIsDecoded() {
        assertThat(FileNames.key("google@x%41")).contains(TokenKey.of("google", "xA"));
    }

    @Test
    @Fault("N10")
    void theNameOfANamespaceIsNoDeviceOfWindows() {
        assertThat(FileNames.of("con")).isEqualTo("%63on");
        assertThat(FileNames.of("lpt1")).isEqualTo("%6cpt1");
        assertThat(FileNames.of("console")).isEqualTo("console");
        assertThat(FileNames.of("Con")).isEqualTo("%43on");
    }
}
