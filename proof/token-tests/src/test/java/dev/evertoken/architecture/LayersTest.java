package dev.evertoken.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static dev.evertoken.architecture.Reports.assertReports;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Dependencies between packages point down. Each rule takes the root package, so that a test can show a violation. */
class LayersTest {
    private static final String BROKEN_LAYERS = Reports.OFFENDERS + ".layers";

    /** The packages of the core from the top down. Packages of one layer do not use each other. */
    private static final List<List<String>> LAYERS = List.of(
            List.of(".background", ".doctor", ".okhttp", ".jdkhttp", ".imports"),
            List.of(""),
            List.of(".internal.authorization", ".internal.transfer"),
            List.of(".internal.account"),
            List.of(".internal.refresh"),
            List.of(".internal.cache", ".internal.client", ".internal.event"),
            List.of(".internal.record"),
            List.of(".store"),
            List.of(".internal.store.journal"),
            List.of(".internal.store.file"),
            List.of(".internal.store.json"),
            List.of(".spi.operations", ".spi.http", ".spi.outbox"),
            List.of(".spi.store"),
            List.of(".spi.provider"),
            List.of(".spi"),
            List.of(".model"),
            List.of(".internal.json"),
            List.of(".internal.values"));

    private static final List<String> STORE_ADAPTERS =
            List.of(".store.tiered..", ".store.redis..", ".store.jdbc..", ".store.gcp..");

    @Test
    void aPackageOfTheCoreUsesOnlyPackagesBelowIt() {
        usesOnlyPackagesBelow(MainCode.ROOT).check(MainCode.classes());
        assertReports(
                usesOnlyPackagesBelow(BROKEN_LAYERS),
                "KnowsTheStore.store",
                "KnowsTheEngine.engine",
                "layers.Engine.plugin",
                "JdkPlugin.sideways");
    }

    @Test
    void everyPackageOfTheCoreHasALayer() {
        assertThat(packagesWithoutLayer(MainCode.ROOT)).isEmpty();
        assertThat(packages(BROKEN_LAYERS)).contains(BROKEN_LAYERS + ".left");
    }

    @Test
    void storeAdaptersUseTheStoreInterfacesAndNotTheEngine() {
        storeAdaptersDoNotUseTheEngine(MainCode.ROOT).check(MainCode.classes());
        assertReports(storeAdaptersDoNotUseTheEngine(BROKEN_LAYERS), "gcp.OneStore.engine");
    }

    @Test
    void providersUseTheProviderInterfacesAndNotTheEngine() {
        providersDoNotUseTheEngine(MainCode.ROOT).check(MainCode.classes());
        assertReports(providersDoNotUseTheEngine(BROKEN_LAYERS), "KnowsTheRoot.engine");
    }

    @Test
    void storeAdaptersDoNotUseEachOther() {
        storeAdaptersDoNotUseEachOther(MainCode.ROOT).check(MainCode.classes());
        assertReports(storeAdaptersDoNotUseEachOther(BROKEN_LAYERS), "jdbc.TwoStore.other");
    }

    @Test
    void packagesDoNotUseInternalPackagesOfOtherModules() {
        internalPackagesStayInTheirModule(MainCode.ROOT).check(MainCode.classes());
        assertReports(internalPackagesStayInTheirModule(BROKEN_LAYERS), "UsesInternals.parts");
    }

    @Test
    void packagesHaveNoDependencyCycles() {
        noCycles(MainCode.ROOT).check(MainCode.classes());
        assertReports(noCycles(BROKEN_LAYERS), "left.Left.right", "right.Right.left");
    }

    @Test
    void modelAndSpiUseNoLibraryTypes() {
        noLibraryTypes(MainCode.ROOT).check(MainCode.classes());
        assertReports(
                noLibraryTypes(BROKEN_LAYERS),
                "ShowsOkio.bytes",
                "ShowsLibraries.call",
                "ShowsLibraries.json",
                "ShowsLibraries.cache");
    }

    @Test
    void onlyTheJsonPackageUsesAJsonLibrary() {
        onlyTheJsonPackageUsesAJsonLibrary(MainCode.ROOT).check(MainCode.classes());
        assertReports(onlyTheJsonPackageUsesAJsonLibrary(BROKEN_LAYERS), "ShowsLibraries.json");
    }

    private static ArchRule usesOnlyPackagesBelow(String root) {
        return classes()
                .that()
                .resideInAnyPackage(LAYERS.stream()
                        .flatMap(List::stream)
                        .map(name -> root + name)
                        .toArray(String[]::new))
                .should(new UseOnlyPackagesBelow(root));
    }

    private static ArchRule storeAdaptersDoNotUseTheEngine(String root) {
        return onlyUses(
                root,
                STORE_ADAPTERS,
                ".store",
                ".internal.store..",
                ".spi",
                ".spi.store",
                ".spi.outbox",
                ".model",
                ".internal.json");
    }

    private static ArchRule providersDoNotUseTheEngine(String root) {
        return onlyUses(
                root, List.of(".providers.."), ".spi", ".spi.provider", ".model", ".internal.json", ".internal.values");
    }

    private static ArchRule onlyUses(String root, List<String> users, String... below) {
        String[] allowed = Stream.concat(users.stream(), Stream.of(below))
                .map(name -> root + name)
                .toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAnyPackage(users.stream().map(name -> root + name).toArray(String[]::new))
                .should()
                .dependOnClassesThat(resideInAPackage(root + "..").and(not(resideInAnyPackage(allowed))));
    }

    private static ArchRule storeAdaptersDoNotUseEachOther(String root) {
        return slices().matching(root + ".store.(*)..").should().notDependOnEachOther();
    }

    /** Only the modules named here may use an internal package of the core; module descriptors export it to them. */
    private static ArchRule internalPackagesStayInTheirModule(String root) {
        return noClasses()
                .that()
                .resideInAnyPackage(root + ".testing..", root + ".providers")
                .should()
                .dependOnClassesThat(resideInAPackage(root + ".internal..")
                        .and(not(resideInAnyPackage(root + ".internal.json", root + ".internal.values"))));
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

    private static ArchRule onlyTheJsonPackageUsesAJsonLibrary(String root) {
        return noClasses()
                .that(resideInAPackage(root + "..").and(not(resideInAPackage(root + ".internal.json"))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.squareup.moshi..", "com.fasterxml.jackson..", "com.google.gson..");
    }

    private static Set<String> packagesWithoutLayer(String root) {
        List<String> known =
                LAYERS.stream().flatMap(List::stream).map(name -> root + name).toList();
        return packages(root).stream()
                .filter(name -> !known.contains(name))
                .filter(name -> Stream.of(
                                ".providers",
                                ".catalogue",
                                ".testing",
                                ".store.",
                                ".micrometer",
                                ".googleauth",
                                ".spring",
                                ".console",
                                ".doctor.cli",
                                ".mirror",
                                ".outbox",
                                ".webhooks")
                        .noneMatch(module -> name.startsWith(root + module)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> packages(String root) {
        return Stream.concat(MainCode.classes().stream(), Reports.offendingClasses().stream())
                .map(JavaClass::getPackageName)
                .filter(name -> name.equals(root) || name.startsWith(root + "."))
                .filter(name -> root.equals(BROKEN_LAYERS) || !name.startsWith(Reports.OFFENDERS))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Reports each dependency on a package of the same layer or of a layer above. */
    private static final class UseOnlyPackagesBelow extends ArchCondition<JavaClass> {
        private final String root;

        UseOnlyPackagesBelow(String root) {
            super("use only packages of lower layers");
            this.root = root;
        }

        @Override
        public void check(JavaClass type, ConditionEvents events) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                String from = type.getPackageName();
                String to = dependency.getTargetClass().getPackageName();
                if (!from.equals(to) && to.startsWith(root) && layer(to) <= layer(from)) {
                    events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
                }
            }
        }

        /** Returns the index of the layer, 0 at the top; -1 for a package of another module. */
        private int layer(String name) {
            return IntStream.range(0, LAYERS.size())
                    .filter(layer -> LAYERS.get(layer).contains(name.substring(root.length())))
                    .findFirst()
                    .orElse(-1);
        }
    }

    /** Assigns every package to its own slice, including the root package. */
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
