package dev.evertoken;

import static dev.evertoken.ConsentFixture.BEN;
import static dev.evertoken.ConsentFixture.CARA;
import static dev.evertoken.ConsentFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenSet;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rules of the engine, applied to the responses of individual providers. */
class OwnWordsTest {

    private static final String CALENDAR = "https://www.googleapis.com/auth/calendar";

    private final ConsentFixture fixture = new ConsentFixture();
    private final Tokens tokens = fixture.process();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    @Fault("D15")
    void aRevokedGrantAtStravaIsRecognizedWithoutAnErrorCode() throws InterruptedException {
        fixture.connect(tokens, CARA);
        fixture.provider(CARA).revoke("cara");
        fixture.later(Duration.ofHours(7));

        TokenException revoked = failure(Problem.GRANT_DEAD, () -> tokens.accessToken(CARA));

        assertThat(revoked)
                .hasMessageStartingWith("strava/cara: token endpoint answered 400 RefreshToken/refresh_token/invalid");
        assertThat(tokens.status(CARA).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(fixture.event(TokenEvent.ReauthorizationRequired.class).key())
                .isEqualTo(CARA);
        failure(Problem.GRANT_DEAD, () -> tokens.accessToken(CARA));
        assertThat(fixture.provider(CARA).ledger().tokenRequests())
                .as("the exchange and one refresh")
                .isEqualTo(2);
    }

    /** Before its last hour, every refresh at Strava returns the current token again. */
    @Test
    void stravaIsNotAskedBeforeTheLastHourEvenIfTheApplicationRefreshesEarlier() {
        Tokens eager = fixture.process(builder -> builder.encryption(ConsentFixture.ring(7))
                .executor(Runnable::run)
                .refreshEarly(Duration.ofHours(2)));
        fixture.connect(eager, CARA);
        fixture.later(Duration.ofHours(5));

        eager.accessToken(CARA);
        assertThat(eager.status(CARA).generation()).isEqualTo(1);

        fixture.later(Duration.ofMinutes(6));
        eager.accessToken(CARA);
        assertThat(eager.status(CARA).generation()).isEqualTo(2);
        assertThat(fixture.provider(CARA).ledger().tokenRequests())
                .as("the exchange and one refresh")
                .isEqualTo(2);
    }

    @Test
    @Fault("C16")
    void aScopeThatGoogleNoLongerGrantsIsReported() throws InterruptedException {
        fixture.connect(tokens, BEN);
        google(fixture.provider(BEN).consent("ben"), ",\"scope\":\"openid\"");
        fixture.later(Duration.ofHours(2));

        tokens.accessToken(BEN);

        assertThat(fixture.event(TokenEvent.ScopeReduced.class).lost()).containsExactly(CALENDAR);
        assertThat(tokens.status(BEN).missingScopes()).containsExactly(CALENDAR);
        assertThat(tokens.status(BEN).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    @Fault("C17")
    void theTokensOfAnotherGoogleAccountAreNotStored() {
        MockProvider google = fixture.provider(BEN);
        google.onToken(ConsentResponses.response(google.consent("ben"), "user-1"));
        tokens.completeAuthorization(fixture.approved(tokens, BEN, "ben"));
        google.onToken(
                ConsentResponses.response(ConsentResponses.withoutRefreshToken(google.consent("zoe")), "user-2"));
        fixture.later(Duration.ofHours(2));

        TokenException mismatch = failure(Problem.IDENTITY_MISMATCH, () -> tokens.accessToken(BEN));

        assertThat(mismatch.remedy()).isEqualTo(Remedy.CONTACT_SUPPORT);
        assertThat(tokens.status(BEN).subject()).hasValue("user-1");
        assertThat(tokens.status(BEN).generation()).isEqualTo(1);
    }

    @Test
    @Fault("C18")
    void aGoogleTokenThatIsBoundToAKeyIsRefusedWhenConnecting() {
        MockProvider google = fixture.provider(BEN);
        TokenSet bound = google.consent("ben");
        google.onToken(MockResponse.json(
                200,
                "{\"access_token\":\"" + bound.accessToken().orElseThrow().reveal()
                        + "\",\"expires_in\":3599,\"refresh_token\":\""
                        + bound.refreshToken().orElseThrow().reveal() + "\",\"token_type\":\"DPoP\"}"));

        failure(
                Problem.UNSUPPORTED_TOKEN_TYPE,
                () -> tokens.completeAuthorization(fixture.approved(tokens, BEN, "ben")));

        failure(Problem.NOT_CONNECTED, () -> tokens.status(BEN));
    }

    @Test
    void theSevenDayLimitOfAProjectInTestingIsKnownFromTheFirstDay() {
        MockProvider google = fixture.provider(BEN);
        TokenSet issued = google.consent("ben");
        google.onToken(MockResponse.json(
                200,
                "{\"access_token\":\"" + issued.accessToken().orElseThrow().reveal()
                        + "\",\"expires_in\":3599,\"refresh_token\":\""
                        + issued.refreshToken().orElseThrow().reveal() + "\",\"scope\":\"openid " + CALENDAR
                        + "\",\"token_type\":\"Bearer\",\"refresh_token_expires_in\":604799}"));

        AccountStatus status = tokens.completeAuthorization(fixture.approved(tokens, BEN, "ben"));

        assertThat(status.reconnectBy()).hasValue(fixture.clock.now().plusSeconds(604_799));
        fixture.later(Duration.ofHours(2));
        tokens.accessToken(BEN);
        assertThat(tokens.status(BEN).reconnectBy())
                .as("a refresh reports none")
                .isEqualTo(status.reconnectBy());
    }

    private void google(TokenSet next, String more) {
        fixture.provider(BEN)
                .onToken(MockResponse.json(
                        200,
                        "{\"access_token\":\""
                                + next.accessToken().orElseThrow().reveal() + "\",\"expires_in\":3599" + more
                                + ",\"token_type\":\"Bearer\"}"));
    }
}
