package dev.evertoken.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The README and the guides match the code. Their programs are compiled by the examples. */
class ReadmeTest {

    private static final Path CHECKOUT = Path.of(System.getProperty("basedir", "."), "..", "..");
    private static final Pattern VERSION = Pattern.compile("<version>([^<]*)</version>");
    private static final Pattern ARTIFACT = Pattern.compile("<artifactId>([^<]*)</artifactId>");
    private static final int FIRST_SCREEN = 65;
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    @Test
    void theVersionMatchesTheBuild() {
        String version = first(VERSION, read("pom.xml"));

        assertThat(VERSION.matcher(read("README.md")).results().map(found -> found.group(1)))
                .isNotEmpty()
                .containsOnly(version);
        assertThat(read("docs/start.md"))
                .contains("<artifactId>token-bom</artifactId>\n           <version>" + version);
    }

    @Test
    void theFirstScreenOfTheReadmeEndsWithTheProgramAndItsOutput() {
        List<String> lines = read("README.md").lines().toList();

        int program = lines.indexOf("```java");
        assertThat(lines.subList(0, program)).contains("```xml");
        assertThat(lines.subList(program, FIRST_SCREEN)).contains("```text");
        assertThat(lines).noneMatch(line -> line.startsWith("|"));
    }

    @Test
    void theCoordinatesOfTheReadmeAreThoseOfPublishedModules() {
        List<String> modules = all(ARTIFACT, read("token-bom/pom.xml"));

        assertThat(all(ARTIFACT, read("README.md"))).isNotEmpty().isSubsetOf(modules);
    }

    @Test
    void theReadmeLinksToEveryGuide() {
        String readme = read("README.md");

        assertThat(Checkout.files("docs", ".md"))
                .filteredOn(guide -> !guide.startsWith("docs/providers/") || guide.endsWith("README.md"))
                .isNotEmpty()
                .allSatisfy(guide -> assertThat(readme).contains("](" + guide + ")"));
    }

    @Test
    void everyProblemIsInTheTableOnceWithItsRemedy() {
        Map<String, String> documented = new TreeMap<>();
        for (List<String> row : table("docs/errors.md", "Problem")) {
            for (String problem : codes(row.get(0))) {
                assertThat(documented.put(problem, codes(row.get(1)).get(0)))
                        .as(problem + " is in an earlier row")
                        .isNull();
            }
        }

        Map<String, String> known = Arrays.stream(Problem.values())
                .collect(Collectors.toMap(Problem::name, one -> one.remedy().name()));
        assertThat(documented).containsExactlyInAnyOrderEntriesOf(known);
    }

    @Test
    void everySettingIsInTheTableOnce() {
        List<String> documented = table("docs/settings.md", "Setting").stream()
                .map(row -> codes(row.get(0)).get(0))
                .toList();

        List<String> known = Arrays.stream(TokensBuilder.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method -> method.getReturnType() == TokensBuilder.class)
                .map(Method::getName)
                .distinct()
                .toList();
        assertThat(documented).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(known);
    }

    @Test
    void everyDurationHasTheDefaultOfTheBuilder() throws IllegalAccessException {
        Map<String, String> documented = table("docs/settings.md", "Setting").stream()
                .collect(Collectors.toMap(row -> codes(row.get(0)).get(0), row -> row.get(1)));

        TokensBuilder builder = Tokens.builder();
        for (Field field : TokensBuilder.class.getDeclaredFields()) {
            if (field.getType() == Duration.class) {
                field.setAccessible(true);
                assertThat(documented).containsEntry(field.getName(), text((Duration) field.get(builder)));
            }
        }
    }

    private static String text(Duration time) {
        return time.toSeconds() % 60 == 0 ? time.toMinutes() + " min" : time.toSeconds() + " s";
    }

    /** Returns the cells of the table whose first column has this name, without the header. */
    private static List<List<String>> table(String guide, String name) {
        List<List<String>> rows = read(guide)
                .lines()
                .dropWhile(line -> !line.startsWith("| " + name + " |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> Arrays.stream(line.substring(1).split("\\|"))
                        .map(String::strip)
                        .toList())
                .toList();
        assertThat(rows).as("the table of each " + name).isNotEmpty();
        return rows;
    }

    private static List<String> codes(String cell) {
        return CODE.matcher(cell)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    private static List<String> all(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(found -> found.group(1)).toList();
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    private static String read(String file) {
        try {
            return Files.readString(CHECKOUT.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
