package dev.evertoken.jdkhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.providers.LoopbackServer;
import dev.evertoken.testing.MockResponse;
import java.io.InputStream;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The body that the caller receives after the client has inspected its beginning. */
class ResponseBodiesTest {

    private final JdkClientFixture fixture = new JdkClientFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @EnumSource
    void aLongErrorBodyIsCompleteForEveryBodyHandler(CallStyle style) throws Exception {
        String body = "x".repeat(300_000) + "é";
        fixture.google.onApi(
                MockResponse.of(403, "text/plain", body),
                MockResponse.of(403, "text/plain", body),
                MockResponse.of(403, "text/plain", body));

        assertThat(style.send(fixture.anna(), JdkClientFixture.get(fixture.google.apiUrl()), BodyHandlers.ofString())
                        .body())
                .isEqualTo(body);
        try (InputStream stream = style.send(
                        fixture.anna(), JdkClientFixture.get(fixture.google.apiUrl()), BodyHandlers.ofInputStream())
                .body()) {
            assertThat(new String(stream.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(body);
        }
        try (Stream<String> lines = style.send(
                        fixture.anna(), JdkClientFixture.get(fixture.google.apiUrl()), BodyHandlers.ofLines())
                .body()) {
            assertThat(lines).containsExactly(body);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aResponseWithoutABodyIsCompleteImmediately(CallStyle style) throws Exception {
        fixture.google.onApi(MockResponse.status(503));
        assertThat(style.send(fixture.anna(), JdkClientFixture.get(fixture.google.apiUrl()), BodyHandlers.ofByteArray())
                        .body())
                .isEmpty();
        fixture.google.onApi(MockResponse.status(503));
        assertThat(style.send(fixture.anna(), JdkClientFixture.get(fixture.google.apiUrl()), BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(503);
    }

    @ParameterizedTest
    @EnumSource
    void aTruncatedBodyFailsForTheCaller(CallStyle style) throws Exception {
        String half = LoopbackServer.head(401, "Content-Type: application/json", "Content-Length: 100") + "{\"err";
        try (LoopbackServer server = LoopbackServer.answering(half)) {
            assertThatThrownBy(() -> style.send(
                            fixture.anna(), JdkClientFixture.get(server.uri("/cut")), BodyHandlers.ofString()))
                    .hasStackTraceContaining("IOException");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anExceptionOfABodyHandlerReachesTheCaller(CallStyle style) {
        assertThatThrownBy(() -> style.send(fixture.anna(), JdkClientFixture.get(fixture.google.apiUrl()), info -> {
                    throw new IllegalStateException("the handler's");
                }))
                .hasStackTraceContaining("the handler's");
    }

    @ParameterizedTest
    @EnumSource
    void aSubscriberThatRequestsOneItemAtATimeGetsAllOfThemInOrder(CallStyle style) throws Exception {
        String body = "0123456789".repeat(40_000);
        fixture.google.onApi(MockResponse.of(403, "text/plain", body));
        Piecemeal pieces = new Piecemeal(Long.MAX_VALUE);

        style.send(fixture.anna(), JdkClientFixture.get(fixture.google.apiUrl()), BodyHandlers.fromSubscriber(pieces));
        assertThat(pieces.whole.get(10, TimeUnit.SECONDS)).isEqualTo(body);
    }

    @ParameterizedTest
    @EnumSource
    void aSubscriberThatCancelsReceivesNoMore(CallStyle style) throws Exception {
        fixture.google.onApi(MockResponse.of(403, "text/plain", "0123456789".repeat(40_000)));
        Piecemeal pieces = new Piecemeal(1);

        CompletableFuture<?> response = fixture.anna()
                .sendAsync(JdkClientFixture.get(fixture.google.apiUrl()), BodyHandlers.fromSubscriber(pieces))
                .orTimeout(10, TimeUnit.SECONDS);
        pieces.cancelled.get(10, TimeUnit.SECONDS);
        assertThat(pieces.whole).isNotDone();
        response.cancel(true);
        assertThat(style.send(fixture.anna(), JdkClientFixture.get(fixture.google.apiUrl()), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
    }

    /** Requests one item at a time and cancels after a given number of items. */
    private static final class Piecemeal implements Flow.Subscriber<List<ByteBuffer>> {
        private final CompletableFuture<String> whole = new CompletableFuture<>();
        private final CompletableFuture<Void> cancelled = new CompletableFuture<>();
        private final StringBuilder text = new StringBuilder();
        private final CompletableFuture<Flow.Subscription> source = new CompletableFuture<>();
        private long left;

        Piecemeal(long left) {
            this.left = left;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            source.complete(subscription);
            subscription.request(1);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            buffers.forEach(buffer -> text.append(StandardCharsets.UTF_8.decode(buffer)));
            if (--left > 0) {
                source.join().request(1);
            } else {
                source.join().cancel();
                cancelled.complete(null);
            }
        }

        @Override
        public void onError(Throwable why) {
            whole.completeExceptionally(why);
        }

        @Override
        public void onComplete() {
            whole.complete(text.toString());
        }
    }
}
