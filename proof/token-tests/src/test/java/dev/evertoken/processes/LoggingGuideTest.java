package dev.evertoken.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.LoggerNames;
import dev.evertoken.testing.ChildJvm;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The guide to the log shows the lines that a process writes, and lists every logger. */
class LoggingGuideTest {

    private static final Path GUIDE = Path.of(System.getProperty("basedir", "."), "..", "..", "docs", "logging.md");
    private static final Pattern SAMPLE = Pattern.compile("```text\n(.*?)\n```", Pattern.DOTALL);
    private static final Pattern THREAD = Pattern.compile("^\\[[^]]*] ");
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z");
    private static final Pattern TOOK = Pattern.compile("in \\d+ ms");

    @Test
    void theSampleIsTheLogOfAProcess() throws IOException {
        ChildJvm.Start start = ChildJvm.of(LoggedAccounts.class)
                .property("org.slf4j.simpleLogger.defaultLogLevel", "info")
                .property("org.slf4j.simpleLogger.log." + LoggerNames.REFRESH, "debug");
        Matcher sample = SAMPLE.matcher(Files.readString(GUIDE));
        assertThat(sample.find()).as("the guide has a sample").isTrue();

        try (ChildJvm child = start.start()) {
            assertThat(child.awaitLine("DONE")).isEqualTo("DONE [GRANT_DEAD, CLIENT_REJECTED, PROVIDER_UNAVAILABLE]");
            assertThat(child.awaitEnd()).as(child.errors()).isZero();

            assertThat(general(child.errors())).containsExactlyElementsOf(general(sample.group(1)));
        }
    }

    /** Returns the lines of a log without threads, times and durations, which differ from run to run. */
    private static List<String> general(String log) {
        return log.lines()
                .map(line -> THREAD.matcher(line).replaceFirst(""))
                .map(line -> TIME.matcher(line).replaceAll("<time>"))
                .map(line -> TOOK.matcher(line).replaceAll("in <n> ms"))
                .toList();
    }

    @Test
    void everyLoggerIsListed() throws IOException {
        String guide = Files.readString(GUIDE);

        assertThat(Stream.of(LoggerNames.class.getFields()).map(LoggingGuideTest::name))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(guide).contains("| `" + name + "` |"));
    }

    private static String name(Field constant) {
        try {
            return (String) constant.get(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
