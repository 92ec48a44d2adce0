package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.Problem;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.ProviderResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.net.ssl.X509TrustManager;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.CookieJar;
import okhttp3.Dns;
import okhttp3.EventListener;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import okio.BufferedSource;
import okio.GzipSource;
import okio.Okio;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request to a token endpoint or a related endpoint, once, and reports whether it can have arrived.
 *
 * <p>The usual conveniences of an HTTP client can cost a grant here, so they are all disabled: no second attempt (a
 * one-shot body, no retry on connection failure), no redirect, no pooled connection (a stale one makes the outcome
 * ambiguous), no HTTP/2, no cache, no cookie, no transparent compression. A response is read up to {@link #MAX_BYTES}
 * decoded bytes and within the call's deadline, which is measured by OkHttp's clock and by the call's {@link
 * Timekeeper}, whichever ends first; {@link OverdueReading} reads on after the deadline if the request allows it. All
 * accounts of a provider share one instance. Thread-safe.
 */
public final class TokenEndpoint {

    static final Duration CONNECT = Duration.ofSeconds(5);
    static final long MAX_BYTES = 1 << 20;

    private static final MediaType FORM = MediaType.get("application/x-www-form-urlencoded");

    private final NameLookup names;
    private final @Nullable TlsSockets ownTls;
    private final boolean privateNetworks;
    private final Consumer<ProviderResponse> observer;
    private final AtomicInteger overdue = new AtomicInteger();

    /** @param privateNetworks whether the endpoint may resolve to an address that is not public */
    public TokenEndpoint(boolean privateNetworks) {
        this(privateNetworks, Dns.SYSTEM);
    }

    public TokenEndpoint(boolean privateNetworks, Dns resolver) {
        this(privateNetworks, resolver, null, response -> {});
    }

    private TokenEndpoint(
            boolean privateNetworks, Dns resolver, @Nullable TlsSockets ownTls, Consumer<ProviderResponse> observer) {
        this.privateNetworks = privateNetworks;
        this.ownTls = ownTls;
        this.names = new NameLookup(resolver);
        this.observer = observer;
    }

    /**
     * Returns an endpoint that allows any address and passes complete responses to an observer, which must not throw.
     */
    public static TokenEndpoint watchedBy(Consumer<ProviderResponse> observer) {
        return new TokenEndpoint(true, Dns.SYSTEM, null, observer);
    }

    /** Returns an endpoint that trusts other certificates than those of this machine. */
    public static TokenEndpoint trusting(X509TrustManager trust) {
        return new TokenEndpoint(false, Dns.SYSTEM, TlsSockets.trusting(trust), response -> {});
    }

    /** Sends the request; never throws for a failure of the network or the server. */
    public EndpointOutcome send(TokenEndpointRequest call) {
        boolean anyAddress = privateNetworks || Endpoints.isLoopback(call.address());
        if (!anyAddress && PublicAddress.isPrivateLiteral(call.address())) {
            return new EndpointOutcome.NotSent(
                    Problem.ENDPOINT_MOVED, PublicAddress.refusal(call.address().getHost()));
        }
        CallSockets sockets = tls().ofCall();
        CompletionStage<?> ended = CompletableFuture.completedStage(call);
        try {
            EndpointOutcome outcome = send(call, anyAddress, sockets);
            if (outcome instanceof EndpointOutcome.Overdue overdue) {
                ended = overdue.late();
            }
            return outcome;
        } finally {
            CompletionStage<?> unused = ended.whenComplete((any, failure) -> sockets.close());
        }
    }

    private EndpointOutcome send(TokenEndpointRequest call, boolean anyAddress, CallSockets sockets) {
        RequestDispatch dispatch = new RequestDispatch(call, sockets);
        Request request = request(call);
        Call sending = client(call, request, anyAddress, dispatch)
                .sslSocketFactory(sockets, tls().trust())
                .build()
                .newCall(request);
        return call.readsOn()
                ? new OverdueReading(call, dispatch, sending, overdue, response -> read(response, call, dispatch))
                        .outcome()
                : outcome(sending, call, dispatch);
    }

    /** Returns the sockets of this endpoint; those of this machine are created for the first request. */
    private TlsSockets tls() {
        return ownTls != null ? ownTls : Http.TLS;
    }

    private EndpointOutcome outcome(Call sending, TokenEndpointRequest call, RequestDispatch dispatch) {
        Timekeeper.Scheduled alarm = call.time().schedule(call.deadline(), () -> {
            dispatch.exceeded(call.deadline());
            sending.cancel();
        });
        try (Response response = sending.execute()) {
            return read(response, call, dispatch);
        } catch (IOException e) {
            return dispatch.failed(e);
        } finally {
            alarm.cancel();
        }
    }

    /** The host of an HTTP proxy is resolved here too, but not checked: its location is up to the operator. */
    private OkHttpClient.Builder client(
            TokenEndpointRequest call, Request request, boolean anyAddress, RequestDispatch dispatch) {
        Duration connectTimeout = call.deadline().compareTo(CONNECT) < 0 ? call.deadline() : CONNECT;
        return Http.CLIENT
                .newBuilder()
                .dns(host -> {
                    List<InetAddress> addresses = names.lookup(host, call.time(), connectTimeout);
                    boolean checked = !anyAddress && host.equals(request.url().host());
                    return checked ? PublicAddress.publicOf(addresses) : addresses;
                })
                .addNetworkInterceptor(dispatch)
                .eventListener(new WriteListener(dispatch))
                .callTimeout(call.readLimit());
    }

    private static Request request(TokenEndpointRequest call) {
        Request.Builder request = new Request.Builder()
                .url(call.target())
                .header("Accept", "application/json")
                .header("Accept-Encoding", "identity")
                .header("User-Agent", "Evertoken");
        RequestBody body =
                call.form().isPresent() ? new OneShot(call.form().get().text()) : null;
        request.method(call.method(), body);
        if (call.authorization().isPresent()) {
            request.header("Authorization", call.authorization().get().reveal());
        }
        return request.build();
    }

    private EndpointOutcome read(Response response, TokenEndpointRequest call, RequestDispatch dispatch)
            throws IOException {
        Optional<BufferedSource> source = decoded(response);
        if (source.isEmpty()) {
            return new EndpointOutcome.Lost(
                    Problem.MALFORMED_RESPONSE,
                    "token endpoint answered " + response.code() + " in an encoding that was not requested");
        }
        if (source.get().request(MAX_BYTES + 1)) {
            return new EndpointOutcome.Lost(
                    Problem.MALFORMED_RESPONSE,
                    "token endpoint answered " + response.code() + " with more than " + MAX_BYTES + " bytes");
        }
        String body =
                source.get().getBuffer().readString(charset(response.body().contentType()));
        ProviderResponse read = new ProviderResponse(
                response.code(),
                response.headers().toMultimap(),
                body,
                call.time().now());
        observer.accept(read);
        return new EndpointOutcome.Response(read, dispatch.sentAt());
    }

    /** Decodes gzip, which some servers send unrequested; the size limit applies to the decoded bytes. */
    private static Optional<BufferedSource> decoded(Response response) {
        String encoding = response.header("Content-Encoding", "identity");
        BufferedSource source = response.body().source();
        if (encoding.isBlank() || encoding.equalsIgnoreCase("identity")) {
            return Optional.of(source);
        }
        return encoding.equalsIgnoreCase("gzip") ? Optional.of(Okio.buffer(new GzipSource(source))) : Optional.empty();
    }

    /** Returns UTF-8, the charset of JSON (RFC 8259 section 8.1), unless the response names another charset. */
    private static Charset charset(@Nullable MediaType type) {
        Charset declared = type == null ? null : type.charset(StandardCharsets.UTF_8);
        return declared == null ? StandardCharsets.UTF_8 : declared;
    }

    /** The shared client, which loads the trust store on the first request and keeps no connection open. */
    private static final class Http {
        static final TlsSockets TLS = TlsSockets.ofThisMachine();
        static final OkHttpClient CLIENT = new OkHttpClient.Builder()
                .dispatcher(OverdueReading.dispatcher())
                .protocols(List.of(Protocol.HTTP_1_1))
                .connectionPool(new ConnectionPool(0, 1, TimeUnit.MILLISECONDS))
                .retryOnConnectionFailure(false)
                .followRedirects(false)
                .followSslRedirects(false)
                .cookieJar(CookieJar.NO_COOKIES)
                .cache(null)
                .connectTimeout(CONNECT)
                .readTimeout(Duration.ZERO)
                .writeTimeout(Duration.ZERO)
                .sslSocketFactory(TLS.ofCall(), TLS.trust())
                .build();
    }

    /** Notices when the body of the request has been written. */
    private static final class WriteListener extends EventListener {
        private final RequestDispatch dispatch;

        WriteListener(RequestDispatch dispatch) {
            this.dispatch = dispatch;
        }

        @Override
        public void requestBodyEnd(Call call, long bytes) {
            dispatch.requestWritten();
        }
    }

    /** A body that OkHttp writes at most once. */
    private static final class OneShot extends RequestBody {
        private final byte[] text;

        OneShot(String text) {
            this.text = text.getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public MediaType contentType() {
            return FORM;
        }

        @Override
        public long contentLength() {
            return text.length;
        }

        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            sink.write(text);
        }
    }
}
