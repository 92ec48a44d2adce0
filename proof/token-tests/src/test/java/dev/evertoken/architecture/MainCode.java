package dev.evertoken.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The main code of all token-* modules, as it is written and as it is compiled. */
final class MainCode {
    static final String ROOT = "dev.evertoken";

    private MainCode() {}

    static JavaClasses classes() {
        return Imported.CLASSES;
    }

    /** All but the module declarations, which are in no package. */
    static List<Path> sourceFiles() {
        return modules().stream()
                .flatMap(module -> filesBelow(module.resolve("src/main/java"), ".java").stream())
                .filter(file -> !file.endsWith("module-info.java"))
                .toList();
    }

    static List<Path> classFiles() {
        return modules().stream()
                .flatMap(module -> filesBelow(module.resolve("target/classes"), ".class").stream())
                .filter(file -> !file.endsWith("module-info.class"))
                .toList();
    }

    /** The folders of the modules whose main code a user gets. */
    static List<Path> modules() {
        try (Stream<Path> folders = Files.list(checkout())) {
            return folders.filter(folder -> folder.getFileName().toString().startsWith("token-"))
                    .filter(folder -> Files.isDirectory(folder.resolve("src/main/java")))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Path> filesBelow(Path folder, String ending) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder of this module: Maven names it, an editor may start in it or above it. */
    static Path thisModule() {
        return checkout().resolve("token-tests");
    }

    private static Path checkout() {
        Path start = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
        return Stream.iterate(Optional.of(start), Optional::isPresent, at -> at.map(Path::getParent))
                .flatMap(Optional::stream)
                .filter(folder -> Files.isDirectory(folder.resolve("token-core")))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no module token-core at or above " + start));
    }

    private static final class Imported {
        static final JavaClasses CLASSES = new ClassFileImporter()
                .importPaths(modules().stream()
                        .map(module -> module.resolve("target/classes"))
                        .toList());
    }
}
