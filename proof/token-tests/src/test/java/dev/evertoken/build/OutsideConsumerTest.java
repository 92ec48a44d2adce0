package dev.evertoken.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.providers.OAuth2Provider;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import kotlin.Unit;
import okhttp3.Interceptor;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application on the class path needs only the public types and the libraries that it uses directly. */
class OutsideConsumerTest {

    /** The class path of every application, with the annotations that javac resolves. */
    private static final List<Class<?>> EVERTOKEN = List.of(Tokens.class, OAuth2Provider.class, NullMarked.class);

    @TempDir
    Path classes;

    @Test
    void anApplicationCompilesWithoutTheInternalLibraries() {
        assertThat(compiled(EVERTOKEN, "OutsideApplication")).isEmpty();
    }

    @Test
    void anApplicationImplementsInterfacesWithoutTheInternalLibraries() {
        assertThat(compiled(EVERTOKEN, "OutsideParts")).isEmpty();
    }

    @Test
    void anApplicationThatSendsRequestsNeedsOnlyOkHttp() {
        List<Class<?>> withOkHttp = Stream.concat(EVERTOKEN.stream(), Stream.of(Interceptor.class, Unit.class))
                .toList();

        assertThat(compiled(withOkHttp, "OutsideRequests")).isEmpty();
    }

    @Test
    void theCompiledApplicationRuns() throws Exception {
        assertThat(compiled(EVERTOKEN, "OutsideApplication")).isEmpty();

        URL[] place = {classes.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(place, getClass().getClassLoader())) {
            Object application = loader.loadClass("com.example.shop.OutsideApplication")
                    .getDeclaredConstructor()
                    .newInstance();
            assertThat(((Callable<?>) application).call()).isEqualTo("Bearer outside-access-token");
        }
    }

    private String compiled(List<Class<?>> libraries, String application) {
        return OutsideCompiler.withClassPath(libraries).compile(classes, OutsideCompiler.source(application));
    }
}
