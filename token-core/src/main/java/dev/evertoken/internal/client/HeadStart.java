package dev.evertoken.internal.client;

import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/**
 * Loads the classes of the HTTP client and of TLS, once in a process and on a thread of its own. They are the larger
 * part of the time to a first token, and the application is still creating the engine and reading the account. On a
 * single processor nothing would be gained. Thread-safe.
 */
public final class HeadStart extends Thread {

    private static final AtomicBoolean BEGUN = new AtomicBoolean();

    private HeadStart() {
        super("evertoken-head-start");
        setDaemon(true);
    }

    /** Begins, unless it has begun before. */
    public static void begin() {
        if (!BEGUN.get() && Runtime.getRuntime().availableProcessors() > 1 && BEGUN.compareAndSet(false, true)) {
            new HeadStart().start();
        }
    }

    /** Keeps nothing: settings of the JVM that the application changes before the first call still apply to it. */
    @Override
    public void run() {
        try {
            Request request =
                    new Request.Builder().url(HttpUrl.get("https://localhost/")).build();
            var unused = new OkHttpClient().newCall(request);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            return; // the first call fails in the same way, and reports it
        }
    }
}
