package dev.evertoken.benchmarks.comparison;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A running {@link TlsServer}. Not thread-safe; must be closed. */
final class TlsProcess implements AutoCloseable {

    /** Connections that a server has accepted. */
    record Handshakes(int all, int resumed) {
        Handshakes plus(Handshakes more) {
            return new Handshakes(all + more.all, resumed + more.resumed);
        }

        double share() {
            return (double) resumed / all;
        }
    }

    private final Process process;
    private final BufferedReader output;
    private final URI endpoint;

    TlsProcess(Path folder) throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        Logging.OFF,
                        "-cp",
                        System.getProperty("java.class.path"),
                        TlsServer.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        endpoint = URI.create("https://127.0.0.1:" + output.readLine() + "/token");
    }

    URI endpoint() {
        return endpoint;
    }

    /** Returns the handshakes since the last call. */
    Handshakes take() throws IOException {
        process.getOutputStream().write('c');
        process.getOutputStream().flush();
        String[] counts = output.readLine().split(" ", 2);
        return new Handshakes(Integer.parseInt(counts[0]), Integer.parseInt(counts[1]));
    }

    @Override
    public void close() throws IOException {
        output.close();
        process.destroyForcibly();
    }
}
