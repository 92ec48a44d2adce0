package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.spi.provider.ProviderResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Dns;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Loads the classes of the HTTP client, of TLS and of the response parser, once in a process and on a thread of its own:
 * they are the larger part of the time to a first token. Meanwhile the application creates the rest of the engine and
 * reads the account. With a single processor nothing would be gained. Thread-safe.
 */
final class HeadStart extends Thread {

    private static final AtomicBoolean BEGUN = new AtomicBoolean();

    private HeadStart() {
        super("evertoken-head-start");
        setDaemon(true);
    }

    static void begin() {
        if (!BEGUN.get() && Runtime.getRuntime().availableProcessors() > 1 && BEGUN.compareAndSet(false, true)) {
            new HeadStart().start();
        }
    }

    /** Keeps nothing: settings of the JVM that the application changes before the first call still apply to it. */
    @Override
    public void run() {
        try {
            call();
            read();
        } catch (RuntimeException | LinkageError | AssertionError e) {
            return; // the first call fails in the same way, and reports it
        }
    }

    /** Fails at the name of the server, so nothing is sent. */
    private void call() {
        OkHttpClient client = new OkHttpClient.Builder().dns(new NoNames()).build();
        Request request =
                new Request.Builder().url("https://head-start.invalid/").build();
        try (Response unused = client.newCall(request).execute()) {
            return;
        } catch (IOException e) {
            return; // as expected
        }
    }

    private static final class NoNames implements Dns {
        @Override
        public List<InetAddress> lookup(String host) {
            return List.of();
        }
    }

    private static void read() {
        ProviderResponse response =
                new ProviderResponse(200, Map.of(), "{\"access_token\":\"none\",\"expires_in\":1}", Instant.EPOCH);
        var unused = TokenResponseParser.read(
                ResponseBody.of(response), Instant.EPOCH, Duration.ofHours(1), TokenResponseParser.Extras.NONE);
    }
}
