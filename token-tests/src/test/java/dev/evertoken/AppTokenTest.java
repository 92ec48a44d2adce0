package dev.evertoken;

import static dev.evertoken.ConsentHouse.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.testing.Answer;
import dev.evertoken.testing.Hold;
import dev.evertoken.testing.MockProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tokens of the application itself. */
class AppTokenTest {

    private final ConsentHouse house = new ConsentHouse();
    private final Tokens tokens = house.process();
    private final MockProvider acme = house.providers.rotating();

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void oneIsUsedUntilShortlyBeforeItsEnd() {
        AccessToken first = tokens.appToken("acme");
        house.later(Duration.ofMinutes(118));
        assertThat(tokens.appToken("acme")).isSameAs(first);
        assertThat(acme.ledger().isAccepted(first.value())).isTrue();

        house.later(Duration.ofMinutes(1));
        AccessToken second = tokens.appToken("acme");

        assertThat(second.value()).isNotEqualTo(first.value());
        assertThat(acme.ledger().tokenRequests()).isEqualTo(2);
    }

    @Test
    void manyThreadsShareOneRequest() throws Exception {
        Hold hold = acme.hold();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<AccessToken>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                all.add(threads.submit(() -> tokens.appToken("acme")));
            }
            hold.awaitArrived();
            hold.release();
            AccessToken one = all.get(0).get(20, TimeUnit.SECONDS);
            for (Future<AccessToken> other : all) {
                assertThat(other.get(20, TimeUnit.SECONDS)).isSameAs(one);
            }
            assertThat(acme.ledger().tokenRequests()).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void providersThatHaveNoneSaySo() {
        assertThat(failure(Problem.NOT_SUPPORTED, () -> tokens.appToken("google")))
                .hasMessage("provider google has no tokens of the application itself");
        failure(Problem.NOT_SUPPORTED, () -> tokens.appToken("strava"));
        failure(Problem.UNKNOWN_REGISTRATION, () -> tokens.appToken("nobody"));
    }

    @Test
    void whatIsRefusedIsTypedAndAskedForAgainNextTime() {
        acme.onToken(
                Answer.json(400, "{\"error\":\"unauthorized_client\"}"),
                Answer.json(400, "{\"error\":\"invalid_scope\"}"),
                Answer.html(503),
                Answer.disconnect());
        failure(Problem.CLIENT_REJECTED, () -> tokens.appToken("acme"));
        failure(Problem.SCOPE_INVALID, () -> tokens.appToken("acme"));
        failure(Problem.PROVIDER_UNAVAILABLE, () -> tokens.appToken("acme"));
        failure(Problem.NETWORK, () -> tokens.appToken("acme"));

        assertThat(acme.ledger().isAccepted(tokens.appToken("acme").value())).isTrue();
    }
}
