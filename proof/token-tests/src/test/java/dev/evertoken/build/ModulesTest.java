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

/** What whoever takes a module gets with it, as the build files say. */
class ModulesTest {

    private static final Path CHECKOUT = Path.of(System.getProperty("basedir", "."), "..", "..");

    @Test
    void theCoreBringsFewLibraries() throws Exception {
        // okio-jvm comes with okhttp-jvm; it is named for its version alone.
        assertThat(broughtBy("token-core"))
                .containsExactlyInAnyOrder("okhttp-jvm", "okio-jvm", "moshi", "caffeine", "slf4j-api", "jspecify");
    }

    @Test
    void theProvidersBringTheCoreAndNoOtherModule() throws Exception {
        assertThat(broughtBy("token-providers"))
                .contains("token-core")
                .doesNotContain("token-testing")
                .noneMatch(name -> name.startsWith("token-store"));
    }

    @Test
    void theRedisStoreBringsTheCoreAndJedis() throws Exception {
        assertThat(broughtBy("token-store-redis"))
                .containsExactlyInAnyOrder("token-core", "jedis", "slf4j-api", "jspecify");
    }

    @Test
    void theSecretManagerStoreBringsTheCoreAndGooglesClient() throws Exception {
        assertThat(broughtBy("token-store-gcp"))
                .containsExactlyInAnyOrder(
                        "token-core", "google-cloud-secretmanager", "caffeine", "slf4j-api", "jspecify");
    }

    private static List<String> broughtBy(String module) throws Exception {
        return children(project(module), "dependencies")
                .flatMap(all -> children(all, "dependency"))
                .filter(one -> children(one, "scope")
                        .noneMatch(scope -> scope.getTextContent().equals("test")))
                .flatMap(one -> children(one, "artifactId"))
                .map(Element::getTextContent)
                .toList();
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
