package dev.evertoken.benchmarks.coldstart;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The class paths of the measured programs: for each the jars that it needs, in the order of the class path of this
 * process. The other jars of the benchmarks would slow down a program that looks for service providers in all of them.
 */
final class StartClassPath {

    /** The jars by the entries of the class path of this process. A folder with classes prevents an archive. */
    private final Map<Path, Path> jars = new LinkedHashMap<>();

    /** @param folder the jars of the folders on the class path are created there */
    StartClassPath(Path folder) throws IOException {
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(entry).toAbsolutePath().normalize();
            if (Files.exists(path)) {
                jars.put(path, Files.isDirectory(path) ? jar(path, folder.resolve(jars.size() + ".jar")) : path);
            }
        }
    }

    String complete() {
        return joined(jars.values());
    }

    /** Returns the class path with the jars that contain these classes. */
    String withJarsOf(List<Class<?>> classes) throws URISyntaxException {
        List<Path> wanted = new ArrayList<>();
        for (Class<?> one : classes) {
            wanted.add(Path.of(
                    one.getProtectionDomain().getCodeSource().getLocation().toURI()));
        }
        Map<Path, Path> used = new LinkedHashMap<>(jars);
        used.keySet().retainAll(wanted);
        return joined(used.values());
    }

    /** Returns the class path with these jars only. */
    String withOnly(Collection<Path> used) {
        return joined(jars.values().stream().filter(used::contains).toList());
    }

    private static String joined(Collection<Path> entries) {
        return String.join(
                File.pathSeparator, entries.stream().map(Path::toString).toList());
    }

    /** Creates a jar that is not compressed, like those of the modules with the classes that each start loads. */
    private static Path jar(Path classes, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                ZipOutputStream entries = new ZipOutputStream(file);
                Stream<Path> files = Files.walk(classes)) {
            entries.setMethod(ZipOutputStream.STORED);
            for (Path source : files.filter(Files::isRegularFile).sorted().toList()) {
                byte[] content = Files.readAllBytes(source);
                ZipEntry entry =
                        new ZipEntry(classes.relativize(source).toString().replace(File.separatorChar, '/'));
                entry.setSize(content.length);
                entry.setCrc(checksum(content));
                entries.putNextEntry(entry);
                entries.write(content);
            }
        }
        return jar;
    }

    private static long checksum(byte[] content) {
        CRC32 sum = new CRC32();
        sum.update(content);
        return sum.getValue();
    }
}
