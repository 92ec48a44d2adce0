package dev.evertoken.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.scribejava.core.services.HMACSha1SignatureService;
import com.squareup.moshi.Moshi;
import dev.evertoken.Tokens;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.store.tiered.TieredTokenStore;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import kotlin.Unit;
import okhttp3.OkHttpClient;
import okio.Okio;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.simple.SimpleLogger;

/** A modular application compiles and runs with the modules of Evertoken as its only requirements. */
class ModulePathTest {
    /** The libraries that the modules need. */
    static final List<Class<?>> LIBRARIES = List.of(
            Caffeine.class,
            HMACSha1SignatureService.class,
            LoggerFactory.class,
            Moshi.class,
            NullMarked.class,
            OkHttpClient.class,
            Okio.class,
            SimpleLogger.class,
            Unit.class);

    static final List<Class<?>> MODULES = Stream.concat(
                    Stream.of(Tokens.class, OAuth2Provider.class, TieredTokenStore.class), LIBRARIES.stream())
            .toList();

    private static final List<String> CORE_AND_PROVIDERS = List.of("dev.evertoken.core", "dev.evertoken.providers");

    private static final List<String> WITH_TIERED_STORE =
            List.of("dev.evertoken.core", "dev.evertoken.providers", "dev.evertoken.store.tiered");

    @TempDir
    Path directory;

    @Test
    void anApplicationRequiresOnlyTheCoreAndTheProviders() throws Exception {
        assertThat(compiled(
                        CORE_AND_PROVIDERS, "OutsideApplication", "OutsideParts", "OutsideRequests", "OutsideModule"))
                .isEmpty();

        assertThat(run("OutsideModule"))
                .containsExactly(
                        "com.example.shop: Bearer outside-access-token",
                        "dev.evertoken.core: Bearer google-access-token");
    }

    @Test
    void anApplicationWithAChainAlsoRequiresTheTieredStore() throws Exception {
        assertThat(compiled(WITH_TIERED_STORE, "OutsideChain")).isEmpty();

        assertThat(run("OutsideChain")).containsExactly("dev.evertoken.store.tiered: Bearer chain-access-token");
    }

    @Test
    void anInternalPackageIsNotVisible() {
        assertThat(compiled(WITH_TIERED_STORE, "OutsideTrespasser"))
                .contains("package dev.evertoken.internal.cache is not visible", "which does not export it");
    }

    @Test
    void aChainWithoutItsModuleIsNotVisible() {
        assertThat(compiled(CORE_AND_PROVIDERS, "OutsideChain"))
                .contains("package dev.evertoken.store.tiered is not visible", "does not read it");
    }

    private String compiled(List<String> required, String... names) {
        return OutsideCompiler.withModulePath(MODULES).compile(classes(), sources(required, names));
    }

    private static JavaFileObject[] sources(List<String> required, String... names) {
        return Stream.concat(
                        Stream.of(OutsideCompiler.module(required)),
                        Stream.of(names).map(OutsideCompiler::source))
                .toArray(JavaFileObject[]::new);
    }

    /** Runs a class of the application in a separate process and returns the lines that it prints. */
    private List<String> run(String name) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--module-path",
                        OutsideCompiler.path(MODULES) + File.pathSeparator + classes(),
                        "--module",
                        "com.example.shop/com.example.shop." + name,
                        directory.resolve("stores").toString())
                .redirectOutput(output.toFile())
                .redirectError(directory.resolve("errors").toFile())
                .start();
        try {
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue())
                .as(Files.readString(directory.resolve("errors")))
                .isZero();
        return Files.readAllLines(output);
    }

    private Path classes() {
        return directory.resolve("classes");
    }
}
