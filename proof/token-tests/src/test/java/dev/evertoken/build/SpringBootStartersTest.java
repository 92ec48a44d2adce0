package dev.evertoken.build;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The starter of Spring Boot 3.5 is that of Spring Boot 4, except for the names that Spring Boot has changed: a change of
 * one starter is a change of both.
 */
class SpringBootStartersTest {

    private static final Path INTEGRATIONS = Path.of(System.getProperty("basedir", "."), "..", "..", "integrations");
    private static final Path BOOT_4 = INTEGRATIONS.resolve("token-spring-boot-starter");
    private static final Path BOOT_3 = INTEGRATIONS.resolve("token-spring-boot3-starter");
    private static final String BOOT = "org.springframework.boot.";

    /** The names in the starter of Spring Boot 3.5 by those of Spring Boot 4. */
    private static final List<Map.Entry<String, String>> NAMES = List.of(
            entry("dev.evertoken.spring.boot3", "dev.evertoken.spring.boot"),
            entry("dev/evertoken/spring/boot3", "dev/evertoken/spring/boot"),
            entry("Spring Boot 3.5", "Spring Boot 4"),
            entry(
                    BOOT + "actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
                    BOOT + "micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"),
            entry(
                    BOOT + "actuate.autoconfigure.observation.ObservationAutoConfiguration",
                    BOOT + "micrometer.observation.autoconfigure.ObservationAutoConfiguration"),
            entry(
                    BOOT + "actuate.autoconfigure.health.HealthContributorAutoConfiguration",
                    BOOT + "health.autoconfigure.contributor.HealthContributorAutoConfiguration"),
            entry(
                    BOOT + "actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator",
                    BOOT + "health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator"),
            entry(BOOT + "actuate.health.", BOOT + "health.contributor."),
            entry(
                    BOOT + "autoconfigure.data.redis.RedisAutoConfiguration",
                    BOOT + "data.redis.autoconfigure.DataRedisAutoConfiguration"),
            entry(BOOT + "autoconfigure.jdbc.", BOOT + "jdbc.autoconfigure."),
            entry(BOOT + "autoconfigure.http.client.", BOOT + "http.client.autoconfigure."),
            entry(BOOT + "autoconfigure.web.client.", BOOT + "restclient.autoconfigure."),
            entry(BOOT + "autoconfigure.web.reactive.function.client.", BOOT + "webclient.autoconfigure."),
            entry(BOOT + "web.client.", BOOT + "restclient."),
            entry(BOOT + "web.reactive.function.client.", BOOT + "webclient."),
            entry("ClientHttpRequestFactorySettings.Redirects", "HttpRedirects"),
            entry("(Redirects.", "(HttpRedirects."),
            entry("ClientHttpRequestFactorySettings", "HttpClientSettings"));

    /** Calls of Spring Framework 6.2 by those of 7. */
    private static final Pattern REFLECTION_HINT = Pattern.compile("\\.onMethod(\\([^()]*\\))(\\s*)\\.invoke\\(\\)");

    /** Spring Boot 3.5 has one auto-configuration for what these two are in Spring Boot 4. */
    private static final Pattern ONLY_IN_BOOT_4 =
            Pattern.compile("import [\\w.]+\\.ImperativeHttpClientAutoConfiguration;"
                    + "|\\bImperativeHttpClientAutoConfiguration\\.class,");

    /** The marks of an example that is printed in a guide, which takes it from one of the starters. */
    private static final Pattern MARK = Pattern.compile("// docs/\\S+ .*");

    private static final Pattern IMPORT = Pattern.compile("import ([\\w. ]+);");
    private static final Pattern WORD = Pattern.compile("\\w+|\\S");

    /** A word or another character of a file. */
    private record Word(String text, int line) {}

    @Test
    void bothStartersHaveTheSameFiles() throws IOException {
        assertThat(files(BOOT_3, "boot3").keySet())
                .isEqualTo(files(BOOT_4, "boot").keySet());
    }

    @Test
    void eachFileOfOneStarterIsThatOfTheOther() throws IOException {
        Map<String, Path> boot4 = files(BOOT_4, "boot");
        List<String> differences = new ArrayList<>();
        for (Map.Entry<String, Path> file : files(BOOT_3, "boot3").entrySet()) {
            Path other = boot4.get(file.getKey());
            if (other != null) {
                difference(
                                other,
                                ONLY_IN_BOOT_4.matcher(Files.readString(other)).replaceAll(""),
                                file.getValue(),
                                withNamesOfBoot4(Files.readString(file.getValue())))
                        .ifPresent(differences::add);
            }
        }
        assertThat(differences)
                .as("make the same change in both starters, or add a name that Spring Boot has changed to this test")
                .isEmpty();
    }

    @Test
    void aDifferenceIsNamedWithItsFilesAndLines() {
        String one = "import java.util.List;\n\nclass A {\n    int one;\n}\n";
        String two = "import java.util.List;\n\nclass A { int two; }\n";
        String set = "import java.util.Set;\n\nclass A { int one; }\n";

        assertThat(difference(Path.of("4/A.java"), one, Path.of("3/A.java"), one))
                .isEmpty();
        assertThat(difference(Path.of("4/A.java"), one, Path.of("3/A.java"), two))
                .contains("4/A.java:4 has one, but 3/A.java:3 has two");
        assertThat(difference(Path.of("4/A.java"), one, Path.of("3/A.java"), set))
                .contains("4/A.java imports [java.util.List], but 3/A.java [java.util.Set]");
    }

    /** Returns the sources and resources of a starter by their paths, without the name of the package. */
    private static Map<String, Path> files(Path starter, String name) throws IOException {
        Map<String, Path> files = new TreeMap<>();
        Path sources = starter.resolve("src");
        try (Stream<Path> all = Files.walk(sources)) {
            all.filter(Files::isRegularFile)
                    .forEach(file -> files.put(
                            sources.relativize(file).toString().replace("/spring/" + name + "/", "/spring/"), file));
        }
        assertThat(files).as("files of " + starter).hasSizeGreaterThan(20);
        return files;
    }

    private static String withNamesOfBoot4(String boot3) {
        String text = REFLECTION_HINT.matcher(boot3).replaceAll(".onMethodInvocation$1$2");
        for (Map.Entry<String, String> name : NAMES) {
            text = text.replace(name.getKey(), name.getValue());
        }
        return text;
    }

    /** Returns the first difference between the texts of two files; empty if there is none. */
    private static Optional<String> difference(Path boot4, String text4, Path boot3, String text3) {
        Set<String> imports4 = imports(text4);
        Set<String> imports3 = imports(text3);
        if (!imports4.equals(imports3)) {
            return Optional.of(boot4 + " imports " + without(imports4, imports3) + ", but " + boot3 + " "
                    + without(imports3, imports4));
        }
        List<Word> expected = words(text4);
        List<Word> actual = words(text3);
        for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
            @Nullable Word one = i < expected.size() ? expected.get(i) : null;
            @Nullable Word other = i < actual.size() ? actual.get(i) : null;
            if (one == null || other == null || !one.text().equals(other.text())) {
                return Optional.of(at(boot4, one) + ", but " + at(boot3, other));
            }
        }
        return Optional.empty();
    }

    private static String at(Path file, @Nullable Word word) {
        return file + (word == null ? " has ended" : ":" + word.line() + " has " + word.text());
    }

    private static Set<String> without(Set<String> names, Set<String> others) {
        Set<String> rest = new TreeSet<>(names);
        rest.removeAll(others);
        return rest;
    }

    /** Their order differs with their names. */
    private static Set<String> imports(String text) {
        return IMPORT.matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the words of a file, without its imports. Where its lines end differs with the length of names. */
    private static List<Word> words(String text) {
        List<Word> words = new ArrayList<>();
        int line = 0;
        for (String content : text.split("\n", -1)) {
            line++;
            String code = IMPORT.matcher(MARK.matcher(content).replaceAll("")).replaceAll("");
            for (Matcher word = WORD.matcher(code); word.find(); ) {
                words.add(new Word(word.group(), line));
            }
        }
        return words;
    }
}
