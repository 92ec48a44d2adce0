package dev.evertoken.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LengthPrefixedTest {

    @Test
    void differentListsOfTextsGiveDifferentBytes() {
        assertThat(LengthPrefixed.of("ab", "c")).isNotEqualTo(LengthPrefixed.of("a", "bc"));
        assertThat(LengthPrefixed.of("a", "")).isNotEqualTo(LengthPrefixed.of("a"));
        assertThat(LengthPrefixed.of("", "a")).isNotEqualTo(LengthPrefixed.of("a", ""));
        assertThat(LengthPrefixed.of()).isEmpty();
    }

    @Test
    void textsThatUtf8EncodesAlikeGiveDifferentBytes() {
        assertThat(LengthPrefixed.of("a\uD800"))
                .isNotEqualTo(LengthPrefixed.of("a?"))
                .isNotEqualTo(LengthPrefixed.of("a\uD801"));
    }

    @Test
    void aTextIsEncodedAsItsLengthAndItsCodeUnits() {
        assertThat(LengthPrefixed.of("é")).containsExactly(0, 0, 0, 1, 0, 0xE9);
    }
}
