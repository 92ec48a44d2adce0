package dev.evertoken.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static dev.evertoken.architecture.Reports.assertReports;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The arrows point down: plug-ins, the root package with the engine, stores, what you plug in, the words.
 * Each rule takes the root package, so that it can be shown a house in disorder.
 */
class LayersTest {
    private static final String DISORDER = Reports.OFFENDERS + ".house";

    @Test
    void theWordsKnowNothingElse() {
        wordsKnowNothingElse(MainCode.ROOT).check(MainCode.classes());
        assertReports(wordsKnowNothingElse(DISORDER), "KnowsTheStore.shelf");
    }

    @Test
    void whatYouPlugInKnowsOnlyTheWords() {
        plugPointsKnowOnlyTheWords(MainCode.ROOT).check(MainCode.classes());
        assertReports(plugPointsKnowOnlyTheWords(DISORDER), "KnowsTheEngine.engine");
    }

    @Test
    void storesDoNotKnowTheEngine() {
        storesDoNotKnowTheEngine(MainCode.ROOT).check(MainCode.classes());
        assertReports(storesDoNotKnowTheEngine(DISORDER), "one.OneStore.engine");
    }

    @Test
    void theEngineDoesNotKnowItsPlugins() {
        engineDoesNotKnowItsPlugins(MainCode.ROOT).check(MainCode.classes());
        assertReports(engineDoesNotKnowItsPlugins(DISORDER), "house.Engine.plugin");
    }

    @Test
    void storeAdaptersDoNotKnowEachOther() {
        storeAdaptersDoNotKnowEachOther(MainCode.ROOT).check(MainCode.classes());
        assertReports(storeAdaptersDoNotKnowEachOther(DISORDER), "two.TwoStore.other");
    }

    @Test
    void noPackagesDependOnEachOtherInACycle() {
        noCycles(MainCode.ROOT).check(MainCode.classes());
        assertReports(noCycles(DISORDER), "left.Left.right", "right.Right.left");
    }

    @Test
    void wordsAndPlugPointsShowNoLibraryTypes() {
        noLibraryTypes(MainCode.ROOT).check(MainCode.classes());
        assertReports(
                noLibraryTypes(DISORDER),
                "ShowsOkio.bytes",
                "ShowsLibraries.call",
                "ShowsLibraries.json",
                "ShowsLibraries.cache");
    }

    private static ArchRule wordsKnowNothingElse(String root) {
        return layer(root, root + ".model..");
    }

    private static ArchRule plugPointsKnowOnlyTheWords(String root) {
        return layer(root, root + ".spi..", root + ".model..");
    }

    private static ArchRule storesDoNotKnowTheEngine(String root) {
        return layer(root, root + ".store..", root + ".spi..", root + ".model..");
    }

    private static ArchRule engineDoesNotKnowItsPlugins(String root) {
        return layer(root, root, root + ".store..", root + ".spi..", root + ".model..");
    }

    private static ArchRule layer(String root, String layer, String... below) {
        String[] allowed = Stream.concat(Stream.of(layer), Stream.of(below)).toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(layer)
                .should()
                .dependOnClassesThat(resideInAPackage(root + "..").and(not(resideInAnyPackage(allowed))));
    }

    private static ArchRule storeAdaptersDoNotKnowEachOther(String root) {
        return slices().matching(root + ".store.(*)..").should().notDependOnEachOther();
    }

    private static ArchRule noCycles(String root) {
        return slices().assignedFrom(new EachPackage(root)).should().beFreeOfCycles();
    }

    private static ArchRule noLibraryTypes(String root) {
        return noClasses()
                .that()
                .resideInAnyPackage(root + ".model..", root + ".spi..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("okhttp3..", "okio..", "com.squareup.moshi..", "com.github.benmanes.caffeine..");
    }

    /** Every package is a slice of its own, the root package included. */
    private record EachPackage(String root) implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return resideInAPackage(root + "..").test(type)
                    ? SliceIdentifier.of(type.getPackageName())
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "each package below " + root;
        }
    }
}
