package dev.evertoken.examples.socialpublisher;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The publisher in a process of its own, with a heap of 96 MB, for the story. The process answers the lines
 * {@code heap} and {@code rss} with a number of bytes and ends at the end of its input. Not thread-safe.
 */
final class PublisherProcess implements AutoCloseable {

    private static final List<String> OPTIONS =
            List.of("-Xmx96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss256k");
    private static final String PORT = "port ";

    private final Process process;
    private final BufferedReader lines;
    private final PrintStream commands;
    private final int port;

    private PublisherProcess(Process process) throws IOException {
        this.process = process;
        this.lines = reader(process.getInputStream());
        this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        this.port = awaitPort();
    }

    /** Starts the process with these environment variables. */
    static PublisherProcess start(Map<String, String> environment) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(OPTIONS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), PublisherProcess.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("MALLOC_ARENA_MAX", "2"); // glibc would reserve memory for each of many threads
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            return new PublisherProcess(process);
        } catch (IOException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** The program of the process. */
    public static void main(String[] args) throws IOException {
        try (SocialPublisher publisher = SocialPublisher.start(PublisherSettings.from(System.getenv()));
                BufferedReader commands = reader(System.in)) {
            System.out.println(PORT + publisher.port());
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                System.out.println(line.equals("heap") ? liveHeap() : residentSize());
            }
        }
    }

    private static BufferedReader reader(InputStream stream) {
        return new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
    }

    private static long liveHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Returns the resident set size as Linux reports it; 0 on other systems. */
    private static long residentSize() throws IOException {
        Path status = Path.of("/proc/self/status");
        return Files.exists(status)
                ? Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                        .findFirst()
                        .orElse(0)
                : 0;
    }

    int port() {
        return port;
    }

    /** Returns the bytes of the heap that are in use after a collection. */
    long heap() throws IOException {
        return ask("heap");
    }

    long rss() throws IOException {
        return ask("rss");
    }

    private long ask(String command) throws IOException {
        commands.println(command);
        return Long.parseLong(read());
    }

    /** The options of an installation may make a JVM print lines of its own first. */
    private int awaitPort() throws IOException {
        String line = read();
        while (!line.startsWith(PORT)) {
            line = read();
        }
        return Integer.parseInt(line.substring(PORT.length()));
    }

    private String read() throws IOException {
        String line = lines.readLine();
        if (line == null) {
            throw new IOException("the publisher has ended");
        }
        return line;
    }

    @Override
    public void close() {
        commands.close();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
        }
    }
}
