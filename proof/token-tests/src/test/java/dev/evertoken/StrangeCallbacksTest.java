package dev.evertoken;

import static dev.evertoken.ConsentFixture.ANNA;
import static dev.evertoken.ConsentFixture.BACK;
import static dev.evertoken.ConsentFixture.BEN;
import static dev.evertoken.ConsentFixture.failure;
import static dev.evertoken.ConsentFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Invalid redirects: nothing is stored, and no code is used up. */
class StrangeCallbacksTest {

    private final ConsentFixture fixture = new ConsentFixture();
    private final Tokens tokens = fixture.process();
    private final URI valid = fixture.approved(tokens, ANNA, "anna");

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aRedirectWithoutAStateIsRejected() {
        rejected(
                URI.create(BACK + "?code=abc"),
                "the redirect has no state, so it belongs to no authorization started here");
        rejected(with(valid, "state", ""), "the redirect has no state, so it belongs to no authorization started here");
        rejected(BACK, "the redirect has no query; pass the whole address of the redirect");
    }

    @Test
    void aForgedOrTruncatedStateIsRejected() {
        String why = "the redirect's state was not created here: forged, truncated, or of another application,"
                + " environment or key ring";
        String state = tokens.authorize(ANNA, BACK).state();
        rejected(with(valid, "state", "forged"), why);
        rejected(with(valid, "state", "k7."), why);
        rejected(with(valid, "state", "k7.!!!"), why);
        rejected(with(valid, "state", "k8" + state.substring(2)), why);
        rejected(with(valid, "state", state.substring(0, state.length() - 1)), why);
        rejected(with(valid, "state", state.substring(0, 30) + "A" + state.substring(31) + "A"), why);
        rejected(with(valid, "state", "k7." + "A".repeat(20_000)), why);
    }

    @Test
    void theStateOfAnotherApplicationOrEnvironmentIsRejected() {
        Tokens staging =
                fixture.process(builder -> builder.environment("staging").encryption(ConsentFixture.ring(7)));
        failure(Problem.CALLBACK_REJECTED, () -> staging.completeAuthorization(valid));
    }

    @Test
    void theSameRedirectAgainReportsTheAccountThatItHasConnected() {
        AccountStatus connected = tokens.completeAuthorization(ANNA, valid);

        assertThat(tokens.completeAuthorization(ANNA, valid)).isEqualTo(connected);
        fixture.later(Duration.ofHours(2));
        tokens.accessToken(ANNA);
        assertThat(tokens.completeAuthorization(ANNA, valid).generation()).isEqualTo(2);
        assertThat(fixture.providers.rotating().ledger().tokenRequests())
                .as("the exchange and a refresh")
                .isEqualTo(2);
    }

    @Test
    void theSameRedirectAtAnotherProcessReportsTheAccountWithoutUsingTheCodeAgain() {
        AccountStatus connected = tokens.completeAuthorization(ANNA, valid);
        Tokens other = fixture.process();

        assertThat(other.completeAuthorization(ANNA, valid)).isEqualTo(connected);
        assertThat(fixture.providers.rotating().ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void aUsedRedirectOfADisconnectedAccountIsRejectedAndChangesNothing() {
        tokens.completeAuthorization(valid);
        tokens.disconnect(ANNA);
        rejected(
                valid,
                "acme/anna: the redirect was already used, and the account's grant is not the one that it brought;"
                        + " nothing was changed");

        assertThat(fixture.providers.rotating().ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void aUsedRedirectOfADisconnectedAccountIsRejectedByTheProviderAtAnotherProcess() {
        tokens.completeAuthorization(valid);
        tokens.disconnect(ANNA);
        Tokens other = fixture.process();

        TokenException problem = failure(Problem.CONSENT_FAILED, () -> other.completeAuthorization(valid));
        assertThat(problem).hasMessage("acme/anna: token endpoint answered 400 invalid_grant");
    }

    @Test
    void aRedirectAtAProcessThatDoesNotRememberItNamesTheKeyRing() {
        Tokens started = fixture.process(builder -> builder);
        URI callback = fixture.approved(started, ANNA, "anna");
        Tokens restarted = fixture.process(builder -> builder);

        assertThat(failure(Problem.CALLBACK_REJECTED, () -> restarted.completeAuthorization(callback)))
                .hasMessage("the redirect's state is unknown to this process: without a key ring, an authorization is"
                        + " kept for 10 minutes in the memory of the process that started it, and not after a restart."
                        + " Start it again, and set a key ring with encryption(…), so that any process can complete"
                        + " it");
    }

    @Test
    void aRedirectThatArrivesAfterTenMinutesIsRejected() {
        fixture.later(Duration.ofMinutes(10));
        rejected(valid, "acme/anna: the redirect arrived more than 10 minutes after the start; start again");

        Tokens withoutRing = fixture.process(builder -> builder);
        URI other = fixture.approved(withoutRing, ANNA, "anna");
        fixture.later(Duration.ofMinutes(10));
        assertThat(failure(Problem.CALLBACK_REJECTED, () -> withoutRing.completeAuthorization(other)))
                .hasMessage("acme/anna: the redirect arrived more than 10 minutes after the start; start again");
        assertThat(fixture.providers.rotating().ledger().tokenRequests()).isZero();
    }

    @Test
    void theStateOfOneRegistrationIsRejectedAtTheRedirectOfAnother() {
        URI googles = URI.create("https://app.example/oauth/google");
        URI callback =
                fixture.provider(BEN).approve(tokens.authorize(BEN, googles).url(), "ben");
        URI atAcme = URI.create(BACK + "?" + callback.getRawQuery());

        rejected(atAcme, "the redirect arrived at a different path than /oauth/google, the one of this authorization");
    }

    @Test
    void theRedirectOfAnAccountOtherThanTheExpectedOneIsRejected() {
        TokenException problem = failure(
                Problem.CALLBACK_REJECTED, () -> tokens.completeAuthorization(TokenKey.of("acme", "mallory"), valid));
        assertThat(problem)
                .hasMessage("the redirect belongs to the authorization of a different account than the expected one");
        assertThat(tokens.completeAuthorization(ANNA, valid).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void duplicateParametersAreRejected() {
        rejected(URI.create(valid + "&code=other"), "the redirect has more than one parameter code");
        rejected(URI.create(valid + "&state=other"), "the redirect has more than one parameter state");
        rejected(URI.create(valid + "&error=access_denied&error=x"), "the redirect has more than one parameter error");
        assertThat(tokens.completeAuthorization(URI.create(valid + "&prompt=a&prompt=b"))
                        .state())
                .isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aRedirectWithNeitherOrBothOfCodeAndErrorEndsNothing() {
        rejected(with(valid, "code", ""), "acme/anna: the redirect has neither a code nor an error");
        rejected(URI.create(valid + "&error=server_error"), "acme/anna: the redirect has both a code and an error");
        assertThat(tokens.completeAuthorization(valid).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @ParameterizedTest
    @CsvSource({
        "access_denied, CONSENT_DENIED",
        "invalid_scope, SCOPE_INVALID",
        "unauthorized_client, CLIENT_REJECTED",
        "invalid_request, REQUEST_REJECTED",
        "unsupported_response_type, REQUEST_REJECTED",
        "server_error, PROVIDER_UNAVAILABLE",
        "temporarily_unavailable, PROVIDER_UNAVAILABLE",
        "login_required, CONSENT_FAILED",
        "something_new, CONSENT_FAILED"
    })
    void anErrorOfTheConsentPageIsTyped(String code, Problem problem) {
        URI callback = URI.create(BACK + "?error=" + code + "&error_description=any%20text&state="
                + tokens.authorize(ANNA, BACK).state());
        TokenException failure = failure(problem, () -> tokens.completeAuthorization(callback));
        assertThat(failure).hasMessage("acme/anna: the consent page answered " + code);
    }

    @Test
    void anUnprintableErrorCodeIsNotShown() {
        URI callback = URI.create(BACK + "?error=%3Cscript%3E&state="
                + tokens.authorize(ANNA, BACK).state());
        TokenException failure = failure(Problem.CONSENT_FAILED, () -> tokens.completeAuthorization(callback));
        assertThat(failure).hasMessage("acme/anna: the consent page answered an unprintable error code");
    }

    @Test
    void aQueryThatIsTooLongIsRejected() {
        rejected(URI.create(valid + "&x=" + "a".repeat(65_536)), "the redirect's query has more than 65536 characters");
    }

    private void rejected(URI callback, String why) {
        TokenException problem = failure(Problem.CALLBACK_REJECTED, () -> tokens.completeAuthorization(callback));
        assertThat(problem).hasMessage(why);
    }
}
