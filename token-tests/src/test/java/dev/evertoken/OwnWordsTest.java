package dev.evertoken;

import static dev.evertoken.ConsentHouse.BEN;
import static dev.evertoken.ConsentHouse.CARA;
import static dev.evertoken.ConsentHouse.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Connection;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenSet;
import dev.evertoken.testing.Answer;
import dev.evertoken.testing.Fault;
import dev.evertoken.testing.MockProvider;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the rules of the engine come to when the providers say it in their own words. */
class OwnWordsTest {

    private static final String CALENDAR = "https://www.googleapis.com/auth/calendar";

    private final ConsentHouse house = new ConsentHouse();
    private final Tokens tokens = house.process();

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    @Fault("D15")
    void stravaSaysThatAGrantIsDeadWithoutAnErrorCode() throws InterruptedException {
        house.connect(tokens, CARA);
        house.provider(CARA).revoke("cara");
        house.later(Duration.ofHours(7));

        TokenException dead = failure(Problem.GRANT_DEAD, () -> tokens.accessToken(CARA));

        assertThat(dead)
                .hasMessageStartingWith("strava/cara: token endpoint answered 400 RefreshToken/refresh_token/invalid");
        assertThat(tokens.status(CARA).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(house.event(TokenEvent.ReauthorizationRequired.class).key()).isEqualTo(CARA);
        failure(Problem.GRANT_DEAD, () -> tokens.accessToken(CARA));
        assertThat(house.provider(CARA).ledger().tokenRequests())
                .as("the exchange and one refresh")
                .isEqualTo(2);
    }

    /** Earlier than that a refresh hands back the token that there is, again and again. */
    @Test
    void stravaIsNotAskedBeforeTheLastHourHoweverEarlyTheApplicationWants() {
        Tokens eager = house.process(builder ->
                builder.encryption(ConsentHouse.ring(7)).executor(Runnable::run).refreshEarly(Duration.ofHours(2)));
        house.connect(eager, CARA);
        house.later(Duration.ofHours(5));

        eager.accessToken(CARA);
        assertThat(eager.status(CARA).generation()).isEqualTo(1);

        house.later(Duration.ofMinutes(6));
        eager.accessToken(CARA);
        assertThat(eager.status(CARA).generation()).isEqualTo(2);
        assertThat(house.provider(CARA).ledger().tokenRequests())
                .as("the exchange and one refresh")
                .isEqualTo(2);
    }

    @Test
    @Fault("C16")
    void aScopeThatGoogleDoesNotGrantAnyMoreIsTold() throws InterruptedException {
        house.connect(tokens, BEN);
        google(house.provider(BEN).consent("ben"), ",\"scope\":\"openid\"");
        house.later(Duration.ofHours(2));

        tokens.accessToken(BEN);

        assertThat(house.event(TokenEvent.ScopeReduced.class).lost()).containsExactly(CALENDAR);
        assertThat(tokens.status(BEN).missingScopes()).containsExactly(CALENDAR);
        assertThat(tokens.status(BEN).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    @Fault("C17")
    void theTokensOfAnotherGoogleAccountAreNotStored() {
        MockProvider google = house.provider(BEN);
        google.onToken(Consents.answer(google.consent("ben"), "user-1"));
        tokens.completeAuthorization(house.approved(tokens, BEN, "ben"));
        google.onToken(Consents.answer(Consents.withoutRefreshToken(google.consent("zoe")), "user-2"));
        house.later(Duration.ofHours(2));

        TokenException mixedUp = failure(Problem.IDENTITY_MISMATCH, () -> tokens.accessToken(BEN));

        assertThat(mixedUp.remedy()).isEqualTo(Remedy.CONTACT_SUPPORT);
        assertThat(tokens.status(BEN).subject()).hasValue("user-1");
        assertThat(tokens.status(BEN).generation()).isEqualTo(1);
    }

    @Test
    @Fault("C18")
    void aTokenOfGooglesThatIsBoundToAKeyIsRefusedWhenConnecting() {
        MockProvider google = house.provider(BEN);
        TokenSet bound = google.consent("ben");
        google.onToken(Answer.json(
                200,
                "{\"access_token\":\"" + bound.accessToken().reveal() + "\",\"expires_in\":3599,\"refresh_token\":\""
                        + bound.refreshToken().orElseThrow().reveal() + "\",\"token_type\":\"DPoP\"}"));

        failure(Problem.UNSUPPORTED_TOKEN_TYPE, () -> tokens.completeAuthorization(house.approved(tokens, BEN, "ben")));

        failure(Problem.NOT_CONNECTED, () -> tokens.status(BEN));
    }

    @Test
    void theSevenDaysOfAProjectInTestingAreKnownFromTheFirstDay() {
        MockProvider google = house.provider(BEN);
        TokenSet bought = google.consent("ben");
        google.onToken(Answer.json(
                200,
                "{\"access_token\":\"" + bought.accessToken().reveal() + "\",\"expires_in\":3599,\"refresh_token\":\""
                        + bought.refreshToken().orElseThrow().reveal() + "\",\"scope\":\"openid " + CALENDAR
                        + "\",\"token_type\":\"Bearer\",\"refresh_token_expires_in\":604799}"));

        Connection connection = tokens.completeAuthorization(house.approved(tokens, BEN, "ben"));

        assertThat(connection.dies()).hasValue(house.clock.now().plusSeconds(604_799));
        house.later(Duration.ofHours(2));
        tokens.accessToken(BEN);
        assertThat(tokens.status(BEN).dies()).as("a refresh tells none").isEqualTo(connection.dies());
    }

    private void google(TokenSet next, String more) {
        house.provider(BEN)
                .onToken(Answer.json(
                        200,
                        "{\"access_token\":\"" + next.accessToken().reveal() + "\",\"expires_in\":3599" + more
                                + ",\"token_type\":\"Bearer\"}"));
    }
}
