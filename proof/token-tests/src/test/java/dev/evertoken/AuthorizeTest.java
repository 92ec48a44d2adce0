package dev.evertoken;

import static dev.evertoken.ConsentFixture.ANNA;
import static dev.evertoken.ConsentFixture.BACK;
import static dev.evertoken.ConsentFixture.BEN;
import static dev.evertoken.ConsentFixture.CARA;
import static dev.evertoken.ConsentFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.Authorization;
import dev.evertoken.model.AuthorizationOptions;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockResponse;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connecting an account through a consent page. */
class AuthorizeTest {

    private final ConsentFixture fixture = new ConsentFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aConsentConnectsAnAccountAtEveryProvider() {
        Tokens tokens = fixture.process();
        for (TokenKey key : List.of(ANNA, BEN, CARA)) {
            AccountStatus status = tokens.completeAuthorization(key, fixture.approved(tokens, key, "user"));

            assertThat(status.state()).as(key.registration()).isEqualTo(ConnectionState.ACTIVE);
            assertThat(status.consentedAt()).isEqualTo(fixture.clock.now());
            assertThat(status.missingScopes()).isEmpty();
            assertThat(fixture.provider(key)
                            .ledger()
                            .isAccepted(tokens.accessToken(key).value()))
                    .isTrue();
            assertThat(fixture.provider(key).ledger().tokenRequests()).isEqualTo(1);
        }
    }

    @Test
    void aProcessWithTheKeyCompletesAnAuthorizationStartedByAnother() {
        Tokens here = fixture.process(builder -> builder.encryption(ConsentFixture.ring(1)));
        KeyRing both = ConsentFixture.ring(2);
        Tokens there = fixture.process(builder -> builder.encryption(both.rotatedTo("k1", new byte[32])));
        Tokens after = fixture.process(
                builder -> builder.encryption(ConsentFixture.ring(1).rotatedTo("k9", new byte[32])));

        URI callback = fixture.approved(here, ANNA, "anna");

        failure(Problem.CALLBACK_REJECTED, () -> there.completeAuthorization(callback));
        assertThat(after.completeAuthorization(callback).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void withoutAKeyRingOnlyTheStartingProcessCompletesAnAuthorization() {
        Tokens here = fixture.process(builder -> builder);
        Tokens there = fixture.process(builder -> builder);
        URI callback = fixture.approved(here, ANNA, "anna");

        failure(Problem.CALLBACK_REJECTED, () -> there.completeAuthorization(callback));
        assertThat(here.completeAuthorization(callback).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void theContentOfAStateIsNotReadable() {
        Tokens tokens = fixture.process();
        Authorization authorization = tokens.authorize(TokenKey.of("acme", "somebody-with-a-name"), BACK);

        assertThat(authorization.state()).matches("[A-Za-z0-9._~-]+").doesNotContain("somebody");
        assertThat(authorization).hasToString("Authorization[127.0.0.1]");
        assertThat(tokens.authorize(ANNA, BACK).state())
                .isNotEqualTo(tokens.authorize(ANNA, BACK).state());
    }

    @Test
    void aDeclinedConsentConnectsNothingAndKeepsAnExistingConnection() {
        Tokens tokens = fixture.process();
        URI denied = fixture.provider(ANNA).deny(tokens.authorize(ANNA, BACK).url());
        TokenException problem = failure(Problem.CONSENT_DENIED, () -> tokens.completeAuthorization(denied));
        assertThat(problem.remedy()).isEqualTo(Remedy.RECONNECT);
        assertThat(problem).hasMessage("acme/anna: the consent page answered access_denied");
        failure(Problem.NOT_CONNECTED, () -> tokens.status(ANNA));

        fixture.connect(tokens, ANNA);
        URI again = fixture.provider(ANNA).deny(tokens.authorize(ANNA, BACK).url());
        failure(Problem.CONSENT_DENIED, () -> tokens.completeAuthorization(again));
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void scopesThatWereNotGrantedAreReportedAsMissing() {
        Tokens tokens = fixture.process();

        AccountStatus acme = tokens.completeAuthorization(fixture.approved(tokens, ANNA, "anna", "read"));
        AccountStatus strava = tokens.completeAuthorization(fixture.approved(tokens, CARA, "cara", "read"));

        assertThat(acme.missingScopes()).containsExactlyInAnyOrder("write", "offline_access");
        assertThat(strava.grantedScopes()).as("reported by the redirect only").containsExactly("read");
        assertThat(strava.missingScopes()).containsExactly("activity:read");
    }

    @Test
    void scopesThatGoogleGrantsUnderAnotherNameOrGrantedEarlierAreNotMissing() {
        Tokens tokens = fixture.process();
        MockProvider google = fixture.provider(BEN);
        TokenSet issued = google.consent("ben");
        google.onToken(MockResponse.json(
                200,
                "{\"access_token\":\"" + issued.accessToken().orElseThrow().reveal()
                        + "\",\"expires_in\":3599,\"refresh_token\":\""
                        + issued.refreshToken().orElseThrow().reveal() + "\",\"token_type\":\"Bearer\",\"scope\":"
                        + "\"openid https://www.googleapis.com/auth/userinfo.email"
                        + " https://www.googleapis.com/auth/calendar https://www.googleapis.com/auth/drive\"}"));
        AuthorizationOptions more = AuthorizationOptions.defaults().moreScopes("email");

        AccountStatus status = tokens.completeAuthorization(fixture.approved(tokens, BEN, more, "ben"));

        assertThat(status.missingScopes()).isEmpty();
        assertThat(status.grantedScopes()).contains("email", "https://www.googleapis.com/auth/drive");
    }

    @Test
    void aScopeThatTheUserDeselectsAtGoogleIsMissing() {
        Tokens tokens = fixture.process();

        AccountStatus status = tokens.completeAuthorization(fixture.approved(tokens, BEN, "ben", "openid"));

        assertThat(status.missingScopes()).containsExactly("https://www.googleapis.com/auth/calendar");
    }

    @Test
    void additionalScopesAreRequestedBesidesTheRegularOnes() {
        Tokens tokens = fixture.process();
        AuthorizationOptions more = AuthorizationOptions.defaults().moreScopes("activity:read_all");

        AccountStatus status = tokens.completeAuthorization(fixture.approved(tokens, CARA, more, "cara"));

        assertThat(status.requestedScopes()).isEqualTo(Set.of("read", "activity:read", "activity:read_all"));
        assertThatThrownBy(() -> AuthorizationOptions.defaults().moreScopes("two\"words"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a scope is printable ASCII without spaces, commas, quotes and backslashes");
    }

    @Test
    void aSecondConsentReplacesTheFirstWithoutAddingAnAccount() {
        Tokens tokens = fixture.process();
        fixture.connect(tokens, ANNA);
        AccountStatus first = tokens.status(ANNA);
        fixture.later(Duration.ofMinutes(1));
        fixture.connect(tokens, ANNA);

        assertThat(tokens.status(ANNA).consentedAt()).isAfter(first.consentedAt());
        assertThat(tokens.status(ANNA).generation()).isEqualTo(1);
        try (Stream<AccountStatus> all = tokens.statuses()) {
            assertThat(all).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://app.example/back",
                "/back",
                "https://app.example/back#fragment",
                "urn:ietf:wg:oauth:2.0:oob",
                "myapp:/back",
                "https:///back"
            })
    void anInvalidRedirectAddressIsRefused(String address) {
        Tokens tokens = fixture.process();
        assertThatThrownBy(() -> tokens.authorize(ANNA, URI.create(address)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("redirectUri must be absolute, without a fragment, and https, http on loopback, or a"
                        + " private scheme with a dot in it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:4711/back", "http://localhost/back", "com.example.app:/back"})
    void redirectsOfNativeApplicationsAreAccepted(String address) {
        Tokens tokens = fixture.process();
        URI callback = fixture.provider(ANNA)
                .approve(tokens.authorize(ANNA, URI.create(address)).url(), "anna");

        assertThat(tokens.completeAuthorization(callback).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aProviderWithoutAnAuthorizationFlowIsReported() {
        Tokens tokens = fixture.process(builder -> builder.provider(new ImportOnly())
                .client("import-only", fixture.providers.rotating().registration()));

        TokenException problem =
                failure(Problem.NOT_SUPPORTED, () -> tokens.authorize(TokenKey.of("import-only", "anna"), BACK));
        assertThat(problem)
                .hasMessage("import-only/anna: provider import-only has no authorization flow; connect the account with"
                        + " tokens instead");
    }

    /** A provider that supports only refreshing. */
    private static final class ImportOnly implements Provider {
        @Override
        public String id() {
            return "import-only";
        }

        @Override
        public ProviderProfile profile() {
            return ProviderProfile.builder(RefreshModel.STATIC).build();
        }

        @Override
        public Refresher refresher() {
            return request -> {
                throw new IllegalStateException("no refresh is expected");
            };
        }
    }
}
