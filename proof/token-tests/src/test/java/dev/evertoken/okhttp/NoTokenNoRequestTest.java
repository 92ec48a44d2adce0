package dev.evertoken.okhttp;

import static dev.evertoken.okhttp.InterceptorFixture.ANNA;
import static dev.evertoken.okhttp.InterceptorFixture.BERT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.RawServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A request is sent with its token or not at all, and a call waits for its token on its own thread. */
class NoTokenNoRequestTest {

    private final InterceptorFixture fixture = new InterceptorFixture();
    private final RawServer api = RawServer.start(connection -> connection.awaitEnd());
    private final ExecutorService callThreads = Executors.newCachedThreadPool(task -> new Thread(task, "call"));

    @AfterEach
    void close() {
        callThreads.shutdownNow();
        api.close();
        fixture.close();
    }

    @Test
    @Fault("H10")
    void duringAStoreOutageNoConnectionIsOpened() {
        fixture.clock.advance(Duration.ofHours(2));
        fixture.store.down();

        TokenIOException failure = failure(ANNA);

        assertThat(failure.reason().problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(failure.reason().key()).contains(ANNA);
        assertThat(api.connections()).isZero();
    }

    @Test
    @Fault("H10")
    void withARevokedGrantNoConnectionIsOpened() {
        fixture.clock.advance(Duration.ofHours(2));
        fixture.google.revoke("anna");

        TokenIOException failure = failure(ANNA);

        assertThat(failure.reason().problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(failure).hasMessage(failure.reason().getMessage());
        assertThat(api.connections()).isZero();
    }

    @Test
    @Fault("H10")
    void anUnknownAccountHasATypedProblem() {
        assertThat(failure(TokenKey.of("google", "nobody")).reason().problem()).isEqualTo(Problem.NOT_CONNECTED);
        assertThat(failure(TokenKey.of("unheard-of", "anna")).reason().problem())
                .isEqualTo(Problem.UNKNOWN_REGISTRATION);
        assertThat(api.connections()).isZero();
    }

    @Test
    @Fault("H12")
    void anAsynchronousCallThatWaitsForItsTokenBlocksOneDispatcherThreadAndNoOtherCall() throws Exception {
        fixture.clock.advance(Duration.ofHours(2));
        OkHttpClient http = asynchronous();
        http.newCall(InterceptorFixture.request(BERT, fixture.google.apiUrl()).build())
                .execute()
                .close();
        try (Checkpoint checkpoint = fixture.google.holdRequest()) {
            CompletableFuture<String> anna = enqueue(http, ANNA);
            checkpoint.awaitArrived();

            assertThat(stacksWith(TokenInterceptor.class.getName()))
                    .singleElement()
                    .satisfies(frames -> assertThat(frames)
                            .contains("okhttp3.internal.connection.RealCall$AsyncCall")
                            .doesNotContain("okhttp3.internal.concurrent.TaskRunner"));
            assertThat(stacksWith("dev.evertoken.providers.internal.oauth2.OAuth2Refresher"))
                    .as("the refresh")
                    .hasSize(1)
                    .allSatisfy(frames ->
                            assertThat(frames).doesNotContain("okhttp3.internal.connection.RealCall$AsyncCall"));
            try (Response bert = http.newCall(InterceptorFixture.request(BERT, fixture.google.apiUrl())
                            .build())
                    .execute()) {
                assertThat(bert.code()).isEqualTo(200);
            }
            assertThat(anna).isNotDone();

            checkpoint.release();
            assertThat(anna.get(10, TimeUnit.SECONDS)).isEqualTo("200");
        }
    }

    @Test
    @Fault({"H10", "H12"})
    void anAsynchronousCallWithoutATokenFailsItsCallbackWithTheReason() throws Exception {
        fixture.clock.advance(Duration.ofHours(2));
        fixture.google.revoke("anna");

        assertThat(enqueue(asynchronous(), ANNA).get(10, TimeUnit.SECONDS)).isEqualTo("GRANT_DEAD");
        assertThat(fixture.google.ledger().apiRequests("anna")).isZero();
    }

    private TokenIOException failure(TokenKey key) {
        TokenIOException failure = catchThrowableOfType(
                TokenIOException.class, () -> fixture.get(key, api.address("/")).close());
        assertThat(failure).as("a typed failure").isNotNull();
        return failure;
    }

    private OkHttpClient asynchronous() {
        return fixture.client(builder ->
                builder.dispatcher(new Dispatcher(callThreads)).addInterceptor(TokenInterceptor.of(fixture.tokens)));
    }

    private CompletableFuture<String> enqueue(OkHttpClient http, TokenKey key) {
        CompletableFuture<String> outcome = new CompletableFuture<>();
        http.newCall(InterceptorFixture.request(key, fixture.google.apiUrl()).build())
                .enqueue(new Callback() {
                    @Override
                    public void onFailure(Call call, IOException e) {
                        Object problem = e instanceof TokenIOException typed
                                ? typed.reason().problem()
                                : e;
                        outcome.complete(problem.toString());
                    }

                    @Override
                    public void onResponse(Call call, Response response) {
                        response.close();
                        outcome.complete(Integer.toString(response.code()));
                    }
                });
        return outcome;
    }

    /** Returns the class names on the stack of each thread that currently executes a method of a class. */
    private static List<List<String>> stacksWith(String type) {
        return Thread.getAllStackTraces().values().stream()
                .map(frames ->
                        Stream.of(frames).map(StackTraceElement::getClassName).toList())
                .filter(frames -> frames.contains(type))
                .toList();
    }
}
