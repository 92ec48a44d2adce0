package dev.evertoken;

import static dev.evertoken.ConsentHouse.ANNA;
import static dev.evertoken.ConsentHouse.BACK;
import static dev.evertoken.ConsentHouse.BEN;
import static dev.evertoken.ConsentHouse.CARA;
import static dev.evertoken.ConsentHouse.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.Authorization;
import dev.evertoken.model.AuthorizationOptions;
import dev.evertoken.model.Connection;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Provider;
import dev.evertoken.spi.ProviderProfile;
import dev.evertoken.spi.Refresher;
import dev.evertoken.testing.Answer;
import dev.evertoken.testing.MockProvider;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From a consent page to a connected account. */
class AuthorizeTest {

    private final ConsentHouse house = new ConsentHouse();

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void aConsentConnectsAnAccountAtEveryProvider() {
        Tokens tokens = house.process();
        for (TokenKey key : List.of(ANNA, BEN, CARA)) {
            Connection connection = tokens.completeAuthorization(key, house.approved(tokens, key, "person"));

            assertThat(connection.state()).as(key.registration()).isEqualTo(ConnectionState.ACTIVE);
            assertThat(connection.consentedAt()).isEqualTo(house.clock.now());
            assertThat(connection.missingScopes()).isEmpty();
            assertThat(house.provider(key)
                            .ledger()
                            .isAccepted(tokens.accessToken(key).value()))
                    .isTrue();
            assertThat(house.provider(key).ledger().tokenRequests()).isEqualTo(1);
        }
    }

    @Test
    void anyProcessThatHasTheKeyCompletesWhatAnotherStarted() {
        Tokens here = house.process(builder -> builder.encryption(ConsentHouse.ring(1)));
        KeyRing both = ConsentHouse.ring(2);
        Tokens there = house.process(builder -> builder.encryption(both.rotatedTo("k1", new byte[32])));
        Tokens after =
                house.process(builder -> builder.encryption(ConsentHouse.ring(1).rotatedTo("k9", new byte[32])));

        URI callback = house.approved(here, ANNA, "anna");

        failure(Problem.CALLBACK_REJECTED, () -> there.completeAuthorization(callback));
        assertThat(after.completeAuthorization(callback).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void withoutAKeyRingOnlyTheProcessThatStartedCompletes() {
        Tokens here = house.process(builder -> builder);
        Tokens there = house.process(builder -> builder);
        URI callback = house.approved(here, ANNA, "anna");

        failure(Problem.CALLBACK_REJECTED, () -> there.completeAuthorization(callback));
        assertThat(here.completeAuthorization(callback).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void whatIsInAStateIsNotReadable() {
        Tokens tokens = house.process();
        Authorization authorization = tokens.authorize(TokenKey.of("acme", "somebody-with-a-name"), BACK);

        assertThat(authorization.state()).matches("[A-Za-z0-9._~-]+").doesNotContain("somebody");
        assertThat(authorization).hasToString("Authorization[127.0.0.1]");
        assertThat(tokens.authorize(ANNA, BACK).state())
                .isNotEqualTo(tokens.authorize(ANNA, BACK).state());
    }

    @Test
    void whoeverDeclinesIsNotConnectedAndWhatWasConnectedStays() {
        Tokens tokens = house.process();
        URI denied = house.provider(ANNA).deny(tokens.authorize(ANNA, BACK).url());
        TokenException problem = failure(Problem.CONSENT_DENIED, () -> tokens.completeAuthorization(denied));
        assertThat(problem.remedy()).isEqualTo(Remedy.RECONNECT);
        assertThat(problem).hasMessage("acme/anna: the consent page answered access_denied");
        failure(Problem.NOT_CONNECTED, () -> tokens.status(ANNA));

        house.connect(tokens, ANNA);
        URI again = house.provider(ANNA).deny(tokens.authorize(ANNA, BACK).url());
        failure(Problem.CONSENT_DENIED, () -> tokens.completeAuthorization(again));
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void theScopesThatWereNotGrantedAreNamed() {
        Tokens tokens = house.process();

        Connection acme = tokens.completeAuthorization(house.approved(tokens, ANNA, "anna", "read"));
        Connection strava = tokens.completeAuthorization(house.approved(tokens, CARA, "cara", "read"));

        assertThat(acme.missingScopes()).containsExactlyInAnyOrder("write", "offline_access");
        assertThat(strava.grantedScopes()).as("told by the redirect alone").containsExactly("read");
        assertThat(strava.missingScopes()).containsExactly("activity:read");
    }

    @Test
    void whatGoogleGrantsByAnotherNameOrHadGrantedBeforeIsNotMissing() {
        Tokens tokens = house.process();
        MockProvider google = house.provider(BEN);
        TokenSet bought = google.consent("ben");
        google.onToken(Answer.json(
                200,
                "{\"access_token\":\"" + bought.accessToken().reveal() + "\",\"expires_in\":3599,\"refresh_token\":\""
                        + bought.refreshToken().orElseThrow().reveal() + "\",\"token_type\":\"Bearer\",\"scope\":"
                        + "\"openid https://www.googleapis.com/auth/userinfo.email"
                        + " https://www.googleapis.com/auth/calendar https://www.googleapis.com/auth/drive\"}"));
        AuthorizationOptions more = AuthorizationOptions.usual().moreScopes("email");

        Connection connection = tokens.completeAuthorization(house.approved(tokens, BEN, more, "ben"));

        assertThat(connection.missingScopes()).isEmpty();
        assertThat(connection.grantedScopes()).contains("email", "https://www.googleapis.com/auth/drive");
    }

    @Test
    void aScopeThatThePersonUnticksAtGoogleIsMissing() {
        Tokens tokens = house.process();

        Connection connection = tokens.completeAuthorization(house.approved(tokens, BEN, "ben", "openid"));

        assertThat(connection.missingScopes()).containsExactly("https://www.googleapis.com/auth/calendar");
    }

    @Test
    void moreScopesAreAskedForBesidesTheUsualOnes() {
        Tokens tokens = house.process();
        AuthorizationOptions more = AuthorizationOptions.usual().moreScopes("activity:read_all");

        Connection connection = tokens.completeAuthorization(house.approved(tokens, CARA, more, "cara"));

        assertThat(connection.requestedScopes()).isEqualTo(Set.of("read", "activity:read", "activity:read_all"));
        assertThatThrownBy(() -> AuthorizationOptions.usual().moreScopes("two words"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a scope is printable ASCII without blanks, commas, quotes and backslashes");
    }

    @Test
    void aSecondConsentReplacesTheFirstAndThereIsStillOneAccount() {
        Tokens tokens = house.process();
        house.connect(tokens, ANNA);
        Connection first = tokens.status(ANNA);
        house.later(Duration.ofMinutes(1));
        house.connect(tokens, ANNA);

        assertThat(tokens.status(ANNA).consentedAt()).isAfter(first.consentedAt());
        assertThat(tokens.status(ANNA).generation()).isEqualTo(1);
        try (Stream<Connection> all = tokens.statuses()) {
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
    void aRedirectAddressThatCannotBeOneIsRefused(String address) {
        Tokens tokens = house.process();
        assertThatThrownBy(() -> tokens.authorize(ANNA, URI.create(address)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("redirectUri must be absolute, without a fragment, and https, http on loopback, or a"
                        + " private scheme with a dot in it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:4711/back", "http://localhost/back", "com.example.app:/back"})
    void nativeApplicationsHaveTheirRedirects(String address) {
        Tokens tokens = house.process();
        URI callback = house.provider(ANNA)
                .approve(tokens.authorize(ANNA, URI.create(address)).url(), "anna");

        assertThat(tokens.completeAuthorization(callback).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aProviderWithoutAFlowSaysSo() {
        Tokens tokens = house.process(builder -> builder.provider(new ImportOnly())
                .client("import-only", house.providers.rotating().registration()));

        TokenException problem =
                failure(Problem.NOT_SUPPORTED, () -> tokens.authorize(TokenKey.of("import-only", "anna"), BACK));
        assertThat(problem)
                .hasMessage("import-only/anna: provider import-only has no authorization flow; connect the account with"
                        + " tokens instead");
    }

    /** A provider that can refresh and nothing else. */
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
                throw new IllegalStateException("nobody refreshes here");
            };
        }
    }
}
