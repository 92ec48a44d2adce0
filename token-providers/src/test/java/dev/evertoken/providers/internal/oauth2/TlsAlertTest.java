package dev.evertoken.providers.internal.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import java.io.IOException;
import java.net.SocketException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Alerts in the exceptions of the JDK. */
class TlsAlertTest {

    @ParameterizedTest
    @Fault("M7")
    @ValueSource(
            strings = {
                "Received fatal alert: certificate_required",
                "(certificate_required) Received fatal alert: certificate_required"
            })
    void aReceivedAlertIsFoundInAFailureItsCausesAndItsSuppressedFailures(String message) {
        SSLException received = new SSLHandshakeException(message);
        IOException writing = new SocketException("Broken pipe");
        writing.addSuppressed(new IOException("reading failed", received));

        assertThat(TlsAlert.receivedIn(received)).contains(new TlsAlert("certificate_required"));
        assertThat(TlsAlert.receivedIn(writing)).contains(new TlsAlert("certificate_required"));
    }

    @Test
    @Fault("M7")
    void aFailureOfThisSideHasNoReceivedAlert() {
        assertThat(TlsAlert.receivedIn(new SSLHandshakeException("(certificate_unknown) PKIX path building failed")))
                .isEmpty();
        assertThat(TlsAlert.receivedIn(new SocketException("Connection reset"))).isEmpty();
        assertThat(TlsAlert.receivedIn(new IOException("Received fatal alert: bad_certificate")))
                .as("not of the TLS library")
                .isEmpty();
    }

    @ParameterizedTest
    @Fault("M7")
    @ValueSource(strings = {"certificate_required", "bad_certificate", "handshake_failure", "unknown_ca"})
    void anAlertThatRejectsTheHandshakePrecedesTheRequest(String alert) {
        assertThat(new TlsAlert(alert).precedesRequest()).isTrue();
    }

    @ParameterizedTest
    @Fault("M7")
    @ValueSource(strings = {"internal_error", "unexpected_message", "bad_record_mac", "user_canceled", "decode_error"})
    void anAlertThatAServerCanSendAtAnyTimeDoesNot(String alert) {
        assertThat(new TlsAlert(alert).precedesRequest()).isFalse();
    }
}
