package dev.evertoken.benchmarks.comparison;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A program in a JVM of its own, so that no other measurement has shaped its compiled code. */
final class FreshJvm {

    private static final String RESULT = "result ";

    private FreshJvm() {}

    /** Runs a program, and returns the figures that it passes to {@link #report}. */
    static double[] run(Class<?> main, List<String> jvmOptions, String... arguments)
            throws IOException, InterruptedException {
        return run(home(), main, jvmOptions, arguments);
    }

    /** Returns the folder of the JDK of this process. */
    static Path home() {
        return Path.of(System.getProperty("java.home"));
    }

    /** Runs a program on the JDK in a folder. */
    static double[] run(Path javaHome, Class<?> main, List<String> jvmOptions, String... arguments)
            throws IOException, InterruptedException {
        String line = output(javaHome, main, jvmOptions, arguments).stream()
                .filter(one -> one.startsWith(RESULT))
                .findFirst()
                .orElseThrow();
        return Arrays.stream(line.substring(RESULT.length()).split(" ", -1))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    /** Runs a program on the JDK in a folder, and returns the lines that it prints. */
    static List<String> output(Path javaHome, Class<?> main, List<String> jvmOptions, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(javaHome.resolve("bin").resolve("java").toString());
        command.add(Logging.OFF);
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(command.subList(command.indexOf(main.getName()), command.size())
                    + " ended with status " + process.exitValue() + ": " + output);
        }
        return output.lines().toList();
    }

    /** Passes figures to the process that started this one. */
    static void report(double... figures) {
        StringBuilder line = new StringBuilder(RESULT.strip());
        for (double figure : figures) {
            line.append(' ').append(figure);
        }
        System.out.println(line);
    }
}
