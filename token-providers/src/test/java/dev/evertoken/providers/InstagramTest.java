package dev.evertoken.providers;

import static dev.evertoken.providers.GraphBodies.error;
import static dev.evertoken.providers.GraphServer.json;
import static dev.evertoken.providers.GraphServer.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import dev.evertoken.model.Validation;
import dev.evertoken.model.Validation.Verdict;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Instagram's exact requests and every known successful response, by the sections of the fact sheet. */
class InstagramTest {

    private static final String LONG =
            "{\"access_token\":\"IGAA-long\",\"token_type\":\"bearer\",\"expires_in\":5183944}";
    private static final String FLAT = "{\"access_token\":\"IGAA-short\",\"user_id\":17841499999999999999,"
            + "\"permissions\":[\"instagram_business_basic\",\"instagram_business_manage_messages\"]}";
    private static final String WRAPPED =
            "{\"data\":[{\"access_token\":\"IGAA-short\",\"user_id\":\"17841499999999999999\","
                    + "\"permissions\":\"instagram_business_basic,instagram_business_manage_messages\"}]}";
    private static final Duration SIXTY_DAYS = Duration.ofDays(60);

    @Test
    void theConsentPageAndTheEndpointsAreInstagrams() {
        RelocatedProvider instagram = RelocatedProvider.nowhere(new Instagram());
        ProviderProfile profile = new Instagram().profile();

        assertThat(instagram.url(false, false, "instagram_business_basic", "instagram_business_content_publish"))
                .isEqualTo(URI.create("https://www.instagram.com/oauth/authorize?response_type=code"
                        + "&client_id=client-1&redirect_uri=https%3A%2F%2Fapp.example%2Fback%3Ftenant%3D1"
                        + "&scope=instagram_business_basic%2Cinstagram_business_content_publish&state=k1.state"));
        assertThat(instagram.url(true, false, "instagram_business_basic").getRawQuery())
                .contains("&force_reauth=true&");
        assertThat(profile.refreshModel()).isEqualTo(RefreshModel.EXTENDING);
        assertThat(profile.earliestRefreshAge()).hasValue(Duration.ofDays(1));
        assertThat(profile.endpoints().address(EndpointKind.REFRESH))
                .hasValue(URI.create("https://graph.instagram.com/refresh_access_token"));
        assertThat(profile.apiHosts()).containsExactly("graph.instagram.com");
        assertThat(new Instagram().revoker()).isEmpty();
        assertThat(new Instagram().clientCredentialsGrant()).isEmpty();
        assertThat(new Instagram().derivation()).isEmpty();
    }

    @Test
    void theCodeIsSentByPostAndItsTokenIsExchangedByGetForBothResponseShapes() throws IOException {
        for (String body : List.of(FLAT, WRAPPED)) {
            try (GraphServer server = new GraphServer(new Instagram(), json(body), json(LONG))) {
                TokenResponse response = responseOf(server.relocated().exchange());

                assertThat(response.accessToken()).hasValue(Secret.of("IGAA-long"));
                assertThat(response.expiresAt()).hasValue(response.issuedAt().plusSeconds(5_183_944));
                assertThat(response.subject()).hasValue("17841499999999999999");
                assertThat(response.scopes())
                        .hasValue(Set.of("instagram_business_basic", "instagram_business_manage_messages"));
                assertThat(server.request(0))
                        .startsWith("POST /token HTTP/1.1")
                        .endsWith("\r\n\r\ngrant_type=authorization_code&code=4%2F0a+code%2Bof%26the%3Dtest"
                                + "&redirect_uri=https%3A%2F%2Fapp.example%2Fback%3Ftenant%3D1"
                                + "&client_id=client-1&client_secret=Jefe");
                assertThat(server.requestLines().get(1))
                        .isEqualTo("GET /access_token?grant_type=ig_exchange_token&client_secret=Jefe"
                                + "&access_token=IGAA-short");
            }
        }
    }

    @Test
    void aKeptShortLivedTokenIsValidForAnHourAndIsExchangedByTheNextRefresh() throws IOException {
        TokenSet kept;
        try (GraphServer server = new GraphServer(new Instagram(), json(FLAT), LoopbackServer.json(503, ""))) {
            TokenResponse response = responseOf(server.relocated().exchange());
            assertThat(response.expiresAt()).hasValue(response.issuedAt().plusSeconds(3_600));
            kept = response.toTokenSet().orElseThrow();
        }
        try (GraphServer server = new GraphServer(new Instagram(), json(LONG))) {
            assertThat(server.refresh(kept)).isInstanceOf(TokenOutcome.Issued.class);
            assertThat(server.requestLines().get(0)).startsWith("GET /access_token?grant_type=ig_exchange_token&");
        }
    }

    @Test
    void aRefreshSendsOnlyTheTokenAndMayReturnTheSameToken() throws IOException {
        String same = "{\"access_token\":\"live-token\",\"token_type\":\"bearer\",\"expires_in\":5183944}";
        try (GraphServer server = new GraphServer(new Instagram(), json(same))) {
            TokenSet old = GraphServer.tokens(Duration.ofDays(40), SIXTY_DAYS);
            TokenSet next =
                    ((TokenOutcome.Issued) server.refresh(old)).response().applyTo(old);

            assertThat(next.accessToken()).isEqualTo(old.accessToken());
            assertThat(next.expiresAt()).hasValue(next.issuedAt().plusSeconds(5_183_944));
            assertThat(server.requestLines())
                    .containsExactly("GET /refresh_access_token?grant_type=ig_refresh_token&access_token=live-token");
            assertThat(server.request(0)).doesNotContain("Authorization", "client");
        }
    }

    @Test
    void aRefusalOfATokenYoungerThanADayMeansNotYet() throws IOException {
        String body = error("IGApiException", 100, 0, "Unsupported request - method type: get");
        try (GraphServer server = new GraphServer(new Instagram(), refused(body))) {
            TokenOutcome.Refused refused =
                    (TokenOutcome.Refused) server.refresh(GraphServer.tokens(Duration.ofHours(20), SIXTY_DAYS));
            assertThat(refused.verdict().kind()).isEqualTo(Kind.NOT_YET);
        }
    }

    @Test
    void aTokenIsValidatedByAUserLookup() throws IOException {
        try (GraphServer server =
                new GraphServer(new Instagram(), json("{\"user_id\":17841499999999999999,\"username\":\"anna\"}"))) {
            Validation valid = validate(server);
            assertThat(valid.verdict()).isEqualTo(Verdict.VALID);
            assertThat(valid.subject()).hasValue("17841499999999999999");
            assertThat(server.request(0)).contains("Authorization: Bearer live-token\r\n");
        }
        assertThat(validated(error(190, 463, "x"))).hasToString("REJECTED GRANT_DEAD");
        assertThat(validated(error(10, 0, "x"))).hasToString("UNUSABLE SCOPE_MISSING");
        assertThat(validated(error(25, 2207050, "x"))).hasToString("UNUSABLE ACCOUNT_UNUSABLE");
        assertThat(validated(error(200, 0, "API access blocked."))).hasToString("UNUSABLE APP_BLOCKED");
        assertThat(validated(error(-1, 2207001, "x"))).hasToString("UNKNOWN PROVIDER_UNAVAILABLE");
        assertThat(validated(error(31337, 0, "x"))).hasToString("UNKNOWN UNRECOGNIZED_RESPONSE");
    }

    @Test
    void instagramThroughFacebookLoginUsesFacebooksEndpoints() {
        Instagram through = Instagram.throughFacebookLogin().withVersion("v25.0");

        assertThat(through.id()).isEqualTo("instagram");
        assertThat(through.profile().endpoints().address(EndpointKind.REFRESH))
                .hasValue(URI.create("https://graph.facebook.com/v25.0/oauth/access_token"));
        assertThat(through.profile().earliestRefreshAge()).isEmpty();
        assertThat(through.revoker()).isPresent();
        assertThat(through).hasToString("Instagram[v25.0 through Facebook Login]");
    }

    private static String validated(String body) throws IOException {
        try (GraphServer server = new GraphServer(new Instagram(), refused(body))) {
            Validation validation = validate(server);
            return validation.verdict() + " "
                    + validation.problem().map(Problem::name).orElse("");
        }
    }

    private static Validation validate(GraphServer server) {
        return new Instagram()
                .validator()
                .orElseThrow()
                .validate(server.held(GraphServer.tokens(Duration.ofDays(3), SIXTY_DAYS)));
    }

    private static TokenResponse responseOf(TokenOutcome outcome) {
        return ((TokenOutcome.Issued) outcome).response();
    }
}
