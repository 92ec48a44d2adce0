package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TransportSettings;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.PublicAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import okhttp3.Call;
import okhttp3.Dns;
import okhttp3.MediaType;
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

    static final long MAX_BYTES = 1 << 20;

    private static final MediaType FORM = MediaType.get("application/x-www-form-urlencoded");
    private static final MediaType JSON = MediaType.get("application/json");

    private final NameLookup names;
    private final boolean privateNetworks;
    private final Set<String> knownHosts;
    private final Consumer<ProviderResponse> observer;
    private final AtomicInteger overdue = new AtomicInteger();

    /** @param privateNetworks whether the endpoint may resolve to an address that is not public */
    public TokenEndpoint(boolean privateNetworks) {
        this(privateNetworks, Dns.SYSTEM);
    }

    public TokenEndpoint(boolean privateNetworks, Dns resolver) {
        this(privateNetworks, Set.of(), new NameLookup(resolver), response -> {});
    }

    private TokenEndpoint(
            boolean privateNetworks, Set<String> knownHosts, NameLookup names, Consumer<ProviderResponse> observer) {
        this.privateNetworks = privateNetworks;
        this.knownHosts = knownHosts;
        this.names = names;
        this.observer = observer;
        HeadStart.begin();
    }

    /**
     * Returns an endpoint of a provider whose own hosts are part of this library: they may resolve to any address, such
     * as that of a gateway. Any other host comes from a setting, and must be public.
     */
    public static TokenEndpoint of(Endpoints own) {
        return of(own, Dns.SYSTEM);
    }

    public static TokenEndpoint of(Endpoints own, Dns resolver) {
        Set<String> hosts = own.addresses().values().stream().map(URI::getHost).collect(Collectors.toSet());
        return new TokenEndpoint(false, hosts, new NameLookup(resolver), response -> {});
    }

    /** Returns the same endpoint, which passes complete responses to an observer; that must not throw. */
    public TokenEndpoint watchedBy(Consumer<ProviderResponse> other) {
        return new TokenEndpoint(privateNetworks, knownHosts, names, other);
    }

    /**
     * Sends the request; never throws for a failure of the network or the server.
     *
     * @param settings those of the client
     */
    public EndpointOutcome send(TokenEndpointRequest request, TransportSettings settings) {
        TokenEndpointRequest call = settings.callTimeout().map(request::within).orElse(request);
        if (!Endpoints.isSecure(call.address()) && !settings.allowsPlainHttp()) {
            return new EndpointOutcome.NotSent(
                    Problem.ENDPOINT_MOVED,
                    call.address().getHost() + " is called over http; use https, or allow http with allowPlainHttp()");
        }
        boolean anyAddress = mayBePrivate(call.address(), settings);
        if (!anyAddress && PublicAddress.isPrivateLiteral(call.address())) {
            return new EndpointOutcome.NotSent(
                    Problem.ENDPOINT_MOVED, PublicAddress.refusal(call.address().getHost()));
        }
        Transport transport;
        try {
            transport = Transport.of(settings);
        } catch (GeneralSecurityException e) {
            return new EndpointOutcome.NotSent(
                    Problem.TLS, "the TLS settings of the JVM cannot be used: " + e.getMessage(), Optional.of(e));
        }
        return send(call, anyAddress, transport);
    }

    private boolean mayBePrivate(URI address, TransportSettings settings) {
        return privateNetworks
                || settings.allowsPrivateNetwork()
                || Endpoints.isLoopback(address)
                || knownHosts.contains(address.getHost());
    }

    private EndpointOutcome send(TokenEndpointRequest call, boolean anyAddress, Transport transport) {
        CallSockets sockets = transport.tls().ofCall();
        CompletionStage<?> ended = CompletableFuture.completedStage(call);
        try {
            EndpointOutcome outcome = send(call, anyAddress, transport, sockets);
            if (outcome instanceof EndpointOutcome.Overdue overdue) {
                ended = overdue.late();
            }
            return outcome;
        } finally {
            CompletionStage<?> unused = ended.whenComplete((any, failure) -> sockets.close());
        }
    }

    private EndpointOutcome send(
            TokenEndpointRequest call, boolean anyAddress, Transport transport, CallSockets sockets) {
        CallPath path = new CallPath(transport.settings());
        RequestDispatch dispatch = new RequestDispatch(call, sockets, path);
        Request request = request(call);
        Duration connectTimeout = transport.connectTimeout(call.deadline());
        Call sending = transport
                .client()
                .newBuilder()
                .dns(host -> lookup(
                        host,
                        call,
                        connectTimeout,
                        !anyAddress && host.equals(request.url().host())))
                .connectTimeout(connectTimeout)
                .proxyAuthenticator(path.login())
                .sslSocketFactory(sockets, transport.tls().trust())
                .addNetworkInterceptor(dispatch)
                .eventListener(path)
                .callTimeout(call.readLimit())
                .build()
                .newCall(request);
        return call.readsOn()
                ? new OverdueReading(call, dispatch, sending, overdue, response -> read(response, call, dispatch))
                        .outcome()
                : outcome(sending, call, dispatch);
    }

    /** The host of an HTTP proxy is resolved here too, but not checked: its location is up to the operator. */
    private List<InetAddress> lookup(String host, TokenEndpointRequest call, Duration timeout, boolean checked)
            throws UnknownHostException {
        List<InetAddress> addresses = names.lookup(host, call.time(), timeout);
        return checked ? PublicAddress.publicOf(addresses) : addresses;
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

    private static Request request(TokenEndpointRequest call) {
        Request.Builder request = new Request.Builder()
                .url(call.target())
                .header("Accept", "application/json")
                .header("Accept-Encoding", "identity")
                .header("User-Agent", "Evertoken");
        call.headers().forEach(request::header);
        MediaType type = call.json() ? JSON : FORM;
        request.method(
                call.method(), call.body().map(text -> new OneShot(text, type)).orElse(null));
        call.authorization().map(Secret::reveal).ifPresent(value -> request.header(call.authorizationHeader(), value));
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

    /** A body that OkHttp writes at most once. */
    private static final class OneShot extends RequestBody {
        private final byte[] text;
        private final MediaType type;

        OneShot(String text, MediaType type) {
            this.text = text.getBytes(StandardCharsets.US_ASCII);
            this.type = type;
        }

        @Override
        public MediaType contentType() {
            return type;
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
