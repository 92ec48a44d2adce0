package dev.evertoken;

import static dev.evertoken.ConsentHouse.ANNA;
import static dev.evertoken.ConsentHouse.BEN;
import static dev.evertoken.ConsentHouse.CARA;
import static dev.evertoken.ConsentHouse.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Revocation;
import dev.evertoken.model.Revocation.Outcome;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.providers.Strava;
import dev.evertoken.spi.Endpoints;
import dev.evertoken.testing.Answer;
import dev.evertoken.testing.Fault;
import dev.evertoken.testing.MockProvider;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Giving tokens back. */
class RevokeTest {

    private static final TokenKey BENS_SECOND = TokenKey.of("google", "ben-at-work");

    private final ConsentHouse house = new ConsentHouse();
    /** What is repeated runs on the thread that moves the clock. */
    private final Tokens tokens =
            house.process(builder -> builder.encryption(ConsentHouse.ring(7)).executor(Runnable::run));

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void tokensAreRevokedAtTheProviderAndTheAccountIsDisconnected() {
        for (TokenKey key : List.of(ANNA, BEN, CARA)) {
            house.connect(tokens, key);
            Secret token = tokens.accessToken(key).value();

            Revocation revocation = tokens.revoke(key);

            assertThat(revocation.outcome()).as(key.registration()).isEqualTo(Outcome.REVOKED);
            assertThat(revocation.disconnected()).isTrue();
            assertThat(house.provider(key).ledger().isAccepted(token)).isFalse();
            failure(Problem.NOT_CONNECTED, () -> tokens.status(key));
            failure(Problem.NOT_CONNECTED, () -> tokens.revoke(key));
        }
    }

    @Test
    void tokensThatAreDeadAlreadyAreASuccess() {
        house.connect(tokens, BEN);
        house.provider(BEN).revoke("ben");

        Revocation revocation = tokens.revoke(BEN);

        assertThat(revocation.outcome()).isEqualTo(Outcome.WAS_DEAD);
        assertThat(revocation.disconnected()).isTrue();
    }

    @Test
    void stravasOldRevocationNeedsALivingAccessToken() {
        URI old = URI.create(house.providers
                .strava()
                .endpoints()
                .address(EndpointKind.REVOKE)
                .orElseThrow()
                .toString()
                .replace("/revoke", "/deauthorize"));
        Tokens before2027 = house.process(
                Strava.withDeauthorization(),
                builder -> builder.encryption(ConsentHouse.ring(7))
                        .endpoints("strava", Endpoints.none().with(EndpointKind.REVOKE, old)));
        house.connect(before2027, CARA);
        assertThat(before2027.revoke(CARA).outcome()).isEqualTo(Outcome.REVOKED);

        house.connect(before2027, CARA);
        house.provider(CARA).revoke("cara");
        assertThat(before2027.revoke(CARA).outcome()).isEqualTo(Outcome.WAS_DEAD);

        house.connect(before2027, CARA);
        house.later(Duration.ofHours(7));
        Revocation tooLate = before2027.revoke(CARA);
        assertThat(tooLate.outcome()).isEqualTo(Outcome.NOT_REVOKED);
        assertThat(tooLate.disconnected()).isTrue();
        assertThat(tooLate.detail())
                .isEqualTo("deauthorization takes a living access token and this one has ended; refresh, then revoke");
    }

    @Test
    @Fault("G6")
    void aRevocationThatFailsDoesNotHoldUpTheDisconnectAndIsRepeated() throws InterruptedException {
        house.connect(tokens, ANNA);
        Secret token = tokens.accessToken(ANNA).value();
        house.provider(ANNA).onRevoke(Answer.status(503), Answer.disconnect(), Answer.html(200), Answer.status(429));

        Revocation revocation = tokens.revoke(ANNA);

        assertThat(revocation.outcome()).isEqualTo(Outcome.REPEATED);
        assertThat(revocation.problem()).hasValue(Problem.PROVIDER_UNAVAILABLE);
        assertThat(revocation.detail()).isEqualTo("revocation endpoint answered 503 with an empty body");
        assertThat(revocation.disconnected()).isTrue();
        failure(Problem.NOT_CONNECTED, () -> tokens.status(ANNA));
        assertThat(house.provider(ANNA).ledger().isAccepted(token)).isTrue();

        for (int i = 0; i < 4; i++) {
            house.later(Duration.ofMinutes(1));
        }
        TokenEvent.RevocationEnded ended = house.event(TokenEvent.RevocationEnded.class);
        assertThat(ended.outcome()).isEqualTo(Outcome.REVOKED);
        assertThat(house.provider(ANNA).ledger().isAccepted(token)).isFalse();
    }

    @Test
    @Fault("G6")
    void aRepeatedRevocationDoesNotEndTheConsentThatCameMeanwhile() throws InterruptedException {
        house.connect(tokens, BEN);
        house.provider(BEN).onRevoke(Answer.status(503));
        assertThat(tokens.revoke(BEN).outcome()).isEqualTo(Outcome.REPEATED);
        house.connect(tokens, BEN);

        house.later(Duration.ofMinutes(1));

        TokenEvent.RevocationEnded ended = house.event(TokenEvent.RevocationEnded.class);
        assertThat(ended.outcome()).isEqualTo(Outcome.NOT_REVOKED);
        assertThat(house.provider(BEN)
                        .ledger()
                        .isAccepted(tokens.accessToken(BEN).value()))
                .isTrue();
    }

    @Test
    void aProviderThatRefusesForGoodIsNotAskedAgain() {
        house.connect(tokens, ANNA);
        house.provider(ANNA).onRevoke(Answer.json(400, "{\"error\":\"unsupported_token_type\"}"));

        Revocation revocation = tokens.revoke(ANNA);

        assertThat(revocation.outcome()).isEqualTo(Outcome.NOT_REVOKED);
        assertThat(revocation.problem()).hasValue(Problem.REQUEST_REJECTED);
        assertThat(revocation.disconnected()).isTrue();
    }

    @Test
    @Fault("G7")
    void whereRevokingEndsAllGrantsOfAUserTheOtherAccountsAreGuarded() {
        MockProvider google = house.providers.google();
        completeGoogle(BEN, Consents.answer(google.consent("ben"), "user-1"));
        completeGoogle(BENS_SECOND, Consents.answer(google.consent("ben"), "user-1"));
        completeGoogle(TokenKey.of("google", "zoe"), Consents.answer(google.consent("zoe"), "user-2"));

        Revocation held = tokens.revoke(BEN);

        assertThat(held.outcome()).isEqualTo(Outcome.HELD_BACK);
        assertThat(held.disconnected()).isFalse();
        assertThat(held.siblings()).containsExactly(BENS_SECOND);
        assertThat(google.ledger().isAccepted(tokens.accessToken(BEN).value())).isTrue();

        Revocation told = tokens.revokeWithSiblings(BEN);
        assertThat(told.outcome()).isEqualTo(Outcome.REVOKED);
        assertThat(told.siblings()).containsExactly(BENS_SECOND);
    }

    @Test
    @Fault("G7")
    void whereTwoAccountsHaveOneGrantTheOtherOneIsGuarded() {
        TokenSet shared = house.provider(ANNA).consent("anna");
        TokenKey twin = TokenKey.of("acme", "anna-again");
        tokens.connect(ANNA, shared);
        tokens.connect(twin, shared);

        assertThat(tokens.revoke(ANNA).siblings()).containsExactly(twin);

        tokens.disconnect(twin);
        assertThat(tokens.revoke(ANNA).outcome()).isEqualTo(Outcome.REVOKED);
    }

    private void completeGoogle(TokenKey key, Answer answer) {
        house.provider(key).onToken(answer);
        tokens.completeAuthorization(house.approved(tokens, key, "person"));
    }
}
