package dev.evertoken.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the build files attach to a release. The artifacts themselves are built and compared by .ci/reproducible. */
class ReleaseTest {

    private static final Pattern FIXTURES = Pattern.compile(
            "<profile>(?:(?!</profile>).)*<id>fixtures</id>\\s*<activation>\\s*<property>\\s*<name>!maven.test.skip</name>"
                    + "\\s*</property>\\s*</activation>.*?</profile>",
            Pattern.DOTALL);
    private static final Pattern OWN =
            Pattern.compile("<groupId>dev.evertoken</groupId>\\s*<artifactId>([^<]+)</artifactId>");

    private static final BuildProfiles BUILD = new BuildProfiles();

    static Stream<String> modules() {
        return BUILD.modules().stream().filter(module -> !module.equals(BuildProfiles.ROOT));
    }

    static Stream<String> published() {
        return modules().filter(module -> !pom(module).contains("<maven.deploy.skip>true<"));
    }

    @Test
    void thePublishedModulesAreThoseOfTheBom() {
        List<String> managed = OWN.matcher(pom("token-bom"))
                .results()
                .map(found -> found.group(1))
                .toList();

        assertThat(published()).containsExactlyInAnyOrderElementsOf(managed);
    }

    @ParameterizedTest
    @MethodSource("modules")
    void aJarOfTestsIsNeitherCreatedNorUsedWithoutTestCode(String module) {
        assertThat(FIXTURES.matcher(pom(module)).replaceAll("")).doesNotContain("test-jar");
    }

    @Test
    void aReleaseHasSourcesJavadocAndABillOfMaterialsAndCanBeSigned() {
        String root = Checkout.read("pom.xml");

        assertThat(profile(root, "release"))
                .contains("maven-source-plugin", "maven-javadoc-plugin", "cyclonedx-maven-plugin")
                .contains("<skip>${maven.deploy.skip}</skip>");
        assertThat(profile(root, "sign")).contains("maven-gpg-plugin");
        assertThat(profile(pom("token-bom"), "sign")).contains("maven-gpg-plugin");
    }

    @Test
    void theCommandsOfAReleaseHaveNoTestCode() {
        assertThat(DocumentedCommand.all())
                .map(DocumentedCommand::text)
                .filteredOn(command -> command.contains("-Prelease") && !command.endsWith(" verify"))
                .isNotEmpty()
                .allMatch(command -> command.contains(" -Dmaven.test.skip "));
        assertThat(Checkout.read(".ci/reproducible")).contains(" -Prelease -Dmaven.test.skip ");
    }

    private static String pom(String module) {
        return Checkout.read(module + "/pom.xml");
    }

    private static String profile(String pom, String id) {
        return Pattern.compile("<profile>(?:(?!</profile>).)*<id>" + id + "</id>.*?</profile>", Pattern.DOTALL)
                .matcher(pom)
                .results()
                .map(found -> found.group())
                .findFirst()
                .orElse("");
    }
}
