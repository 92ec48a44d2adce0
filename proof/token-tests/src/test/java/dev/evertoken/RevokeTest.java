package dev.evertoken;

import static dev.evertoken.ConsentFixture.ANNA;
import static dev.evertoken.ConsentFixture.BEN;
import static dev.evertoken.ConsentFixture.CARA;
import static dev.evertoken.ConsentFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Revocation;
import dev.evertoken.model.Revocation.Outcome;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.providers.Strava;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockResponse;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Revoking tokens at the provider. */
class RevokeTest {

    private static final TokenKey BENS_SECOND = TokenKey.of("google", "ben-at-work");

    private final ConsentFixture fixture = new ConsentFixture();
    /** Repeated revocations run on the thread that advances the clock. */
    private final Tokens tokens = fixture.process(
            builder -> builder.encryption(ConsentFixture.ring(7)).executor(Runnable::run));

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void tokensAreRevokedAtTheProviderAndTheAccountIsDisconnected() {
        for (TokenKey key : List.of(ANNA, BEN, CARA)) {
            fixture.connect(tokens, key);
            Secret token = tokens.accessToken(key).value();

            Revocation revocation = tokens.revoke(key);

            assertThat(revocation.outcome()).as(key.registration()).isEqualTo(Outcome.REVOKED);
            assertThat(revocation.disconnected()).isTrue();
            assertThat(fixture.provider(key).ledger().isAccepted(token)).isFalse();
            failure(Problem.NOT_CONNECTED, () -> tokens.status(key));
            failure(Problem.NOT_CONNECTED, () -> tokens.revoke(key));
        }
    }

    @Test
    void revokingTokensThatAreAlreadyInvalidSucceeds() {
        fixture.connect(tokens, BEN);
        fixture.provider(BEN).revoke("ben");

        Revocation revocation = tokens.revoke(BEN);

        assertThat(revocation.outcome()).isEqualTo(Outcome.ALREADY_INVALID);
        assertThat(revocation.disconnected()).isTrue();
    }

    @Test
    void stravasOldRevocationRequiresAValidAccessToken() {
        URI old = URI.create(fixture.providers
                .strava()
                .endpoints()
                .address(EndpointKind.REVOKE)
                .orElseThrow()
                .toString()
                .replace("/revoke", "/deauthorize"));
        Tokens before2027 = fixture.process(
                Strava.withDeauthorization(),
                builder -> builder.encryption(ConsentFixture.ring(7))
                        .endpoints("strava", Endpoints.none().with(EndpointKind.REVOKE, old)));
        fixture.connect(before2027, CARA);
        assertThat(before2027.revoke(CARA).outcome()).isEqualTo(Outcome.REVOKED);

        fixture.connect(before2027, CARA);
        fixture.provider(CARA).revoke("cara");
        assertThat(before2027.revoke(CARA).outcome()).isEqualTo(Outcome.ALREADY_INVALID);

        fixture.connect(before2027, CARA);
        fixture.later(Duration.ofHours(7));
        Revocation tooLate = before2027.revoke(CARA);
        assertThat(tooLate.outcome()).isEqualTo(Outcome.NOT_REVOKED);
        assertThat(tooLate.disconnected()).isTrue();
        assertThat(tooLate.detail())
                .isEqualTo("deauthorization requires a valid access token and this one has expired; refresh it first");
    }

    @Test
    @Fault("G6")
    void aRevocationThatFailsDoesNotDelayTheDisconnectAndIsRepeated() throws InterruptedException {
        fixture.connect(tokens, ANNA);
        Secret token = tokens.accessToken(ANNA).value();
        fixture.provider(ANNA)
                .onRevoke(
                        MockResponse.status(503),
                        MockResponse.disconnect(),
                        MockResponse.html(200),
                        MockResponse.status(429));

        Revocation revocation = tokens.revoke(ANNA);

        assertThat(revocation.outcome()).isEqualTo(Outcome.PENDING);
        assertThat(revocation.problem()).hasValue(Problem.PROVIDER_UNAVAILABLE);
        assertThat(revocation.detail()).isEqualTo("revocation endpoint answered 503 with an empty body");
        assertThat(revocation.disconnected()).isTrue();
        failure(Problem.NOT_CONNECTED, () -> tokens.status(ANNA));
        assertThat(fixture.provider(ANNA).ledger().isAccepted(token)).isTrue();

        for (int i = 0; i < 4; i++) {
            fixture.later(Duration.ofMinutes(1));
        }
        TokenEvent.RevocationEnded ended = fixture.event(TokenEvent.RevocationEnded.class);
        assertThat(ended.outcome()).isEqualTo(Outcome.REVOKED);
        assertThat(fixture.provider(ANNA).ledger().isAccepted(token)).isFalse();
    }

    @Test
    @Fault("G6")
    void aRepeatedRevocationDoesNotEndAConsentGivenMeanwhile() throws InterruptedException {
        fixture.connect(tokens, BEN);
        fixture.provider(BEN).onRevoke(MockResponse.status(503));
        assertThat(tokens.revoke(BEN).outcome()).isEqualTo(Outcome.PENDING);
        fixture.connect(tokens, BEN);

        fixture.later(Duration.ofMinutes(1));

        TokenEvent.RevocationEnded ended = fixture.event(TokenEvent.RevocationEnded.class);
        assertThat(ended.outcome()).isEqualTo(Outcome.NOT_REVOKED);
        assertThat(fixture.provider(BEN)
                        .ledger()
                        .isAccepted(tokens.accessToken(BEN).value()))
                .isTrue();
    }

    @Test
    void aPermanentlyRefusedRevocationIsNotRepeated() {
        fixture.connect(tokens, ANNA);
        fixture.provider(ANNA).onRevoke(MockResponse.json(400, "{\"error\":\"unsupported_token_type\"}"));

        Revocation revocation = tokens.revoke(ANNA);

        assertThat(revocation.outcome()).isEqualTo(Outcome.NOT_REVOKED);
        assertThat(revocation.problem()).hasValue(Problem.REQUEST_REJECTED);
        assertThat(revocation.disconnected()).isTrue();
    }

    @Test
    @Fault("G7")
    void aRevocationThatEndsOtherAccountsOfTheUserRequiresConfirmation() {
        MockProvider google = fixture.providers.google();
        completeGoogle(BEN, ConsentResponses.response(google.consent("ben"), "user-1"));
        completeGoogle(BENS_SECOND, ConsentResponses.response(google.consent("ben"), "user-1"));
        completeGoogle(TokenKey.of("google", "zoe"), ConsentResponses.response(google.consent("zoe"), "user-2"));

        Revocation held = tokens.revoke(BEN);

        assertThat(held.outcome()).isEqualTo(Outcome.NOT_ATTEMPTED);
        assertThat(held.disconnected()).isFalse();
        assertThat(held.affectedAccounts()).containsExactly(BENS_SECOND);
        assertThat(google.ledger().isAccepted(tokens.accessToken(BEN).value())).isTrue();

        Revocation confirmed = tokens.revokeWithAffectedAccounts(BEN);
        assertThat(confirmed.outcome()).isEqualTo(Outcome.REVOKED);
        assertThat(confirmed.affectedAccounts()).containsExactly(BENS_SECOND);
    }

    @Test
    @Fault("G7")
    void aRevocationOfAGrantThatTwoAccountsShareProtectsTheOtherOne() {
        TokenSet shared = fixture.provider(ANNA).consent("anna");
        TokenKey twin = TokenKey.of("acme", "anna-again");
        tokens.connect(ANNA, shared);
        tokens.connect(twin, shared);

        assertThat(tokens.revoke(ANNA).affectedAccounts()).containsExactly(twin);

        tokens.disconnect(twin);
        assertThat(tokens.revoke(ANNA).outcome()).isEqualTo(Outcome.REVOKED);
    }

    private void completeGoogle(TokenKey key, MockResponse response) {
        fixture.provider(key).onToken(response);
        tokens.completeAuthorization(fixture.approved(tokens, key, "user"));
    }
}
