package dev.evertoken.providers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The guide to descriptions. */
class DocumentedDescriptionTest {

    private static final Path GUIDE = Path.of("../docs/other-servers.md");

    @Test
    void theTableOfTheGuideHasEveryMember() throws IOException {
        List<String> rows = Files.readAllLines(GUIDE).stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(3, line.indexOf('`', 3)))
                .toList();

        assertThat(rows)
                .containsAll(Stream.concat(Stream.of("id"), Setting.byName().keySet().stream())
                        .toList());
    }
}
