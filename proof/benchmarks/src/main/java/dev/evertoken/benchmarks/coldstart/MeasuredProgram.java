package dev.evertoken.benchmarks.coldstart;

import dev.evertoken.benchmarks.coldstart.Samples.Measurement;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A program that prints its first token, see {@link FirstToken}; each run is a fresh JVM. Immutable. */
record MeasuredProgram(List<String> jvmOptions, Class<?> main, List<String> arguments, Preparation preparation) {

    private static final String SOURCE = " source: ";
    private static final String JAR_SOURCE = SOURCE + "file:";

    MeasuredProgram preparedBy(Preparation before) {
        return new MeasuredProgram(jvmOptions, main, arguments, before);
    }

    /** Creates an archive of the classes that the program loads, and returns the program that starts from it. */
    MeasuredProgram archived(Path archive) throws Exception {
        with("-XX:ArchiveClassesAtExit=" + archive).run();
        return with("-XX:SharedArchiveFile=" + archive);
    }

    /** Returns the names of the classes that the program loads, hidden ones too. */
    List<String> loadedClasses(Path log) throws Exception {
        with("-Xlog:class+load:file=" + log).run();
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(SOURCE))
                    .map(line -> line.substring(0, line.indexOf(SOURCE)))
                    .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                    .toList();
        }
    }

    /** Returns the jars from which the program loads classes. */
    Set<Path> usedJars(Path log) throws Exception {
        with("-Xlog:class+load:file=" + log).run();
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(JAR_SOURCE))
                    .map(line -> line.substring(line.indexOf(JAR_SOURCE) + SOURCE.length()))
                    .map(source -> Path.of(URI.create(source.strip())))
                    .collect(Collectors.toSet());
        }
    }

    private MeasuredProgram with(String jvmOption) {
        List<String> more = new ArrayList<>(jvmOptions);
        more.add(jvmOption);
        return new MeasuredProgram(more, main, arguments, preparation);
    }

    Measurement run() throws Exception {
        preparation.prepare();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.add(main.getName());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        long started = System.nanoTime();
        Process process = builder.start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String token = output.readLine();
            Duration wall = Duration.ofNanos(System.nanoTime() - started);
            Duration cpu = process.info().totalCpuDuration().orElse(Duration.ZERO);
            end(process, token);
            return new Measurement(wall, cpu);
        } finally {
            process.destroyForcibly();
        }
    }

    private void end(Process process, String token) throws IOException, InterruptedException {
        if (token == null || Integer.parseInt(token) == 0) {
            throw new IllegalStateException(main.getSimpleName() + " ended without a token");
        }
        process.getOutputStream().write('q');
        process.getOutputStream().close();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(main.getSimpleName() + " ended with status " + process.exitValue());
        }
    }
}
