package dev.evertoken;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A JDK on this machine. Immutable.
 *
 * @param feature its version, such as 17
 */
record InstalledJdk(Path home, int feature) {

    /**
     * Returns the newest JDK among that of this process, those of {@code JAVA_HOME} and {@code JAVA_HOME_*}, and those
     * installed beside them or in the usual folders.
     */
    static InstalledJdk newest() {
        InstalledJdk own = new InstalledJdk(
                Path.of(System.getProperty("java.home")), Runtime.version().feature());
        Stream<Path> named = System.getenv().entrySet().stream()
                .filter(variable -> variable.getKey().startsWith("JAVA_HOME"))
                .map(Map.Entry::getValue)
                .map(Path::of);
        Stream<Path> installed = Stream.of(own.home().getParent(), Path.of("/usr/lib/jvm"), Path.of("/opt/java"))
                .filter(Files::isDirectory)
                .flatMap(InstalledJdk::children);
        return Stream.concat(Stream.of(own), Stream.concat(named, installed).flatMap(home -> at(home).stream()))
                .max(Comparator.comparingInt(InstalledJdk::feature))
                .orElse(own);
    }

    private static Optional<InstalledJdk> at(Path home) {
        Path release = home.resolve("release");
        if (!Files.isExecutable(home.resolve("bin").resolve("java")) || !Files.isReadable(release)) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        try (BufferedReader text = Files.newBufferedReader(release)) {
            properties.load(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Optional.ofNullable(properties.getProperty("JAVA_VERSION"))
                .map(version -> Runtime.Version.parse(version.replace("\"", "").replaceAll("_.*", "")))
                .map(version -> new InstalledJdk(home, version.feature()));
    }

    private static Stream<Path> children(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
