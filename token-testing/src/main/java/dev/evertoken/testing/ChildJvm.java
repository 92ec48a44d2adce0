package dev.evertoken.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A second Java process with the class path of this one. A test exchanges lines with it, suspends it and kills it.
 *
 * <p>The child's program uses {@link TestProcessLink}. Every wait is bounded; if it fails, the error contains the
 * child's error stream. {@link #close} kills the child. Thread-safe.
 */
public final class ChildJvm implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String END = "\0";

    private final Process process;
    private final OutputStream toChild;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();
    private final Thread errorReader;

    private ChildJvm(Process process) {
        this.process = process;
        this.toChild = process.getOutputStream();
        read(process.getInputStream(), lines::add, () -> lines.add(END));
        this.errorReader = read(process.getErrorStream(), errors::add, () -> {});
    }

    /** Describes a child that runs the {@code main} method of a class. */
    public static Start of(Class<?> program) {
        return new Start(program);
    }

    /** Sends one line to the child. */
    public void send(String line) {
        try {
            toChild.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            toChild.flush();
        } catch (IOException e) {
            throw new AssertionError("the child does not read its input; its error stream:\n" + errors(), e);
        }
    }

    /**
     * Returns the next line that the child writes.
     *
     * @throws AssertionError if none arrives within a minute, or if the child has exited
     */
    public String readLine() {
        @Nullable String line = interruptible(() -> lines.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        if (line != null && !line.equals(END)) {
            return line;
        }
        lines.add(END);
        String why = line == null ? "wrote no line for " + PATIENCE.toSeconds() + " s" : "has exited";
        throw new AssertionError("the child " + why + "; its error stream:\n" + errors());
    }

    /**
     * Reads lines until one starts with {@code start}, and returns it.
     *
     * @throws AssertionError as {@link #readLine}
     */
    public String awaitLine(String start) {
        String line = readLine();
        while (!line.startsWith(start)) {
            line = readLine();
        }
        return line;
    }

    /** Kills the child like {@code kill -9} and waits until it has exited; does nothing if it has exited already. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /**
     * Waits until the child has exited.
     *
     * @return its exit code; 137 if it was killed
     * @throws AssertionError if it is still running after a minute
     */
    public int awaitEnd() {
        boolean ended = interruptible(() -> process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        if (!ended) {
            throw new AssertionError("the child is still running after " + PATIENCE.toSeconds() + " s");
        }
        interruptible(() -> {
            errorReader.join(PATIENCE.toMillis());
            return true;
        });
        return process.exitValue();
    }

    /** Suspends every thread of the child. Requires a POSIX system. */
    public void suspend() {
        signal("STOP");
    }

    /** Resumes a suspended child. */
    public void resume() {
        signal("CONT");
    }

    /** Returns the operating system's handle of the child, for example to inspect its own children. */
    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** Returns whether the child is running. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Returns the child's error stream up to now: its logs and uncaught exceptions. */
    public String errors() {
        return String.join("\n", errors);
    }

    /** Kills the child if it is still running. */
    @Override
    public void close() {
        kill();
    }

    private Thread read(InputStream stream, Consumer<String> sink, Runnable end) {
        Thread reader = new Thread(() -> readAll(stream, sink, end), "child-" + process.pid());
        reader.setDaemon(true);
        reader.start();
        return reader;
    }

    private static void readAll(InputStream stream, Consumer<String> sink, Runnable end) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            reader.lines().forEach(sink);
        } catch (IOException | UncheckedIOException e) {
            sink.accept("a stream of the child failed: " + e.getMessage());
        } finally {
            end.run();
        }
    }

    private void signal(String name) {
        ProcessBuilder kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()));
        try {
            Process sent = kill.start();
            boolean ended = interruptible(() -> sent.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            if (!ended || sent.exitValue() != 0) {
                throw new AssertionError("signal " + name + " could not be sent to the child");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("this system has no kill command", e);
        }
    }

    private interface Wait<T extends @Nullable Object> {
        T run() throws InterruptedException;
    }

    private static <T extends @Nullable Object> T interruptible(Wait<T> wait) {
        try {
            return wait.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for a child", e);
        }
    }

    /** Describes a child before it is started. Not thread-safe. */
    public static final class Start {
        private final Class<?> program;
        private final List<String> options = new ArrayList<>();
        private final Map<String, String> environment = new HashMap<>();
        private Path javaHome = Path.of(System.getProperty("java.home"));

        private Start(Class<?> program) {
            this.program = program;
            options.add("-Xmx128m");
            options.add("-XX:+UseSerialGC");
            options.add("-XX:TieredStopAtLevel=1");
        }

        /** Sets the home of the JDK that runs the child; that of this process by default. */
        public Start javaHome(Path home) {
            javaHome = home;
            return this;
        }

        /** Sets a system property of the child. */
        public Start property(String name, String value) {
            options.add("-D" + name + "=" + value);
            return this;
        }

        /** Sets an environment variable of the child, in addition to those of this process. Use it to pass secrets. */
        public Start environment(String name, String value) {
            environment.put(name, value);
            return this;
        }

        /** Activates a crash point in the child, if its program uses {@link CrashPoints#ofThisProcess()}. */
        public Start crash(String point) {
            return property(CrashPoints.PROPERTY, point);
        }

        /** Starts the child with arguments for its program. */
        public ChildJvm start(String... arguments) {
            List<String> command = new ArrayList<>();
            command.add(javaHome.resolve("bin").resolve("java").toString());
            command.addAll(options);
            command.add("-cp");
            command.add(System.getProperty("java.class.path"));
            command.add(program.getName());
            command.addAll(List.of(arguments));
            ProcessBuilder child = new ProcessBuilder(command);
            child.environment().putAll(environment);
            try {
                return new ChildJvm(child.start());
            } catch (IOException e) {
                throw new UncheckedIOException("a second Java process could not be started", e);
            }
        }
    }
}
