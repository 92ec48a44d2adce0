package dev.evertoken.testing;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Keeps what this process writes to its error stream, where slf4j-simple logs to, until it is closed; the
 * stream itself gets it too. One at a time. Thread-safe.
 */
public final class CapturedErrors implements AutoCloseable {
    private final ByteArrayOutputStream captured = new ByteArrayOutputStream();
    private final PrintStream before = System.err;

    private CapturedErrors() {
        System.setErr(new PrintStream(new Both(), true, StandardCharsets.UTF_8));
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

    private final class Both extends OutputStream {
        @Override
        public void write(int one) {
            captured.write(one);
            before.write(one);
        }

        @Override
        public void write(byte[] some, int from, int count) {
            captured.write(some, from, count);
            before.write(some, from, count);
        }
    }
}
