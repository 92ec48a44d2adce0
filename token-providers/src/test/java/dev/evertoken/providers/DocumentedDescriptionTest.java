package dev.evertoken.providers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The guide to descriptions: its example can be read, and its table has every member. */
class DocumentedDescriptionTest {

    private static final Path GUIDE = Path.of("../docs/other-servers.md");

    @Test
    void theExampleOfTheGuideDescribesAProvider() throws IOException {
        String guide = Files.readString(GUIDE);
        int begin = guide.indexOf("```json\n") + "```json\n".length();
        String example = guide.substring(begin, guide.indexOf("\n```", begin));

        ProviderDescription acme = ProviderDescription.read(
                "other-servers.md", new ByteArrayInputStream(example.getBytes(StandardCharsets.UTF_8)));

        assertThat(OAuth2Provider.of(acme).profile().apiHosts()).containsExactly("api.acme.example");
    }

    @Test
    void theTableOfTheGuideHasEveryMember() throws IOException {
        List<String> rows = Files.readAllLines(GUIDE).stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(3, line.indexOf('`', 3)))
                .toList();

        assertThat(rows).containsAll(Stream.concat(Stream.of("id"), Setting.byName().keySet().stream()).toList());
    }
}
