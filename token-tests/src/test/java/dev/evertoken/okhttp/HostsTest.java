package dev.evertoken.okhttp;

import static dev.evertoken.okhttp.Desk.ANNA;
import static dev.evertoken.okhttp.Desk.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.Problem;
import dev.evertoken.providers.LoopbackServer;
import dev.evertoken.providers.SelfSigned;
import dev.evertoken.testing.Answer;
import dev.evertoken.testing.Fault;
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

/** Where a token goes and where it does not. Every host name leads to this machine. */
class HostsTest {

    private static final String REJECTED = LoopbackServer.json(401, "{}");

    private final Desk desk = new Desk();
    private final OkHttpClient http = desk.client(builder -> builder.addInterceptor(TokenInterceptor.of(desk.tokens))
            .dns(host -> List.of(InetAddress.getLoopbackAddress())));
    private LoopbackServer other;

    @BeforeEach
    void open() throws IOException {
        other = LoopbackServer.answering(REJECTED);
    }

    @AfterEach
    void close() throws IOException {
        other.close();
        desk.close();
    }

    @Test
    @Fault("H7")
    void aForeignHostGetsNoTokenAndItsRefusalRefreshesNothing() throws IOException {
        try (Response answer = get(named("elsewhere.example"))) {
            assertThat(answer.code()).isEqualTo(401);
            assertThat(problem(answer)).contains(Problem.API_REJECTS_TOKEN);
            assertThat(TokenInterceptor.verdict(answer).orElseThrow().detail())
                    .isEqualTo("elsewhere.example answered 401 to a request without the token of"
                            + " TokenSource[google/anna]: a token goes over https to the hosts of its provider and"
                            + " those named with allowHosts, and is not sent on by a redirect");
        }
        assertOtherSawNoToken();
    }

    @Test
    @Fault("H7")
    void aRedirectToAForeignHostLeavesWithoutTheToken() throws IOException {
        desk.google.onApi(Answer.redirect(307, named("elsewhere.example")));

        try (Response answer = get(desk.google.apiUrl())) {
            assertThat(answer.code()).isEqualTo(401);
            assertThat(answer.request().url().host()).isEqualTo("elsewhere.example");
        }
        assertThat(desk.google.ledger().apiRequests("anna")).as("signed").isEqualTo(1);
        assertOtherSawNoToken();
    }

    @Test
    @Fault("H7")
    void theTokenIsNotAddedAgainWhenARedirectLeadsToAHostThatIsAllowed() throws IOException {
        desk.google.onApi(Answer.redirect(302, named("localhost")));

        try (Response answer = get(desk.google.apiUrl())) {
            assertThat(answer.code()).isEqualTo(401);
        }
        assertOtherSawNoToken();
    }

    @Test
    @Fault("H7")
    void aRedirectFromAForeignHostToOursBringsNoToken() throws IOException {
        try (LoopbackServer first = LoopbackServer.answering(
                LoopbackServer.head(302, "Location: " + desk.google.apiUrl(), "Content-Length: 0"))) {
            URI foreign = URI.create("http://elsewhere.example:" + first.port() + "/");
            try (Response answer = get(foreign)) {
                assertThat(answer.code()).isEqualTo(401);
            }
            assertThat(first.requests()).hasSize(1).allSatisfy(HostsTest::hasNoToken);
        }
        assertThat(desk.google.ledger().apiRequests("anna")).isZero();
        assertThat(desk.google.ledger().tokenRequests()).isZero();
    }

    @Test
    void aRedirectOnTheSameHostKeepsTheToken() throws IOException {
        desk.google.onApi(Answer.redirect(302, URI.create(desk.google.apiUrl() + "/moved")));

        try (Response answer = get(desk.google.apiUrl())) {
            assertThat(answer.code()).isEqualTo(200);
        }
        assertThat(desk.google.ledger().apiRequests("anna")).isEqualTo(2);
    }

    @Test
    @Fault("H8")
    void anAllowedHostGetsNoTokenOverPlainHttp() throws IOException {
        get(named("api.google.example")).close();

        assertOtherSawNoToken();
    }

    @Test
    @Fault("H8")
    void aRedirectFromHttpsToHttpLeavesWithoutTheToken(@TempDir Path folder) throws Exception {
        SelfSigned certificate = SelfSigned.in(folder);
        String moved = LoopbackServer.head(302, "Location: " + other.uri("/plain"), "Content-Length: 0");
        try (LoopbackServer secure = new LoopbackServer(
                certificate.listen(), (server, socket, out) -> out.write(moved.getBytes(StandardCharsets.UTF_8)))) {
            OkHttpClient trusting = trusting(certificate.trust());

            try (Response answer = trusting.newCall(
                            Desk.request(ANNA, secure.tlsUri("/")).build())
                    .execute()) {
                assertThat(answer.code()).isEqualTo(401);
                assertThat(answer.request().url().scheme()).isEqualTo("http");
            }
            assertThat(secure.requests())
                    .hasSize(1)
                    .allSatisfy(request -> assertThat(request).contains("Authorization: Bearer "));
        }
        assertOtherSawNoToken();
    }

    @Test
    @Fault("H9")
    void theCallersOwnCredentialIsLeftAloneAndItsRefusalRefreshesNothing() throws IOException {
        Request own = Desk.request(ANNA, other.uri("/"))
                .header("Authorization", "Basic Zm9vOmJhcg==")
                .build();
        try (Response answer = http.newCall(own).execute()) {
            assertThat(answer.code()).isEqualTo(401);
            assertThat(TokenInterceptor.verdict(answer)).isEmpty();
        }
        assertThat(other.requests())
                .hasSize(1)
                .allSatisfy(request -> assertThat(request)
                        .contains("Authorization: Basic Zm9vOmJhcg==")
                        .doesNotContain("Cache-Control"));
        assertThat(desk.google.ledger().tokenRequests()).isZero();
    }

    @Test
    void aRequestWithoutAnAccountPassesUntouchedUnlessOneIsRequired() throws IOException {
        Request untagged = new Request.Builder().url(other.uri("/").toString()).build();
        http.newCall(untagged).execute().close();
        assertThat(other.requests()).hasSize(1).allSatisfy(HostsTest::hasNoToken);

        OkHttpClient strict = desk.client(builder ->
                builder.addInterceptor(TokenInterceptor.of(desk.tokens).requireAccount()));
        assertThatThrownBy(() -> strict.newCall(untagged).execute())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the request to 127.0.0.1 names no account: tag it with tag(TokenKey.class, key)");
    }

    @Test
    void aNetworkInterceptorIsRefused() {
        OkHttpClient wrong = desk.client(builder -> builder.addNetworkInterceptor(TokenInterceptor.of(desk.tokens)));

        assertThatThrownBy(
                        () -> wrong.newCall(Desk.request(ANNA, other.uri("/")).build())
                                .execute())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("TokenInterceptor is an application interceptor: use addInterceptor");
    }

    private Response get(URI address) throws IOException {
        return http.newCall(Desk.request(ANNA, address).build()).execute();
    }

    private URI named(String host) {
        return URI.create("http://" + host + ":" + other.port() + "/");
    }

    private void assertOtherSawNoToken() {
        assertThat(other.requests()).hasSize(1).allSatisfy(HostsTest::hasNoToken);
        assertThat(desk.google.ledger().tokenRequests()).isZero();
    }

    private static void hasNoToken(String request) {
        assertThat(request).doesNotContainIgnoringCase("authorization").doesNotContain("Bearer");
    }

    private OkHttpClient trusting(X509TrustManager trust) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {trust}, null);
        return desk.client(builder -> builder.addInterceptor(TokenInterceptor.of(desk.tokens))
                .sslSocketFactory(context.getSocketFactory(), trust));
    }
}
