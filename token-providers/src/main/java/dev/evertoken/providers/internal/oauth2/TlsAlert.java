package dev.evertoken.providers.internal.oauth2;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * A fatal alert that a TLS server sent (RFC 8446 section 6.2). Immutable.
 *
 * @param description the name of the alert in the RFC
 */
record TlsAlert(String description) {

    /** The text of the JDK, which has no accessor for the alert. The text of other TLS libraries is not recognized. */
    private static final Pattern RECEIVED = Pattern.compile("Received fatal alert: ([a-z_]{1,40})");

    /**
     * The alerts with which a server rejects the last messages of a client's handshake: its certificate, the proof that
     * it has the key, and the hash of the handshake.
     */
    private static final Set<String> REJECTED_CLIENT = Set.of(
            "handshake_failure",
            "bad_certificate",
            "unsupported_certificate",
            "certificate_revoked",
            "certificate_expired",
            "certificate_unknown",
            "unknown_ca",
            "access_denied",
            "decrypt_error",
            "certificate_required");

    private static final int DEEPEST = 8;

    /** Returns the alert that caused a failure; empty if none was received. */
    static Optional<TlsAlert> receivedIn(Throwable failure) {
        return causes(failure, 0)
                .filter(SSLException.class::isInstance)
                .flatMap(cause -> Stream.ofNullable(cause.getMessage()))
                .map(RECEIVED::matcher)
                .filter(Matcher::find)
                .map(found -> new TlsAlert(found.group(1)))
                .findFirst();
    }

    /** Includes suppressed failures: the response is read even if the request could not be written completely. */
    private static Stream<Throwable> causes(Throwable failure, int depth) {
        Stream<Throwable> further =
                Stream.concat(Stream.ofNullable(failure.getCause()), Stream.of(failure.getSuppressed()));
        return depth == DEEPEST
                ? Stream.empty()
                : Stream.concat(Stream.of(failure), further.flatMap(cause -> causes(cause, depth + 1)));
    }

    /**
     * Returns whether a server that sends this alert in TLS 1.3 has not read the request, even if the request was sent.
     *
     * <p>In TLS 1.3 a client may send its request together with the last message of its handshake, before the server has
     * read that message. The server must not read a request before it has accepted the client's {@code Finished} (RFC
     * 8446 section 4.4.4), and an alert that rejects the client's certificate or {@code Finished} ends the connection
     * before (sections 4.4.2.4 and 6.2). A server may also request a certificate after a request, but only from a client
     * that has offered {@code post_handshake_auth} (section 4.6.2), which the JDK never does.
     */
    boolean precedesRequest() {
        return REJECTED_CLIENT.contains(description);
    }
}
