package dev.evertoken.consumers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A local Maven repository that has the jars of this build and no installed ones. The libraries of others are links
 * into the repository of the build, so that they are not downloaded twice.
 */
final class LocalRepository {

    private static final String VERSION = System.getProperty("evertoken.version");
    private static final Path SHARED = Path.of(System.getProperty("maven.repository"));
    private static final List<String> MODULES = List.of(
            "token-core",
            "token-providers",
            "token-catalogue",
            "token-testing",
            "token-store-tiered",
            "token-store-redis",
            "token-store-jdbc",
            "token-store-gcp",
            "integrations/token-micrometer",
            "integrations/token-spring",
            "integrations/token-spring-boot-starter",
            "integrations/token-spring-boot3-starter");
    private static final Map<String, String> POMS =
            Map.of("evertoken-parent", "pom.xml", "token-bom", "token-bom/pom.xml");

    private final Path folder;

    private LocalRepository(Path folder) {
        this.folder = folder;
    }

    static LocalRepository in(Path folder) throws IOException {
        LocalRepository repository = new LocalRepository(folder);
        repository.link(SHARED, folder, "dev");
        Path vendor = SHARED.resolve("dev");
        if (Files.isDirectory(vendor)) {
            repository.link(vendor, folder.resolve("dev"), "evertoken");
        }
        for (Map.Entry<String, String> pom : POMS.entrySet()) {
            repository.install(pom.getKey(), Folders.CHECKOUT.resolve(pom.getValue()), "pom");
        }
        for (String module : MODULES) {
            Path source = Folders.CHECKOUT.resolve(module);
            String artifact = source.getFileName().toString();
            repository.install(artifact, source.resolve("pom.xml"), "pom");
            repository.install(artifact, source.resolve("target/" + artifact + "-" + VERSION + ".jar"), "jar");
        }
        return repository;
    }

    Path folder() {
        return folder;
    }

    /** Links every entry of a folder but one. */
    private void link(Path from, Path to, String except) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> entries = Files.list(from)) {
            for (Path entry : entries.filter(one -> !one.endsWith(except)).toList()) {
                Files.createSymbolicLink(to.resolve(entry.getFileName()), entry.toAbsolutePath());
            }
        }
    }

    private void install(String artifact, Path file, String type) throws IOException {
        Path place = folder.resolve("dev/evertoken").resolve(artifact).resolve(VERSION);
        Files.createDirectories(place);
        Files.copy(file, place.resolve(artifact + "-" + VERSION + "." + type));
    }
}
