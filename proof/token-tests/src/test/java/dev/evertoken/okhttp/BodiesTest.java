package dev.evertoken.okhttp;

import static dev.evertoken.okhttp.InterceptorFixture.ANNA;
import static dev.evertoken.okhttp.InterceptorFixture.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.testing.RawServer;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Request bodies that are sent a second time, and bodies that are not. */
class BodiesTest {

    private static final String REJECTED = "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n";
    private static final String ACCEPTED = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    private final InterceptorFixture fixture = new InterceptorFixture();
    private final AtomicInteger written = new AtomicInteger();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aReplayableBodyIsSentAgainWithTheNewToken() throws IOException {
        fixture.google.expire("anna");

        try (Response response =
                fixture.send(post(fixture.google.apiUrl(), body(false)).build())) {
            assertThat(response.code()).isEqualTo(200);
        }
        assertThat(written).hasValue(2);
    }

    @Test
    @Fault("H5")
    void aBodyThatCannotBeSentTwiceIsSentOnceAndTheTokenIsRefreshedForTheNextRequest() throws IOException {
        fixture.google.expire("anna");

        try (Response response =
                fixture.send(post(fixture.google.apiUrl(), body(true)).build())) {
            assertThat(response.code()).isEqualTo(401);
            assertThat(problem(response)).contains(Problem.BODY_NOT_REPLAYABLE);
            assertThat(problem(response).orElseThrow().remedy()).isEqualTo(Remedy.RETRY);
        }
        assertThat(written).hasValue(1);
        assertThat(fixture.google.ledger().apiRequests("anna")).isEqualTo(1);
        assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(1);

        try (Response response =
                fixture.send(post(fixture.google.apiUrl(), body(true)).build())) {
            assertThat(response.code()).isEqualTo(200);
        }
        assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    @Fault("H6")
    void aBodyRejectedHalfWayIsNotSentTwice() throws IOException {
        CountDownLatch responded = new CountDownLatch(1);
        RequestBody halfWay = new Counted(true) {
            @Override
            public void writeTo(BufferedSink sink) throws IOException {
                super.writeTo(sink);
                sink.flush();
                await(responded);
                sink.writeUtf8("the second half");
            }
        };
        try (RawServer api = RawServer.start(connection -> {
            connection.write(REJECTED);
            responded.countDown();
            connection.awaitEnd();
        })) {
            try (Response response =
                    fixture.send(post(api.address("/upload"), halfWay).build())) {
                assertThat(response.code()).isEqualTo(401);
                assertThat(problem(response)).contains(Problem.BODY_NOT_REPLAYABLE);
            }
            assertThat(written).hasValue(1);
            assertThat(api.connections()).isEqualTo(1);
            assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(1);
        }
    }

    @Test
    @Fault("H6")
    void aOneShotBodyRejectedBeforeItWasSentIsNotTriedAgain() throws IOException {
        try (RawServer api = RawServer.start(connection -> {
            connection.write(REJECTED);
            connection.awaitEnd();
        })) {
            Request request = post(api.address("/upload"), body(true))
                    .header("Expect", "100-continue")
                    .build();
            try (Response response = fixture.send(request)) {
                assertThat(response.code()).isEqualTo(401);
                assertThat(problem(response)).contains(Problem.BODY_NOT_REPLAYABLE);
            }
            assertThat(written).hasValue(0);
            assertThat(api.connections()).isEqualTo(1);
        }
    }

    @Test
    @Fault("H6")
    void aBodyRejectedBeforeItWasSentIsSentOnceWithTheNewToken() throws IOException {
        try (RawServer api = RawServer.start(
                connection -> {
                    connection.write(REJECTED);
                    connection.awaitEnd();
                },
                connection -> {
                    connection.write("HTTP/1.1 100 Continue\r\n\r\n" + ACCEPTED);
                    connection.awaitEnd();
                })) {
            Request request = post(api.address("/upload"), body(false))
                    .header("Expect", "100-continue")
                    .build();
            try (Response response = fixture.send(request)) {
                assertThat(response.code()).isEqualTo(200);
            }
            assertThat(written).hasValue(1);
            assertThat(api.connections()).isEqualTo(2);
        }
    }

    private static Request.Builder post(URI address, RequestBody body) {
        return InterceptorFixture.request(ANNA, address).post(body);
    }

    private RequestBody body(boolean oneShot) {
        return new Counted(oneShot);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new IOException("the server did not respond");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while sending", e);
        }
    }

    /** A body of unknown length that counts how often it is written. */
    private class Counted extends RequestBody {
        private final boolean oneShot;

        Counted(boolean oneShot) {
            this.oneShot = oneShot;
        }

        @Override
        public MediaType contentType() {
            return MediaType.get("text/plain");
        }

        @Override
        public boolean isOneShot() {
            return oneShot;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            written.incrementAndGet();
            sink.writeUtf8("the first half");
        }
    }
}
