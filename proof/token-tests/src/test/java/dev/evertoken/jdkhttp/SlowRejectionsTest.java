package dev.evertoken.jdkhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.spi.http.ResponseDecider;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.RawConnection;
import dev.evertoken.testing.RawServer;
import dev.evertoken.testing.SlowBody;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rejections whose body does not arrive: neither call style waits for it without a limit. */
class SlowRejectionsTest {

    private static final String FIRST_PART = "{\"error\":{\"code\":403,";
    private static final String SECOND_PART = "\"status\":\"PERMISSION_DENIED\"}}";
    private static final int LENGTH = FIRST_PART.length() + SECOND_PART.length();

    private final JdkClientFixture fixture = new JdkClientFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @EnumSource
    @Fault("L9")
    void aRejectionWhoseBodyTricklesIsRepeatedWithANewTokenAtTheDeadline(CallStyle style) throws Exception {
        fixture.google.expire("anna");
        try (SlowBody slow = new SlowBody()) {
            fixture.google.onApi(MockResponse.slowBody(slow));
            CompletableFuture<HttpResponse<String>> answered =
                    sent(style, fixture.google.apiUrl(), BodyHandlers.ofString());
            slow.awaitStarted();
            slow.allow(3);

            HttpResponse<String> response = afterTheDeadline(answered);
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).contains("anna");
        }
        assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    @Fault("L9")
    void aSecondRejectionWhoseBodyTricklesIsReturnedAtTheDeadline(CallStyle style) throws Exception {
        try (RawServer api = RawServer.start(connection -> rejectAndWait(connection, 401))) {
            HttpResponse<InputStream> response =
                    afterTheDeadline(sent(style, api.address("/"), BodyHandlers.ofInputStream()));
            try (InputStream body = response.body()) {
                assertThat(response.statusCode()).isEqualTo(401);
                assertThat(TokenHttpClient.verdict(response).orElseThrow().problem())
                        .contains(Problem.API_REJECTS_TOKEN);
                assertThat(body.readNBytes(4)).hasSize(4);
            }
            assertThat(api.connections()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Fault("L9")
    void theCallerReadsThePartThatWasJudgedAtOnceAndTheRestWhenItArrives(CallStyle style) throws Exception {
        CountDownLatch rest = new CountDownLatch(1);
        try (RawServer api = RawServer.start(connection -> {
            reject(connection, 403);
            rest.await();
            connection.write(SECOND_PART);
        })) {
            try (InputStream body = afterTheDeadline(sent(style, api.address("/"), BodyHandlers.ofInputStream()))
                    .body()) {
                assertThat(text(body.readNBytes(FIRST_PART.length()))).isEqualTo(FIRST_PART);
                rest.countDown();
                assertThat(text(body.readAllBytes())).isEqualTo(SECOND_PART);
            }
        }
    }

    @Test
    @Fault("L9")
    void aBodyThatBreaksAfterTheDeadlineBreaksForTheCaller() throws Exception {
        CountDownLatch rest = new CountDownLatch(1);
        try (RawServer api = RawServer.start(connection -> {
            reject(connection, 403);
            rest.await();
        })) {
            try (InputStream body = afterTheDeadline(
                            sent(CallStyle.WAITING, api.address("/"), BodyHandlers.ofInputStream()))
                    .body()) {
                rest.countDown();
                assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @Fault("L9")
    void closingTheBodyClosesTheConnection(CallStyle style) throws Exception {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        try (RawServer api = RawServer.start(connection -> {
            rejectAndWait(connection, 403);
            ended.complete(null);
        })) {
            afterTheDeadline(sent(style, api.address("/"), BodyHandlers.ofInputStream()))
                    .body()
                    .close();
            ended.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    @Fault("L9")
    void theDeadlineAlsoRunsOnTheClockOfThisMachine() throws Exception {
        try (RawServer api = RawServer.start(connection -> rejectAndWait(connection, 403))) {
            assertThat(sent(CallStyle.WAITING, api.address("/"), BodyHandlers.ofInputStream())
                            .get(10, TimeUnit.SECONDS)
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    private static void rejectAndWait(RawConnection connection, int status) throws IOException {
        reject(connection, status);
        connection.awaitEnd();
    }

    private static void reject(RawConnection connection, int status) throws IOException {
        assertThat(connection.readRequest()).isPresent();
        connection.write("HTTP/1.1 " + status + " No\r\nContent-Type: application/json\r\nContent-Length: " + LENGTH
                + "\r\n\r\n" + FIRST_PART);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private <T> CompletableFuture<HttpResponse<T>> sent(CallStyle style, URI address, BodyHandler<T> handler) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return style.send(fixture.anna(), JdkClientFixture.get(address), handler);
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        });
    }

    /** Advances the clock in small steps until there is a response. */
    private <T> HttpResponse<T> afterTheDeadline(CompletableFuture<HttpResponse<T>> answered) throws Exception {
        TimeoutException late = null;
        for (int look = 0; look < 160; look++) {
            fixture.clock.advance(ResponseDecider.PEEK_TIME.dividedBy(40));
            try {
                return answered.get(25, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                late = e;
            }
        }
        throw new AssertionError("no response although four deadlines have passed", late);
    }
}
