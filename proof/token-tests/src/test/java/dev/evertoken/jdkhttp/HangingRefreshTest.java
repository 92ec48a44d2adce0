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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Asynchronous calls whose token was rejected while the refresh of their account hangs. */
class HangingRefreshTest {

    private final JdkClientFixture fixture = new JdkClientFixture();
    private final List<Checkpoint> held = new ArrayList<>();

    @AfterEach
    void close() {
        release();
        fixture.close();
    }

    @Test
    @Fault("L6")
    void manyCallsOfOneAccountWhoseRefreshHangsDelayNoCallOfAnotherAccount() throws Exception {
        assertAnotherAccountIsServed(rejectedCalls(List.of(ANNA), 20));
    }

    @Test
    @Fault("L6")
    void manyAccountsWhoseRefreshesHangDelayNoCallOfAnotherAccount() throws Exception {
        assertAnotherAccountIsServed(rejectedCalls(accounts(20), 1));
    }

    @Test
    @Fault("L6")
    void waitingCallsHoldNoThread() {
        rejectedCalls(accounts(10), 2);

        assertThat(Thread.getAllStackTraces().values())
                .filteredOn(stack -> Stream.of(stack)
                        .anyMatch(frame -> frame.getClassName().startsWith("dev.evertoken.jdkhttp.Exchange")))
                .isEmpty();
    }

    @Test
    void aTokenThatIsRejectedAfterTheEndOfTheEngineFailsTheCall() {
        Checkpoint rejection = new Checkpoint();
        fixture.google.onApi(MockResponse.json(401, JdkClientFixture.REJECTED).heldBeforeSending(rejection));
        CompletableFuture<HttpResponse<String>> call = send(ANNA);
        rejection.awaitArrived();
        fixture.tokens.close();
        rejection.release();

        assertThatThrownBy(() -> call.get(10, TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("this Tokens is closed");
    }

    private void assertAnotherAccountIsServed(List<CompletableFuture<HttpResponse<String>>> hanging) throws Exception {
        TokenKey ben = TokenKey.of("google", "ben");
        fixture.tokens.connect(ben, fixture.google.consent("ben"));
        fixture.google.expire("ben");

        assertThat(send(ben).get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(fixture.google.ledger().tokenRequests("ben")).isEqualTo(1);
        assertThat(hanging).noneMatch(CompletableFuture::isDone);

        release();
        for (CompletableFuture<HttpResponse<String>> call : hanging) {
            assertThat(call.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }

    private List<TokenKey> accounts(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> TokenKey.of("google", "user-" + number))
                .peek(key -> fixture.tokens.connect(key, fixture.google.consent(key.account())))
                .toList();
    }

    /** Sends calls with rejected tokens, and waits until all of them wait for refreshes that hang. */
    private List<CompletableFuture<HttpResponse<String>>> rejectedCalls(List<TokenKey> keys, int callsOfEach) {
        keys.forEach(key -> {
            fixture.google.expire(key.account());
            held.add(fixture.google.holdRequest());
        });
        List<CompletableFuture<HttpResponse<String>>> calls = keys.stream()
                .flatMap(key -> IntStream.range(0, callsOfEach).mapToObj(call -> send(key)))
                .toList();
        held.forEach(Checkpoint::awaitArrived);
        fixture.clock.awaitTimers(calls.size() + held.size());
        return calls;
    }

    private CompletableFuture<HttpResponse<String>> send(TokenKey key) {
        HttpClient client = TokenHttpClient.of(fixture.plain, fixture.tokens.source(key));
        HttpRequest request = JdkClientFixture.get(fixture.google.apiUrl());
        return client.sendAsync(request, BodyHandlers.ofString());
    }

    private void release() {
        held.forEach(Checkpoint::release);
    }
}
