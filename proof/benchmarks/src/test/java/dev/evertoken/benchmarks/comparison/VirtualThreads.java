package dev.evertoken.benchmarks.comparison;

import dev.evertoken.Tokens;
import dev.evertoken.model.TokenKey;
import dev.evertoken.okhttp.TokenInterceptor;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Callers on virtual threads, on the newest JDK of this machine: expired accounts over files are refreshed and used
 * for an HTTP call. The flight recorder counts the times at which a virtual thread blocked its carrier in code of
 * Evertoken.
 */
final class VirtualThreads implements Measurement {

    private static final int FIRST_VERSION = 21;
    private static final int CALLERS = 2000;
    private static final String PINNED = "jdk.VirtualThreadPinned";

    @Override
    public String name() {
        return "virtual-threads";
    }

    @Override
    public void measure(Extent extent, Report report) throws Exception {
        Optional<JavaHomes.JavaHome> found = JavaHomes.newestWithVirtualThreads(FIRST_VERSION);
        if (found.isEmpty()) {
            report.note("Virtual threads were not measured: there is no JDK " + FIRST_VERSION + " or newer.");
            return;
        }
        String callers = String.valueOf(extent.of(CALLERS));
        double[] figures = FreshJvm.run(found.get().folder(), VirtualThreads.class, List.of(), callers);
        report.note("Virtual threads were measured on JDK " + found.get().version() + ".");
        report.ratio("virtual-threads-pinned", figures[0], Goal.atMost(0));
        report.ratio(
                "virtual-threads-against-platform-threads",
                figures[1] / figures[2],
                Goal.atMost(1.1),
                TimeProfile.ofProgram(
                        options -> FreshJvm.run(found.get().folder(), VirtualThreads.class, options, callers)));
    }

    /** Argument: the number of callers. */
    public static void main(String[] args) throws Exception {
        int callers = Integer.parseInt(args[0]);
        millis(callers, virtualThreads()); // the initialization of a class blocks a carrier, once
        millis(callers, Executors.newCachedThreadPool());
        double platform = millis(callers, Executors.newCachedThreadPool());
        Path file = Files.createTempFile("pinned-", ".jfr");
        try (Recording recording = new Recording()) {
            recording.enable(PINNED).withThreshold(Duration.ZERO).withStackTrace();
            recording.start();
            double virtual = millis(callers, virtualThreads());
            recording.stop();
            recording.dump(file);
            FreshJvm.report(pinned(file), virtual, platform);
        } finally {
            Files.delete(file);
        }
        System.exit(0);
    }

    /** The classes are compiled for Java 17, which has no such method. */
    private static ExecutorService virtualThreads() throws ReflectiveOperationException {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static double millis(int callers, ExecutorService threads) throws Exception {
        try (MeasuredStore stores = new MeasuredStore();
                TokenServer server = TokenServer.start().delay(20);
                LoopbackServer api = LoopbackServer.start();
                Tokens tokens = EvertokenLibrary.engine(Scene.expired(server.endpoint()), stores.files())
                        .journal(stores.folder())
                        .build()) {
            OkHttpClient http = new OkHttpClient.Builder()
                    .addInterceptor(TokenInterceptor.of(tokens))
                    .build();
            List<Future<String>> calls = new ArrayList<>();
            long started = System.nanoTime();
            for (int n = 0; n < callers; n++) {
                TokenKey key = TokenKey.of("acme", "user-" + n / 10);
                if (n % 10 == 0) {
                    Scene scene = Scene.expired(server.endpoint()).with("access-" + n, "refresh-" + n);
                    tokens.connect(key, EvertokenLibrary.tokens(scene));
                }
                Request request = new Request.Builder()
                        .url(api.address().toString())
                        .tag(TokenKey.class, key)
                        .build();
                calls.add(threads.submit(() -> body(http, request)));
            }
            for (Future<String> call : calls) {
                require(call.get());
            }
            return (System.nanoTime() - started) / 1e6;
        } finally {
            threads.shutdownNow();
        }
    }

    private static String body(OkHttpClient http, Request request) throws Exception {
        try (Response response = http.newCall(request).execute()) {
            return response.body().string();
        }
    }

    private static void require(String body) {
        if (!body.equals("ok")) {
            throw new IllegalStateException("not the response of the server: " + body);
        }
    }

    private static double pinned(Path file) throws Exception {
        int count = 0;
        for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
            if (isOurs(event)) {
                System.err.println(event);
                count++;
            }
        }
        return count;
    }

    private static boolean isOurs(RecordedEvent event) {
        return event.getEventType().getName().equals(PINNED)
                && event.getStackTrace() != null
                && event.getStackTrace().getFrames().stream().anyMatch(frame -> {
                    String type = frame.getMethod().getType().getName();
                    return type.startsWith("dev.evertoken.") && !type.contains(".benchmarks.");
                });
    }
}
