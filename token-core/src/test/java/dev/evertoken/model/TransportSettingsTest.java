package dev.evertoken.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The settings of connections: what is refused, what is printed, and how two of them are combined. */
class TransportSettingsTest {

    private static final String CANARY = "canary-4711";
    private static final Proxy SOCKS =
            new Proxy(Proxy.Type.SOCKS, InetSocketAddress.createUnresolved("socks.example", 1080));

    @Test
    void aFileThatCannotBeReadIsNamedWithoutItsPassword(@TempDir Path folder) throws Exception {
        Path missing = folder.resolve("missing.p12");
        Path empty = folder.resolve("empty.p12");
        KeyStore none = KeyStore.getInstance("PKCS12");
        none.load(null, null);
        try (var out = Files.newOutputStream(empty)) {
            none.store(out, "right".toCharArray());
        }
        Path text = Files.writeString(folder.resolve("ca.pem"), "no certificate");

        assertThatThrownBy(() -> TransportSettings.builder().trustStore(missing, CANARY.toCharArray()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("trust store " + missing + " cannot be read: ")
                .hasMessageNotContaining(CANARY);
        assertThatThrownBy(() -> TransportSettings.builder().keyStore(empty, CANARY.toCharArray()))
                .hasMessageStartingWith("key store " + empty + " cannot be read: ")
                .hasMessageNotContaining(CANARY)
                .hasCauseInstanceOf(IOException.class);
        assertThatThrownBy(() -> TransportSettings.builder().keyStore(empty, "right".toCharArray()))
                .hasMessage("key store " + empty + " has no private key");
        assertThatThrownBy(() -> TransportSettings.builder().trustStore(empty, "right".toCharArray()))
                .hasMessage("trust store " + empty + " has no trusted certificate");
        assertThatThrownBy(() -> TransportSettings.builder().trustedCertificates(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("certificate file " + text);
    }

    @Test
    void settingsThatContradictEachOtherAreRefused() throws Exception {
        TransportSettings.Builder credentials =
                TransportSettings.builder().proxy(SOCKS).proxyCredentials("desk", () -> Secret.of(CANARY));
        assertThatThrownBy(credentials::build)
                .hasMessageContaining("java.net.Authenticator")
                .hasMessageNotContaining(CANARY);
        for (Duration none : new Duration[] {Duration.ZERO, Duration.ofSeconds(-1), Duration.ofNanos(1)}) {
            assertThatThrownBy(() -> TransportSettings.builder().connectTimeout(none))
                    .hasMessage("connectTimeout " + none + " is shorter than a millisecond");
            assertThatThrownBy(() -> TransportSettings.builder().callTimeout(none))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void nothingSecretIsPrinted() {
        TransportSettings settings = TransportSettings.builder()
                .proxy("proxy.example", 3128)
                .proxyCredentials("desk-" + CANARY, () -> Secret.of(CANARY))
                .connectTimeout(Duration.ofSeconds(2))
                .callTimeout(Duration.ofSeconds(9))
                .allowPlainHttp()
                .allowPrivateNetwork()
                .build();

        assertThat(settings.toString() + settings.proxyCredentials())
                .contains("proxy.example", "connectTimeout PT2S", "callTimeout PT9S", "allowPlainHttp")
                .doesNotContain(CANARY);
        assertThat(TransportSettings.ofTheJvm()).hasToString("TransportSettings[]");
    }

    @Test
    void theSettingsOfAClientAreCompletedByThoseOfAllClients() throws Exception {
        X509TrustManager trust = jvmTrust();
        TransportSettings all = TransportSettings.builder()
                .sslContext(SSLContext.getDefault(), trust)
                .proxy("proxy.example", 3128)
                .proxyCredentials("desk", () -> Secret.of(CANARY))
                .connectTimeout(Duration.ofSeconds(2))
                .callTimeout(Duration.ofSeconds(9))
                .build();
        TransportSettings own = TransportSettings.builder()
                .connectTimeout(Duration.ofSeconds(1))
                .allowPlainHttp()
                .allowPrivateNetwork()
                .build();
        TransportSettings both = own.completedBy(all);

        assertThat(both.sslContext()).isEqualTo(all.sslContext());
        assertThat(both.trust()).containsSame(trust);
        assertThat(both.proxy()).isEqualTo(all.proxy());
        assertThat(both.proxyCredentials()).isEqualTo(all.proxyCredentials());
        assertThat(both.connectTimeout()).hasValue(Duration.ofSeconds(1));
        assertThat(both.callTimeout()).hasValue(Duration.ofSeconds(9));
        assertThat(both.allowsPlainHttp()).isTrue();
        assertThat(both.allowsPrivateNetwork()).isTrue();
        assertThat(TransportSettings.ofTheJvm().completedBy(own).allowsPlainHttp())
                .as("single clients only")
                .isFalse();
    }

    @Test
    void clientsWithoutSettingsOfTheirOwnShareThoseOfAllClients() {
        TransportSettings all =
                TransportSettings.builder().proxy("proxy.example", 3128).build();
        TransportSettings none = TransportSettings.ofTheJvm();

        assertThat(none.completedBy(all)).isSameAs(all);
        assertThat(all.completedBy(none)).isSameAs(all);
        assertThat(none.completedBy(none)).isSameAs(none);
    }

    @Test
    void aProxyOfAClientDoesNotGetTheCredentialsOfAnotherOne() {
        TransportSettings all = TransportSettings.builder()
                .proxy("proxy.example", 3128)
                .proxyCredentials("desk", () -> Secret.of(CANARY))
                .build();

        for (Proxy own : new Proxy[] {Proxy.NO_PROXY, SOCKS}) {
            TransportSettings both =
                    TransportSettings.builder().proxy(own).build().completedBy(all);
            assertThat(both.proxy()).hasValue(own);
            assertThat(both.proxyCredentials()).isEmpty();
        }
    }

    @Test
    void aTrustStoreOfAClientReplacesTheContextOfAllClients() throws Exception {
        TransportSettings all = TransportSettings.builder()
                .sslContext(SSLContext.getDefault(), jvmTrust())
                .build();
        KeyStore one = KeyStore.getInstance("PKCS12");
        one.load(null, null);
        X509Certificate any = jvmTrust().getAcceptedIssuers()[0];
        one.setCertificateEntry("ca", any);
        TransportSettings own = TransportSettings.builder().trustStore(one).build();

        TransportSettings both = own.completedBy(all);
        assertThat(both.sslContext()).isEmpty();
        assertThat(both.trust()).isEqualTo(own.trust());
        assertThat(both.keys()).isEqualTo(Optional.empty());
    }

    private static X509TrustManager jvmTrust() throws Exception {
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init((KeyStore) null);
        return (X509TrustManager) managers.getTrustManagers()[0];
    }
}
