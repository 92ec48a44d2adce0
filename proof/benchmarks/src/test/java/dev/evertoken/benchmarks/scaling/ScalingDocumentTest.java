package dev.evertoken.benchmarks.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The guide is what the program makes of the measured figures. */
class ScalingDocumentTest {

    private static final Path MODULE = Path.of(System.getProperty("basedir", "."));
    private static final Path FIGURES = MODULE.resolve("results").resolve("store-costs.txt");
    private static final Path GUIDE = MODULE.resolve("../../docs/scaling.md");

    @Test
    void theGuideIsWhatTheProgramWrites() throws IOException {
        assertThat(ScalingDocument.text(Figures.read(FIGURES)))
                .as("after a change of the figures or the assumptions, run the profile scaling")
                .isEqualTo(Files.readString(GUIDE));
    }

    @Test
    void theSharesOfTheProvidersAreAllAccounts() {
        assertThat(Arrays.stream(ProviderShare.values())
                        .mapToInt(share -> share.percent)
                        .sum())
                .isEqualTo(100);
    }

    @Test
    void anAccountInUseIsRefreshedOnceInEachLifetimeLessTheMargin() {
        assertThat(ProviderShare.GOOGLE.refreshesInUse()).isBetween(24 * 60 / 56.0, 24 * 60 / 55.0);
        assertThat(ProviderShare.GOOGLE.refreshesIdle()).isEqualTo(1 / 30.0);
        assertThat(ProviderShare.META.interval().toDays()).isBetween(40L, 44L);
        assertThat(ProviderShare.META.refreshesIdle()).isEqualTo(ProviderShare.META.refreshesInUse());
    }

    @Test
    void tenTimesTheAccountsCostTenTimesAsMuch() throws IOException {
        Figures figures = Figures.read(FIGURES);
        Load one = new Load(figures, 1_000_000);
        Load ten = new Load(figures, 10_000_000);

        assertThat(List.of(
                        ten.refreshesADay() / one.refreshesADay(),
                        ten.redisRequests() / one.redisRequests(),
                        ten.postgresStatements() / one.postgresStatements(),
                        ten.secretBill() / one.secretBill()))
                .allSatisfy(ratio -> assertThat(ratio).isBetween(9.999, 10.001));
    }

    @Test
    void aLineThatIsNotOneFigureIsRejected() {
        assertThatThrownBy(() -> Figures.of(List.of("redis bytes-per-record 1", "redis bytes-per-record 2")))
                .hasMessage("the line is not one figure, or a second one: redis bytes-per-record 2");
        assertThatThrownBy(() -> Figures.of(List.of("redis 1")))
                .hasMessage("the line is not one figure, or a second one: redis 1");
        assertThatThrownBy(() -> Figures.of(List.of("# none")).of("redis", "records"))
                .hasMessage("there is no figure redis records");
    }

    @Test
    void aNumberHasThreeDigitsAndUnitsAreRoundedUp() {
        assertThat(List.of(Text.of(1_234_567), Text.of(0.03333), Text.of(0), Text.units(1_161), Text.units(0.2)))
                .containsExactly("1,230,000", "0.0333", "0", "1,170", "1");
        assertThat(List.of(Text.exact(4_096), Text.exact(6.655), Text.counted(1, "access"), Text.counted(2, "access")))
                .containsExactly("4,096", "6.66", "1 access", "2 accesses");
    }
}
