package dev.evertoken.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTest {

    @Test
    void aSecretNeverPrintsItself() {
        Secret secret = Secret.of("canary");

        assertThat(secret).hasToString("<redacted>");
        assertThat("" + secret).doesNotContain("canary");
        assertThat(String.format("%s %10.3s", secret, secret)).doesNotContain("can");
    }

    @Test
    void revealReturnsTheValue() {
        assertThat(Secret.of("canary").reveal()).isEqualTo("canary");
    }

    @Test
    void secretsAreEqualByContent() {
        assertThat(Secret.of("canary"))
                .isEqualTo(Secret.of("canary"))
                .hasSameHashCodeAs(Secret.of("canary"))
                .isNotEqualTo(Secret.of("canarY"))
                .isNotEqualTo(Secret.of("canary2"))
                .isNotEqualTo(null);
        assertThat(Secret.of("canary").equals((Object) "canary")).isFalse();
    }

    @Test
    void anEmptySecretIsRejected() {
        assertThatThrownBy(() -> Secret.of(""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a secret must not be empty");
    }

    @ParameterizedTest(name = "{index}")
    @Fault("N9")
    @ValueSource(strings = {"a\nb", "a\r\nInjected: 1", "\u0000", "a\u007f", "\u00e4", "\ud83d\ude42"})
    void aTokenHasVisibleAsciiCharactersAndSpacesOnly(String broken) {
        assertThat(Secret.of(broken).hasTokenCharacters()).isFalse();
        assertThat(Secret.of("ya29.a0 ~!").hasTokenCharacters()).isTrue();
    }
}
