package dev.evertoken;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FramedTest {

    @Test
    void noTwoListsOfTextsGiveTheSameBytes() {
        assertThat(Framed.of("ab", "c")).isNotEqualTo(Framed.of("a", "bc"));
        assertThat(Framed.of("a", "")).isNotEqualTo(Framed.of("a"));
        assertThat(Framed.of("", "a")).isNotEqualTo(Framed.of("a", ""));
        assertThat(Framed.of()).isEmpty();
    }

    @Test
    void whatUtf8WouldWriteAsAQuestionMarkStaysDifferent() {
        assertThat(Framed.of("a\uD800")).isNotEqualTo(Framed.of("a?")).isNotEqualTo(Framed.of("a\uD801"));
    }

    @Test
    void aTextIsItsLengthAndItsUnits() {
        assertThat(Framed.of("é")).containsExactly(0, 0, 0, 1, 0, 0xE9);
    }
}
