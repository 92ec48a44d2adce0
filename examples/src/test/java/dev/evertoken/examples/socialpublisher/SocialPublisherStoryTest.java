package dev.evertoken.examples.socialpublisher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.testing.ChildJvm;
import dev.evertoken.testing.SecretCanary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The story of the publisher succeeds, prints the output of its section of the examples, and prints no secret. */
class SocialPublisherStoryTest {

    private static final Path README = Path.of(System.getProperty("basedir", "."), "README.md");
    private static final String LAST = "              median of a call";
    private static final Pattern HEAP = Pattern.compile("live heap after a collection: (\\d+) MB");
    private static final Pattern IN_FLIGHT = Pattern.compile("up to (\\d+) were in flight at once");
    private static final int GOAL_MB = 46;

    /** Of 200 users; on a machine with much other work, a first call may end before a last one has begun. */
    private static final int MOST_AT_ONCE = 150;

    @Test
    void endsWithTheOutputOfTheExamples() throws IOException {
        List<String> lines = new ArrayList<>();
        try (ChildJvm story = ChildJvm.of(SocialPublisherStory.class).start()) {
            do {
                lines.add(story.readLine());
                assertThat(lines.get(lines.size() - 1)).doesNotContain("failed: ");
            } while (!lines.get(lines.size() - 1).startsWith(LAST));
            assertThat(story.awaitEnd()).isZero();
            lines.add(story.errors());
        }

        String output = String.join("\n", lines);
        assertThat(masked(Files.readString(README))).contains("```text\n" + masked(output) + "```\n");
        assertThat(SecretCanary.ofTestTokens().leaksIn("the output", output)).isEmpty();
        assertThat(number(HEAP, output)).isLessThanOrEqualTo(GOAL_MB);
        assertThat(number(IN_FLIGHT, output)).isGreaterThanOrEqualTo(MOST_AT_ONCE);
    }

    private static int number(Pattern line, String output) {
        Matcher found = line.matcher(output);
        assertThat(found.find()).as(line.pattern()).isTrue();
        return Integer.parseInt(found.group(1));
    }

    @Test
    void aVariableThatIsMissingOrMalformedIsNamed() {
        try (ChildJvm publisher = ChildJvm.of(SocialPublisherStory.class)
                .environment("FACEBOOK_CLIENT_ID", "138483919580948")
                .environment("SOCIALPUBLISHER_PORT", "eighty")
                .environment("SOCIALPUBLISHER_ADDRESS", "publisher")
                .environment("EVERTOKEN_KEYS", "k1:short")
                .start()) {
            assertThat(publisher.awaitLine("social-publisher: cannot start: "))
                    .contains(
                            "FACEBOOK_CLIENT_SECRET",
                            "INSTAGRAM_CLIENT_ID",
                            "LINKEDIN_CLIENT_ID",
                            "X_OAUTH1_CLIENT_ID",
                            "YOUTUBE_CLIENT_ID",
                            "SOCIALPUBLISHER_PORT is not a number from 0 to 65535",
                            "SOCIALPUBLISHER_ADDRESS is not an absolute URI");
            assertThat(publisher.awaitEnd()).isEqualTo(2);
        }
    }

    /** The measured numbers differ in each run, and the median meets its goal only on a machine with no other work. */
    private static String masked(String text) {
        return text.replaceAll(": \\d+ MB", ": … MB")
                .replaceAll("up to \\d+ were", "up to … were")
                .replaceAll("\\d+\\.\\d ms(.* is) (met|missed)", "… ms$1 …");
    }
}
