package dev.evertoken.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The source and class files of the main code of all token-* modules. */
final class MainCode {
    static final String ROOT = "dev.evertoken";

    private MainCode() {}

    static JavaClasses classes() {
        return Imported.CLASSES;
    }

    /** Returns the source files without the module declarations, which are in no package. */
    static List<Path> sourceFiles() {
        return modules().stream()
                .flatMap(module -> filesBelow(module.resolve("src/main/java"), ".java").stream())
                .filter(file -> !file.endsWith("module-info.java"))
                .toList();
    }

    static List<Path> classFiles() {
        return modules().stream()
                .flatMap(module -> filesBelow(classes(module), ".class").stream())
                .filter(file -> !file.endsWith("module-info.class"))
                .toList();
    }

    /** Returns the folders of the published modules. */
    static List<Path> modules() {
        return allModules()
                .filter(folder -> folder.getFileName().toString().startsWith("token-"))
                .filter(folder -> !folder.getParent().getFileName().toString().equals("proof"))
                .filter(folder -> Files.isDirectory(folder.resolve("src/main/java")))
                .sorted()
                .toList();
    }

    /** Returns the test sources of all modules, published or not. */
    static Stream<Path> testFiles() {
        return allModules().flatMap(module -> filesBelow(module.resolve("src/test/java"), ".java").stream());
    }

    /** Modules are at the top of the checkout or one folder below, in folders such as {@code proof}. */
    private static Stream<Path> allModules() {
        try (Stream<Path> folders =
                Files.find(checkout(), 2, (folder, attributes) -> Files.isRegularFile(folder.resolve("pom.xml")))) {
            return folders.toList().stream();
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

    /** Returns the folder of this module. Maven runs tests in it; an IDE may run them there or above it. */
    static Path thisModule() {
        return checkout().resolve("proof/token-tests");
    }

    /** Returns the folder of the compiled test classes of this module. */
    static Path thisModulesTestClasses() {
        try {
            return Path.of(MainCode.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the folder of the compiled classes of a module. It depends on the Maven profile. */
    private static Path classes(Path module) {
        Path folder = thisModulesTestClasses().resolveSibling("classes");
        return module.resolve(thisModule().relativize(folder));
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
                .importPaths(modules().stream().map(MainCode::classes).toList());
    }
}
