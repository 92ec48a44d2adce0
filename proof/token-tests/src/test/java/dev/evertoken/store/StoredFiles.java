package dev.evertoken.store;

import dev.evertoken.internal.store.file.FileNames;
import dev.evertoken.model.TokenKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Finds the files of a store on disk. */
public final class StoredFiles {

    private StoredFiles() {}

    static Path record(FileTokenStore store, TokenKey key) throws IOException {
        return below(store.folder()).stream()
                .filter(file -> file.getParent().getParent().endsWith("records"))
                .filter(file -> file.getFileName().toString().equals(FileNames.of(key) + ".json"))
                .findFirst()
                .orElseThrow();
    }

    public static List<Path> below(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    static List<Path> folders(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isDirectory).sorted().toList();
        }
    }
}
