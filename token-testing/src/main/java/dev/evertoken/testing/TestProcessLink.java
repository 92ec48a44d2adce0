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
 * How the program of a {@link ChildJvm} talks to the test that started it.
 *
 * <p>A child whose test has gone ends at once, so that none is left behind. Thread-safe.
 */
public final class TestProcessLink {

    private static final int ORPHANED = 3;

    private final PrintStream out =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    private final BufferedReader in =
            new BufferedReader(new InputStreamReader(new FileInputStream(FileDescriptor.in), StandardCharsets.UTF_8));

    private TestProcessLink() {}

    /** Returns the test that started this process. */
    public static TestProcessLink ofThisProcess() {
        return new TestProcessLink();
    }

    /** Says one line. */
    public void send(String line) {
        out.println(line);
    }

    /** Returns the next line that the test sends; ends this process if the test has gone. */
    public String receive() {
        try {
            String line = in.readLine();
            if (line != null) {
                return line;
            }
        } catch (IOException e) {
            out.println("the test cannot be heard: " + e.getMessage());
        }
        Runtime.getRuntime().halt(ORPHANED);
        throw new IllegalStateException("a halted process goes on");
    }

    /** Says that everything is prepared and waits until the test lets all children go at once. */
    public void ready() {
        send(TwoProcesses.READY);
        String line = receive();
        if (!line.equals(TwoProcesses.GO)) {
            throw new IllegalStateException("expected to be let go, heard a line of " + line.length() + " characters");
        }
    }
}
