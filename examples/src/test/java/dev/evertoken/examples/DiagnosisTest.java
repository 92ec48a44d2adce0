package dev.evertoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.doctor.DoctorOutput;
import dev.evertoken.doctor.DoctorSummary;
import dev.evertoken.doctor.FindingCode;
import dev.evertoken.doctor.TokenDoctor;
import dev.evertoken.model.KeyRing;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.WithMockProviders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The programs of the guide to the diagnosis, and its table of findings. */
@WithMockProviders
class DiagnosisTest {

    private static final Path GUIDE = DocumentedBlock.CHECKOUT.resolve("docs/doctor.md");
    private static final Pattern ROW = Pattern.compile("^\\| `([A-Z_]+)` \\| (.*?) \\| (.*?) \\|$", Pattern.MULTILINE);

    private Account account;

    @BeforeEach
    void consent(MockProviders mocks) {
        account = new Account(mocks.google(), "orders");
    }

    private Tokens tokens() {
        Tokens tokens = account.provider()
                .configure(
                        Tokens.builder().namespace("crm").store("memory:").encryption(KeyRing.parse(FreshKeys.ring())))
                .build();
        tokens.connect(account.key(), account.consent());
        return tokens;
    }

    @Test
    void aDiagnosisIsTwoLines() {
        StringBuilder out = new StringBuilder();
        try (Tokens tokens = tokens()) {
            // javadoc begin
            DoctorSummary summary = TokenDoctor.of(tokens).examine(DoctorOutput.text(out));
            int exitCode = summary.exitCode(); // 0: nothing to do, 1: findings, 2: could not look
            // javadoc end

            assertThat(exitCode).isZero();
            assertThat(out).contains("VALID", "Nothing has to be done.");
        }
    }

    @Test
    void theUsersToAskAreCollectedWhileTheStoreIsRead() {
        try (Tokens tokens = tokens()) {
            // docs/doctor.md begin
            List<String> toAsk = new ArrayList<>();
            DoctorSummary summary = TokenDoctor.of(tokens)
                    .registration("google")
                    .only(FindingCode.NEEDS_RECONNECT, FindingCode.CONNECTION_ENDS)
                    .examine(DoctorOutput.accounts(
                            report -> toAsk.add(report.key().account())));
            // docs/doctor.md end

            assertThat(summary.examined()).isEqualTo(1);
            assertThat(toAsk).isEmpty();
        }
    }

    @Test
    void theTableOfTheGuideHasEachFindingWithItsSentenceAndItsRemedy() throws IOException {
        List<String> rows = ROW.matcher(Files.readString(GUIDE))
                .results()
                .map(row -> String.join(" | ", row.group(1), row.group(2), row.group(3)))
                .toList();

        assertThat(rows)
                .containsExactlyElementsOf(Stream.of(FindingCode.values())
                        .map(code -> String.join(" | ", code.name(), code.sentence(), code.remedy()))
                        .toList());
    }
}
