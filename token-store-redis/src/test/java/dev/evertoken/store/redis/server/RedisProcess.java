package dev.evertoken.store.redis.server;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;
import redis.embedded.core.ExecutableProvider;

/**
 * A real redis-server on a free port of the loopback interface, with a separate folder. It ends with this process,
 * even if this process is killed: a shell in between kills it when its standard input closes. Thread-safe.
 */
public final class RedisProcess implements AutoCloseable {

    /** The shell prints its process id before it becomes the server, so the id is the first line of the output. */
    private static final String GUARD = "exec 3<&0; sh -c 'echo $$; exec \"$@\"' sh \"$@\" & server=$!;"
            + " { read -r line <&3; kill -9 $server; } & reader=$!; wait $server; kill $reader";

    private static final int FIRST_PORT = 20_000;
    private static final int LAST_PORT = 45_000;
    private static final int CLUSTER_BUS = 10_000;

    private final int port;
    private final Path folder;
    private final List<String> settings;
    private volatile Process guard;
    private volatile ProcessHandle server;

    private RedisProcess(int port, Path folder, List<String> settings) {
        this.port = port;
        this.folder = folder;
        this.settings = settings;
    }

    /** Starts a server with these configuration lines, and waits until it accepts connections. */
    public static RedisProcess start(String... settings) {
        return start(freePort(), settings);
    }

    public static RedisProcess start(int port, String... settings) {
        try {
            RedisProcess started = new RedisProcess(port, Files.createTempDirectory("redis-"), List.of(settings));
            started.restart();
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("no redis-server could be started", e);
        }
    }

    /** Starts a sentinel that watches a server under the name {@code watched}. */
    public static RedisProcess sentinel(int primaryPort, int quorum) {
        return start(
                "sentinel monitor watched 127.0.0.1 " + primaryPort + " " + quorum,
                "sentinel down-after-milliseconds watched 500",
                "sentinel failover-timeout watched 3000",
                "sentinel parallel-syncs watched 1");
    }

    /** Returns a free port whose cluster port is also free. */
    public static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
            if (isFree(port) && isFree(port + CLUSTER_BUS)) {
                return port;
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** Starts the server on the same port and folder, again after {@link #kill} or {@link #shutdown}. */
    public void restart() {
        try {
            boolean sentinel = settings.stream().anyMatch(line -> line.startsWith("sentinel "));
            Path configuration = configuration(sentinel);
            List<String> command = new ArrayList<>(List.of("sh", "-c", GUARD, "sh", Executable.FILE.toString()));
            command.add(configuration.toString());
            if (sentinel) {
                command.add("--sentinel");
            }
            guard = new ProcessBuilder(command).redirectErrorStream(true).start();
            BufferedReader output = guard.inputReader(StandardCharsets.UTF_8);
            server = ProcessHandle.of(Long.parseLong(output.readLine())).orElseThrow();
            awaitReady(output, sentinel ? "+monitor" : "Ready to accept connections");
        } catch (IOException e) {
            throw new UncheckedIOException("redis-server does not start", e);
        }
    }

    private Path configuration(boolean sentinel) throws IOException {
        Path file = folder.resolve("redis.conf");
        if (sentinel && Files.exists(file)) {
            return file; // sentinels store their state in it
        }
        List<String> lines = new ArrayList<>(List.of("bind 127.0.0.1", "dir " + folder));
        if (settings.stream().noneMatch(line -> line.startsWith("tls-port"))) {
            lines.add("port " + port);
        }
        if (!sentinel) {
            lines.addAll(List.of("save \"\"", "repl-diskless-sync yes", "repl-diskless-sync-delay 0"));
        }
        lines.addAll(settings);
        return Files.write(file, lines);
    }

    private static void awaitReady(BufferedReader output, String ready) throws IOException {
        StringBuilder log = new StringBuilder();
        String line = output.readLine();
        while (line != null && !line.contains(ready)) {
            log.append(line).append('\n');
            line = output.readLine();
        }
        if (line == null) {
            throw new IOException("redis-server ended before it was ready:\n" + log);
        }
        Thread drain = new Thread(() -> output.lines().forEach(ignored -> {}), "redis-output");
        drain.setDaemon(true);
        drain.setUncaughtExceptionHandler((thread, e) -> {}); // the stream closes with the server
        drain.start();
    }

    public int port() {
        return port;
    }

    public Path folder() {
        return folder;
    }

    public String location() {
        return "redis://127.0.0.1:" + port;
    }

    /** Returns a connection for inspection and manipulation. */
    public Jedis admin() {
        return new Jedis("127.0.0.1", port);
    }

    /** Ends the server like {@code kill -9}. */
    public void kill() {
        server.destroyForcibly();
        awaitEnd();
    }

    /** Shuts the server down in order, so that it persists its data as configured. */
    public void shutdown() {
        server.destroy();
        awaitEnd();
    }

    /** Suspends the process; connections stay open without responses. */
    public void freeze() {
        signal("STOP");
    }

    /** Resumes the process after {@link #freeze}. */
    public void thaw() {
        signal("CONT");
    }

    @Override
    public void close() {
        if (guard.isAlive()) {
            kill();
        }
        removeFolder();
    }

    private void removeFolder() {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException("the folder of a redis-server cannot be removed", e);
        }
    }

    private void awaitEnd() {
        guard.onExit().orTimeout(20, TimeUnit.SECONDS).join();
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(server.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("this system has no kill command", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Executable {
        static final File FILE = extracted();

        private static File extracted() {
            try {
                return ExecutableProvider.newJarResourceProvider().get();
            } catch (IOException e) {
                throw new UncheckedIOException("the redis-server of embedded-redis cannot be unpacked", e);
            }
        }
    }
}
