package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.Problem;
import dev.evertoken.providers.internal.oauth2.TlsSockets.CertificateRequest;
import dev.evertoken.spi.provider.PublicAddress;
import java.io.IOException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Says why a connection could not be made, with the host and the proxy. The messages of exceptions are left out, because
 * they may quote the server. Immutable.
 *
 * @param host the host of the endpoint
 * @param path how it is reached
 * @param certificate whether the server requested a client certificate
 */
record NotSentCause(String host, CallPath path, CertificateRequest certificate) {

    /** The text of OkHttp, which has no accessor for the status. */
    private static final Pattern CONNECT_REFUSED = Pattern.compile("Unexpected response code for CONNECT: (\\d{3})");

    private static final int DEEPEST = 10;

    /** @param late whether the time for the connection had passed */
    EndpointOutcome.NotSent of(IOException e, boolean late) {
        if (e instanceof PublicAddress.PrivateException) {
            return notSent(Problem.ENDPOINT_MOVED, PublicAddress.refusal(host), e);
        }
        Optional<EndpointOutcome.NotSent> refused = ofProxy(e);
        if (refused.isPresent()) {
            return refused.get();
        }
        if (late) {
            return notSent(Problem.NETWORK, "no connection to " + host + path.through() + " in time" + hint(), e);
        }
        return distrust(e).orElseGet(() -> handshake(e));
    }

    /** Returns the outcome for a server that ended the handshake. It has not read the request, even if that was sent. */
    EndpointOutcome.NotSent rejected(TlsAlert alert, IOException e) {
        String server = host + path.through();
        String ended = " ended the TLS handshake with the alert " + alert.description();
        return switch (certificate) {
            case NONE -> notSent(Problem.TLS, server + ended, e);
            case UNANSWERED ->
                notSent(
                        Problem.CLIENT_CERTIFICATE_REQUIRED,
                        server + " requires a client certificate, and none is presented; it" + ended,
                        e);
            case ANSWERED ->
                notSent(Problem.CLIENT_CERTIFICATE_REQUIRED, server + " rejects the client certificate; it" + ended, e);
        };
    }

    /** Returns the likely cause of a connection that breaks after the server requested a certificate. */
    String hint() {
        return certificate == CertificateRequest.UNANSWERED
                ? "; it had requested a client certificate, and none is presented"
                : "";
    }

    private Optional<EndpointOutcome.NotSent> ofProxy(IOException e) {
        String connection = ": no connection to " + host + path.through();
        Optional<String> refusal = path.login().refusal(e);
        if (refusal.isPresent()) {
            return Optional.of(notSent(Problem.PROXY_REFUSED, refusal.get() + connection, e));
        }
        Matcher connect = CONNECT_REFUSED.matcher(String.valueOf(e.getMessage()));
        if (!connect.find()) {
            return Optional.empty();
        }
        Problem problem = connect.group(1).startsWith("4") ? Problem.PROXY_REFUSED : Problem.NETWORK;
        return Optional.of(notSent(problem, "proxy answered " + connect.group(1) + connection, e));
    }

    private EndpointOutcome.NotSent handshake(IOException e) {
        if (certificate == CertificateRequest.UNANSWERED) {
            return notSent(
                    Problem.CLIENT_CERTIFICATE_REQUIRED,
                    host + path.through()
                            + " requested a client certificate, and none is presented; then the TLS handshake failed: "
                            + name(e),
                    e);
        }
        return e instanceof SSLException
                ? notSent(Problem.TLS, "the TLS handshake with " + host + path.through() + " failed: " + name(e), e)
                : network(e);
    }

    private EndpointOutcome.NotSent network(IOException e) {
        if (e instanceof UnknownHostException) {
            return notSent(Problem.NETWORK, path.lookedUp(host) + " could not be resolved", e);
        }
        return notSent(Problem.NETWORK, "no connection to " + host + path.through() + ": " + name(e), e);
    }

    /** Returns the outcome if this side does not trust the server; empty otherwise. */
    private Optional<EndpointOutcome.NotSent> distrust(IOException e) {
        return reason(e)
                .map(why -> notSent(
                        Problem.CERTIFICATE_NOT_TRUSTED,
                        "certificate not trusted: that of " + host + path.through() + " " + why,
                        e));
    }

    private Optional<String> reason(IOException e) {
        if (e instanceof SSLPeerUnverifiedException) {
            return Optional.of("is for other host names");
        }
        if (has(e, CertificateExpiredException.class)) {
            return Optional.of("has expired; check the clock too");
        }
        if (has(e, CertificateNotYetValidException.class)) {
            return Optional.of("is not valid yet; check the clock too");
        }
        return has(e, CertificateException.class)
                ? Optional.of("was issued by no authority of the " + path.trustStore())
                : Optional.empty();
    }

    private static boolean has(IOException e, Class<? extends CertificateException> type) {
        return causes(e, 0).anyMatch(type::isInstance);
    }

    private static Stream<Throwable> causes(Throwable failure, int depth) {
        Stream<Throwable> further = depth == DEEPEST ? Stream.empty() : Stream.ofNullable(failure.getCause());
        return Stream.concat(Stream.of(failure), further.flatMap(cause -> causes(cause, depth + 1)));
    }

    private static EndpointOutcome.NotSent notSent(Problem problem, String detail, IOException cause) {
        return new EndpointOutcome.NotSent(problem, detail, Optional.of(cause));
    }

    private static String name(IOException e) {
        return e.getClass().getSimpleName();
    }
}
