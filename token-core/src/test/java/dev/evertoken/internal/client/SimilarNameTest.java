package dev.evertoken.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The name that the author of a misspelled one probably meant. */
class SimilarNameTest {

    private static final List<String> KNOWN = List.of("facebook", "google", "x", "x-oauth1");

    @ParameterizedTest
    @CsvSource({"gogle, google", "goolge, google", "Google, google", "face-book, facebook", "x-oauth, x-oauth1"})
    void aMisspelledNameIsRecognized(String name, String meant) {
        assertThat(SimilarName.among(KNOWN, name)).contains(meant);
    }

    @Test
    void anotherNameIsNoMisspelledOne() {
        for (String other : List.of("myspace", "y", "", "go")) {
            assertThat(SimilarName.among(KNOWN, other)).as(other).isEmpty();
        }
    }
}
