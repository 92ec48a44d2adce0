package dev.evertoken.outbox;

import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.PublicAddress;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.CookieJar;
import okhttp3.Dns;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to destinations: one request on the wire for each call. It follows no redirects, repeats nothing,
 * keeps no connections and cookies, and reads a limited part of the response within a total time-out. Thread-safe.
 */
public final class HttpSender {

    /** The part of a response that is read, in bytes. */
    public static final int MAX_RESPONSE = 1 << 20;

    /** The time-out that {@link #create()} sets: 10 seconds. */
    public static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final ConnectionPool NONE_IDLE = new ConnectionPool(0, 1, TimeUnit.SECONDS);

    private final OkHttpClient http;
    private final Duration timeout;
    private final boolean publicOnly;

    private HttpSender(Duration timeout, boolean publicOnly) {
        this.timeout = timeout;
        this.publicOnly = publicOnly;
        this.http = new OkHttpClient.Builder()
                .protocols(List.of(Protocol.HTTP_1_1))
                .connectionPool(NONE_IDLE)
                .retryOnConnectionFailure(false)
                .followRedirects(false)
                .followSslRedirects(false)
                .cookieJar(CookieJar.NO_COOKIES)
                .cache(null)
                .connectTimeout(Duration.ZERO)
                .readTimeout(Duration.ZERO)
                .writeTimeout(Duration.ZERO)
                .callTimeout(timeout)
                .build();
    }

    /** Returns a sender with a time-out of 10 seconds. */
    public static HttpSender create() {
        return new HttpSender(TIMEOUT, false);
    }

    /** Returns a sender with a total time-out for each request, from the name lookup to the end of the response. */
    public static HttpSender withTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.toMillis() == 0) {
            throw new IllegalArgumentException("the time-out of a request must be positive: " + timeout);
        }
        return new HttpSender(timeout, false);
    }

    /**
     * Returns a sender with the same time-out that calls public addresses alone, and literal loopback. The addresses of a
     * name are checked for each request, since a name may resolve differently each time.
     */
    public HttpSender toPublicAddresses() {
        return new HttpSender(timeout, true);
    }

    /** Returns the total time-out of a request. */
    public Duration timeout() {
        return timeout;
    }

    /**
     * Returns an address to which tokens or events may be sent: absolute, with a host, without user info and fragment,
     * and https unless its host is loopback.
     *
     * @param name the name of the setting, for the message
     * @throws IllegalArgumentException if the text is no such address; the message does not repeat it
     */
    public static URI address(String name, String text) {
        URI address = parse(name, text);
        if (address.getHost() == null || address.getRawUserInfo() != null || address.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    name + " must be an absolute address with a host, without user info and fragment");
        }
        String scheme = address.getScheme();
        if (!scheme.equalsIgnoreCase("https") && !scheme.equalsIgnoreCase("http")) {
            throw new IllegalArgumentException(name + " must be an https address");
        }
        if (!Endpoints.isSecure(address)) {
            throw new IllegalArgumentException(
                    name + " at " + address.getHost() + " must be https; http is for loopback addresses alone");
        }
        return address;
    }

    private static URI parse(String name, String text) {
        try {
            return new URI(text.trim());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    name + " is no valid address: " + e.getReason() + " at index " + e.getIndex());
        }
    }

    /**
     * Sends a request and waits for the response, at most until the time-out.
     *
     * @throws IOException if there is no response, or if the response does not end in time. The destination may have
     *     received the request
     */
    public HttpReply send(HttpMessage message) throws IOException {
        return send(message, MAX_RESPONSE);
    }

    /**
     * Sends a request and waits for the status of the response alone; the reply has no body.
     *
     * @throws IOException if there is no status in time. The destination may have received the request
     */
    public HttpReply sendForStatus(HttpMessage message) throws IOException {
        return send(message, 0);
    }

    private HttpReply send(HttpMessage message, int most) throws IOException {
        requirePublic(message.address());
        Call call = client(message.address()).newCall(request(message));
        try (Response response = call.execute()) {
            InputStream bytes = response.body().byteStream();
            byte[] read = bytes.readNBytes(most);
            boolean complete = read.length < most || (most > 0 && bytes.read() < 0);
            if (!complete) {
                call.cancel(); // closing the response would read on for a while
            }
            return new HttpReply(response.code(), Optional.ofNullable(response.header("Retry-After")), read, complete);
        }
    }

    private static Request request(HttpMessage message) throws IOException {
        try {
            Request.Builder request =
                    new Request.Builder().url(message.address().toString());
            message.headers().forEach(request::header);
            return request.method(message.method(), body(message)).build();
        } catch (IllegalArgumentException e) { // its message may quote the value of a header
            throw new IOException("a header or the address has characters that HTTP does not allow");
        }
    }

    private void requirePublic(URI address) throws IOException {
        if (publicOnly && !Endpoints.isLoopback(address) && PublicAddress.isPrivateLiteral(address)) {
            throw new IOException(PublicAddress.refusal(address.getHost()));
        }
    }

    private OkHttpClient client(URI address) {
        return publicOnly && !Endpoints.isLoopback(address)
                ? http.newBuilder().dns(host -> lookup(host, address.getHost())).build()
                : http;
    }

    /** The host of a proxy is resolved here too, but not checked: its location is up to the operator. */
    private static List<InetAddress> lookup(String host, String destination) throws UnknownHostException {
        List<InetAddress> all = Dns.SYSTEM.lookup(host);
        try {
            return host.equalsIgnoreCase(destination) ? PublicAddress.publicOf(all) : all;
        } catch (PublicAddress.PrivateException e) {
            UnknownHostException refused = new UnknownHostException(PublicAddress.refusal(host));
            refused.initCause(e);
            throw refused;
        }
    }

    private static @Nullable RequestBody body(HttpMessage message) {
        boolean allowed = !message.method().equals("GET") && !message.method().equals("HEAD");
        boolean needed = !message.method().equals("DELETE") || message.body().length > 0;
        return allowed && needed ? new OneShotBody(message.body()) : null;
    }

    /** A body that OkHttp does not send a second time on its own. */
    private static final class OneShotBody extends RequestBody {
        private final byte[] bytes;

        OneShotBody(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public @Nullable MediaType contentType() {
            return null; // a header of the message
        }

        @Override
        public long contentLength() {
            return bytes.length;
        }

        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            sink.write(bytes);
        }
    }
}
