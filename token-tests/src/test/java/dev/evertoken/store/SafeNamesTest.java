package dev.evertoken.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.TokenKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** File names of keys and namespaces. */
class SafeNamesTest {

    @ParameterizedTest
    @CsvSource({"google, alice, google@alice", "g, a, g@a", "google, A/é, google@%41%2f%c3%a9"})
    void aKeyThatFitsIsReadBackFromItsName(String registration, String account, String name) {
        TokenKey key = TokenKey.of(registration, account);

        assertThat(SafeNames.of(key)).isEqualTo(name);
        assertThat(SafeNames.key(name)).contains(key);
        assertThat(SafeNames.isHashed(name)).isFalse();
    }

    @Test
    void aKeyIsWrittenOutUpToTheLongestNameAndHashedBeyond() {
        String account = "x".repeat(SafeNames.MAX_LENGTH - "g@".length());

        assertThat(SafeNames.of(TokenKey.of("g", account)))
                .isEqualTo("g@" + account)
                .hasSize(SafeNames.MAX_LENGTH);
        String hashed = SafeNames.of(TokenKey.of("g", account + "x"));
        assertThat(hashed).hasSize(65).startsWith("~");
        assertThat(SafeNames.isHashed(hashed)).isTrue();
        assertThat(SafeNames.key(hashed)).isEmpty();
    }

    @Test
    void aNamespaceIsWrittenOutUpToTheLongestNameAndHashedBeyond() {
        String longest = "n".repeat(SafeNames.MAX_LENGTH);

        assertThat(SafeNames.of(longest)).isEqualTo(longest);
        assertThat(SafeNames.of(longest + "n")).hasSize(65).startsWith("~");
        assertThatThrownBy(() -> SafeNames.of(" ")).hasMessage("the namespace is blank");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "@", "@alice", "google@", "google", "google@%", "google@%4", "google@x%4", "google@%zz"})
    void aFileThatWasNotNamedHereIsNoKeys(String name) {
        assertThat(SafeNames.key(name)).isEmpty();
    }

    @Test
    void anEscapeAtTheVeryEndIsWhole() {
        assertThat(SafeNames.key("google@x%41")).contains(TokenKey.of("google", "xA"));
    }
}
