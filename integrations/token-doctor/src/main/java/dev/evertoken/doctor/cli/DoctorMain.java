package dev.evertoken.doctor.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The entry point of the command {@code token-doctor}; its guide is {@code docs/doctor.md}. Ends the process with 0 if
 * nothing has to be done, with 1 if there are findings, and with 2 if it could not look. Not thread-safe.
 */
public final class DoctorMain {

    private DoctorMain() {}

    public static void main(String[] arguments) {
        PrintStream out = stream(FileDescriptor.out);
        PrintStream err = stream(FileDescriptor.err);
        int code = new DoctorCommand(System.getenv(), out, err).run(arguments);
        out.flush();
        err.flush();
        System.exit(code);
    }

    /** Returns a buffered stream: a line for each of many accounts is not worth a call of the operating system. */
    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor), 1 << 16), false, StandardCharsets.UTF_8);
    }
}
