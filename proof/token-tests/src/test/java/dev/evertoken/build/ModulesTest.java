package dev.evertoken.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The dependencies of each module, as declared in the build files. */
class ModulesTest {

    private static final Path CHECKOUT = Path.of(System.getProperty("basedir", "."), "..", "..");

    @Test
    void theCoreHasFewDependencies() throws Exception {
        // okio-jvm is a dependency of okhttp-jvm; it is declared only to set its version.
        assertThat(dependenciesOf("token-core"))
                .containsExactlyInAnyOrder("okhttp-jvm", "okio-jvm", "moshi", "slf4j-api", "jspecify");
    }

    @Test
    void theProvidersDependOnTheCoreAndNoOtherModule() throws Exception {
        assertThat(dependenciesOf("token-providers"))
                .contains("token-core")
                .doesNotContain("token-testing")
                .noneMatch(name -> name.startsWith("token-store"));
    }

    @Test
    void theSignaturesOfOAuth1BringNoJsonLibrary() throws Exception {
        assertThat(dependenciesOf("token-providers")).noneMatch(name -> name.startsWith("jackson"));
        assertThat(children(project("token-providers"), "dependencies")
                        .flatMap(all -> children(all, "dependency"))
                        .filter(one -> textOf(one, "artifactId").equals("scribejava-core"))
                        .flatMap(one -> children(one, "exclusions"))
                        .flatMap(all -> children(all, "exclusion"))
                        .map(one -> textOf(one, "artifactId")))
                .containsExactly("jackson-databind");
    }

    @Test
    void theBomManagesThePublishedModulesAndTheLibrariesWithoutWhichTheyDoNotWork() throws Exception {
        assertThat(children(project("token-bom"), "parent"))
                .as("an application would import what a parent manages")
                .isEmpty();
        assertThat(children(project("token-bom"), "dependencyManagement")
                        .flatMap(all -> children(all, "dependencies"))
                        .flatMap(all -> children(all, "dependency"))
                        .map(one -> textOf(one, "artifactId")))
                .containsExactlyInAnyOrder(
                        "token-core",
                        "token-providers",
                        "token-catalogue",
                        "token-testing",
                        "token-store-tiered",
                        "token-store-redis",
                        "token-store-jdbc",
                        "token-store-gcp",
                        "token-console",
                        "token-micrometer",
                        "token-google-auth",
                        "token-mirror",
                        "token-spring",
                        "token-spring-boot-starter",
                        "token-spring-boot3-starter",
                        "token-testing-wiremock",
                        "okhttp",
                        "okhttp-jvm",
                        "okio",
                        "okio-jvm",
                        "protobuf-java",
                        "protobuf-java-util");
    }

    @Test
    void theCatalogueDependsOnTheProvidersAlone() throws Exception {
        assertThat(dependenciesOf("token-catalogue")).containsExactlyInAnyOrder("token-providers", "jspecify");
    }

    @Test
    void theRedisStoreDependsOnTheCoreAndJedis() throws Exception {
        assertThat(dependenciesOf("token-store-redis"))
                .containsExactlyInAnyOrder("token-core", "jedis", "slf4j-api", "jspecify");
    }

    @Test
    void theSecretManagerStoreDependsOnTheCoreAndTheGoogleClient() throws Exception {
        assertThat(dependenciesOf("token-store-gcp"))
                .containsExactlyInAnyOrder(
                        "token-core", "google-cloud-secretmanager", "caffeine", "slf4j-api", "jspecify");
    }

    @Test
    void theMetricsDependOnTheCoreAndOnTheMicrometerOfTheApplication() throws Exception {
        assertThat(dependenciesOf("integrations/token-micrometer"))
                .containsExactlyInAnyOrder(
                        "token-core", "micrometer-core", "micrometer-observation", "slf4j-api", "jspecify");
        assertThat(children(project("integrations/token-micrometer"), "dependencies")
                        .flatMap(all -> children(all, "dependency"))
                        .filter(one -> textOf(one, "scope").equals("provided"))
                        .map(one -> textOf(one, "artifactId")))
                .containsExactlyInAnyOrder("micrometer-core", "micrometer-observation");
    }

    @Test
    void theCredentialsForGoogleDependOnTheCoreAndGoogleAuth() throws Exception {
        assertThat(dependenciesOf("integrations/token-google-auth"))
                .containsExactlyInAnyOrder("token-core", "google-auth-library-oauth2-http", "jspecify");
    }

    @Test
    void theMirrorDependsOnTheCoreAndOkHttp() throws Exception {
        assertThat(dependenciesOf("integrations/token-mirror"))
                .containsExactlyInAnyOrder("token-core", "okhttp-jvm", "slf4j-api", "jspecify");
    }

    @Test
    void theSpringPartsDependOnTheCoreAndOnTheSpringOfTheApplication() throws Exception {
        assertThat(dependenciesOf("integrations/token-spring"))
                .containsExactlyInAnyOrder(
                        "token-core",
                        "token-providers",
                        "token-store-jdbc",
                        "token-console",
                        "token-store-redis",
                        "spring-web",
                        "spring-webmvc",
                        "spring-webflux",
                        "reactor-core",
                        "spring-data-redis",
                        "jakarta.servlet-api",
                        "slf4j-api",
                        "jspecify");
        assertThat(children(project("integrations/token-spring"), "dependencies")
                        .flatMap(all -> children(all, "dependency"))
                        .filter(one -> textOf(one, "scope").equals("provided")
                                || textOf(one, "optional").equals("true"))
                        .map(one -> textOf(one, "artifactId")))
                .containsExactlyInAnyOrder(
                        "token-providers",
                        "token-store-jdbc",
                        "token-console",
                        "token-store-redis",
                        "spring-web",
                        "spring-webmvc",
                        "spring-webflux",
                        "reactor-core",
                        "spring-data-redis",
                        "jakarta.servlet-api");
    }

    @Test
    void theMountedProvidersDependOnTheTestKitAndOnTheWireMockOfTheTest() throws Exception {
        assertThat(dependenciesOf("integrations/token-testing-wiremock"))
                .containsExactlyInAnyOrder(
                        "token-core", "token-testing", "wiremock-standalone", "junit-jupiter-api", "jspecify");
        assertThat(children(project("integrations/token-testing-wiremock"), "dependencies")
                        .flatMap(all -> children(all, "dependency"))
                        .filter(one -> textOf(one, "scope").equals("provided"))
                        .map(one -> textOf(one, "artifactId")))
                .containsExactly("wiremock-standalone");
    }

    @Test
    void theDoctorsCommandHasEveryStoreThatSettingsCanName() throws Exception {
        assertThat(dependenciesOf("integrations/token-doctor"))
                .containsExactlyInAnyOrder(
                        "token-core",
                        "token-providers",
                        "token-catalogue",
                        "token-store-redis",
                        "token-store-jdbc",
                        "token-store-gcp",
                        "jspecify",
                        "postgresql",
                        "slf4j-simple");
    }

    @Test
    void theStartersBringTheCoreTheProvidersAndTheSpringPartsAndNothingElse() throws Exception {
        for (String starter : List.of("token-spring-boot-starter", "token-spring-boot3-starter")) {
            assertThat(children(project("integrations/" + starter), "dependencies")
                            .flatMap(all -> children(all, "dependency"))
                            .filter(one -> textOf(one, "scope").isEmpty())
                            .filter(one -> textOf(one, "optional").isEmpty())
                            .map(one -> textOf(one, "artifactId")))
                    .as(starter)
                    .containsExactlyInAnyOrder("token-core", "token-providers", "token-spring", "jspecify");
        }
    }

    @Test
    void theConsoleDependsOnTheCoreAlone() throws Exception {
        assertThat(dependenciesOf("integrations/token-console"))
                .containsExactlyInAnyOrder("token-core", "slf4j-api", "jspecify");
    }

    private static List<String> dependenciesOf(String module) throws Exception {
        return children(project(module), "dependencies")
                .flatMap(all -> children(all, "dependency"))
                .filter(one -> children(one, "scope")
                        .noneMatch(scope -> scope.getTextContent().equals("test")))
                .flatMap(one -> children(one, "artifactId"))
                .map(Element::getTextContent)
                .toList();
    }

    private static String textOf(Element parent, String name) {
        return children(parent, name).map(Element::getTextContent).findFirst().orElse("");
    }

    private static Element project(String module) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(CHECKOUT.resolve(module).resolve("pom.xml").toFile())
                .getDocumentElement();
    }

    private static Stream<Element> children(Element parent, String name) {
        NodeList nodes = parent.getChildNodes();
        return IntStream.range(0, nodes.getLength())
                .mapToObj(nodes::item)
                .filter(node -> node.getNodeName().equals(name))
                .map(Element.class::cast);
    }
}
