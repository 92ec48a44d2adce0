package dev.evertoken;

import static dev.evertoken.ConsentHouse.ANNA;
import static dev.evertoken.ConsentHouse.CARA;
import static dev.evertoken.ConsentHouse.failure;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.Connection;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Endpoints;
import dev.evertoken.testing.Answer;
import dev.evertoken.testing.MockProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A code is exchanged once: what happens if that, or saving what it brought, goes wrong. */
class ExchangeTroubleTest {

    private static final String CODE_INVALID = "{\"message\":\"Bad Request\",\"errors\":[{\"resource\":"
            + "\"AuthorizationCode\",\"field\":\"code\",\"code\":\"invalid\"}]}";

    private final ConsentHouse house = new ConsentHouse();
    private final Tokens tokens = house.process();

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void tokensThatTheStoreDoesNotTakeAreKeptAndSavedLater() throws InterruptedException {
        URI callback = house.approved(tokens, ANNA, "anna");
        store(3);

        TokenException problem = failure(Problem.STORE_UNAVAILABLE, () -> tokens.completeAuthorization(callback));

        assertThat(problem)
                .isInstanceOf(TokenStoreException.class)
                .hasMessageEndingWith("; the tokens of the new consent are kept in this process until they are saved");
        assertThat(house.event(TokenEvent.RotationAtRisk.class).journalled()).isFalse();
        failure(Problem.NOT_CONNECTED, () -> tokens.status(ANNA));

        house.clock.awaitTimers(1);
        house.later(Duration.ofSeconds(2));
        assertThat(house.event(TokenEvent.Connected.class).key()).isEqualTo(ANNA);
        assertThat(house.provider(ANNA)
                        .ledger()
                        .isAccepted(tokens.accessToken(ANNA).value()))
                .isTrue();
        assertThat(house.provider(ANNA).ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void completingTheSameRedirectAgainSavesWhatIsKept() {
        URI callback = house.approved(tokens, ANNA, "anna");
        store(3);
        failure(Problem.STORE_UNAVAILABLE, () -> tokens.completeAuthorization(callback));
        store(3);
        failure(Problem.STORE_UNAVAILABLE, () -> tokens.completeAuthorization(callback));

        assertThat(tokens.completeAuthorization(callback).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(house.provider(ANNA).ledger().tokenRequests()).isEqualTo(1);
        failure(Problem.CALLBACK_REJECTED, () -> tokens.completeAuthorization(callback));
    }

    @Test
    void aDisconnectForgetsWhatIsKept() {
        URI callback = house.approved(tokens, ANNA, "anna");
        store(3);
        failure(Problem.STORE_UNAVAILABLE, () -> tokens.completeAuthorization(callback));

        tokens.disconnect(ANNA);

        house.clock.awaitTimers(1);
        house.later(Duration.ofSeconds(2));
        failure(Problem.CALLBACK_REJECTED, () -> tokens.completeAuthorization(callback));
        failure(Problem.NOT_CONNECTED, () -> tokens.status(ANNA));
    }

    @Test
    void closingSavesWhatIsKept() {
        Tokens leaving = house.process();
        URI callback = house.approved(leaving, ANNA, "anna");
        store(3);
        failure(Problem.STORE_UNAVAILABLE, () -> leaving.completeAuthorization(callback));

        leaving.close();

        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aSaveWhoseAcknowledgementIsLostIsRecognised() {
        URI callback = house.approved(tokens, ANNA, "anna");
        house.store.next(COMPARE_AND_SET).failsAfter();

        assertThat(tokens.completeAuthorization(callback).generation()).isEqualTo(1);
        assertThat(house.store.faultsLeft()).isZero();
    }

    @Test
    void aCodeThatWasNotSentCanBeExchangedLater() throws IOException {
        URI nobody;
        try (ServerSocket port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = URI.create("http://127.0.0.1:" + port.getLocalPort() + "/token");
        }
        Tokens cutOff = house.process(builder -> builder.encryption(ConsentHouse.ring(7))
                .endpoints("acme", Endpoints.none().with(EndpointKind.EXCHANGE, nobody)));
        URI callback = house.approved(cutOff, ANNA, "anna");

        failure(Problem.NETWORK, () -> cutOff.completeAuthorization(callback));
        failure(Problem.NETWORK, () -> cutOff.completeAuthorization(callback));

        assertThat(tokens.completeAuthorization(callback).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aLostAnswerAsksForANewConsentBecauseTheCodeIsNotSentTwice() {
        house.provider(ANNA).onToken(Answer.disconnect().afterProcessing());
        URI callback = house.approved(tokens, ANNA, "anna");

        TokenException problem = failure(Problem.CONSENT_FAILED, () -> tokens.completeAuthorization(callback));

        assertThat(problem).hasMessageEndingWith("; the code may be used up");
        failure(Problem.CALLBACK_REJECTED, () -> tokens.completeAuthorization(callback));
        assertThat(house.provider(ANNA).ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void whatIsNoAnswerWithTokensConnectsNobody() {
        MockProvider acme = house.provider(ANNA);
        Answer[] strange = {
            Answer.html(200),
            Answer.empty(),
            Answer.html(503),
            Answer.json(200, "{\"token_type\":\"Bearer\"}"),
            Answer.json(200, "{\"access_token\":\"a\\nb\",\"token_type\":\"Bearer\"}"),
            Answer.json(200, "{\"refresh_token\":\"only-this-one\"}"),
            Answer.json(400, "{\"error\":\"invalid_grant\"}"),
        };
        for (Answer answer : strange) {
            acme.onToken(answer);
            failure(Problem.CONSENT_FAILED, () -> tokens.completeAuthorization(house.approved(tokens, ANNA, "anna")));
        }
        failure(Problem.NOT_CONNECTED, () -> tokens.status(ANNA));
    }

    @Test
    void aWrongClientSecretIsTheClientsFaultAndTheCodeLives() {
        ClientRegistration wrong = ClientRegistration.builder(
                        house.provider(ANNA).registration().clientId())
                .clientSecret("not-the-registered-one")
                .build();
        Tokens misconfigured = Tokens.builder()
                .namespace("consents")
                .store(house.store)
                .timekeeper(house.clock)
                .withoutJournal()
                .encryption(ConsentHouse.ring(7))
                .provider(ConsentHouse.acme(house.provider(ANNA)).build())
                .client("acme", wrong)
                .endpoints("acme", house.provider(ANNA).endpoints())
                .build();
        try (misconfigured) {
            URI callback = house.approved(misconfigured, ANNA, "anna");
            failure(Problem.CLIENT_REJECTED, () -> misconfigured.completeAuthorization(callback));
            failure(Problem.CLIENT_REJECTED, () -> misconfigured.completeAuthorization(callback));

            assertThat(tokens.completeAuthorization(callback).state()).isEqualTo(ConnectionState.ACTIVE);
        }
    }

    @Test
    void stravaIsAskedOnceMoreForACodeThatItDoesNotKnowYet() {
        house.provider(CARA).onToken(Answer.json(400, CODE_INVALID));
        URI callback = house.approved(tokens, CARA, "cara");

        CompletableFuture<Connection> completing =
                CompletableFuture.supplyAsync(() -> tokens.completeAuthorization(callback));
        driveBy(completing);

        assertThat(completing.join().state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(house.provider(CARA).ledger().tokenRequests()).isEqualTo(2);
    }

    @Test
    void aCodeThatStravaStillDoesNotKnowAsksForANewConsent() {
        house.provider(CARA).onToken(Answer.json(400, CODE_INVALID), Answer.json(400, CODE_INVALID));
        URI callback = house.approved(tokens, CARA, "cara");

        CompletableFuture<TokenException> failing = CompletableFuture.supplyAsync(
                () -> failure(Problem.CONSENT_FAILED, () -> tokens.completeAuthorization(callback)));
        driveBy(failing);

        assertThat(failing.join())
                .hasMessage("strava/cara: token endpoint answered 400 AuthorizationCode/code/invalid");
        assertThat(house.provider(CARA).ledger().tokenRequests()).isEqualTo(2);
    }

    private void store(int failures) {
        house.store.next(COMPARE_AND_SET).times(failures).failsBefore();
    }

    /** Moves the clock on while somebody waits for it. */
    private void driveBy(CompletableFuture<?> running) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!running.isDone()) {
            assertThat(System.nanoTime()).as("20 s of real time").isLessThan(deadline);
            if (house.clock.waitingThreads() > 0) {
                house.later(Duration.ofSeconds(1));
            }
            Thread.onSpinWait();
        }
    }
}
