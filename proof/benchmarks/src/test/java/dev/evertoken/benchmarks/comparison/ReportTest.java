package dev.evertoken.benchmarks.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import com.squareup.moshi.JsonReader;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import okio.Buffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class ReportTest {

    @TempDir
    private Path folder;

    private final Report report = new Report(Extent.TINY);

    @BeforeEach
    void measure() throws Exception {
        report.begin("calls");
        Map<String, Double> costs = new LinkedHashMap<>();
        costs.put("a < b", 2.0);
        costs.put("Evertoken", 3.0);
        report.costs(new Report.Costs("One & only call", "µs", costs));
        report.ratio("call", 1.5, Goal.atMost(1.03), (ratio, extent) -> profile(ratio));
        report.ratio("call-kept", 1.02, Goal.atMost(1.03), (ratio, extent) -> profile(ratio));
        report.ratio("call-peer", 2.5);
        report.trial("race", Expectation.of("one request", "1 request.*"), "1 request, 16 tokens");
        report.trial("save", Expectation.of("saved", "saved"), "not saved");
        report.write(folder, "Somewhere.");
    }

    private static Report.Table profile(String ratio) {
        return new Report.Table("Profile of " + ratio, List.of("Time", "Method"), List.of(List.of("9.0 %", "`A.b`")));
    }

    @Test
    void aMissedGoalStandsThereWithItsProfileAndAMetOneWithout() throws Exception {
        String text = markdown();

        assertThat(text).contains("| call | 1.50 | ≤ 1.03 | **missed** |");
        assertThat(text).contains("### Profile of call\n\n| Time | Method |\n|---|---|\n| 9.0 % | `A.b` |\n");
        assertThat(text).contains("| call-kept | 1.02 | ≤ 1.03 | met |");
        assertThat(text).doesNotContain("Profile of call-kept");
        assertThat(text).contains("| call-peer | 2.50 |");
    }

    @Test
    void aTrialStandsThereWithItsExpectation() throws Exception {
        assertThat(markdown())
                .contains("| race | one request | met | 1 request, 16 tokens |")
                .contains("| save | saved | **missed** | not saved |");
    }

    @Test
    void aProfileThatFailsDoesNotEndTheRun() throws Exception {
        report.ratio("odd", 2, Goal.atMost(1), (ratio, extent) -> {
            throw new IllegalStateException("no recorder");
        });
        report.write(folder, "Somewhere.");

        assertThat(markdown()).contains("The profile of odd failed: java.lang.IllegalStateException: no recorder");
    }

    @Test
    void theJsonHasEachResult() throws Exception {
        JsonReader json = JsonReader.of(new Buffer().writeUtf8(Files.readString(folder.resolve("comparison.json"))));
        Map<?, ?> all = (Map<?, ?>) json.readJsonValue();

        assertThat(all.get("ratios")).asInstanceOf(LIST).hasSize(3);
        assertThat(all.get("trials")).asInstanceOf(LIST).hasSize(2);
        assertThat(all.get("tables")).asInstanceOf(LIST).hasSize(2);
        assertThat(all.get("costs")).asInstanceOf(LIST).hasSize(1);
    }

    @Test
    void aPlotHasABarForEachVariantInProportionToItsCost() throws Exception {
        assertThat(markdown()).contains("![One & only call](plots/one-only-call.svg)");
        String svg = Files.readString(folder.resolve("plots/one-only-call.svg"));
        Document plot =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));

        assertThat(svg).contains("width=\"266.7\"", "width=\"400.0\"");
        assertThat(plot.getElementsByTagName("text").item(1).getTextContent()).isEqualTo("a < b");
        assertThat(plot.getElementsByTagName("rect").getLength()).isEqualTo(3);
    }

    private String markdown() throws Exception {
        return Files.readString(folder.resolve("comparison.md"));
    }
}
