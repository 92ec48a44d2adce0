package dev.evertoken.jdkhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.TokenSource;
import dev.evertoken.Tokens;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.providers.LoopbackServer;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.Answer;
import dev.evertoken.testing.Fault;
import dev.evertoken.testing.Hold;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.SecretCanary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same promises as those of the OkHttp interceptor, for java.net.http. */
class TokenHttpClientTest {

    private static final TokenKey ANNA = TokenKey.of("google", "anna");
    private static final TokenKey XENA = TokenKey.of("x-oauth1", "xena");
    private static final String REJECTED = "{\"error\":{\"code\":401}}";

    private final ManualClock clock = ManualClock.start();
    private final MockProviders mocks = MockProviders.start(clock);
    private final MockProvider google = mocks.google();
    private final MockProvider x = mocks.xOAuth1();
    private final Tokens tokens = Tokens.builder()
            .namespace("jdk")
            .store(new InMemoryTokenStore(clock))
            .withoutJournal()
            .timekeeper(clock)
            .client("google", google.registration())
            .endpoints("google", google.endpoints())
            .allowHosts("google", "127.0.0.1")
            .client("x-oauth1", x.registration())
            .endpoints("x-oauth1", x.endpoints())
            .allowHosts("x-oauth1", "127.0.0.1")
            .build();
    private final ExecutorService one = Executors.newSingleThreadExecutor();
    private final HttpClient plain = HttpClient.newBuilder().executor(one).build();

    TokenHttpClientTest() {
        tokens.connect(ANNA, google.consent("anna"));
        tokens.connect(XENA, x.consent("xena"));
    }

    @AfterEach
    void close() {
        mocks.close();
        tokens.close();
        one.shutdownNow();
    }

    /** Whether somebody waits for the answer. */
    enum Way {
        WAITING {
            @Override
            <T> HttpResponse<T> send(HttpClient client, HttpRequest request, HttpResponse.BodyHandler<T> handler)
                    throws Exception {
                return client.send(request, handler);
            }
        },
        NOT_WAITING {
            @Override
            <T> HttpResponse<T> send(HttpClient client, HttpRequest request, HttpResponse.BodyHandler<T> handler)
                    throws Exception {
                return client.sendAsync(request, handler).get(10, TimeUnit.SECONDS);
            }
        };

        abstract <T> HttpResponse<T> send(
                HttpClient client, HttpRequest request, HttpResponse.BodyHandler<T> handler) throws Exception;
    }

    // ---- the token

    @ParameterizedTest
    @EnumSource
    void aRequestGetsTheTokenAndTheCallerTheWholeAnswer(Way way) throws Exception {
        HttpRequest request = get(google.apiUrl());
        HttpResponse<String> answer = way.send(anna(), request, BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("anna");
        assertThat(answer.request()).isSameAs(request);
        assertThat(answer.uri()).isEqualTo(google.apiUrl());
        assertThat(answer.headers().firstValue("Content-Type")).isPresent();
        assertThat(TokenHttpClient.verdict(answer)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aRejectedTokenIsRefreshedOnceAndTheRequestGoesThrough(Way way) throws Exception {
        google.expire("anna");

        HttpResponse<String> answer = way.send(anna(), post(BodyPublishers.ofString("{}")), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(TokenHttpClient.verdict(answer)).isEmpty();
        assertThat(google.ledger().tokenRequests()).isEqualTo(1);
        assertThat(google.ledger().apiRequests("anna")).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    @Fault("H1")
    void aNewerTokenIsAdoptedWithoutARefresh(Way way) throws Exception {
        HttpClient client = anna();
        try (Hold held = new Hold()) {
            google.onApi(Answer.json(401, REJECTED).heldOnTheWayBack(held));
            CompletableFuture<HttpResponse<String>> late =
                    CompletableFuture.supplyAsync(() -> sent(way, client, get(google.apiUrl())));
            held.awaitArrived();
            clock.advance(Duration.ofSeconds(11));
            tokens.refresh(ANNA, "a test");
            held.release();

            assertThat(late.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
        assertThat(google.ledger().tokenRequests()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    @Fault("H2")
    void aSecondRejectionIsHandedOnWithTheApisOwnBodyAndAVerdict(Way way) throws Exception {
        Answer rejected = Answer.json(401, REJECTED);
        google.onApi(rejected, rejected, rejected);

        HttpResponse<String> answer = way.send(anna(), get(google.apiUrl()), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).isEqualTo(REJECTED);
        assertThat(TokenHttpClient.verdict(answer).orElseThrow().problem()).contains(Problem.API_REJECTS_TOKEN);
        assertThat(google.answersLeft()).as("two requests").isEqualTo(1);
        SecretCanary.ofTestTokens().assertNonePrintedBy(answer, anna());
    }

    @ParameterizedTest
    @EnumSource
    @Fault("H5")
    void aBodyOfUnknownLengthIsSentOnceAndTheTokenIsRefreshedForTheNext(Way way) throws Exception {
        google.expire("anna");
        BodyPublisher stream = BodyPublishers.ofInputStream(
                () -> new ByteArrayInputStream("{}".getBytes(StandardCharsets.UTF_8)));

        HttpResponse<String> answer = way.send(anna(), post(stream), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(TokenHttpClient.verdict(answer).orElseThrow().problem()).contains(Problem.BODY_NOT_REPLAYABLE);
        assertThat(google.ledger().apiRequests("anna")).isEqualTo(1);
        assertThat(way.send(anna(), get(google.apiUrl()), BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
        assertThat(google.ledger().tokenRequests()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    @Fault("H10")
    void withoutATokenNothingIsSent(Way way) {
        HttpClient nobody = TokenHttpClient.of(plain, tokens.source(TokenKey.of("google", "nobody")));

        TokenIOException refused = failure(() -> sent(way, nobody, get(google.apiUrl())));
        assertThat(refused.reason().problem()).isEqualTo(Problem.NOT_CONNECTED);
        assertThat(google.ledger().entries()).noneMatch(entry -> entry.kind().name().equals("API_REQUEST"));
    }

    @Test
    @Fault("H12")
    void anAsynchronousCallBlocksNoThreadOfTheClient() throws Exception {
        google.expire("anna");
        try (Hold held = google.hold()) {
            CompletableFuture<HttpResponse<String>> waiting =
                    anna().sendAsync(get(google.apiUrl()), BodyHandlers.ofString());
            held.awaitArrived();

            // the client has one thread, and it is free while a refresh is waited for
            assertThat(plain.sendAsync(get(mocks.strava().apiUrl()), BodyHandlers.ofString())
                            .get(10, TimeUnit.SECONDS)
                            .statusCode())
                    .isEqualTo(401);
            assertThat(waiting).isNotDone();
            held.release();
            assertThat(waiting.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aCancelledCallEndsAndTheRefreshGoesOn() throws Exception {
        google.expire("anna");
        try (Hold held = google.hold()) {
            CompletableFuture<HttpResponse<String>> waiting =
                    anna().sendAsync(get(google.apiUrl()), BodyHandlers.ofString());
            held.awaitArrived();
            assertThat(waiting.cancel(true)).isTrue();
            held.release();
        }
        assertThat(status(anna(), get(google.apiUrl()))).isEqualTo(200);
        assertThat(google.ledger().tokenRequests()).isEqualTo(1);
    }

    // ---- bodies of answers

    @ParameterizedTest
    @EnumSource
    void aLongRefusalIsReadToItsEndWhateverReadsIt(Way way) throws Exception {
        String body = "x".repeat(300_000) + "é";
        google.onApi(Answer.of(403, "text/plain", body), Answer.of(403, "text/plain", body), Answer.of(403, "text/plain", body));

        assertThat(way.send(anna(), get(google.apiUrl()), BodyHandlers.ofString()).body()).isEqualTo(body);
        try (InputStream stream =
                way.send(anna(), get(google.apiUrl()), BodyHandlers.ofInputStream()).body()) {
            assertThat(new String(stream.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(body);
        }
        try (Stream<String> lines =
                way.send(anna(), get(google.apiUrl()), BodyHandlers.ofLines()).body()) {
            assertThat(lines).containsExactly(body);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerWithoutABodyIsWholeAtOnce(Way way) throws Exception {
        google.onApi(Answer.status(503));
        assertThat(way.send(anna(), get(google.apiUrl()), BodyHandlers.ofByteArray()).body()).isEmpty();
        google.onApi(Answer.status(503));
        assertThat(way.send(anna(), get(google.apiUrl()), BodyHandlers.discarding()).statusCode())
                .isEqualTo(503);
    }

    @ParameterizedTest
    @EnumSource
    void aBodyThatBreaksOffBreaksOffForTheCaller(Way way) throws Exception {
        String half = LoopbackServer.head(401, "Content-Type: application/json", "Content-Length: 100") + "{\"err";
        try (LoopbackServer server = LoopbackServer.answering(half)) {
            assertThatThrownBy(() -> way.send(anna(), get(server.uri("/cut")), BodyHandlers.ofString()))
                    .hasStackTraceContaining("IOException");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHandlerThatThrowsIsTheCallersOwnProblem(Way way) {
        assertThatThrownBy(() -> way.send(anna(), get(google.apiUrl()), info -> {
                    throw new IllegalStateException("the handler's");
                }))
                .hasStackTraceContaining("the handler's");
    }

    // ---- where it goes

    @ParameterizedTest
    @EnumSource
    @Fault("H7")
    void anotherHostGetsNoTokenAndItsRefusalRefreshesNothing(Way way) throws Exception {
        try (LoopbackServer other = LoopbackServer.answering(LoopbackServer.json(401, "{}"))) {
            URI named = URI.create("http://localhost:" + other.port() + "/");

            HttpResponse<String> answer = way.send(anna(), get(named), BodyHandlers.ofString());
            assertThat(TokenHttpClient.verdict(answer).orElseThrow().detail())
                    .startsWith("localhost answered 401 to a request without the token of TokenSource[google/anna]");
            assertThat(other.requests().get(0)).doesNotContain("Authorization");
        }
        assertThat(google.ledger().tokenRequests()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    @Fault("H7")
    void aRedirectIsHandedOnAndNotFollowed(Way way) throws Exception {
        try (LoopbackServer other = LoopbackServer.answering(LoopbackServer.json(200, "{}"))) {
            google.onApi(Answer.redirect(307, other.uri("/elsewhere")));

            assertThat(way.send(anna(), get(google.apiUrl()), BodyHandlers.ofString()).statusCode())
                    .isEqualTo(307);
            assertThat(other.connections()).isZero();
        }
    }

    @Test
    void aClientThatFollowsRedirectsIsRefused() {
        HttpClient following = HttpClient.newBuilder().followRedirects(Redirect.NORMAL).build();
        TokenSource source = tokens.source(ANNA);

        assertThatThrownBy(() -> TokenHttpClient.of(following, source))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("followRedirects(Redirect.NEVER)");
    }

    @ParameterizedTest
    @EnumSource
    @Fault("H9")
    void aCallersOwnAuthorizationIsLeftAlone(Way way) throws Exception {
        HttpRequest own = HttpRequest.newBuilder(google.apiUrl())
                .header("Authorization", "Bearer mine")
                .build();

        assertThat(way.send(anna(), own, BodyHandlers.ofString()).statusCode()).isEqualTo(401);
        assertThat(google.ledger().tokenRequests()).isZero();
    }

    // ---- signatures

    @ParameterizedTest
    @EnumSource
    void requestsAreSignedAndSignedAnew(Way way) throws Exception {
        URI odd = URI.create(x.apiUrl() + "/search?q=a%20b+c&empty&list%5B0%5D=1");
        assertThat(way.send(xena(), get(odd), BodyHandlers.ofString()).statusCode()).isEqualTo(200);

        x.onApi(Answer.json(401, "{\"errors\":[{\"code\":135,\"message\":\"any\"}]}"));
        HttpRequest json = HttpRequest.newBuilder(x.apiUrl())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"a=b\":1}"))
                .build();
        assertThat(way.send(xena(), json, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        assertThat(x.ledger().apiRequests("xena")).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource
    void aFormBodyIsRefusedWithTheReason(Way way) {
        HttpRequest form = HttpRequest.newBuilder(x.apiUrl())
                .header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
                .POST(BodyPublishers.ofString("status=hello"))
                .build();

        TokenIOException refused = failure(() -> sent(way, xena(), form));
        assertThat(refused.reason().problem()).isEqualTo(Problem.UNSIGNABLE_REQUEST);
        assertThat(refused)
                .hasMessage("TokenSource[x-oauth1/xena]: a form body cannot be signed here, because java.net.http does not"
                        + " let it be read beforehand; put the parameters into the query, send JSON, or use OkHttp");
        assertThat(x.ledger().apiRequests("xena")).isZero();
    }

    @Test
    void theRestIsTheWrappedClients() {
        HttpClient wrapped = anna();

        assertThat(wrapped.executor()).isEqualTo(plain.executor());
        assertThat(wrapped.version()).isEqualTo(plain.version());
        assertThat(wrapped.followRedirects()).isEqualTo(Redirect.NEVER);
        assertThat(wrapped.cookieHandler()).isEqualTo(plain.cookieHandler());
        assertThat(wrapped.proxy()).isEqualTo(plain.proxy());
        assertThat(wrapped.authenticator()).isEqualTo(plain.authenticator());
        assertThat(wrapped.connectTimeout()).isEqualTo(plain.connectTimeout());
        assertThat(wrapped.sslContext()).isEqualTo(plain.sslContext());
        assertThat(wrapped.sslParameters()).isNotNull();
        assertThat(wrapped).hasToString("TokenHttpClient[TokenSource[google/anna]]");
    }

    private HttpClient anna() {
        return TokenHttpClient.of(plain, tokens.source(ANNA));
    }

    private HttpClient xena() {
        return TokenHttpClient.of(plain, tokens.source(XENA));
    }

    private static HttpRequest get(URI address) {
        return HttpRequest.newBuilder(address).build();
    }

    private HttpRequest post(BodyPublisher body) {
        return HttpRequest.newBuilder(google.apiUrl()).POST(body).build();
    }

    private static int status(HttpClient client, HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, BodyHandlers.ofString()).statusCode();
    }

    private static HttpResponse<String> sent(Way way, HttpClient client, HttpRequest request) {
        try {
            return way.send(client, request, BodyHandlers.ofString());
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    /** Returns what kept a request back, whichever way it was told. */
    private static TokenIOException failure(Runnable call) {
        CompletionException failed = catchThrowableOfType(CompletionException.class, call::run);
        Throwable why = failed.getCause();
        while (!(why instanceof TokenIOException) && why.getCause() != null) {
            why = why.getCause();
        }
        return (TokenIOException) why;
    }
}
