package dev.evertoken;

import static dev.evertoken.ConsentFixture.ANNA;
import static dev.evertoken.ConsentFixture.CARA;
import static dev.evertoken.ConsentFixture.failure;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A code is exchanged once: failures of the exchange and of saving its tokens. */
class ExchangeErrorsTest {

    private static final String CODE_INVALID = "{\"message\":\"Bad Request\",\"errors\":[{\"resource\":"
            + "\"AuthorizationCode\",\"field\":\"code\",\"code\":\"invalid\"}]}";

    private final ConsentFixture fixture = new ConsentFixture();
    private final Tokens tokens = fixture.process();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void tokensThatTheStoreDoesNotAcceptAreKeptAndSavedLater() throws InterruptedException {
        URI callback = fixture.approved(tokens, ANNA, "anna");
        failWrites(3);

        TokenException problem = failure(Problem.STORE_UNAVAILABLE, () -> tokens.completeAuthorization(callback));

        assertThat(problem)
                .isInstanceOf(TokenStoreException.class)
                .hasMessageEndingWith("; the tokens of the new consent are kept in this process until they are saved");
        assertThat(fixture.event(TokenEvent.RotationAtRisk.class).journaled()).isFalse();
        failure(Problem.NOT_CONNECTED, () -> tokens.status(ANNA));

        fixture.clock.awaitTimers(1);
        fixture.later(Duration.ofSeconds(2));
        assertThat(fixture.event(TokenEvent.Connected.class).key()).isEqualTo(ANNA);
        assertThat(fixture.provider(ANNA)
                        .ledger()
                        .isAccepted(tokens.accessToken(ANNA).value()))
                .isTrue();
        assertThat(fixture.provider(ANNA).ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void completingTheSameRedirectAgainSavesTheKeptTokens() {
        URI callback = fixture.approved(tokens, ANNA, "anna");
        failWrites(3);
        failure(Problem.STORE_UNAVAILABLE, () -> tokens.completeAuthorization(callback));
        failWrites(3);
        failure(Problem.STORE_UNAVAILABLE, () -> tokens.completeAuthorization(callback));

        assertThat(tokens.completeAuthorization(callback).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(tokens.completeAuthorization(callback).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(fixture.provider(ANNA).ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void aDisconnectDropsTheKeptTokens() {
        URI callback = fixture.approved(tokens, ANNA, "anna");
        failWrites(3);
        failure(Problem.STORE_UNAVAILABLE, () -> tokens.completeAuthorization(callback));

        tokens.disconnect(ANNA);

        fixture.clock.awaitTimers(1);
        fixture.later(Duration.ofSeconds(2));
        failure(Problem.CALLBACK_REJECTED, () -> tokens.completeAuthorization(callback));
        failure(Problem.NOT_CONNECTED, () -> tokens.status(ANNA));
    }

    @Test
    void closingSavesTheKeptTokens() {
        Tokens closing = fixture.process();
        URI callback = fixture.approved(closing, ANNA, "anna");
        failWrites(3);
        failure(Problem.STORE_UNAVAILABLE, () -> closing.completeAuthorization(callback));

        closing.close();

        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aSaveWithALostAcknowledgementIsRecognized() {
        URI callback = fixture.approved(tokens, ANNA, "anna");
        fixture.store.next(COMPARE_AND_SET).failAfter();

        assertThat(tokens.completeAuthorization(callback).generation()).isEqualTo(1);
        assertThat(fixture.store.faultsLeft()).isZero();
    }

    @Test
    void aCodeThatWasNotSentCanBeExchangedLater() throws IOException {
        URI unreachable;
        try (ServerSocket port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            unreachable = URI.create("http://127.0.0.1:" + port.getLocalPort() + "/token");
        }
        Tokens offline = fixture.process(builder -> builder.encryption(ConsentFixture.ring(7))
                .endpoints("acme", Endpoints.none().with(EndpointKind.EXCHANGE, unreachable)));
        URI callback = fixture.approved(offline, ANNA, "anna");

        failure(Problem.NETWORK, () -> offline.completeAuthorization(callback));
        failure(Problem.NETWORK, () -> offline.completeAuthorization(callback));

        assertThat(tokens.completeAuthorization(callback).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aLostResponseRequiresANewConsentBecauseTheCodeIsNotSentTwice() {
        fixture.provider(ANNA).onToken(MockResponse.disconnect().afterProcessing());
        URI callback = fixture.approved(tokens, ANNA, "anna");

        TokenException problem = failure(Problem.CONSENT_FAILED, () -> tokens.completeAuthorization(callback));

        assertThat(problem).hasMessageEndingWith("; the code may be used up");
        failure(Problem.CALLBACK_REJECTED, () -> tokens.completeAuthorization(callback));
        assertThat(fixture.provider(ANNA).ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void aResponseWithoutValidTokensConnectsNothing() {
        MockProvider acme = fixture.provider(ANNA);
        MockResponse[] invalid = {
            MockResponse.html(200),
            MockResponse.empty(),
            MockResponse.html(503),
            MockResponse.json(200, "{\"token_type\":\"Bearer\"}"),
            MockResponse.json(200, "{\"access_token\":\"a\\nb\",\"token_type\":\"Bearer\"}"),
            MockResponse.json(200, "{\"refresh_token\":\"only-this-one\"}"),
            MockResponse.json(400, "{\"error\":\"invalid_grant\"}"),
        };
        for (MockResponse response : invalid) {
            acme.onToken(response);
            failure(Problem.CONSENT_FAILED, () -> tokens.completeAuthorization(fixture.approved(tokens, ANNA, "anna")));
        }
        failure(Problem.NOT_CONNECTED, () -> tokens.status(ANNA));
    }

    @Test
    void aWrongClientSecretIsReportedForTheClientAndTheCodeStaysValid() {
        ClientRegistration wrong = ClientRegistration.builder(
                        fixture.provider(ANNA).registration().clientId())
                .clientSecret("not-the-registered-one")
                .build();
        Tokens misconfigured = Tokens.builder()
                .namespace("consents")
                .store(fixture.store)
                .timekeeper(fixture.clock)
                .withoutJournal()
                .encryption(ConsentFixture.ring(7))
                .provider(ConsentFixture.acme(fixture.provider(ANNA)).build())
                .client("acme", wrong)
                .endpoints("acme", fixture.provider(ANNA).endpoints())
                .build();
        try (misconfigured) {
            URI callback = fixture.approved(misconfigured, ANNA, "anna");
            failure(Problem.CLIENT_REJECTED, () -> misconfigured.completeAuthorization(callback));
            failure(Problem.CLIENT_REJECTED, () -> misconfigured.completeAuthorization(callback));

            assertThat(tokens.completeAuthorization(callback).state()).isEqualTo(ConnectionState.ACTIVE);
        }
    }

    @Test
    void aCodeThatStravaDoesNotKnowYetIsSentOnceMore() {
        fixture.provider(CARA).onToken(MockResponse.json(400, CODE_INVALID));
        URI callback = fixture.approved(tokens, CARA, "cara");

        CompletableFuture<AccountStatus> completing =
                CompletableFuture.supplyAsync(() -> tokens.completeAuthorization(callback));
        advanceUntilDone(completing);

        assertThat(completing.join().state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(fixture.provider(CARA).ledger().tokenRequests()).isEqualTo(2);
    }

    @Test
    void aCodeThatStravaStillDoesNotKnowRequiresANewConsent() {
        fixture.provider(CARA).onToken(MockResponse.json(400, CODE_INVALID), MockResponse.json(400, CODE_INVALID));
        URI callback = fixture.approved(tokens, CARA, "cara");

        CompletableFuture<TokenException> failing = CompletableFuture.supplyAsync(
                () -> failure(Problem.CONSENT_FAILED, () -> tokens.completeAuthorization(callback)));
        advanceUntilDone(failing);

        assertThat(failing.join())
                .hasMessage("strava/cara: token endpoint answered 400 AuthorizationCode/code/invalid");
        assertThat(fixture.provider(CARA).ledger().tokenRequests()).isEqualTo(2);
    }

    private void failWrites(int failures) {
        fixture.store.next(COMPARE_AND_SET).times(failures).failBefore();
    }

    /** Advances the clock until the call has ended, whenever a thread waits for it. */
    private void advanceUntilDone(CompletableFuture<?> running) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!running.isDone()) {
            assertThat(System.nanoTime()).as("20 s of real time").isLessThan(deadline);
            if (fixture.clock.waits() > 0) {
                fixture.later(Duration.ofSeconds(1));
            }
            Thread.onSpinWait();
        }
    }
}
