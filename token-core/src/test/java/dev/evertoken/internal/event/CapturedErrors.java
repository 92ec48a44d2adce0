package dev.evertoken.internal.event;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Keeps what this process writes to its error stream, where slf4j-simple logs to, until it is closed. One at
 * a time. Thread-safe.
 */
public final class CapturedErrors implements AutoCloseable {
    private final ByteArrayOutputStream captured = new ByteArrayOutputStream();
    private final PrintStream before = System.err;

    private CapturedErrors() {
        System.setErr(new PrintStream(captured, true, StandardCharsets.UTF_8));
    }

    /** Starts to capture. */
    public static CapturedErrors start() {
        return new CapturedErrors();
    }

    /** Returns everything so far. */
    public String text() {
        return captured.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
