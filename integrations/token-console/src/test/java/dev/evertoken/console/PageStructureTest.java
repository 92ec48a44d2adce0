package dev.evertoken.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a screen reader needs of the page, and the contrast of its colors; a browser checks the rest. */
class PageStructureTest {

    private static final String PAGE = read("index.html");
    private static final String STYLE = read("console.css");

    private static String read(String name) {
        return new String(Assets.find(name).orElseThrow().body(), StandardCharsets.UTF_8);
    }

    private static Stream<String> found(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().map(match -> match.group(1));
    }

    @Test
    @Fault("Q7")
    void thePageHasALanguageATitleLandmarksAndOneHeadingInEachView() {
        assertThat(PAGE).contains("<html lang=\"en\">", "<title>", "<header", "<nav aria-label", "<main");
        for (String view : PAGE.split("<section", -1)) {
            assertThat(found("(<h1)", view.replaceFirst("</section>(?s).*", "")).count())
                    .isEqualTo(view.startsWith(" id") ? 1 : 0);
        }
    }

    @Test
    @Fault("Q7")
    void eachFieldHasALabelAndEachColumnAHeading() {
        assertThat(found("<(?:input|select)[^>]* ?id=\"([\\w-]+)\"", PAGE))
                .isNotEmpty()
                .allSatisfy(field -> assertThat(PAGE).contains("for=\"" + field + "\""));
        assertThat(found("<th( [^>]*)>", PAGE)).isNotEmpty().allMatch(" scope=\"col\""::equals);
        assertThat(found("(<table)", PAGE).count())
                .isEqualTo(found("(<caption)", PAGE).count());
    }

    @Test
    @Fault("Q7")
    void eachDialogHasANameAndEachChangeIsAnnounced() {
        assertThat(found("<dialog([^>]*)>", PAGE)).hasSize(2).allMatch(one -> one.contains("aria-labelledby="));
        assertThat(PAGE).contains("id=\"found\" role=\"status\"", "id=\"result\" role=\"status\"", "role=\"alert\"");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    @Fault("Q7")
    void textHasTheContrastOfWcagInLightAndInDark(int scheme) {
        Map<String, String> colors = schemes().get(scheme);

        for (String background : List.of("back", "card")) {
            for (String text : List.of("text", "quiet", "link", "bad")) {
                assertThat(contrast(colors, text, background))
                        .as(text + " on " + background)
                        .isGreaterThan(4.5);
            }
        }
        for (String state : List.of("good", "soon", "bad")) {
            assertThat(contrast(colors, state, state + "-back")).as(state).isGreaterThan(4.5);
        }
        for (String bar : List.of("bar", "bar-bad")) {
            assertThat(contrast(colors, bar, "card")).as(bar).isGreaterThan(3);
        }
    }

    private static List<Map<String, String>> schemes() {
        return found("(?s):root \\{(.*?)\\}", STYLE)
                .map(block -> Pattern.compile("--([\\w-]+): #([0-9a-f]{6});")
                        .matcher(block)
                        .results()
                        .collect(Collectors.toMap(match -> match.group(1), match -> match.group(2))))
                .toList();
    }

    private static double contrast(Map<String, String> colors, String one, String other) {
        double first = luminance(colors.getOrDefault(one, ""));
        double second = luminance(colors.getOrDefault(other, ""));
        return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
    }

    /** Returns the relative luminance of WCAG 2.2. */
    private static double luminance(String color) {
        Matcher parts = Pattern.compile("(..)(..)(..)").matcher(color);
        assertThat(parts.matches()).as(color).isTrue();
        return 0.2126 * linear(parts.group(1)) + 0.7152 * linear(parts.group(2)) + 0.0722 * linear(parts.group(3));
    }

    private static double linear(String hex) {
        double value = Integer.parseInt(hex, 16) / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }
}
