package dev.evertoken.jdkhttp;

import static dev.evertoken.jdkhttp.JdkClientFixture.ANNA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.MockResponse;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Asynchronous calls whose token was rejected while the refresh of their account hangs. */
class HangingRefreshTest {

    private static final TokenKey BEN = TokenKey.of("google", "ben");
    private static final int CALLS = 20;

    private final JdkClientFixture fixture = new JdkClientFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    @Fault("L6")
    void manyCallsOfAnAccountWhoseRefreshHangsDelayNoCallOfAnotherAccount() throws Exception {
        fixture.tokens.connect(BEN, fixture.google.consent("ben"));
        HttpClient ben = TokenHttpClient.of(fixture.plain, fixture.tokens.source(BEN));
        try (Checkpoint held = fixture.google.holdRequest()) {
            List<CompletableFuture<HttpResponse<String>>> hanging = rejectedCallsOfAnna();
            held.awaitArrived();
            fixture.google.expire("ben");

            assertThat(ben.sendAsync(request(), BodyHandlers.ofString())
                            .get(10, TimeUnit.SECONDS)
                            .statusCode())
                    .isEqualTo(200);

            assertThat(hanging).noneMatch(CompletableFuture::isDone);
            held.release();
            for (CompletableFuture<HttpResponse<String>> call : hanging) {
                assertThat(call.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            }
        }
        assertThat(fixture.google.ledger().tokenRequests("anna")).isEqualTo(1);
    }

    @Test
    @Fault("L6")
    void waitingCallsHoldNoThread() {
        try (Checkpoint held = fixture.google.holdRequest()) {
            rejectedCallsOfAnna();
            held.awaitArrived();

            assertThat(Thread.getAllStackTraces().entrySet())
                    .filteredOn(thread -> List.of(thread.getValue()).stream()
                            .anyMatch(frame -> frame.getClassName().startsWith("dev.evertoken.jdkhttp.Exchange")))
                    .isEmpty();
        }
    }

    @Test
    void aRejectedTokenAfterTheEndOfTheEngineFailsTheCall() throws Exception {
        fixture.google.expire("anna");
        CompletableFuture<HttpResponse<String>> call;
        try (Checkpoint held = new Checkpoint()) {
            fixture.google.onApi(
                    MockResponse.json(401, JdkClientFixture.REJECTED).heldBeforeSending(held));
            call = fixture.anna().sendAsync(request(), BodyHandlers.ofString());
            held.awaitArrived();
            fixture.tokens.close();
        }

        assertThatThrownBy(() -> call.get(10, TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("this Tokens is closed");
    }

    /** Sends calls with a rejected token, and waits until the API has rejected each of them. */
    private List<CompletableFuture<HttpResponse<String>>> rejectedCallsOfAnna() {
        HttpClient anna = fixture.anna();
        assertThat(fixture.tokens.accessToken(ANNA).generation()).isEqualTo(1);
        fixture.google.expire("anna");
        List<CompletableFuture<HttpResponse<String>>> calls = IntStream.range(0, CALLS)
                .mapToObj(call -> anna.sendAsync(request(), BodyHandlers.ofString()))
                .toList();
        fixture.clock.awaitTimers(CALLS);
        return calls;
    }

    private HttpRequest request() {
        return JdkClientFixture.get(fixture.google.apiUrl());
    }
}
