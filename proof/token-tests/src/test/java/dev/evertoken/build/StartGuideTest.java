package dev.evertoken.build;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each row of the next steps in the start guide has an example that a test runs. */
class StartGuideTest {

    private static final String GUIDE = "docs/start.md";
    private static final Pattern LINK = Pattern.compile("\\[`(\\w+)`]\\(\\.\\./([\\w./-]+)\\)");
    private static final Pattern PAGE = Pattern.compile("\\[[^]]+]\\(([\\w./-]+\\.md)\\)");

    /** The test of each example. */
    private static final Map<String, String> TESTS = Map.ofEntries(
            entry("ConsentRoutes", "ConsentRoutesTest"),
            entry("Connect", "ConnectTest"),
            entry("HttpClientsTest", "HttpClientsTest"),
            entry("ImportingAccounts", "ImportingAccountsTest"),
            entry("ApplicationTablesTest", "ApplicationTablesTest"),
            entry("SharedAccounts", "SharedAccountsTest"),
            entry("OtherServersTest", "OtherServersTest"),
            entry("MigratingTest", "MigratingTest"),
            entry("CalendarTest", "CalendarTest"));

    /** A row of the table: the situation of the user, the page, and the example with its file. */
    record Row(String situation, String page, String example, String file) {

        static Row of(String line) {
            List<String> cells = Arrays.stream(line.substring(1).split("\\|"))
                    .map(String::strip)
                    .toList();
            Matcher link = LINK.matcher(cells.get(2));
            assertThat(link.matches()).as(line).isTrue();
            return new Row(cells.get(0), cells.get(1), link.group(1), link.group(2));
        }
    }

    static Stream<Row> rows() {
        return Checkout.read(GUIDE)
                .lines()
                .dropWhile(line -> !line.startsWith("| You have |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(Row::of);
    }

    @Test
    void theExamplesAreThoseWithATest() {
        assertThat(rows().map(Row::example)).containsExactlyInAnyOrderElementsOf(TESTS.keySet());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theExampleOfARowIsRunByItsTest(Row row) {
        assertThat(Path.of(row.file())).hasFileName(row.example() + ".java");
        String test = TESTS.get(row.example());
        String module = row.file().substring(0, row.file().indexOf("/src/"));
        List<String> files = Checkout.files(module + "/src/test/java", "/" + test + ".java");

        assertThat(files).hasSize(1);
        assertThat(Checkout.read(files.get(0)))
                .containsPattern("@(?:Parameterized)?Test\\b")
                .containsPattern("\\b" + row.example() + "\\b");
        assertThat(Checkout.exists(row.file())).as(row.file()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void thePageOfARowExists(Row row) {
        Matcher page = PAGE.matcher(row.page());

        assertThat(
                        page.find()
                                ? Checkout.exists("docs/" + page.group(1))
                                : row.page().equals("the program above"))
                .as(row.toString())
                .isTrue();
    }
}
