package dev.evertoken;

import static dev.evertoken.ConsentFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens of the application itself. */
class ClientCredentialsTokenTest {

    private final ConsentFixture fixture = new ConsentFixture();
    private final Tokens tokens = fixture.process();
    private final MockProvider acme = fixture.providers.rotating();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aTokenIsUsedUntilShortlyBeforeItExpires() {
        AccessToken first = tokens.clientCredentialsToken("acme");
        fixture.later(Duration.ofMinutes(118));
        assertThat(tokens.clientCredentialsToken("acme")).isSameAs(first);
        assertThat(acme.ledger().isAccepted(first.value())).isTrue();

        fixture.later(Duration.ofMinutes(1));
        AccessToken second = tokens.clientCredentialsToken("acme");

        assertThat(second.value()).isNotEqualTo(first.value());
        assertThat(acme.ledger().tokenRequests()).isEqualTo(2);
    }

    @ParameterizedTest
    @Fault({"N1", "N8"})
    @CsvSource({"0, 20", "-5, 20", "99999999999, 3000"})
    void aTokenWithAnImpossibleLifetimeIsKeptForAsLongAsAnAccountsToken(long lifetime, long seconds) {
        acme.onToken(MockResponse.json(
                200,
                "{\"access_token\":\"" + TestTokens.access() + "\",\"token_type\":\"Bearer\",\"expires_in\":" + lifetime
                        + "}"));
        AccessToken first = tokens.clientCredentialsToken("acme");

        fixture.later(Duration.ofSeconds(seconds));

        assertThat(tokens.clientCredentialsToken("acme")).isSameAs(first);
    }

    @Test
    void manyThreadsShareOneRequest() throws Exception {
        Checkpoint checkpoint = acme.holdRequest();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<AccessToken>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                all.add(threads.submit(() -> tokens.clientCredentialsToken("acme")));
            }
            checkpoint.awaitArrived();
            checkpoint.release();
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
    void aProviderWithoutClientCredentialsTokensIsReported() {
        assertThat(failure(Problem.NOT_SUPPORTED, () -> tokens.clientCredentialsToken("google")))
                .hasMessage("provider google does not issue tokens to the application itself");
        failure(Problem.NOT_SUPPORTED, () -> tokens.clientCredentialsToken("strava"));
        failure(Problem.UNKNOWN_REGISTRATION, () -> tokens.clientCredentialsToken("nobody"));
    }

    @Test
    void aFailureIsTypedAndTheNextCallSendsANewRequest() {
        acme.onToken(
                MockResponse.json(400, "{\"error\":\"unauthorized_client\"}"),
                MockResponse.json(400, "{\"error\":\"invalid_scope\"}"),
                MockResponse.html(503),
                MockResponse.disconnect(),
                MockResponse.disconnect()); // the first one ends a connection that was kept open
        failure(Problem.CLIENT_REJECTED, () -> tokens.clientCredentialsToken("acme"));
        failure(Problem.SCOPE_INVALID, () -> tokens.clientCredentialsToken("acme"));
        failure(Problem.PROVIDER_UNAVAILABLE, () -> tokens.clientCredentialsToken("acme"));
        failure(Problem.NETWORK, () -> tokens.clientCredentialsToken("acme"));

        assertThat(acme.ledger()
                        .isAccepted(tokens.clientCredentialsToken("acme").value()))
                .isTrue();
    }
}
