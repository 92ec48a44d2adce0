package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.TransportSettings;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.CookieJar;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;

/**
 * The HTTP client for connections with the same {@link TransportSettings}. It keeps no connection open. Thread-safe.
 *
 * @param settings the settings of the connections
 * @param client sends a {@link CallAttempt}
 * @param tls creates the TLS sockets
 */
record Transport(TransportSettings settings, OkHttpClient client, TlsSockets tls) {

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofDays(1);

    /** An application has one for each client with settings of its own. Beyond this number they are created again. */
    private static final int MOST = 256;

    private static final ConcurrentMap<TransportSettings, Transport> USED = new ConcurrentHashMap<>();

    private static final ConnectionPool NONE_IDLE = new ConnectionPool(0, 1, TimeUnit.MILLISECONDS);

    /** @throws GeneralSecurityException if the certificates of the JVM cannot be used */
    static Transport of(TransportSettings settings) throws GeneralSecurityException {
        Transport used = USED.get(settings);
        if (used != null) {
            return used;
        }
        if (USED.size() >= MOST) {
            USED.clear();
        }
        Transport created = created(settings);
        Transport earlier = USED.putIfAbsent(settings, created);
        return earlier == null ? created : earlier;
    }

    private static Transport created(TransportSettings settings) throws GeneralSecurityException {
        TlsSockets tls = TlsSockets.of(settings);
        OkHttpClient.Builder client = CallAttempt.asking(new OkHttpClient.Builder(), tls)
                .protocols(List.of(Protocol.HTTP_1_1))
                .connectionPool(NONE_IDLE)
                .retryOnConnectionFailure(false)
                .followRedirects(false)
                .followSslRedirects(false)
                .cookieJar(CookieJar.NO_COOKIES)
                .cache(null)
                .connectTimeout(mostConnecting(settings))
                .readTimeout(Duration.ZERO)
                .writeTimeout(Duration.ZERO)
                .proxySelector(new JvmProxies());
        if (settings.proxy().isPresent()) {
            client.proxy(settings.proxy().get());
        }
        return new Transport(settings, client.build(), tls);
    }

    /** Returns the limit of a name lookup and of connecting, each. */
    Duration connectTimeout(Duration deadline) {
        Duration most = mostConnecting(settings);
        return deadline.compareTo(most) < 0 ? deadline : most;
    }

    private static Duration mostConnecting(TransportSettings settings) {
        Duration most = settings.connectTimeout().orElse(CONNECT);
        return most.compareTo(LONGEST) > 0 ? LONGEST : most;
    }
}
