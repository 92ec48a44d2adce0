package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.Problem;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.Connection;
import okhttp3.Handshake;
import okhttp3.Interceptor;
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

    private static final String ASKED = "; it had requested a client certificate, and none is presented";

    private final TokenEndpointRequest call;
    private final CallSockets sockets;
    private final AtomicReference<@Nullable Instant> sentAt = new AtomicReference<>();
    private volatile boolean isDeadlineExceeded;
    private volatile boolean isTls13;

    /** @param sockets those of this call */
    RequestDispatch(TokenEndpointRequest call, CallSockets sockets) {
        this.call = call;
        this.sockets = sockets;
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        if (!call.permit().maySend()) {
            throw new NotPermittedException();
        }
        if (!sentAt.compareAndSet(null, call.time().now())) {
            throw new ProtocolException("a token request must be sent only once");
        }
        isTls13 = isTls13(chain.connection());
        return withoutImmediateRetry(chain.proceed(chain.request()));
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

    /** Marks the deadline as exceeded: any later failure counts as a timeout. */
    void deadlineExceeded() {
        isDeadlineExceeded = true;
    }

    /** Returns the time before the first byte was sent. */
    Instant sentAt() {
        Instant moment = sentAt.get();
        if (moment == null) {
            throw new IllegalStateException("response to a request that was not sent");
        }
        return moment;
    }

    /** Returns the outcome for a failure. The message of the exception is left out, because it may quote the server. */
    EndpointOutcome failed(IOException e) {
        if (e instanceof NotPermittedException) {
            return new EndpointOutcome.NotSent(
                    Problem.NETWORK, "connecting to " + host() + " took too long for the claim; nothing was sent");
        }
        Optional<TlsAlert> alert = TlsAlert.receivedIn(e);
        if (sentAt.get() == null) {
            return alert.map(this::rejected).orElseGet(() -> notSent(e));
        }
        return alert.filter(received -> isTls13 && received.precedesRequest())
                .map(this::rejected)
                .orElseGet(() -> lost(e));
    }

    /** Returns the outcome for a server that ended the handshake. It has not read the request, even if that was sent. */
    private EndpointOutcome rejected(TlsAlert alert) {
        return sockets.wereAskedForACertificate()
                ? new EndpointOutcome.NotSent(
                        Problem.CLIENT_CERTIFICATE_REQUIRED,
                        host()
                                + " requires a client certificate, and none is presented; it ended the TLS handshake with"
                                + " the alert " + alert.description())
                : new EndpointOutcome.NotSent(
                        Problem.TLS, host() + " ended the TLS handshake with the alert " + alert.description());
    }

    private EndpointOutcome notSent(IOException e) {
        if (e instanceof PublicAddress.PrivateException) {
            return new EndpointOutcome.NotSent(Problem.ENDPOINT_MOVED, PublicAddress.refusal(host()));
        }
        if (isLate(e)) {
            return new EndpointOutcome.NotSent(Problem.NETWORK, "no connection to " + host() + " in time" + asked());
        }
        if (sockets.wereAskedForACertificate() && !isDistrust(e)) {
            return new EndpointOutcome.NotSent(
                    Problem.CLIENT_CERTIFICATE_REQUIRED,
                    host() + " requested a client certificate, and none is presented; then the TLS handshake failed: "
                            + name(e));
        }
        if (isTls(e)) {
            return new EndpointOutcome.NotSent(Problem.TLS, "the TLS handshake with " + host() + " failed: " + name(e));
        }
        if (e instanceof UnknownHostException) {
            return new EndpointOutcome.NotSent(Problem.NETWORK, host() + " could not be resolved");
        }
        return new EndpointOutcome.NotSent(Problem.NETWORK, "no connection to " + host() + ": " + name(e));
    }

    private EndpointOutcome lost(IOException e) {
        if (isLate(e)) {
            return new EndpointOutcome.Lost(
                    Problem.NETWORK,
                    "no complete response from " + host() + " within "
                            + call.deadline().toMillis() + " ms" + asked());
        }
        if (isTls(e)) {
            return new EndpointOutcome.Lost(
                    Problem.TLS, "the TLS connection to " + host() + " broke: " + name(e) + asked());
        }
        if (e instanceof ProtocolException) {
            return new EndpointOutcome.Lost(
                    Problem.MALFORMED_RESPONSE, host() + " answered with broken or incomplete HTTP: " + name(e));
        }
        return new EndpointOutcome.Lost(
                Problem.NETWORK,
                "the connection to " + host() + " broke after the request was sent: " + name(e) + asked());
    }

    /** Returns the likely cause of a connection that breaks after the server requested a certificate. */
    private String asked() {
        return sockets.wereAskedForACertificate() ? ASKED : "";
    }

    private boolean isLate(IOException e) {
        return isDeadlineExceeded || e instanceof InterruptedIOException;
    }

    private static boolean isTls(IOException e) {
        return e instanceof SSLException || e.getCause() instanceof CertificateException;
    }

    /** Returns whether this side does not trust the server. */
    private static boolean isDistrust(IOException e) {
        return e instanceof SSLPeerUnverifiedException || e.getCause() instanceof CertificateException;
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
