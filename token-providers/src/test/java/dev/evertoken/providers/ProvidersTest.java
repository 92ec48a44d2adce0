package dev.evertoken.providers;

import static dev.evertoken.providers.LoopbackServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.TokenOutcome.Issued;
import dev.evertoken.spi.provider.TokenOutcome.Refused;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** The providers that need no configuration. */
class ProvidersTest {

    @Test
    void theServiceLoaderFindsEveryProviderUnderItsId() {
        assertThat(ServiceLoader.load(Provider.class).stream()
                        .map(found -> found.get().id()))
                .contains("google", "youtube", "strava", "facebook", "instagram", "linkedin", "x", "x-oauth1");
    }

    @Test
    void googleHasAStaticRefreshTokenAndTakesTheSecretInTheForm() {
        ProviderProfile google = new Google().profile();

        assertThat(google.refreshModel()).isEqualTo(RefreshModel.STATIC);
        assertThat(google.replayHarmless()).isTrue();
        assertThat(google.endpoints().address(EndpointKind.REFRESH))
                .contains(URI.create("https://oauth2.googleapis.com/token"));
        assertThat(google.authentication(EndpointKind.REFRESH)).isEqualTo(ClientAuthentication.CLIENT_SECRET_POST);
        assertThat(google.authentication(EndpointKind.REVOKE)).isEqualTo(ClientAuthentication.NONE);
        assertThat(google.apiHosts()).contains("www.googleapis.com", "gmail.googleapis.com");
    }

    @Test
    void youTubeUsesGooglesEndpointsWithItsOwnHostsAndChannelLookup() {
        ProviderProfile google = new Google().profile();
        ProviderProfile youTube = new YouTube().profile();

        assertThat(youTube.endpoints().addresses())
                .containsAllEntriesOf(google.endpoints().addresses());
        assertThat(youTube.endpoints().address(EndpointKind.API))
                .contains(URI.create("https://www.googleapis.com/youtube/v3/channels?part=id,snippet&mine=true"));
        assertThat(youTube.authentication()).isEqualTo(google.authentication());
        assertThat(youTube.refreshModel()).isEqualTo(RefreshModel.STATIC);
        assertThat(youTube.revokeScope()).isEqualTo(ProviderProfile.RevokeScope.USER);
        assertThat(youTube.apiHosts())
                .contains("www.googleapis.com", "youtube.googleapis.com", "youtubeanalytics.googleapis.com")
                .doesNotContain("gmail.googleapis.com");
    }

    @Test
    void stravaRotatesAndIsNotRefreshedBeforeTheLastHour() {
        ProviderProfile strava = new Strava().profile();

        assertThat(strava.refreshModel()).isEqualTo(RefreshModel.ROTATING);
        assertThat(strava.replayHarmless()).isFalse();
        assertThat(strava.largestMargin().orElseThrow()).isLessThan(Duration.ofHours(1));
        assertThat(strava.defaultLifetime()).isEqualTo(Duration.ofHours(6));
        assertThat(strava.scopeSeparator()).isEqualTo(",");
        assertThat(strava.authentication(EndpointKind.REFRESH)).isEqualTo(ClientAuthentication.CLIENT_SECRET_POST);
        assertThat(strava.authentication(EndpointKind.REVOKE)).isEqualTo(ClientAuthentication.CLIENT_SECRET_BASIC);
    }

    @Test
    void aRefreshAtGoogleReplacesTheAccessTokenAndKeepsTheRefreshToken() throws IOException {
        String recorded = "{\"access_token\":\"ya29.next\",\"expires_in\":3599,"
                + "\"scope\":\"https://www.googleapis.com/auth/drive.metadata.readonly\",\"token_type\":\"Bearer\"}";
        try (LoopbackServer server = LoopbackServer.answering(json(200, recorded))) {
            Issued issued = (Issued) RefreshCaller.at(new Google(), server).refresh();

            assertThat(issued.response().applyTo(RefreshCaller.TOKENS).refreshToken())
                    .contains(Secret.of(RefreshCaller.REFRESH_TOKEN));
            assertThat(issued.response().scopes().orElseThrow())
                    .containsExactly("https://www.googleapis.com/auth/drive.metadata.readonly");
            assertThat(server.requests().get(0)).contains("&client_secret=").doesNotContain("Authorization");
        }
    }

    @Test
    void anUnexpectedRefreshTokenFromGoogleIsStored() throws IOException {
        String unusual = "{\"access_token\":\"ya29.next\",\"expires_in\":\"3599\",\"refresh_token\":\"1//next\","
                + "\"refresh_token_expires_in\":604799,\"token_type\":\"Bearer\"}";
        try (LoopbackServer server = LoopbackServer.answering(json(200, unusual))) {
            TokenResponse response =
                    ((Issued) RefreshCaller.at(new Google(), server).refresh()).response();

            assertThat(response.applyTo(RefreshCaller.TOKENS).refreshToken()).contains(Secret.of("1//next"));
            assertThat(response.expiresAt()).contains(response.issuedAt().plusSeconds(3599));
            assertThat(response.refreshTokenExpiresAt())
                    .contains(response.issuedAt().plusSeconds(604_799));
        }
    }

    @Test
    void theLifetimeAtStravaCountsFromTheLocalClockEvenIfTheTokenIsUnchanged() throws IOException {
        String recorded = "{\"token_type\":\"Bearer\",\"access_token\":\"" + RefreshCaller.ACCESS_TOKEN
                + "\",\"expires_at\":1542940199,\"expires_in\":14282,\"refresh_token\":\"next\"}";
        try (LoopbackServer server = LoopbackServer.answering(json(200, recorded))) {
            Issued issued = (Issued) RefreshCaller.at(new Strava(), server).refresh();

            assertThat(issued.response().refreshToken()).contains(Secret.of("next"));
            assertThat(issued.response().expiresAt())
                    .contains(issued.response().issuedAt().plusSeconds(14_282));
        }
    }

    @Test
    void aWrongSecretAtStravaIsAClientProblem() throws IOException {
        String recorded = "{\"message\":\"Bad Request\",\"errors\":[{\"resource\":\"Application\","
                + "\"field\":\"client_secret\",\"code\":\"invalid\"}]}";
        try (LoopbackServer server = LoopbackServer.answering(json(400, recorded))) {
            Refused refused = (Refused) RefreshCaller.at(new Strava(), server).refresh();

            assertThat(refused.verdict().kind()).isEqualTo(Kind.CLIENT_INVALID);
            assertThat(refused.verdict().problem()).isEqualTo(Problem.CLIENT_REJECTED);
        }
    }
}
