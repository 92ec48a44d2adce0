package dev.evertoken.internal.client;

import java.util.Arrays;
import java.util.Set;

/**
 * Makes the stack trace of an exception begin with the public method that the application has called, instead of the
 * parts of the engine below it. Causes keep their stack traces. Stateless. Thread-safe.
 */
public final class CallerTrace {

    private static final String LIBRARY = "dev.evertoken.";

    /** The classes whose outermost frame is the method that the application has called. */
    private static final Set<String> ENTRIES =
            Set.of(LIBRARY + "Tokens", LIBRARY + "TokensBuilder", LIBRARY + "AccountSource");

    private CallerTrace() {}

    /**
     * Returns the same exception. A stack trace is left unchanged if the frames to remove include code of a plug-in.
     */
    public static <E extends RuntimeException> E of(E failure) {
        StackTraceElement[] frames = failure.getStackTrace();
        int entry = entry(frames);
        if (entry > 0) {
            failure.setStackTrace(Arrays.copyOfRange(frames, entry, frames.length));
        }
        return failure;
    }

    /**
     * Returns the index of the frame of the public method; 0 if there is none or the frames above it are to be kept.
     */
    private static int entry(StackTraceElement[] frames) {
        int at = 0;
        while (at < frames.length && !isEntry(frames[at])) {
            if (!isPlumbing(frames[at])) {
                return 0;
            }
            at++;
        }
        while (at + 1 < frames.length && isEntry(frames[at + 1])) {
            at++;
        }
        return at < frames.length ? at : 0;
    }

    private static boolean isEntry(StackTraceElement frame) {
        return ENTRIES.contains(frame.getClassName());
    }

    private static boolean isPlumbing(StackTraceElement frame) {
        return frame.getClassName().startsWith(LIBRARY) || frame.getClassName().startsWith("java.");
    }
}
