package dev.evertoken.consumers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The way of the guide from an empty folder to a refreshed token, exactly as it is printed. The second program runs with
 * the coordinates of the README.
 */
class StartTest {

    private static final Pattern FENCE =
            Pattern.compile("^( *)```(\\w*)\n(.*?)^\\1```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern STEP = Pattern.compile("^\\d\\. \\*\\*", Pattern.MULTILINE);
    private static final Pattern VARIABLE = Pattern.compile("\\b([A-Z_]+)=(\"[^\"]*\"|\\S*)");
    private static final Pattern MANAGED_DEPENDENCIES =
            Pattern.compile("<dependencyManagement>.*</dependencies>(?=\\s*<build>)", Pattern.DOTALL);

    private static String guide;
    private static String readme;
    private static Path firstSteps;
    private static Path calendars;
    private static LocalRepository repository;

    @BeforeAll
    static void followsTheGuide() throws IOException {
        guide = Files.readString(Folders.CHECKOUT.resolve("docs/start.md"));
        readme = Files.readString(Folders.CHECKOUT.resolve("README.md"));
        repository = LocalRepository.in(Folders.empty("first-steps-repository"));
        String pom = block(guide, "xml", "<project");
        firstSteps = project("first-steps", pom, "FirstSteps", "Calendars");
        calendars = project(
                "calendars",
                MANAGED_DEPENDENCIES
                        .matcher(pom)
                        .replaceFirst("<dependencies>" + block(readme, "xml", "<dependency>") + "</dependencies>"),
                "Calendars");
    }

    private static Path project(String name, String pom, String... programs) throws IOException {
        Path folder = Folders.empty(name);
        Files.writeString(folder.resolve("pom.xml"), pom);
        Path sources = Files.createDirectories(folder.resolve("src/main/java"));
        for (String program : programs) {
            Files.writeString(sources.resolve(program + ".java"), block(guide, "java", "class " + program));
        }
        return folder;
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void theFirstProgramPrintsWhatTheGuideShows() throws IOException, InterruptedException {
        MavenRun run = MavenRun.in(firstSteps, repository, arguments(block(guide, "sh", "exec.mainClass=FirstSteps")));

        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output()).contains(block(guide, "text", "the API responds"));
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void theSecondProgramPrintsAConsentPageWithScopesAndRejectsAForgedRedirect()
            throws IOException, InterruptedException {
        MavenRun run = MavenRun.in(
                calendars,
                repository,
                credentials(),
                "http://127.0.0.1:8765/?error=access_denied&state=forged\n",
                arguments(block(guide, "sh", "exec.mainClass=FirstSteps").replace("FirstSteps", "Calendars")));

        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output())
                .contains(
                        "Open https://accounts.google.com/o/oauth2/v2/auth?",
                        "calendar.readonly",
                        "the redirect's state was not created here");
    }

    @Test
    void theReadmeStatesTheNumberOfSteps() {
        List<String> words = List.of("no", "one", "two", "three", "four", "five", "six");

        assertThat(readme)
                .contains("in " + words.get((int) STEP.matcher(guide).results().count()) + " steps");
    }

    /** Returns the variables that the guide exports; a secret has a value of this test. */
    private static Map<String, String> credentials() {
        Map<String, String> values = Map.of(
                "GOOGLE_CLIENT_ID", "123-abc.apps.googleusercontent.com",
                "GOOGLE_CLIENT_SECRET", "3f8a1c09e4b7",
                "EVERTOKEN_KEYS", "k1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
        Map<String, String> credentials = new TreeMap<>();
        Matcher variable = VARIABLE.matcher(block(guide, "sh", "export "));
        while (variable.find()) {
            String name = variable.group(1);
            credentials.put(name, values.getOrDefault(name, variable.group(2).replace("\"", "")));
        }
        assertThat(credentials.keySet()).containsAll(values.keySet());
        return credentials;
    }

    private static String[] arguments(String command) {
        assertThat(command).startsWith("mvn ");
        return command.substring("mvn ".length()).split(" ");
    }

    /** Returns the first block of a language, empty for one without, that contains a text. */
    private static String block(String document, String language, String containing) {
        Matcher fence = FENCE.matcher(document);
        while (fence.find()) {
            String text = fence.group(3).stripTrailing().stripIndent().strip();
            if (fence.group(2).equals(language) && text.contains(containing)) {
                return text;
            }
        }
        throw new AssertionError("no block with " + containing);
    }
}
