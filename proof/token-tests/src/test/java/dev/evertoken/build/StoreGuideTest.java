package dev.evertoken.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The guide to stores lists every store module. */
class StoreGuideTest {

    private static final Path CHECKOUT = Path.of(System.getProperty("basedir", "."), "..", "..");
    private static final Path GUIDE = CHECKOUT.resolve("docs/stores.md");

    @Test
    void everyStoreModuleIsListed() throws IOException {
        Matcher modules = Pattern.compile("<module>(token-store-[a-z]+)</module>")
                .matcher(Files.readString(CHECKOUT.resolve("pom.xml")));

        assertThat(modules.results().map(found -> found.group(1)))
                .isNotEmpty()
                .allSatisfy(module -> assertThat(Files.readString(GUIDE)).contains("`" + module + "`"));
    }
}
