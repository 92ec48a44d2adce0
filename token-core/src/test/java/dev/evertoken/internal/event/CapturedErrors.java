package dev.evertoken.internal.event;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Captures the error stream of this process, which is where slf4j-simple logs to, until it is closed. One at
 * a time. Thread-safe.
 */
public final class CapturedErrors implements AutoCloseable {
    private final ByteArrayOutputStream captured = new ByteArrayOutputStream();
    private final PrintStream before = System.err;

    private CapturedErrors() {
        System.setErr(new PrintStream(captured, true, StandardCharsets.UTF_8));
    }

    /** Starts capturing. */
    public static CapturedErrors start() {
        return new CapturedErrors();
    }

    /** Returns the text captured so far. */
    public String text() {
        return captured.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
