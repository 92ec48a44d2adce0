package dev.evertoken.benchmarks.comparison;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * Calls one reader of valid tokens in a loop, in a JVM of its own, and reports the nanoseconds and the allocated bytes
 * of a call. Arguments: the name of the reader, see {@link Readers}, and the milliseconds.
 */
final class HotLoop {

    private static final int CALLS = 10_000;
    private static final int PARTS = 5;
    static volatile Object sink = "";

    private HotLoop() {}

    public static void main(String[] args) throws Exception {
        Readers.Reader reader = Readers.named(args[0]);
        long part = Long.parseLong(args[1]) * 1_000_000 / PARTS;
        nanosPerCall(reader, PARTS * part / 2);
        List<Double> nanos = new ArrayList<>();
        for (int n = 0; n < PARTS; n++) {
            nanos.add(nanosPerCall(reader, part));
        }
        FreshJvm.report(Ratios.median(nanos), bytesPerCall(reader));
        System.exit(0);
    }

    private static double nanosPerCall(Readers.Reader reader, long duration) throws Exception {
        long started = System.nanoTime();
        long calls = 0;
        long elapsed;
        do {
            call(reader);
            calls += CALLS;
            elapsed = System.nanoTime() - started;
        } while (elapsed < duration);
        return (double) elapsed / calls;
    }

    private static double bytesPerCall(Readers.Reader reader) throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        call(reader);
        return (double) (threads.getCurrentThreadAllocatedBytes() - before) / CALLS;
    }

    private static void call(Readers.Reader reader) throws Exception {
        Object last = "";
        for (int n = 0; n < CALLS; n++) {
            Object token = reader.read(n);
            if (token == null) {
                throw new IllegalStateException("no token");
            }
            last = token;
        }
        sink = last;
    }
}
