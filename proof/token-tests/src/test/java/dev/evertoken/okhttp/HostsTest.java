package dev.evertoken.okhttp;

import static dev.evertoken.okhttp.InterceptorFixture.ANNA;
import static dev.evertoken.okhttp.InterceptorFixture.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.providers.LoopbackServer;
import dev.evertoken.providers.SelfSigned;
import dev.evertoken.testing.MockResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts that receive a token and hosts that do not. Every host name resolves to this machine. */
class HostsTest {

    private static final String REJECTED = LoopbackServer.json(401, "{}");

    private final InterceptorFixture fixture = new InterceptorFixture();
    private final OkHttpClient http =
            fixture.client(builder -> builder.addInterceptor(TokenInterceptor.of(fixture.tokens))
                    .dns(host -> List.of(InetAddress.getLoopbackAddress())));
    private LoopbackServer other;

    @BeforeEach
    void open() throws IOException {
        other = LoopbackServer.answering(REJECTED);
    }

    @AfterEach
    void close() throws IOException {
        other.close();
        fixture.close();
    }

    @Test
    @Fault("H7")
    void aRequestToAHostThatIsNotAllowedFailsBeforeItIsSent() {
        assertNotSent(
                named("elsewhere.example"),
                "google/anna: the request to elsewhere.example was not sent, because a token is sent only to the hosts"
                        + " of its provider and of allowHosts; if the host is part of the API, add"
                        + " allowHosts(\"google\", \"elsewhere.example\")");
    }

    @Test
    @Fault("H7")
    void aSourceOfOneAccountSendsNothingToAHostThatIsNotAllowed() {
        OkHttpClient one =
                fixture.client(builder -> builder.addInterceptor(TokenInterceptor.of(fixture.tokens.source(ANNA))));
        Request untagged = new Request.Builder()
                .url("http://elsewhere.example:" + other.port())
                .build();

        assertThatThrownBy(() -> one.newCall(untagged).execute())
                .isInstanceOf(TokenIOException.class)
                .hasMessageContaining("the request to elsewhere.example was not sent");
        assertThat(other.connections()).isZero();
    }

    @Test
    void aTagWithoutATypeSelectsTheAccount() throws IOException {
        Request untyped = new Request.Builder()
                .url(fixture.google.apiUrl().toString())
                .tag(ANNA)
                .build();

        try (Response response = http.newCall(untyped).execute()) {
            assertThat(response.code()).isEqualTo(200);
        }
        assertThat(fixture.google.ledger().apiRequests("anna")).isEqualTo(1);
    }

    @Test
    @Fault("H7")
    void aRedirectToAForeignHostIsSentWithoutTheToken() throws IOException {
        fixture.google.onApi(MockResponse.redirect(307, named("elsewhere.example")));

        try (Response response = get(fixture.google.apiUrl())) {
            assertThat(response.code()).isEqualTo(401);
            assertThat(problem(response)).contains(Problem.API_REJECTS_TOKEN);
            assertThat(TokenInterceptor.verdict(response).orElseThrow().detail())
                    .isEqualTo("elsewhere.example answered 401 to a redirected request, which does not carry the token"
                            + " of TokenSource[google/anna]: a redirect to another host, port or scheme removes it");
            assertThat(response.request().url().host()).isEqualTo("elsewhere.example");
        }
        assertThat(fixture.google.ledger().apiRequests("anna")).as("signed").isEqualTo(1);
        assertOtherReceivedNoToken();
    }

    @Test
    @Fault("H7")
    void aRedirectToAnotherAllowedHostIsSentWithoutTheToken() throws IOException {
        fixture.google.onApi(MockResponse.redirect(302, named("localhost")));

        try (Response response = get(fixture.google.apiUrl())) {
            assertThat(response.code()).isEqualTo(401);
        }
        assertOtherReceivedNoToken();
    }

    @Test
    @Fault("H7")
    void aRedirectFromAForeignHostToAnAllowedHostIsNotReached() throws IOException {
        try (LoopbackServer first = LoopbackServer.answering(
                LoopbackServer.head(302, "Location: " + fixture.google.apiUrl(), "Content-Length: 0"))) {
            URI foreign = URI.create("http://elsewhere.example:" + first.port() + "/");

            assertThatThrownBy(() -> get(foreign)).isInstanceOf(TokenIOException.class);
            assertThat(first.connections()).isZero();
        }
        assertThat(fixture.google.ledger().apiRequests("anna")).isZero();
        assertThat(fixture.google.ledger().tokenRequests()).isZero();
    }

    @Test
    void aRedirectOnTheSameHostKeepsTheToken() throws IOException {
        fixture.google.onApi(MockResponse.redirect(302, URI.create(fixture.google.apiUrl() + "/moved")));

        try (Response response = get(fixture.google.apiUrl())) {
            assertThat(response.code()).isEqualTo(200);
        }
        assertThat(fixture.google.ledger().apiRequests("anna")).isEqualTo(2);
    }

    @Test
    @Fault("H8")
    void aRequestToAnAllowedHostOverPlainHttpFailsBeforeItIsSent() {
        assertNotSent(
                named("api.google.example"),
                "google/anna: the request to api.google.example was not sent, because a token is sent over https only,"
                        + " except to this machine");
    }

    @Test
    @Fault("H8")
    void aRedirectFromHttpsToHttpIsSentWithoutTheToken(@TempDir Path folder) throws Exception {
        SelfSigned certificate = SelfSigned.in(folder);
        String moved = LoopbackServer.head(302, "Location: " + other.uri("/plain"), "Content-Length: 0");
        try (LoopbackServer secure = new LoopbackServer(
                certificate.listen(), (server, socket, out) -> out.write(moved.getBytes(StandardCharsets.UTF_8)))) {
            OkHttpClient trusting = trusting(certificate.trust());

            try (Response response = trusting.newCall(
                            InterceptorFixture.request(ANNA, secure.tlsUri("/")).build())
                    .execute()) {
                assertThat(response.code()).isEqualTo(401);
                assertThat(response.request().url().scheme()).isEqualTo("http");
            }
            assertThat(secure.requests())
                    .hasSize(1)
                    .allSatisfy(request -> assertThat(request).contains("Authorization: Bearer "));
        }
        assertOtherReceivedNoToken();
    }

    @Test
    @Fault("H9")
    void aCredentialSetByTheCallerIsKeptAndItsRejectionRefreshesNothing() throws IOException {
        Request own = InterceptorFixture.request(ANNA, other.uri("/"))
                .header("Authorization", "Basic Zm9vOmJhcg==")
                .build();
        try (Response response = http.newCall(own).execute()) {
            assertThat(response.code()).isEqualTo(401);
            assertThat(TokenInterceptor.verdict(response)).isEmpty();
        }
        assertThat(other.requests())
                .hasSize(1)
                .allSatisfy(request -> assertThat(request)
                        .contains("Authorization: Basic Zm9vOmJhcg==")
                        .doesNotContain("Cache-Control"));
        assertThat(fixture.google.ledger().tokenRequests()).isZero();
    }

    @Test
    void aRequestWithoutAnAccountPassesUnchangedUnlessOneIsRequired() throws IOException {
        Request untagged = new Request.Builder().url(other.uri("/").toString()).build();
        http.newCall(untagged).execute().close();
        assertThat(other.requests()).hasSize(1).allSatisfy(HostsTest::hasNoToken);

        OkHttpClient strict = fixture.client(builder ->
                builder.addInterceptor(TokenInterceptor.of(fixture.tokens).requireAccount()));
        assertThatThrownBy(() -> strict.newCall(untagged).execute())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the request to 127.0.0.1 has no account: tag it with tag(TokenKey.class, key)");
    }

    @Test
    void aNetworkInterceptorIsRefused() {
        OkHttpClient wrong =
                fixture.client(builder -> builder.addNetworkInterceptor(TokenInterceptor.of(fixture.tokens)));

        assertThatThrownBy(() -> wrong.newCall(
                                InterceptorFixture.request(ANNA, other.uri("/")).build())
                        .execute())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("TokenInterceptor is an application interceptor: use addInterceptor");
    }

    private Response get(URI address) throws IOException {
        return http.newCall(InterceptorFixture.request(ANNA, address).build()).execute();
    }

    private URI named(String host) {
        return URI.create("http://" + host + ":" + other.port() + "/");
    }

    private void assertNotSent(URI address, String message) {
        TokenIOException failure =
                catchThrowableOfType(TokenIOException.class, () -> get(address).close());
        assertThat(failure).hasMessage(message);
        assertThat(failure.reason().problem()).isEqualTo(Problem.HOST_NOT_ALLOWED);
        assertThat(failure.reason().key()).contains(ANNA);
        assertThat(other.connections()).isZero();
        assertThat(fixture.google.ledger().tokenRequests()).isZero();
    }

    private void assertOtherReceivedNoToken() {
        assertThat(other.requests()).hasSize(1).allSatisfy(HostsTest::hasNoToken);
        assertThat(fixture.google.ledger().tokenRequests()).isZero();
    }

    private static void hasNoToken(String request) {
        assertThat(request).doesNotContainIgnoringCase("authorization").doesNotContain("Bearer");
    }

    private OkHttpClient trusting(X509TrustManager trust) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {trust}, null);
        return fixture.client(builder -> builder.addInterceptor(TokenInterceptor.of(fixture.tokens))
                .sslSocketFactory(context.getSocketFactory(), trust));
    }
}
