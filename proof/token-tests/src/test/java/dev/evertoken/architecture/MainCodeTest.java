package dev.evertoken.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The other rules are effective only if they see all classes. */
class MainCodeTest {
    @Test
    void everySourceFileIsScannedAsAClass() {
        List<String> written = MainCode.modules().stream()
                .map(module -> module.resolve("src/main/java"))
                .flatMap(sources ->
                        MainCode.filesBelow(sources, ".java").stream().map(file -> className(sources.relativize(file))))
                .filter(name -> !name.endsWith("package-info") && !name.equals("module-info"))
                .toList();

        assertThat(written).hasSizeGreaterThan(30);
        assertThat(MainCode.classes())
                .as("compiled classes; missing ones mean that the modules were not built in this run")
                .extracting(type -> type.getName())
                .containsAll(written);
        assertThat(MainCode.classFiles()).hasSizeGreaterThanOrEqualTo(written.size());
    }

    @Test
    void thePublishedModulesAreFound() {
        assertThat(MainCode.modules())
                .extracting(module -> module.getFileName().toString())
                .contains("token-core", "token-testing")
                .doesNotContain("token-tests", "token-faults", "token-bom");
    }

    private static String className(Path source) {
        return source.toString()
                .replaceFirst("\\.java$", "")
                .replace(source.getFileSystem().getSeparator(), ".");
    }
}
