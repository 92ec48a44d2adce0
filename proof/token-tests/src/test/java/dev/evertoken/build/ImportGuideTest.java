package dev.evertoken.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.imports.TokenFileFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs of the guide to imports match the examples, and the guide lists every format. */
class ImportGuideTest {

    private static final Path EXAMPLE =
            Checkout.ROOT.resolve("examples/src/main/java/dev/evertoken/examples/ImportingAccounts.java");
    private static final Path GUIDE = Checkout.ROOT.resolve("docs/imports.md");

    @ParameterizedTest
    @ValueSource(strings = {"alone", "file", "all", "row"})
    void programsMatchTheExample(String part) throws IOException {
        Matcher region = Pattern.compile(
                        "// docs/imports.md " + part + " begin\n(.*?)\n *// docs/imports.md " + part + " end",
                        Pattern.DOTALL)
                .matcher(Files.readString(EXAMPLE));

        assertThat(region.find()).as("the example has the part " + part).isTrue();
        assertThat(Files.readString(GUIDE))
                .contains("```java\n" + region.group(1).stripIndent().strip() + "\n```\n");
    }

    @ParameterizedTest
    @EnumSource
    void everyFormatIsListed(TokenFileFormat format) throws IOException {
        assertThat(Files.readString(GUIDE)).contains("| `" + format + "` | ");
    }
}
