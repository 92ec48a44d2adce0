package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.Problem;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.HttpURLConnection;
import java.net.ProtocolException;
import java.net.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import okhttp3.Connection;
import okhttp3.Handshake;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.TlsVersion;
import org.jspecify.annotations.Nullable;

/**
 * Checks the permit immediately before a token request is sent, and records whether it was sent.
 *
 * <p>A network interceptor runs after the connection is established, including TLS, and before the first byte of the
 * request. The permit is checked and the send time is taken at that point: a request that fails earlier was not sent,
 * and one that fails later may have been, unless a {@link TlsAlert} shows that the server did not read it. One instance
 * serves one call. Thread-safe.
 */
final class RequestDispatch implements Interceptor {

    private final TokenEndpointRequest call;
    private final CallSockets sockets;
    private final CallPath path;
    private final AtomicReference<@Nullable Instant> sentAt = new AtomicReference<>();
    private volatile boolean isDeadlineExceeded;
    private volatile boolean isTls13;
    private volatile boolean isAnswered;
    private volatile boolean isConnectionLost;
    private volatile Duration limit;

    /**
     * @param sockets those of this call
     * @param path that of this call
     */
    RequestDispatch(TokenEndpointRequest call, CallSockets sockets, CallPath path) {
        this.call = call;
        this.sockets = sockets;
        this.path = path;
        this.limit = call.readLimit();
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        if (!call.permit().maySend()) {
            throw new NotPermittedException();
        }
        if (!sentAt.compareAndSet(null, call.time().now())) {
            throw new ProtocolException("a token request must be sent only once");
        }
        Connection connection = chain.connection();
        isTls13 = isTls13(connection);
        boolean readByProxy = connection != null
                && connection.handshake() == null
                && connection.route().proxy().type() == Proxy.Type.HTTP;
        Response response = chain.proceed(readByProxy ? withLogin(chain.request()) : chain.request());
        isAnswered = true;
        if (readByProxy && response.code() == HttpURLConnection.HTTP_PROXY_AUTH) {
            response.close();
            throw new ProxyLogin.RefusedException();
        }
        return withoutImmediateRetry(response);
    }

    /** A proxy reads a request over http itself, and forwards it only with the credentials. */
    private Request withLogin(Request request) {
        return path.login()
                .header()
                .map(value -> request.newBuilder()
                        .header("Proxy-Authorization", value)
                        .build())
                .orElse(request);
    }

    private static boolean isTls13(@Nullable Connection connection) {
        Handshake handshake = connection == null ? null : connection.handshake();
        return handshake != null && handshake.tlsVersion() == TlsVersion.TLS_1_3;
    }

    /** Removes {@code Retry-After: 0} from a 503, since OkHttp would repeat a request without a body immediately. */
    private static Response withoutImmediateRetry(Response response) {
        boolean retriesNow = response.code() == 503 && "0".equals(response.header("Retry-After"));
        return retriesNow ? response.newBuilder().removeHeader("Retry-After").build() : response;
    }

    boolean isWritten() {
        return path.isWritten();
    }

    /** Marks a limit of the whole call as exceeded: any later failure counts as a timeout. */
    void exceeded(Duration exceeded) {
        limit = exceeded;
        isDeadlineExceeded = true;
    }

    /** Returns a one-sentence description of a call that exceeds a limit after it was sent. */
    String overdue(Duration exceeded) {
        return "no complete response from " + host() + " within " + exceeded.toMillis() + " ms";
    }

    /** Returns the time before the first byte was sent. */
    Instant sentAt() {
        Instant moment = sentAt.get();
        if (moment == null) {
            throw new IllegalStateException("response to a request that was not sent");
        }
        return moment;
    }

    /** Returns whether the call failed because its reused connection broke before a response. */
    boolean lostReusedConnection() {
        return isConnectionLost;
    }

    /** Returns the outcome for a failure. The message of the exception is left out, because it may quote the server. */
    EndpointOutcome failed(IOException e) {
        if (e instanceof NotPermittedException) {
            return new EndpointOutcome.NotSent(
                    Problem.NETWORK, "connecting to " + host() + " took too long for the claim; nothing was sent");
        }
        if (e instanceof ProxyLogin.RefusedException) {
            return cause().of(e, false);
        }
        isConnectionLost = path.isReused() && !isAnswered && !isLate(e) && !(e instanceof ProtocolException);
        Optional<TlsAlert> alert = TlsAlert.receivedIn(e);
        if (sentAt.get() == null) {
            return alert.isPresent() ? cause().rejected(alert.get(), e) : cause().of(e, isLate(e));
        }
        return alert.filter(received -> isTls13 && received.precedesRequest())
                .<EndpointOutcome>map(received -> cause().rejected(received, e))
                .orElseGet(() -> lost(e));
    }

    private NotSentCause cause() {
        return new NotSentCause(host(), path, sockets.certificateRequest());
    }

    private EndpointOutcome lost(IOException e) {
        if (isLate(e)) {
            return new EndpointOutcome.Lost(Problem.NETWORK, overdue(limit) + cause().hint());
        }
        if (e instanceof SSLException) {
            return new EndpointOutcome.Lost(
                    Problem.TLS, "the TLS connection to " + host() + " broke: " + name(e) + cause().hint());
        }
        if (e instanceof ProtocolException) {
            return new EndpointOutcome.Lost(
                    Problem.MALFORMED_RESPONSE, host() + " answered with broken or incomplete HTTP: " + name(e));
        }
        return new EndpointOutcome.Lost(
                Problem.NETWORK,
                "the connection to " + host() + " broke after the request was sent: " + name(e) + cause().hint());
    }

    private boolean isLate(IOException e) {
        return isDeadlineExceeded || e instanceof InterruptedIOException;
    }

    private String host() {
        return call.address().getHost();
    }

    private static String name(IOException e) {
        return e.getClass().getSimpleName();
    }

    /** Thrown if the permit does not allow the request. */
    private static final class NotPermittedException extends IOException {
        private static final long serialVersionUID = 1L;
    }
}
