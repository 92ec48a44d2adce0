package dev.evertoken.architecture;

import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static dev.evertoken.architecture.Reports.assertReports;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A type is named after what it is; these words say nothing about that. */
class NamesTest {
    private static final Pattern SAYS_NOTHING =
            Pattern.compile(".*(Manager|Helper|Utils?|Utilities|Impl)s?([A-Z].*)?|(Default|Abstract)[A-Z].*");

    private static final ArchRule NAMES_SAY_SOMETHING = noClasses()
            .should(be(DescribedPredicate.describe(
                    "named with a word that says nothing",
                    (JavaClass type) ->
                            SAYS_NOTHING.matcher(type.getSimpleName()).matches())));

    @Test
    void namesSaySomething() {
        NAMES_SAY_SOMETHING.check(MainCode.classes());
        assertReports(NAMES_SAY_SOMETHING, "TokenManager", "DefaultStore", "StoreImpl");
    }

    @Test
    void theWordsAreMeantAsWholeWords() {
        assertThat(Stream.of("Implicit", "Defaults", "Utility", "Abstraction", "Simple"))
                .noneMatch(name -> SAYS_NOTHING.matcher(name).matches());
        assertThat(Stream.of("TimeUtil", "TimeUtils", "ImplOfStore", "AbstractStore", "StoreHelpers"))
                .allMatch(name -> SAYS_NOTHING.matcher(name).matches());
    }
}
