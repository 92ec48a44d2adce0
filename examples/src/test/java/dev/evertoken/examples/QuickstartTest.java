package dev.evertoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.testing.ChildJvm;
import dev.evertoken.testing.SecretCanary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The quickstart succeeds, prints the output that the README shows, and prints no secret. */
class QuickstartTest {

    private static final String LAST = "quickstart: 8 accounts, 13 refreshes, 1 needs reconnect, 0 tokens lost";
    private static final Path README = Path.of(System.getProperty("basedir", "."), "..", "README.md");

    @Test
    void endsWithNoTokenLostAndTheOutputOfTheReadme() throws IOException {
        List<String> lines = new ArrayList<>();
        try (ChildJvm quickstart = ChildJvm.of(Quickstart.class).start()) {
            while (!lines.contains(LAST)) {
                lines.add(quickstart.readLine());
            }
            assertThat(quickstart.awaitEnd()).isZero();
            lines.add(quickstart.errors());
        }

        String output = String.join("\n", lines);
        assertThat(output).endsWith(LAST + "\n");
        assertThat(Files.readString(README)).contains("```text\n" + output + "```\n");
        assertThat(SecretCanary.ofTestTokens().leaksIn("the output", output)).isEmpty();
    }

    @Test
    void endsWithAnErrorAndItsReasonIfTheApplicationIsKilled() {
        try (ChildJvm quickstart = ChildJvm.of(Quickstart.class).start()) {
            quickstart.awaitLine("1  Connect");
            application(quickstart).destroyForcibly();

            assertThat(quickstart.awaitLine("quickstart: ")).startsWith("quickstart: failed: the child ");
            assertThat(quickstart.awaitEnd()).isEqualTo(1);
        }
    }

    /** Returns the application's process, the only child of the quickstart, once it exists. */
    private static ProcessHandle application(ChildJvm quickstart) {
        return Stream.generate(() -> quickstart.handle().children())
                .flatMap(Function.identity())
                .findFirst()
                .orElseThrow();
    }
}
