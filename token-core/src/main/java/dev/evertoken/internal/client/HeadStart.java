package dev.evertoken.internal.client;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import okhttp3.ConnectionSpec;
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
            loadClient();
            loadTls();
        } catch (GeneralSecurityException | RuntimeException | LinkageError | AssertionError e) {
            return; // the first call fails in the same way, and reports it
        }
    }

    /** Loads the client without its TLS, for which it would sort the issuers of the trust store. */
    private static void loadClient() {
        Request request =
                new Request.Builder().url(HttpUrl.get("http://localhost/")).build();
        OkHttpClient client = new OkHttpClient.Builder()
                .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))
                .build();
        var unused = client.newCall(request);
    }

    private static void loadTls() throws GeneralSecurityException {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init((KeyStore) null);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        var unused = context.getSocketFactory();
    }
}
