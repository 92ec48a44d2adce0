package dev.evertoken.consumers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** The folders of this module in which projects are built. */
final class Folders {

    static final Path MODULE = Path.of(System.getProperty("basedir", ".")).toAbsolutePath();
    static final Path CHECKOUT = MODULE.resolve("../..").normalize();

    private Folders() {}

    /** Returns an empty folder below {@code target}. */
    static Path empty(String name) throws IOException {
        Path folder = MODULE.resolve("target").resolve(name);
        if (Files.exists(folder)) {
            // Links are removed, not followed.
            try (Stream<Path> entries = Files.walk(folder)) {
                for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(entry);
                }
            }
        }
        return Files.createDirectories(folder);
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> entries = Files.walk(from)) {
            for (Path entry : entries.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(entry).toString());
                Files.createDirectories(target.resolveSibling(""));
                Files.copy(entry, target);
            }
        }
    }
}
