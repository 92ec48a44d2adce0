package dev.evertoken.benchmarks.comparison;

import com.sun.management.ThreadMXBean;
import dev.evertoken.Tokens;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes HTTP calls in two ways, in a JVM of its own, and reports for each the microseconds and the allocated bytes of a
 * call on the calling thread. Short batches of both alternate, so that a disturbance of the machine affects both.
 * Arguments: the names of the two ways, see {@link HttpVariants}, and the number of calls of each.
 */
final class HttpLoop {

    private static final int BATCH = 100;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final HttpVariants.Call call;
    private final List<Double> micros = new ArrayList<>();
    private final List<Double> bytes = new ArrayList<>();

    private HttpLoop(HttpVariants.Call call) {
        this.call = call;
    }

    public static void main(String[] args) throws Exception {
        int batches = Math.max(1, Integer.parseInt(args[2]) / BATCH);
        try (LoopbackServer server = LoopbackServer.start();
                Tokens tokens = EvertokenLibrary.engine(Scene.fresh(server.address()))) {
            HttpVariants variants = new HttpVariants(server.address(), tokens.source(EvertokenLibrary.KEY));
            HttpLoop base = new HttpLoop(variants.named(args[0]));
            HttpLoop other = new HttpLoop(variants.named(args[1]));
            alternate(base, other, 2 * batches); // until the code is compiled
            base.forget();
            other.forget();
            alternate(base, other, batches);
            FreshJvm.report(
                    Ratios.median(base.micros),
                    Ratios.median(other.micros),
                    Ratios.median(base.bytes),
                    Ratios.median(other.bytes));
        }
        System.exit(0);
    }

    private static void alternate(HttpLoop base, HttpLoop other, int batches) throws Exception {
        for (int n = 0; n < batches; n++) {
            base.batch();
            other.batch();
        }
    }

    private void batch() throws Exception {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        long started = System.nanoTime();
        for (int n = 0; n < BATCH; n++) {
            call.make();
        }
        micros.add((System.nanoTime() - started) / 1e3 / BATCH);
        bytes.add((double) (THREADS.getCurrentThreadAllocatedBytes() - before) / BATCH);
    }

    private void forget() {
        micros.clear();
        bytes.clear();
    }
}
