package dev.evertoken.jdkhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.providers.LoopbackServer;
import dev.evertoken.testing.Answer;
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

/** What the caller gets of a body whose beginning was looked at. */
class AnswerBodiesTest {

    private final JdkDesk desk = new JdkDesk();

    @AfterEach
    void close() {
        desk.close();
    }

    @ParameterizedTest
    @EnumSource
    void aLongRefusalIsReadToItsEndWhateverReadsIt(Way way) throws Exception {
        String body = "x".repeat(300_000) + "é";
        desk.google.onApi(
                Answer.of(403, "text/plain", body),
                Answer.of(403, "text/plain", body),
                Answer.of(403, "text/plain", body));

        assertThat(way.send(desk.anna(), JdkDesk.get(desk.google.apiUrl()), BodyHandlers.ofString())
                        .body())
                .isEqualTo(body);
        try (InputStream stream = way.send(desk.anna(), JdkDesk.get(desk.google.apiUrl()), BodyHandlers.ofInputStream())
                .body()) {
            assertThat(new String(stream.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(body);
        }
        try (Stream<String> lines = way.send(desk.anna(), JdkDesk.get(desk.google.apiUrl()), BodyHandlers.ofLines())
                .body()) {
            assertThat(lines).containsExactly(body);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerWithoutABodyIsWholeAtOnce(Way way) throws Exception {
        desk.google.onApi(Answer.status(503));
        assertThat(way.send(desk.anna(), JdkDesk.get(desk.google.apiUrl()), BodyHandlers.ofByteArray())
                        .body())
                .isEmpty();
        desk.google.onApi(Answer.status(503));
        assertThat(way.send(desk.anna(), JdkDesk.get(desk.google.apiUrl()), BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(503);
    }

    @ParameterizedTest
    @EnumSource
    void aBodyThatBreaksOffBreaksOffForTheCaller(Way way) throws Exception {
        String half = LoopbackServer.head(401, "Content-Type: application/json", "Content-Length: 100") + "{\"err";
        try (LoopbackServer server = LoopbackServer.answering(half)) {
            assertThatThrownBy(() -> way.send(desk.anna(), JdkDesk.get(server.uri("/cut")), BodyHandlers.ofString()))
                    .hasStackTraceContaining("IOException");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHandlerThatThrowsIsTheCallersOwnProblem(Way way) {
        assertThatThrownBy(() -> way.send(desk.anna(), JdkDesk.get(desk.google.apiUrl()), info -> {
                    throw new IllegalStateException("the handler's");
                }))
                .hasStackTraceContaining("the handler's");
    }

    @ParameterizedTest
    @EnumSource
    void aSubscriberThatTakesOnePieceAtATimeGetsThemAllInOrder(Way way) throws Exception {
        String body = "0123456789".repeat(40_000);
        desk.google.onApi(Answer.of(403, "text/plain", body));
        Piecemeal pieces = new Piecemeal(Long.MAX_VALUE);

        way.send(desk.anna(), JdkDesk.get(desk.google.apiUrl()), BodyHandlers.fromSubscriber(pieces));
        assertThat(pieces.whole.get(10, TimeUnit.SECONDS)).isEqualTo(body);
    }

    @ParameterizedTest
    @EnumSource
    void aSubscriberThatHasHadEnoughGetsNoMore(Way way) throws Exception {
        desk.google.onApi(Answer.of(403, "text/plain", "0123456789".repeat(40_000)));
        Piecemeal pieces = new Piecemeal(1);

        CompletableFuture<?> answer = desk.anna()
                .sendAsync(JdkDesk.get(desk.google.apiUrl()), BodyHandlers.fromSubscriber(pieces))
                .orTimeout(10, TimeUnit.SECONDS);
        pieces.enough.get(10, TimeUnit.SECONDS);
        assertThat(pieces.whole).isNotDone();
        answer.cancel(true);
        assertThat(way.send(desk.anna(), JdkDesk.get(desk.google.apiUrl()), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
    }

    /** Asks for one piece after the other, and for no more after so many. */
    private static final class Piecemeal implements Flow.Subscriber<List<ByteBuffer>> {
        private final CompletableFuture<String> whole = new CompletableFuture<>();
        private final CompletableFuture<Void> enough = new CompletableFuture<>();
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
                enough.complete(null);
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
