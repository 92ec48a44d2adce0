package dev.evertoken.springserver;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;

/** Collects the log, which is written to the error stream, and restores the stream on close. Thread-safe. */
final class LoggedErrors implements AutoCloseable {

    private final PrintStream before = System.err;
    private final ByteArrayOutputStream collected = new ByteArrayOutputStream();

    LoggedErrors() {
        System.setErr(new PrintStream(collected, true, UTF_8));
    }

    String text() {
        return collected.toString(UTF_8);
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
