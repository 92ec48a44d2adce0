package dev.evertoken.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.providers.OAuth2Provider;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject.Kind;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import kotlin.Unit;
import okhttp3.Interceptor;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application in a package of its own gets by on what is public, and on the libraries that it uses itself. */
class OutsideConsumerTest {

    /** What every application has, with the annotations that javac wants to see. */
    private static final List<Class<?>> EVERTOKEN = List.of(Tokens.class, OAuth2Provider.class, NullMarked.class);

    @TempDir
    Path classes;

    @Test
    void anApplicationCompilesWithoutTheLibrariesInside() {
        assertThat(compiled(EVERTOKEN, "OutsideApplication")).isEmpty();
    }

    @Test
    void anApplicationSuppliesItsOwnPartsWithoutTheLibrariesInside() {
        assertThat(compiled(EVERTOKEN, "OutsideParts")).isEmpty();
    }

    @Test
    void anApplicationThatSendsRequestsNeedsOkHttpAlone() {
        List<Class<?>> withOkHttp = Stream.concat(EVERTOKEN.stream(), Stream.of(Interceptor.class, Unit.class))
                .toList();

        assertThat(compiled(withOkHttp, "OutsideRequests")).isEmpty();
    }

    @Test
    void whatAnApplicationMustNotReachIsReported() {
        assertThat(compiled(EVERTOKEN, "OutsideTrespasser")).contains("TokenCache", "not public");
    }

    @Test
    void theApplicationRuns() throws Exception {
        assertThat(compiled(EVERTOKEN, "OutsideApplication")).isEmpty();

        URL[] place = {classes.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(place, getClass().getClassLoader())) {
            Object application = loader.loadClass("com.example.shop.OutsideApplication")
                    .getDeclaredConstructor()
                    .newInstance();
            assertThat(((Callable<?>) application).call()).isEqualTo("Bearer outside-access-token");
        }
    }

    /** Compiles an application with every warning an error, and returns what the compiler says. */
    private String compiled(List<Class<?>> libraries, String application) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        List<String> options = List.of(
                "-Xlint:all", "-Werror", "-proc:none", "-d", classes.toString(), "-classpath", classPath(libraries));
        boolean accepted = compiler.getTask(said, null, null, options, null, List.of(new Source(application)))
                .call();
        assertThat(accepted).as(said.toString()).isEqualTo(said.toString().isEmpty());
        return said.toString();
    }

    private static String classPath(List<Class<?>> libraries) {
        return libraries.stream().map(OutsideConsumerTest::home).collect(Collectors.joining(File.pathSeparator));
    }

    private static String home(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("class path entry of " + type, e);
        }
    }

    /** The source of an application, from the test resources: no part of this build. */
    private static final class Source extends SimpleJavaFileObject {
        private final String name;

        Source(String name) {
            super(URI.create("string:///com/example/shop/" + name + ".java"), Kind.SOURCE);
            this.name = name;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) throws IOException {
            return Files.readString(
                    Path.of(System.getProperty("basedir", "."), "src/test/resources/outside", name + ".java"));
        }
    }
}
