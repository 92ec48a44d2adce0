package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.Problem;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import okhttp3.Interceptor;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * The last look before a token request leaves, and the memory of whether it did.
 *
 * <p>A network interceptor runs when the connection stands, TLS included, and before the first byte of the
 * request. That is where the permit is asked and the moment of sending is taken; whatever fails earlier was not
 * sent, whatever fails later may have been. One for each call. Thread-safe.
 */
final class RequestDispatch implements Interceptor {

    private final TokenEndpointRequest call;
    private final AtomicReference<@Nullable Instant> sentAt = new AtomicReference<>();
    private volatile boolean deadlineEnded;

    RequestDispatch(TokenEndpointRequest call) {
        this.call = call;
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        if (!call.permit().maySend()) {
            throw new Withheld();
        }
        if (!sentAt.compareAndSet(null, call.time().now())) {
            throw new ProtocolException("a token request is sent once");
        }
        return withoutInvitation(chain.proceed(chain.request()));
    }

    /** OkHttp would answer a 503 that says "retry after 0 seconds" with the same request, if it has no body. */
    private static Response withoutInvitation(Response response) {
        boolean invites = response.code() == 503 && "0".equals(response.header("Retry-After"));
        return invites ? response.newBuilder().removeHeader("Retry-After").build() : response;
    }

    /** Tells that what fails from now on fails for want of time. */
    void deadlineEnds() {
        deadlineEnded = true;
    }

    /** Returns the moment before the first byte left. */
    Instant sentAt() {
        Instant moment = sentAt.get();
        if (moment == null) {
            throw new IllegalStateException("there is an answer to a request that was not sent");
        }
        return moment;
    }

    /** Says what a failure means; the exception's own message is not shown, it may quote the server. */
    EndpointOutcome failed(IOException e) {
        if (e instanceof Withheld) {
            return new EndpointOutcome.NotSent(
                    Problem.NETWORK, "connecting to " + host() + " took too long for the claim; nothing was sent");
        }
        return sentAt.get() == null ? notSent(e) : lost(e);
    }

    private EndpointOutcome notSent(IOException e) {
        if (e instanceof PublicAddress.PrivateException) {
            return new EndpointOutcome.NotSent(Problem.ENDPOINT_MOVED, PublicAddress.refusal(host()));
        }
        if (isLate(e)) {
            return new EndpointOutcome.NotSent(Problem.NETWORK, "no connection to " + host() + " in time");
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
                    "no whole answer from " + host() + " within "
                            + call.deadline().toMillis() + " ms");
        }
        if (isTls(e)) {
            return new EndpointOutcome.Lost(Problem.TLS, "the TLS connection to " + host() + " broke: " + name(e));
        }
        if (e instanceof ProtocolException) {
            return new EndpointOutcome.Lost(
                    Problem.MALFORMED_RESPONSE, host() + " answered with broken or incomplete HTTP: " + name(e));
        }
        return new EndpointOutcome.Lost(
                Problem.NETWORK, "the connection to " + host() + " broke after the request was sent: " + name(e));
    }

    private boolean isLate(IOException e) {
        return deadlineEnded || e instanceof InterruptedIOException;
    }

    private static boolean isTls(IOException e) {
        return e instanceof SSLException || e.getCause() instanceof CertificateException;
    }

    private String host() {
        return call.address().getHost();
    }

    private static String name(IOException e) {
        return e.getClass().getSimpleName();
    }

    /** The permit was not given. */
    private static final class Withheld extends IOException {
        private static final long serialVersionUID = 1L;
    }
}
