package dev.evertoken.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The mutation profiles name classes as text; a class that is renamed or moved must not drop out of them unnoticed. */
class MutationProfilesTest {

    private static final Pattern LIST = Pattern.compile("<pit\\.(?:classes|tests)>([^<]+)</pit\\.");

    @ParameterizedTest
    @ValueSource(strings = {"token-core", "token-providers", "proof/token-tests"})
    void eachPatternOfAMutationProfileMatchesAClass(String module) throws IOException {
        Set<String> classes = classesOfTheCheckout();
        List<String> patterns = patternsOf(module);

        assertThat(patterns).isNotEmpty();
        assertThat(patterns)
                .allSatisfy(pattern -> assertThat(classes)
                        .as(pattern)
                        .anyMatch(Pattern.compile(regex(pattern)).asMatchPredicate()));
    }

    private static List<String> patternsOf(String module) throws IOException {
        List<String> patterns = new ArrayList<>();
        Matcher lists =
                LIST.matcher(Files.readString(Checkout.ROOT.resolve(module).resolve("pom.xml")));
        while (lists.find()) {
            patterns.addAll(Arrays.asList(lists.group(1).split(",", -1)));
        }
        return patterns;
    }

    /** Nested classes are checked by the name of their file. */
    private static String regex(String pattern) {
        String outer = pattern.strip().split("\\$", 2)[0];
        return Pattern.quote(outer).replace("*", "\\E.*\\Q");
    }

    private static Set<String> classesOfTheCheckout() throws IOException {
        try (Stream<Path> files = Files.walk(Checkout.ROOT)) {
            return files.map(Path::toString)
                    .filter(file -> file.endsWith(".java") && file.contains("/src/") && !file.contains("/target/"))
                    .map(file -> file.replaceAll(".*/src/\\w+/java/(.*)\\.java", "$1")
                            .replace('/', '.'))
                    .collect(Collectors.toSet());
        }
    }
}
