package dev.evertoken;

import static dev.evertoken.ConsentFixture.ANNA;
import static dev.evertoken.ConsentFixture.BACK;
import static dev.evertoken.ConsentFixture.BEN;
import static dev.evertoken.ConsentFixture.CARA;
import static dev.evertoken.ConsentFixture.failure;
import static dev.evertoken.ConsentFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.AuthorizationOptions;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenSet;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.TestTokens;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The effect of a second consent on the existing connection. */
class ReconnectTest {

    private final ConsentFixture fixture = new ConsentFixture();
    private final Tokens tokens = fixture.process();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    @Fault("G4")
    void aConsentWithoutARefreshTokenKeepsTheEarlierOneOfTheSameUser() {
        MockProvider google = fixture.providers.google();
        TokenSet first = google.consent("ben");
        completeGoogle(ConsentResponses.response(first, "user-1"));
        TokenSet second = google.consent("ben");
        fixture.later(Duration.ofMinutes(1));

        AccountStatus again =
                completeGoogle(ConsentResponses.response(ConsentResponses.withoutRefreshToken(second), "user-1"));

        assertThat(again.state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(again.generation()).isEqualTo(1);
        assertThat(tokens.accessToken(BEN).value())
                .isEqualTo(second.accessToken().orElseThrow());
        fixture.later(Duration.ofHours(2));
        AccessToken refreshed = tokens.accessToken(BEN);
        assertThat(google.ledger().isAccepted(refreshed.value())).isTrue();
        assertThat(google.ledger().presented("ben", 1)).isEqualTo(1);
    }

    @Test
    @Fault("G4")
    void aConsentOfAnUnknownUserWithoutARefreshTokenChangesNothingAndIsReported() {
        fixture.connect(tokens, BEN);
        AccessToken before = tokens.accessToken(BEN);

        URI unforced = with(tokens.authorize(BEN, BACK).url(), "prompt", "none");
        URI callback = fixture.provider(BEN).approve(unforced, "ben");
        TokenException problem = failure(Problem.NO_REFRESH_TOKEN, () -> tokens.completeAuthorization(callback));

        assertThat(problem)
                .hasMessage("google/ben: the provider issued no refresh token and does not identify the user; the"
                        + " earlier connection is kept. Authorize again with forceConsent()");
        assertThat(tokens.status(BEN).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(tokens.accessToken(BEN)).isEqualTo(before);
    }

    @Test
    @Fault({"G4", "D17"})
    void aConsentThatCannotBeRefreshedIsReportedWithItsEnd() {
        fixture.connect(tokens, BEN);
        fixture.provider(BEN).revoke("ben");
        fixture.later(Duration.ofHours(2));
        failure(Problem.GRANT_DEAD, () -> tokens.accessToken(BEN));

        URI online = with(tokens.authorize(BEN, BACK).url(), "access_type", "online");
        AccountStatus status =
                tokens.completeAuthorization(fixture.provider(BEN).approve(online, "ben"));

        assertThat(status.state()).isEqualTo(ConnectionState.NOT_REFRESHABLE);
        assertThat(status.problem()).hasValue(Problem.NO_REFRESH_TOKEN);
        assertThat(status.reconnectBy()).hasValue(fixture.clock.now().plusSeconds(3599));
    }

    @Test
    @Fault("G5")
    void theConsentOfAnotherUserIsRefusedAndTheEarlierConnectionStays() {
        fixture.connect(tokens, CARA);
        AccountStatus before = tokens.status(CARA);

        TokenException problem = failure(
                Problem.WRONG_ACCOUNT,
                () -> tokens.completeAuthorization(fixture.approved(tokens, CARA, "another user")));

        assertThat(problem)
                .hasMessage("strava/cara: a different user of the provider than the one connected before has consented;"
                        + " nothing was stored. Consent as the earlier user, for example with chooseAccount(), or"
                        + " authorize with allowAccountChange()");
        assertThat(tokens.status(CARA)).isEqualTo(before);
        assertThat(fixture.provider(CARA)
                        .ledger()
                        .isAccepted(tokens.accessToken(CARA).value()))
                .isTrue();
    }

    @Test
    void theAccountChooserIsShownOnRequestAndAllowsNoOtherUser() {
        fixture.connect(tokens, CARA);
        AuthorizationOptions choose = AuthorizationOptions.defaults().chooseAccount();

        assertThat(tokens.authorize(BEN, BACK, choose).url().getRawQuery()).contains("prompt=select_account+consent");
        assertThat(tokens.authorize(BEN, BACK).url().getRawQuery()).doesNotContain("select_account");
        failure(
                Problem.WRONG_ACCOUNT,
                () -> tokens.completeAuthorization(fixture.approved(tokens, CARA, choose, "another user")));
    }

    @Test
    @Fault("G5")
    void anotherUserIsConnectedIfTheApplicationAllowsIt() {
        fixture.connect(tokens, CARA);
        AccountStatus before = tokens.status(CARA);
        AuthorizationOptions change = AuthorizationOptions.defaults().allowAccountChange();

        AccountStatus after = tokens.completeAuthorization(fixture.approved(tokens, CARA, change, "another user"));

        assertThat(after.subject()).isPresent().isNotEqualTo(before.subject());
        assertThat(tokens.status(CARA)).isEqualTo(after);
    }

    @Test
    @Fault("G5")
    void theConsentOfAnotherUserNeverGetsTheEarlierRefreshToken() {
        MockProvider google = fixture.providers.google();
        completeGoogle(ConsentResponses.response(google.consent("ben"), "user-1"));
        TokenSet other = ConsentResponses.withoutRefreshToken(google.consent("zoe"));
        google.onToken(ConsentResponses.response(other, "user-2"));
        AuthorizationOptions change = AuthorizationOptions.defaults().allowAccountChange();

        AccountStatus after = tokens.completeAuthorization(fixture.approved(tokens, BEN, change, "zoe"));

        assertThat(after.state()).isEqualTo(ConnectionState.NOT_REFRESHABLE);
        assertThat(after.subject()).hasValue("user-2");
    }

    @Test
    @Fault("C18")
    void aTokenTypeThatCannotBeSentIsRefusedWhenConnecting() {
        String mac = "{\"access_token\":\"" + TestTokens.access() + "\",\"token_type\":\"mac\",\"expires_in\":3600";
        fixture.provider(ANNA).onToken(MockResponse.json(200, mac + "}"));
        failure(
                Problem.UNSUPPORTED_TOKEN_TYPE,
                () -> tokens.completeAuthorization(fixture.approved(tokens, ANNA, "anna")));
        fixture.provider(ANNA)
                .onToken(MockResponse.json(200, mac + ",\"refresh_token\":\"" + TestTokens.refresh() + "\"}"));
        failure(
                Problem.UNSUPPORTED_TOKEN_TYPE,
                () -> tokens.completeAuthorization(fixture.approved(tokens, ANNA, "anna")));
        TokenSet dpop = TokenSet.builder(TestTokens.access()).tokenType("DPoP").build();
        failure(Problem.UNSUPPORTED_TOKEN_TYPE, () -> tokens.connect(ANNA, dpop));

        failure(Problem.NOT_CONNECTED, () -> tokens.status(ANNA));
    }

    private AccountStatus completeGoogle(MockResponse response) {
        fixture.provider(BEN).onToken(response);
        return tokens.completeAuthorization(fixture.approved(tokens, BEN, "ben"));
    }
}
