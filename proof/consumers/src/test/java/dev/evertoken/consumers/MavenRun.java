package dev.evertoken.consumers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One call of Maven in a folder, with a local repository of its own; its output is kept in a file. */
record MavenRun(int exitCode, String output) {

    private static final long MINUTES = 10;

    static MavenRun in(Path folder, LocalRepository repository, String... arguments)
            throws IOException, InterruptedException {
        Path log = folder.resolve("maven.log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("maven.home"), "bin", "mvn").toString(),
                "-B",
                "-ntp",
                "-Dmaven.repo.local=" + repository.folder()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().keySet().removeIf(name -> name.startsWith("MAVEN_"));
        Process process = builder.start();
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IllegalStateException("Maven did not end within " + MINUTES + " minutes, see " + log);
        }
        return new MavenRun(process.exitValue(), Files.readString(log));
    }
}
