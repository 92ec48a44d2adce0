package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
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
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
import okio.BufferedSource;
import okio.GzipSource;
import okio.Okio;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request to a token endpoint or one of its neighbours, once, and says whether it can have arrived.
 *
 * <p>What an HTTP client does to be useful costs a grant here, so all of it is off: no second attempt (a one-shot
 * body, no retry on connection failure), no redirect, no pooled connection (a stale one makes the outcome
 * ambiguous), no HTTP/2, no cache, no cookie, no transparent compression. An answer is read up to {@link
 * #MOST_BYTES} decoded bytes and within the call's deadline, which runs on OkHttp's clock and on the call's
 * {@link Timekeeper}, whichever is first. One is shared by all accounts of a provider. Thread-safe.
 */
public final class TokenEndpoint {

    static final Duration CONNECT = Duration.ofSeconds(5);
    static final long MOST_BYTES = 1 << 20;

    private static final MediaType FORM = MediaType.get("application/x-www-form-urlencoded");

    private final NameLookup names;
    private final boolean privateNetworks;
    private final Consumer<ProviderResponse> seen;

    /** @param privateNetworks whether the endpoint may resolve to an address that is not public */
    public TokenEndpoint(boolean privateNetworks) {
        this(privateNetworks, Dns.SYSTEM);
    }

    public TokenEndpoint(boolean privateNetworks, Dns resolver) {
        this(privateNetworks, resolver, response -> {});
    }

    private TokenEndpoint(boolean privateNetworks, Dns resolver, Consumer<ProviderResponse> seen) {
        this.privateNetworks = privateNetworks;
        this.names = new NameLookup(resolver);
        this.seen = seen;
    }

    /** Returns an endpoint at any address whose whole answers are shown to somebody else, too; it must not throw. */
    public static TokenEndpoint watchedBy(Consumer<ProviderResponse> seen) {
        return new TokenEndpoint(true, Dns.SYSTEM, seen);
    }

    /** Sends the request; never throws for what a network or a server may do. */
    public EndpointOutcome send(TokenEndpointRequest call) {
        boolean anywhere = privateNetworks || Endpoints.isLoopback(call.address());
        if (!anywhere && PublicAddress.isPrivateLiteral(call.address())) {
            return new EndpointOutcome.NotSent(
                    Problem.ENDPOINT_MOVED, PublicAddress.refusal(call.address().getHost()));
        }
        RequestDispatch dispatch = new RequestDispatch(call);
        Request request = request(call);
        Call sending = client(call, request, anywhere, dispatch).newCall(request);
        Timekeeper.Scheduled alarm = call.time().schedule(call.deadline(), () -> {
            dispatch.deadlineEnds();
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

    /** An HTTP proxy is looked up, too; where it stands is the operator's business. */
    private OkHttpClient client(
            TokenEndpointRequest call, Request request, boolean anywhere, RequestDispatch dispatch) {
        Duration patience = call.deadline().compareTo(CONNECT) < 0 ? call.deadline() : CONNECT;
        return Http.CLIENT
                .newBuilder()
                .dns(host -> {
                    List<InetAddress> addresses = names.lookup(host, call.time(), patience);
                    boolean checked = !anywhere && host.equals(request.url().host());
                    return checked ? PublicAddress.publicOf(addresses) : addresses;
                })
                .addNetworkInterceptor(dispatch)
                .callTimeout(call.deadline())
                .build();
    }

    private static Request request(TokenEndpointRequest call) {
        Request.Builder request = new Request.Builder()
                .url(call.target())
                .header("Accept", "application/json")
                .header("Accept-Encoding", "identity")
                .header("User-Agent", "Evertoken");
        request.method(
                call.method(), call.form().map(form -> new OneShot(form.text())).orElse(null));
        call.authorization().map(Secret::reveal).ifPresent(value -> request.header("Authorization", value));
        return request.build();
    }

    private EndpointOutcome read(Response response, TokenEndpointRequest call, RequestDispatch dispatch)
            throws IOException {
        Optional<BufferedSource> source = decoded(response);
        if (source.isEmpty()) {
            return new EndpointOutcome.Lost(
                    Problem.MALFORMED_RESPONSE,
                    "token endpoint answered " + response.code() + " in an encoding that was not asked for");
        }
        if (source.get().request(MOST_BYTES + 1)) {
            return new EndpointOutcome.Lost(
                    Problem.MALFORMED_RESPONSE,
                    "token endpoint answered " + response.code() + " with more than " + MOST_BYTES + " bytes");
        }
        String body =
                source.get().getBuffer().readString(charset(response.body().contentType()));
        ProviderResponse read = new ProviderResponse(
                response.code(),
                response.headers().toMultimap(),
                body,
                call.time().now());
        seen.accept(read);
        return new EndpointOutcome.Response(read, dispatch.sentAt());
    }

    /** Some servers compress whatever they are asked; the limit holds for what comes out. */
    private static Optional<BufferedSource> decoded(Response response) {
        String encoding = response.header("Content-Encoding", "identity");
        BufferedSource source = response.body().source();
        if (encoding.isBlank() || encoding.equalsIgnoreCase("identity")) {
            return Optional.of(source);
        }
        return encoding.equalsIgnoreCase("gzip") ? Optional.of(Okio.buffer(new GzipSource(source))) : Optional.empty();
    }

    /** JSON is UTF-8 (RFC 8259 section 8.1); another charset counts only if the answer names it. */
    private static Charset charset(@Nullable MediaType type) {
        Charset told = type == null ? null : type.charset(StandardCharsets.UTF_8);
        return told == null ? StandardCharsets.UTF_8 : told;
    }

    /** One client for all: it loads the trust store when the first request is sent, and keeps no connection. */
    private static final class Http {
        static final OkHttpClient CLIENT = new OkHttpClient.Builder()
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
                .build();
    }

    /** A body that OkHttp may write once and never again, whatever happens or is answered. */
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
