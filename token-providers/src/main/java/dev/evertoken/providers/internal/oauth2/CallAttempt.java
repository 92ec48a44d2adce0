package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.spi.provider.PublicAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import okhttp3.Authenticator;
import okhttp3.Call;
import okhttp3.Dns;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.Route;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to send a request: what differs between the calls of one HTTP client. Thread-safe.
 *
 * <p>The parts of OkHttp get it from the thread, since those that connect do not know their call, and a tag of the
 * request would load the reflection of Kotlin. A call is created and executed through its attempt.
 */
final class CallAttempt implements AutoCloseable {

    private static final ThreadLocal<@Nullable CallAttempt> OF_THIS_THREAD = new ThreadLocal<>();

    private final TokenEndpointRequest call;
    private final Request request;
    private final NameLookup names;
    private final boolean anyAddress;
    private final Duration connectTimeout;
    private final CallSockets sockets;
    private final CallPath path;
    private final RequestDispatch dispatch;

    /** @param anyAddress whether the host of the request may resolve to an address that is not public */
    CallAttempt(TokenEndpointRequest call, boolean anyAddress, NameLookup names, Transport transport) {
        this.call = call;
        this.request = HttpRequests.of(call).build();
        this.names = names;
        this.anyAddress = anyAddress;
        this.connectTimeout = transport.connectTimeout(call.deadline());
        this.sockets = transport.tls().ofCall();
        this.path = new CallPath(transport.settings());
        this.dispatch = new RequestDispatch(call, sockets, path);
    }

    /** Sets the parts of a client that ask for the attempt of their call. */
    static OkHttpClient.Builder asking(OkHttpClient.Builder client, TlsSockets tls) {
        PartsOfCalls parts = new PartsOfCalls();
        return client.addInterceptor(new ConnectTimeouts())
                .addNetworkInterceptor(parts)
                .eventListenerFactory(parts)
                .dns(new NamesOfCalls())
                .proxyAuthenticator(parts)
                .sslSocketFactory(new SocketsOfCalls(tls), new WithoutIssuers(tls.trust()));
    }

    /** Passes what OkHttp asks for to the attempt of the call. Named classes, which load faster than lambdas. */
    private static final class PartsOfCalls implements Interceptor, EventListener.Factory, Authenticator {

        @Override
        public Response intercept(Chain chain) throws IOException {
            return ofThisThread().dispatch.intercept(chain);
        }

        @Override
        public EventListener create(Call started) {
            return ofThisThread().path;
        }

        @Override
        public @Nullable Request authenticate(@Nullable Route route, Response response) {
            return ofThisThread().path.login().authenticate(route, response);
        }
    }

    private static final class NamesOfCalls implements Dns {

        @Override
        public List<InetAddress> lookup(String host) throws UnknownHostException {
            return ofThisThread().addresses(host);
        }
    }

    /** Returns a new call of this attempt. */
    Call sending(OkHttpClient client) {
        OF_THIS_THREAD.set(this);
        try {
            Call sending = client.newCall(request);
            sending.timeout().timeout(call.readLimit().toNanos(), TimeUnit.NANOSECONDS);
            return sending;
        } finally {
            OF_THIS_THREAD.remove();
        }
    }

    /** Executes a call of this attempt, on this thread. */
    Response execute(Call sending) throws IOException {
        OF_THIS_THREAD.set(this);
        try {
            return sending.execute();
        } finally {
            OF_THIS_THREAD.remove();
        }
    }

    TokenEndpointRequest call() {
        return call;
    }

    RequestDispatch dispatch() {
        return dispatch;
    }

    /** Returns a TLS socket of the call that connects on this thread. */
    static Socket socket(Socket connected, String host, int port, boolean autoClose) throws IOException {
        return ofThisThread().sockets.create(connected, host, port, autoClose);
    }

    /** The host of an HTTP proxy is resolved here too, but not checked: its location is up to the operator. */
    private List<InetAddress> addresses(String host) throws UnknownHostException {
        List<InetAddress> addresses = names.lookup(host, call.time(), connectTimeout);
        boolean checked = !anyAddress && host.equals(request.url().host());
        return checked ? PublicAddress.publicOf(addresses) : addresses;
    }

    private static final class ConnectTimeouts implements Interceptor {

        @Override
        public Response intercept(Chain chain) throws IOException {
            int millis = Math.toIntExact(ofThisThread().connectTimeout.toMillis());
            Chain timed = millis == chain.connectTimeoutMillis()
                    ? chain
                    : chain.withConnectTimeout(millis, TimeUnit.MILLISECONDS);
            return timed.proceed(chain.request());
        }
    }

    private static CallAttempt ofThisThread() {
        return Objects.requireNonNull(OF_THIS_THREAD.get());
    }

    /** Releases the TLS sockets. */
    @Override
    public void close() {
        sockets.close();
    }
}
