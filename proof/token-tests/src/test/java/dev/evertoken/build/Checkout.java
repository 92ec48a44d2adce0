package dev.evertoken.build;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The source tree of this build. Maven runs a test in its module; an IDE may run it elsewhere in the tree. */
final class Checkout {

    static final Path ROOT = root();

    private Checkout() {}

    /** Returns the compiled classes of a module's main code. */
    static List<Path> classFiles(Path module) {
        Path classes = module.resolve("target/classes");
        if (!Files.isDirectory(classes)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(classes)) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the text of a file, whose path is relative to the checkout. */
    static String read(String file) {
        try {
            return Files.readString(ROOT.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns whether there is a file or folder at a path relative to the checkout. */
    static boolean exists(String path) {
        return Files.exists(ROOT.resolve(path));
    }

    /** Returns the paths of the files below a folder with this ending, relative to the checkout and sorted. */
    static List<String> files(String folder, String ending) {
        try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
            return files.map(file -> ROOT.relativize(file).toString())
                    .filter(file -> file.endsWith(ending) && !file.contains("target/"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path root() {
        Path start = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            if (Files.isRegularFile(folder.resolve("token-core/pom.xml"))) {
                return folder;
            }
        }
        throw new IllegalStateException("no module token-core at or above " + start);
    }
}
