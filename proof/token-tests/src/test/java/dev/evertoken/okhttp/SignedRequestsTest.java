package dev.evertoken.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.providers.LoopbackServer;
import dev.evertoken.spi.provider.ResourceVerdict;
import dev.evertoken.spi.provider.Signature;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.SecretCanary;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The interceptor with a provider that requires signed requests. */
class SignedRequestsTest {

    private static final TokenKey XENA = TokenKey.of("x-oauth1", "xena");
    private static final MediaType FORM = MediaType.get("application/x-www-form-urlencoded");
    private static final MediaType JSON = MediaType.get("application/json");
    private static final String TIMESTAMP = "{\"errors\":[{\"code\":135,\"message\":\"Timestamp out of bounds.\"}]}";

    private final ManualClock clock = ManualClock.start();
    private final MockProviders mocks = MockProviders.start(clock);
    private final MockProvider x = mocks.xOAuth1();
    private final Tokens tokens = Tokens.builder()
            .namespace("signed")
            .store(new InMemoryTokenStore(clock))
            .withoutJournal()
            .timekeeper(clock)
            .client("x-oauth1", x.registration())
            .endpoints("x-oauth1", x.endpoints())
            .allowHosts("x-oauth1", "127.0.0.1")
            .build();
    private final OkHttpClient http = client(tokens);
    private final AtomicInteger written = new AtomicInteger();

    SignedRequestsTest() {
        tokens.connect(XENA, x.consent("xena"));
    }

    @AfterEach
    void close() {
        http.connectionPool().evictAll();
        mocks.close();
        tokens.close();
    }

    private static OkHttpClient client(Tokens of) {
        return new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(of))
                .build();
    }

    // ---- bodies

    @Test
    void aFormIsReadOnceAndSentUnchangedWithANewSignatureEachTime() throws IOException {
        x.onApi(MockResponse.json(401, TIMESTAMP));

        try (Response response = send(post(new Counted(FORM, "a=1%2B1&b=%C3%A9+x", false)))) {
            assertThat(response.code()).isEqualTo(200);
            assertThat(TokenInterceptor.verdict(response)).isEmpty();
        }
        assertThat(x.ledger().apiRequests("xena")).isEqualTo(2);
        assertThat(written).as("written by the caller's body").hasValue(1);
    }

    @Test
    void aFormThatCanBeWrittenOnlyOnceIsRefused() {
        assertThat(unsignable(new Counted(FORM, "a=1", true)))
                .isEqualTo("TokenSource[x-oauth1/xena]: a form body that can be written only once cannot be signed and"
                        + " sent");
        assertThat(written).hasValue(0);
    }

    @Test
    void aFormThatIsTooLargeForMemoryIsRefusedWithOrWithoutAKnownLength() {
        String reason = "TokenSource[x-oauth1/xena]: a form body of more than 1048576 bytes is not buffered for"
                + " signing; send it as multipart";

        assertThat(unsignable(RequestBody.create("a=" + "b".repeat(1024 * 1024), FORM)))
                .isEqualTo(reason);
        assertThat(unsignable(new Counted(FORM, "a=1&", false) {
                    @Override
                    public void writeTo(BufferedSink sink) throws IOException {
                        while (true) {
                            super.writeTo(sink);
                        }
                    }
                }))
                .isEqualTo(reason);
    }

    @Test
    void otherBodiesAreNeitherReadNorSigned() throws IOException {
        try (Response response = send(post(new Counted(JSON, "{\"a=b\":1}", true)))) {
            assertThat(response.code()).isEqualTo(200);
        }
        assertThat(written).hasValue(1);
    }

    @Test
    @Fault("H5")
    void aBodyThatCannotBeSentTwiceIsNotSignedTwice() throws IOException {
        x.onApi(MockResponse.json(401, TIMESTAMP));

        try (Response response = send(post(new Counted(JSON, "{}", true)))) {
            assertThat(response.code()).isEqualTo(401);
            ResourceVerdict verdict = TokenInterceptor.verdict(response).orElseThrow();
            assertThat(verdict.problem()).contains(Problem.BODY_NOT_REPLAYABLE);
            assertThat(verdict.detail())
                    .endsWith("it would now be signed differently, but the request body cannot be sent twice");
        }
        assertThat(x.ledger().apiRequests("xena")).isEqualTo(1);
    }

    private String unsignable(RequestBody body) {
        TokenIOException refused = catchThrowableOfType(TokenIOException.class, () -> send(post(body)));
        assertThat(refused.reason().problem()).isEqualTo(Problem.UNSIGNABLE_REQUEST);
        assertThat(refused.reason().remedy()).isEqualTo(Remedy.FIX_CONFIGURATION);
        assertThat(x.ledger().apiRequests("xena")).isZero();
        return refused.getMessage();
    }

    // ---- headers and redirects

    @Test
    void theResponseToASignedRequestIsNotCachedAndTheRequestCanBeSentAgain() throws IOException {
        Request first;
        try (Response response = send(get(x.apiUrl()))) {
            first = response.request();
            assertThat(first.header("Cache-Control")).isEqualTo("no-store");
            assertThat(first.headers("Authorization")).hasSize(1);
            SecretCanary.ofTestTokens().assertNonePrintedBy(response, first.tag(Signature.class));
        }
        try (Response again = send(first)) {
            assertThat(again.code()).as("with its own nonce").isEqualTo(200);
            assertThat(again.request().header("Authorization")).isNotEqualTo(first.header("Authorization"));
        }
    }

    @Test
    @Fault("H9")
    void anAuthorizationHeaderOfTheCallerIsKept() throws IOException {
        try (Response response = send(get(x.apiUrl())
                .newBuilder()
                .header("Authorization", "OAuth mine")
                .build())) {
            assertThat(response.code()).isEqualTo(400);
            assertThat(response.request().header("Authorization")).isEqualTo("OAuth mine");
            assertThat(TokenInterceptor.verdict(response)).isEmpty();
        }
    }

    @Test
    @Fault("H7")
    void aRedirectToAnotherServerCarriesNoSignature() throws IOException {
        try (LoopbackServer other = LoopbackServer.answering(LoopbackServer.json(200, "{}"))) {
            x.onApi(MockResponse.redirect(307, other.uri("/elsewhere")));

            try (Response response = send(post(new Counted(FORM, "a=1", false)))) {
                assertThat(response.code()).isEqualTo(200);
            }
            assertThat(other.requests()).hasSize(1);
            assertThat(other.requests().get(0).toLowerCase(Locale.ROOT)).doesNotContain("authorization", "oauth");
        }
    }

    @Test
    void aRedirectWithinTheHostIsSignedForItsTarget() throws IOException {
        x.onApi(
                MockResponse.redirect(307, URI.create(x.apiUrl() + "/moved?b=2")),
                MockResponse.normal(),
                MockResponse.redirect(303, URI.create(x.apiUrl() + "/result")));

        try (Response response = send(post(new Counted(FORM, "a=1", false)))) {
            assertThat(response.code()).isEqualTo(200);
            assertThat(response.request().url().encodedPath()).isEqualTo("/x-oauth1/api/result");
            assertThat(response.request().method()).isEqualTo("GET");
        }
        assertThat(x.responsesLeft()).isZero();
    }

    private static Request get(URI address) {
        return InterceptorFixture.request(XENA, address).build();
    }

    private Request post(RequestBody body) {
        return InterceptorFixture.request(XENA, x.apiUrl()).post(body).build();
    }

    private Response send(Request request) throws IOException {
        return http.newCall(request).execute();
    }

    /** A body of unknown length that counts how often it is written. */
    private class Counted extends RequestBody {
        private final MediaType type;
        private final String text;
        private final boolean oneShot;

        Counted(MediaType type, String text, boolean oneShot) {
            this.type = type;
            this.text = text;
            this.oneShot = oneShot;
        }

        @Override
        public MediaType contentType() {
            return type;
        }

        @Override
        public boolean isOneShot() {
            return oneShot;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            written.incrementAndGet();
            sink.writeUtf8(text);
        }
    }
}
