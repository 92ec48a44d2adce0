package dev.evertoken.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.store.tiered.TieredTokenStore;
import dev.evertoken.testing.MockProvider;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.commons.JUnitException;
import org.opentest4j.AssertionFailedError;

/** The module declarations: their exports, and whether they require exactly the modules that their classes use. */
class ModuleDeclarationsTest {
    private static final Path CHECKOUT = Path.of(System.getProperty("basedir", "."), "..", "..");

    private static final List<String> MODULES = List.of(
            "dev.evertoken.core", "dev.evertoken.providers", "dev.evertoken.testing", "dev.evertoken.store.tiered");

    /** The module of an application with an unused requirement. */
    private static final String SHOP = "com.example.shop";

    private static final List<Class<?>> LIBRARIES = Stream.concat(
                    ModulePathTest.LIBRARIES.stream(),
                    Stream.of(Test.class, JUnitException.class, AssertionFailedError.class))
            .toList();

    @TempDir
    static Path classes;

    private static ModuleFinder finder;

    /** The report of jdeps for all modules, from one run because each run takes seconds. */
    private static String report;

    @BeforeAll
    static void analyze() {
        List<String> required = List.of("dev.evertoken.core", "dev.evertoken.providers", "java.sql");
        assertThat(OutsideCompiler.withModulePath(ModulePathTest.MODULES)
                        .compile(
                                classes,
                                OutsideCompiler.module(required),
                                OutsideCompiler.source("OutsideApplication")))
                .isEmpty();
        List<String> roots = Stream.concat(
                        OutsideCompiler.locations(
                                List.of(Tokens.class, OAuth2Provider.class, MockProvider.class, TieredTokenStore.class))
                                .stream(),
                        Stream.of(classes.toString()))
                .toList();
        finder = ModuleFinder.of(roots.stream().map(Path::of).toArray(Path[]::new));
        report = jdeps(roots);
    }

    @Test
    void everyPublishedModuleExceptTheSecretManagerStoreHasAModuleDeclaration() throws Exception {
        try (Stream<Path> modules = Files.list(CHECKOUT.toRealPath())) {
            List<String> undeclared = modules.filter(module -> Files.isDirectory(module.resolve("src/main/java")))
                    .filter(module -> !Files.exists(module.resolve("src/main/java/module-info.java")))
                    .map(module -> module.getFileName().toString())
                    .filter(name -> name.startsWith("token-"))
                    .toList();

            assertThat(undeclared).containsExactly("token-store-gcp");
        }
    }

    @Test
    void aModuleRequiresTheModulesThatItsClassesUse() {
        assertThat(MODULES).allSatisfy(module -> assertThat(used(module)).isEqualTo(required(module)));
    }

    @Test
    void aRequirementThatNoClassUsesIsReported() {
        assertThat(required(SHOP)).contains("java.sql");
        assertThat(used(SHOP)).contains("dev.evertoken.core").doesNotContain("java.sql");
    }

    @Test
    void noModuleUsesInternalApisOfTheJdk() {
        assertThat(report).contains("java.net.http").doesNotContain("JDK internal API");
    }

    @Test
    void internalPackagesAreExportedOnlyToTheModulesThatNeedThem() {
        assertThat(exports("dev.evertoken.core"))
                .containsOnly(
                        Map.entry(
                                "dev.evertoken.internal.store.file",
                                Set.of("dev.evertoken.mirror", "dev.evertoken.store.tiered")),
                        Map.entry(
                                "dev.evertoken.internal.json",
                                Set.of(
                                        "dev.evertoken.console",
                                        "dev.evertoken.mirror",
                                        "dev.evertoken.providers",
                                        "dev.evertoken.store.jdbc",
                                        "dev.evertoken.testing")),
                        Map.entry("dev.evertoken.internal.store.json", Set.of("dev.evertoken.store.tiered")),
                        Map.entry("dev.evertoken.internal.values", Set.of("dev.evertoken.providers")));
        assertThat(MODULES.subList(1, MODULES.size()))
                .allSatisfy(module -> assertThat(exports(module)).isEmpty());
    }

    private static Map<String, Set<String>> exports(String module) {
        return descriptor(module).exports().stream()
                .filter(exports -> exports.source().contains("internal"))
                .collect(Collectors.toMap(Exports::source, Exports::targets));
    }

    private static Set<String> required(String module) {
        return descriptor(module).requires().stream()
                .map(ModuleDescriptor.Requires::name)
                .collect(Collectors.toSet());
    }

    private static ModuleDescriptor descriptor(String module) {
        return finder.find(module).orElseThrow().descriptor();
    }

    /** Returns the modules that the classes of a module use, read from lines such as {@code a -> b}. */
    private static Set<String> used(String module) {
        return report.lines()
                .filter(line -> line.startsWith(module + " -> "))
                .map(line -> line.substring(line.indexOf("-> ") + 3).strip())
                .collect(Collectors.toSet());
    }

    private static String jdeps(List<String> roots) {
        String libraries = OutsideCompiler.path(LIBRARIES);
        StringWriter output = new StringWriter();
        String[] arguments = Stream.concat(
                        Stream.of("--multi-release", "17", "--module-path", libraries, "--add-modules", "org.jspecify"),
                        roots.stream())
                .toArray(String[]::new);
        PrintWriter writer = new PrintWriter(output, true);
        int code = ToolProvider.findFirst("jdeps").orElseThrow().run(writer, writer, arguments);
        assertThat(code).as(output.toString()).isZero();
        return output.toString();
    }
}
