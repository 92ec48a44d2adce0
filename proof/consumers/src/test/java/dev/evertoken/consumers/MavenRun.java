package dev.evertoken.consumers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One call of Maven in a folder, with a local repository of its own; its output is kept in a file. */
record MavenRun(int exitCode, String output) {

    private static final long MINUTES = 10;

    static MavenRun in(Path folder, LocalRepository repository, String... arguments)
            throws IOException, InterruptedException {
        return in(folder, repository, Map.of(), "", arguments);
    }

    /** @param input what the program of the project reads from its standard input */
    static MavenRun in(
            Path folder, LocalRepository repository, Map<String, String> environment, String input, String... arguments)
            throws IOException, InterruptedException {
        Path log = folder.resolve("maven.log");
        Path typed = Files.writeString(folder.resolve("input.txt"), input);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("maven.home"), "bin", "mvn").toString(),
                "-B",
                "-ntp",
                "-Dmaven.repo.local=" + repository.folder()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(typed.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().keySet().removeIf(name -> name.startsWith("MAVEN_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IllegalStateException("Maven did not end within " + MINUTES + " minutes, see " + log);
        }
        return new MavenRun(process.exitValue(), Files.readString(log));
    }
}
