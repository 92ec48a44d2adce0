package dev.evertoken.okhttp;

import static dev.evertoken.okhttp.InterceptorFixture.ANNA;
import static dev.evertoken.okhttp.InterceptorFixture.problem;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.providers.LoopbackServer;
import dev.evertoken.providers.SelfSigned;
import dev.evertoken.spi.http.ResponseDecider;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.RawConnection;
import dev.evertoken.testing.RawServer;
import dev.evertoken.testing.SlowBody;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okio.BufferedSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rejections whose body does not arrive: the client never reads without a limit of its own. */
class SlowRejectionsTest {

    private static final String FIRST_PART = "{\"error\":{\"code\":403,";
    private static final String SECOND_PART = "\"status\":\"PERMISSION_DENIED\"}}";
    private static final int LENGTH = FIRST_PART.length() + SECOND_PART.length();

    private final InterceptorFixture fixture = new InterceptorFixture();
    private final OkHttpClient patient = fixture.client(builder ->
            builder.addInterceptor(TokenInterceptor.of(fixture.tokens)).readTimeout(Duration.ZERO));

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    @Fault("L9")
    void aRejectionWhoseBodyTricklesIsRepeatedWithANewTokenAtTheDeadline() throws Exception {
        fixture.google.expire("anna");
        try (SlowBody slow = new SlowBody()) {
            fixture.google.onApi(MockResponse.slowBody(slow));
            CompletableFuture<Response> answered = sent(patient, fixture.google.apiUrl());
            slow.awaitStarted();
            slow.allow(3);
            try (Response response = afterTheDeadline(answered)) {
                assertThat(response.code()).isEqualTo(200);
                assertThat(response.body().string()).contains("anna");
            }
        }
        assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    @Fault("L9")
    void aClientWithAReadTimeoutRepeatsTheRequestAsWell() throws Exception {
        fixture.google.expire("anna");
        try (SlowBody slow = new SlowBody()) {
            fixture.google.onApi(MockResponse.slowBody(slow));
            CompletableFuture<Response> answered = sent(fixture.http, fixture.google.apiUrl());
            slow.awaitStarted();
            try (Response response = afterTheDeadline(answered)) {
                assertThat(response.code()).isEqualTo(200);
            }
        }
    }

    @Test
    @Fault("L9")
    void aRejectionOverTlsIsRepeatedAsWell(@TempDir Path folder) throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        SelfSigned certificate = SelfSigned.in(folder);
        try (LoopbackServer api = new LoopbackServer(certificate.listen(), (server, socket, out) -> {
            if (server.connections() == 1) {
                out.write((LoopbackServer.head(401, "Content-Length: " + LENGTH) + FIRST_PART).getBytes(UTF_8));
                over.await();
            } else {
                out.write(LoopbackServer.json(200, "{}").getBytes(UTF_8));
            }
        })) {
            SSLContext context = SSLContext.getInstance("TLS");
            X509TrustManager trust = certificate.trust();
            context.init(null, new TrustManager[] {trust}, null);
            OkHttpClient secure = fixture.client(builder -> builder.addInterceptor(TokenInterceptor.of(fixture.tokens))
                    .sslSocketFactory(context.getSocketFactory(), trust));
            try (Response response = afterTheDeadline(sent(secure, api.tlsUri("/")))) {
                assertThat(response.code()).isEqualTo(200);
            }
            over.countDown();
        }
    }

    @Test
    @Fault("L9")
    void theDeadlineAlsoRunsOnTheClockOfThisMachine() throws Exception {
        try (RawServer api = RawServer.start(connection -> rejectAndWait(connection, 403));
                Response response = sent(patient, api.address("/")).get(10, TimeUnit.SECONDS)) {
            assertThat(response.code()).isEqualTo(403);
        }
    }

    @Test
    @Fault("L9")
    void aSecondRejectionWhoseBodyTricklesIsReturnedAtTheDeadline() throws Exception {
        try (RawServer api = RawServer.start(SlowRejectionsTest::rejectAndWait);
                Response response = afterTheDeadline(sent(patient, api.address("/")))) {
            assertThat(response.code()).isEqualTo(401);
            assertThat(problem(response)).contains(Problem.API_REJECTS_TOKEN);
            assertThat(api.connections()).isEqualTo(2);
        }
    }

    @Test
    @Fault("L9")
    void theCallerReadsThePartThatWasJudgedAtOnceAndTheRestWhenItArrives() throws Exception {
        for (String framing : new String[] {"Content-Length: " + LENGTH, "Connection: close"}) {
            CountDownLatch started = new CountDownLatch(1);
            CountDownLatch rest = new CountDownLatch(1);
            try (RawServer api = RawServer.start(connection -> {
                assertThat(connection.readRequest()).isPresent();
                connection.write("HTTP/1.1 403 No\r\nContent-Type: application/json\r\n" + framing + "\r\n\r\n");
                connection.write(FIRST_PART);
                started.countDown();
                rest.await();
                connection.write(SECOND_PART);
            })) {
                CompletableFuture<Response> answered = sent(patient, api.address("/"));
                started.await();
                try (Response response = afterTheDeadline(answered)) {
                    assertThat(response.code()).isEqualTo(403);
                    BufferedSource body = response.body().source();
                    assertThat(body.readUtf8(FIRST_PART.length())).isEqualTo(FIRST_PART);
                    rest.countDown();
                    assertThat(body.readUtf8()).isEqualTo(SECOND_PART);
                }
            }
        }
    }

    @Test
    @Fault("L9")
    void aBodyThatBreaksAfterTheDeadlineBreaksForTheCaller() throws Exception {
        CountDownLatch rest = new CountDownLatch(1);
        try (RawServer api = RawServer.start(connection -> {
            assertThat(connection.readRequest()).isPresent();
            connection.write("HTTP/1.1 403 No\r\nContent-Length: " + LENGTH + "\r\n\r\n" + FIRST_PART);
            rest.await();
        })) {
            try (Response response = afterTheDeadline(sent(patient, api.address("/")))) {
                rest.countDown();
                assertThatThrownBy(() -> response.body().string()).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    @Fault("L9")
    void closingTheResponseClosesTheConnectionWithoutWaitingForTheBody() throws Exception {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        try (RawServer api = RawServer.start(connection -> {
            rejectAndWait(connection, 403);
            ended.complete(null);
        })) {
            afterTheDeadline(sent(patient, api.address("/"))).close();
            ended.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    @Fault("L9")
    void aCancelledCallEndsTheReadOfTheCaller() throws Exception {
        try (RawServer api = RawServer.start(connection -> rejectAndWait(connection, 403))) {
            Call call = patient.newCall(
                    InterceptorFixture.request(ANNA, api.address("/")).build());
            try (Response response = afterTheDeadline(executed(call))) {
                CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> {
                    try {
                        return response.body().string();
                    } catch (IOException e) {
                        return "cancelled";
                    }
                });
                call.cancel();
                assertThat(read.get(10, TimeUnit.SECONDS)).isEqualTo("cancelled");
            }
        }
    }

    private static void rejectAndWait(RawConnection connection) throws IOException {
        rejectAndWait(connection, 401);
    }

    private static void rejectAndWait(RawConnection connection, int status) throws IOException {
        assertThat(connection.readRequest()).isPresent();
        connection.write("HTTP/1.1 " + status + " No\r\nContent-Type: application/json\r\nContent-Length: " + LENGTH
                + "\r\n\r\n" + FIRST_PART);
        connection.awaitEnd();
    }

    private static CompletableFuture<Response> sent(OkHttpClient client, URI address) {
        return executed(client.newCall(InterceptorFixture.request(ANNA, address).build()));
    }

    private static CompletableFuture<Response> executed(Call call) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return call.execute();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Advances the clock in small steps until there is a response. */
    private Response afterTheDeadline(CompletableFuture<Response> answered) throws Exception {
        TimeoutException late = null;
        for (int look = 0; look < 160; look++) {
            fixture.clock.advance(ResponseDecider.PEEK_TIME.dividedBy(40));
            try {
                return answered.get(25, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                late = e;
            } catch (ExecutionException e) {
                throw new AssertionError(e.getCause());
            }
        }
        throw new AssertionError("no response although four deadlines have passed", late);
    }
}
