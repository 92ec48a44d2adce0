package dev.evertoken;

import static dev.evertoken.ConsentHouse.ANNA;
import static dev.evertoken.ConsentHouse.BACK;
import static dev.evertoken.ConsentHouse.BEN;
import static dev.evertoken.ConsentHouse.CARA;
import static dev.evertoken.ConsentHouse.failure;
import static dev.evertoken.ConsentHouse.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.AuthorizationOptions;
import dev.evertoken.model.Connection;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenSet;
import dev.evertoken.testing.Answer;
import dev.evertoken.testing.Fault;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.TestTokens;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a second consent does to the connection before it. */
class ReconnectTest {

    private final ConsentHouse house = new ConsentHouse();
    private final Tokens tokens = house.process();

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    @Fault("G4")
    void aConsentWithoutARefreshTokenKeepsTheOneThatTheSameUserGave() {
        MockProvider google = house.providers.google();
        TokenSet first = google.consent("ben");
        completeGoogle(Consents.answer(first, "user-1"));
        TokenSet second = google.consent("ben");
        house.later(Duration.ofMinutes(1));

        Connection again = completeGoogle(Consents.answer(Consents.withoutRefreshToken(second), "user-1"));

        assertThat(again.state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(again.generation()).isEqualTo(1);
        assertThat(tokens.accessToken(BEN).value()).isEqualTo(second.accessToken());
        house.later(Duration.ofHours(2));
        AccessToken refreshed = tokens.accessToken(BEN);
        assertThat(google.ledger().isAccepted(refreshed.value())).isTrue();
        assertThat(google.ledger().presented("ben", 1)).isEqualTo(1);
    }

    @Test
    @Fault("G4")
    void aConsentWithoutARefreshTokenOfNobodyKnowsWhomTouchesNothingAndSaysWhatIsMissing() {
        house.connect(tokens, BEN);
        AccessToken before = tokens.accessToken(BEN);

        URI unforced = with(tokens.authorize(BEN, BACK).url(), "prompt", "none");
        URI callback = house.provider(BEN).approve(unforced, "ben");
        TokenException problem = failure(Problem.NO_REFRESH_TOKEN, () -> tokens.completeAuthorization(callback));

        assertThat(problem)
                .hasMessage("google/ben: the provider gave no refresh token and does not say whose the tokens are; the"
                        + " connection before stays. Authorize again with forceConsent()");
        assertThat(tokens.status(BEN).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(tokens.accessToken(BEN)).isEqualTo(before);
    }

    @Test
    @Fault({"G4", "D17"})
    void aConsentThatCannotBeRefreshedSaysSoAndWhenItEnds() {
        house.connect(tokens, BEN);
        house.provider(BEN).revoke("ben");
        house.later(Duration.ofHours(2));
        failure(Problem.GRANT_DEAD, () -> tokens.accessToken(BEN));

        URI online = with(tokens.authorize(BEN, BACK).url(), "access_type", "online");
        Connection connection = tokens.completeAuthorization(house.provider(BEN).approve(online, "ben"));

        assertThat(connection.state()).isEqualTo(ConnectionState.NOT_REFRESHABLE);
        assertThat(connection.problem()).hasValue(Problem.NO_REFRESH_TOKEN);
        assertThat(connection.dies()).hasValue(house.clock.now().plusSeconds(3599));
    }

    @Test
    @Fault("G5")
    void somebodyElsesConsentIsRefusedAndTheConnectionBeforeStays() {
        house.connect(tokens, CARA);
        Connection before = tokens.status(CARA);

        TokenException problem = failure(
                Problem.WRONG_ACCOUNT,
                () -> tokens.completeAuthorization(house.approved(tokens, CARA, "somebody else")));

        assertThat(problem)
                .hasMessage("strava/cara: another user of the provider has consented than the one connected before;"
                        + " nothing was stored. Consent as that one, or authorize with allowAccountChange()");
        assertThat(tokens.status(CARA)).isEqualTo(before);
        assertThat(house.provider(CARA)
                        .ledger()
                        .isAccepted(tokens.accessToken(CARA).value()))
                .isTrue();
    }

    @Test
    @Fault("G5")
    void somebodyElseIsConnectedWhereTheApplicationAllowsIt() {
        house.connect(tokens, CARA);
        Connection before = tokens.status(CARA);
        AuthorizationOptions change = AuthorizationOptions.usual().allowAccountChange();

        Connection after = tokens.completeAuthorization(house.approved(tokens, CARA, change, "somebody else"));

        assertThat(after.subject()).isPresent().isNotEqualTo(before.subject());
        assertThat(tokens.status(CARA)).isEqualTo(after);
    }

    @Test
    @Fault("G5")
    void anotherUsersConsentNeverGetsTheRefreshTokenOfTheOneBefore() {
        MockProvider google = house.providers.google();
        completeGoogle(Consents.answer(google.consent("ben"), "user-1"));
        TokenSet other = Consents.withoutRefreshToken(google.consent("zoe"));
        google.onToken(Consents.answer(other, "user-2"));
        AuthorizationOptions change = AuthorizationOptions.usual().allowAccountChange();

        Connection after = tokens.completeAuthorization(house.approved(tokens, BEN, change, "zoe"));

        assertThat(after.state()).isEqualTo(ConnectionState.NOT_REFRESHABLE);
        assertThat(after.subject()).hasValue("user-2");
    }

    @Test
    @Fault("C18")
    void aTokenTypeThatCannotBeSentIsRefusedWhenConnecting() {
        String mac = "{\"access_token\":\"" + TestTokens.access() + "\",\"token_type\":\"mac\",\"expires_in\":3600";
        house.provider(ANNA).onToken(Answer.json(200, mac + "}"));
        failure(
                Problem.UNSUPPORTED_TOKEN_TYPE,
                () -> tokens.completeAuthorization(house.approved(tokens, ANNA, "anna")));
        house.provider(ANNA).onToken(Answer.json(200, mac + ",\"refresh_token\":\"" + TestTokens.refresh() + "\"}"));
        failure(
                Problem.UNSUPPORTED_TOKEN_TYPE,
                () -> tokens.completeAuthorization(house.approved(tokens, ANNA, "anna")));
        TokenSet dpop = TokenSet.builder(TestTokens.access()).tokenType("DPoP").build();
        failure(Problem.UNSUPPORTED_TOKEN_TYPE, () -> tokens.connect(ANNA, dpop));

        failure(Problem.NOT_CONNECTED, () -> tokens.status(ANNA));
    }

    private Connection completeGoogle(Answer answer) {
        house.provider(BEN).onToken(answer);
        return tokens.completeAuthorization(house.approved(tokens, BEN, "ben"));
    }
}
