package dev.evertoken.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs of the store guide match the examples, and the guide lists every store module. */
class StoreGuideTest {

    private static final Path CHECKOUT = Path.of(System.getProperty("basedir", "."), "..", "..");
    private static final Path EXAMPLE =
            CHECKOUT.resolve("examples/src/main/java/dev/evertoken/examples/MovingStores.java");
    private static final Path GUIDE = CHECKOUT.resolve("docs/stores.md");

    @ParameterizedTest
    @ValueSource(strings = {"move", "backup", "reseal"})
    void programsMatchTheExample(String part) throws IOException {
        Matcher region = Pattern.compile(
                        "// docs/stores.md " + part + " begin\n(.*?)\n *// docs/stores.md " + part + " end",
                        Pattern.DOTALL)
                .matcher(Files.readString(EXAMPLE));

        assertThat(region.find()).as("the example has the part " + part).isTrue();
        assertThat(Files.readString(GUIDE))
                .contains("```java\n" + region.group(1).stripIndent().strip() + "\n```\n");
    }

    @Test
    void everyStoreModuleIsListed() throws IOException {
        Matcher modules = Pattern.compile("<module>(token-store-[a-z]+)</module>")
                .matcher(Files.readString(CHECKOUT.resolve("pom.xml")));

        assertThat(modules.results().map(found -> found.group(1)))
                .isNotEmpty()
                .allSatisfy(module -> assertThat(Files.readString(GUIDE)).contains("`" + module + "`"));
    }
}
