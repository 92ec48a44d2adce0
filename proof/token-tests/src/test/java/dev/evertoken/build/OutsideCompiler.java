package dev.evertoken.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.JavaFileObject.Kind;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles the code of an application outside this build; every warning is an error. */
final class OutsideCompiler {
    private final List<String> path;

    private OutsideCompiler(String... path) {
        this.path = List.of(path);
    }

    static OutsideCompiler withClassPath(List<Class<?>> libraries) {
        return new OutsideCompiler("--class-path", path(libraries));
    }

    static OutsideCompiler withModulePath(List<Class<?>> libraries) {
        // An empty class path, because the compiler would otherwise use that of this process.
        return new OutsideCompiler("--module-path", path(libraries), "--class-path", "");
    }

    /** Returns the output of the compiler, empty if it accepted the sources. */
    String compile(Path classes, JavaFileObject... sources) {
        StringWriter output = new StringWriter();
        List<String> options = Stream.concat(
                        Stream.of("-Xlint:all", "-Werror", "-proc:none", "-d", classes.toString()), path.stream())
                .toList();
        boolean accepted = ToolProvider.getSystemJavaCompiler()
                .getTask(output, null, null, options, null, List.of(sources))
                .call();
        assertThat(accepted).as(output.toString()).isEqualTo(output.toString().isEmpty());
        return output.toString();
    }

    /** Returns a source file of the package {@code com.example.shop} from the test resources. */
    static JavaFileObject source(String name) {
        Path file = Path.of(System.getProperty("basedir", "."), "src/test/resources/outside", name + ".java");
        try {
            return new Source("com/example/shop/" + name, Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the declaration of the module {@code com.example.shop}. */
    static JavaFileObject module(List<String> required) {
        String directives =
                required.stream().map(name -> "requires " + name + "; ").collect(Collectors.joining());
        return new Source("module-info", "module com.example.shop { " + directives + "}");
    }

    static String path(List<Class<?>> libraries) {
        return String.join(File.pathSeparator, locations(libraries));
    }

    /** Returns the directories and jars that the libraries were loaded from. */
    static List<String> locations(List<Class<?>> libraries) {
        return libraries.stream().map(OutsideCompiler::location).distinct().toList();
    }

    private static String location(Class<?> type) {
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

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String path, String text) {
            super(URI.create("string:///" + path + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
