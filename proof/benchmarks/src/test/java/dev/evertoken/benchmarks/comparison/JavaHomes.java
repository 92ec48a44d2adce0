package dev.evertoken.benchmarks.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/** The JDKs of this machine. */
final class JavaHomes {

    private static final List<Path> FOLDERS = List.of(
            Path.of("/usr/lib/jvm"),
            Path.of("/opt"),
            Path.of("/Library/Java/JavaVirtualMachines"),
            Path.of(System.getProperty("user.home"), ".sdkman/candidates/java"),
            Path.of(System.getProperty("user.home"), ".jdks"));

    /** A JDK and its feature version. */
    record JavaHome(Path folder, int version) {}

    private JavaHomes() {}

    /** Returns the newest JDK with virtual threads, this one included. */
    static Optional<JavaHome> newestWithVirtualThreads(int first) {
        List<Path> homes = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"))));
        FOLDERS.stream().filter(Files::isDirectory).forEach(folder -> homes.addAll(children(folder)));
        return homes.stream()
                .map(JavaHomes::read)
                .flatMap(Optional::stream)
                .filter(home -> home.version() >= first)
                .max(Comparator.comparingInt(JavaHome::version));
    }

    private static List<Path> children(Path folder) {
        try (Stream<Path> children = Files.list(folder)) {
            return children.flatMap(child -> Stream.of(child, child.resolve("Contents/Home")))
                    .toList();
        } catch (IOException e) {
            return List.of(); // not readable, so it has no JDK for this user
        }
    }

    private static Optional<JavaHome> read(Path folder) {
        Path release = folder.resolve("release");
        if (!Files.isReadable(release) || !Files.isExecutable(folder.resolve("bin/java"))) {
            return Optional.empty();
        }
        Properties facts = new Properties();
        try (var reader = Files.newBufferedReader(release)) {
            facts.load(reader);
            String version = facts.getProperty("JAVA_VERSION", "\"0\"").replace("\"", "");
            return Optional.of(new JavaHome(folder, Integer.parseInt(version.split("[.+-]", 2)[0])));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty(); // not the release file of a JDK
        }
    }
}
