package dev.evertoken.examples.calendarsync;

import dev.evertoken.examples.setup.Patience;
import dev.evertoken.testing.ChildJvm;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** A service as a process of its own. Thread-safe. */
final class ServiceProcess implements AutoCloseable {

    private final ChildJvm process;
    private final URI address;

    private ServiceProcess(ChildJvm process, URI address) {
        this.process = process;
        this.address = address;
    }

    /**
     * Starts a service with environment variables in addition to those of this process, and waits until it serves its
     * routes.
     *
     * @throws IllegalStateException if it cannot start, with its reason
     */
    static ServiceProcess start(Class<?> program, String listens, Map<String, String> variables) {
        ChildJvm.Start start = ChildJvm.of(program);
        variables.forEach(start::environment);
        ChildJvm process = start.start();
        String line = process.readLine();
        if (!line.startsWith(listens)) {
            process.close();
            throw new IllegalStateException(line);
        }
        return new ServiceProcess(process, URI.create(line.substring(listens.length())));
    }

    URI route(String path) {
        return address.resolve(path);
    }

    /** Returns the number of lines of the log. */
    long lines() {
        return log().lines().count();
    }

    /** Waits for a line of the log with a text after the first {@code before} lines; returns it without ports. */
    String awaitLog(long before, String text) {
        Patience.until("the log has \"" + text + "\"", () -> find(before, text).isPresent());
        return find(before, text).orElseThrow();
    }

    private Optional<String> find(long before, String text) {
        return log().lines()
                .skip(before)
                .filter(line -> line.contains(text))
                .findFirst()
                .map(line -> line.replaceFirst("^\\[[^]]*] ", "").replaceAll("(127\\.0\\.0\\.1):\\d+", "$1:…"));
    }

    /** Returns everything that the process has logged. */
    String log() {
        return process.errors();
    }

    /** Kills the process like {@code kill -9}. */
    @Override
    public void close() {
        process.close();
    }
}
