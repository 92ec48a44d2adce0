package dev.evertoken.testing;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The connection of a {@link ChildJvm}'s program to the test that started it.
 *
 * <p>A child exits at once when its test has exited. Thread-safe.
 */
public final class TestProcessLink {

    private static final int ORPHANED = 3;

    private final PrintStream out =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    private final BufferedReader in =
            new BufferedReader(new InputStreamReader(new FileInputStream(FileDescriptor.in), StandardCharsets.UTF_8));

    private TestProcessLink() {}

    /** Returns the link to the test that started this process. */
    public static TestProcessLink ofThisProcess() {
        return new TestProcessLink();
    }

    /** Sends one line to the test. */
    public void writeLine(String line) {
        out.println(line);
    }

    /** Returns the next line that the test sends; ends this process if the test has exited. */
    public String readLine() {
        try {
            String line = in.readLine();
            if (line != null) {
                return line;
            }
        } catch (IOException e) {
            out.println("input from the test failed: " + e.getMessage());
        }
        Runtime.getRuntime().halt(ORPHANED);
        throw new IllegalStateException("a halted process continues");
    }

    /** Reports that this process is prepared, and waits until the test starts all children at the same time. */
    public void ready() {
        writeLine(TwoProcesses.READY);
        String line = readLine();
        if (!line.equals(TwoProcesses.GO)) {
            throw new IllegalStateException(
                    "expected the start signal, received a line of " + line.length() + " characters");
        }
    }
}
