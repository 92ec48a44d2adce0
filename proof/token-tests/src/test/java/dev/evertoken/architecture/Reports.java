package dev.evertoken.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;

/** Checks that a rule can fail, with its report about classes that break it. */
final class Reports {
    static final String OFFENDERS = "dev.evertoken.architecture.offenders";

    private Reports() {}

    /** Asserts that the rule names every one of the given classes and members. */
    static void assertReports(ArchRule rule, String... offenders) {
        String report = String.join(
                "\n", rule.evaluate(offendingClasses()).getFailureReport().getDetails());
        assertThat(report).contains(offenders);
    }

    static JavaClasses offendingClasses() {
        return new ClassFileImporter().importPackages(OFFENDERS);
    }
}
