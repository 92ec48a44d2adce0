package dev.evertoken.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenKeyTest {

    @Test
    void aKeyPrintsAsRegistrationAndAccount() {
        assertThat(TokenKey.of("google", "user-42")).hasToString("google/user-42");
    }

    @Test
    void bothPartsAreCaseSensitive() {
        assertThat(TokenKey.of("google", "Alice")).isNotEqualTo(TokenKey.of("google", "alice"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t", "\u2003"})
    void aBlankPartIsRejectedByName(String blank) {
        assertThatThrownBy(() -> TokenKey.of(blank, "a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("registration is blank");
        assertThatThrownBy(() -> TokenKey.of("google", blank)).hasMessage("account is blank");
    }

    @Test
    void aPartHasAtMost512Characters() {
        assertThat(TokenKey.of("google", "a".repeat(512)).account()).hasSize(512);
        assertThatThrownBy(() -> TokenKey.of("google", "a".repeat(513)))
                .hasMessage("account has 513 characters, more than 512");
    }

    @Test
    void aControlCharacterIsRejectedWithItsPosition() {
        assertThatThrownBy(() -> TokenKey.of("google", "al\nice"))
                .hasMessage("account has a control character at index 2");
        assertThatThrownBy(() -> TokenKey.of("goo\u0000gle", "alice"))
                .hasMessage("registration has a control character at index 3");
    }

    @ParameterizedTest(name = "{index}")
    @Fault("N10")
    @ValueSource(strings = {"al\uD83D", "al\uDE42", "al\uDE42\uD83D", "al\uD83D\uD83D\uDE42"})
    void anUnpairedSurrogateIsRejectedWithItsPosition(String half) {
        assertThatThrownBy(() -> TokenKey.of("google", half))
                .hasMessage("account has an unpaired surrogate at index 2");
        assertThatThrownBy(() -> TokenKey.of(half, "alice"))
                .hasMessage("registration has an unpaired surrogate at index 2");
    }

    @Test
    void anyOtherTextIsAValidAccount() {
        assertThat(TokenKey.of("google", "ümlaut/..\\:*? 🙂").account()).isEqualTo("ümlaut/..\\:*? 🙂");
    }
}
