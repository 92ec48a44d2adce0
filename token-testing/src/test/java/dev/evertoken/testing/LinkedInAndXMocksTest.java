package dev.evertoken.testing;

import static dev.evertoken.testing.TokenForms.api;
import static dev.evertoken.testing.TokenForms.credentials;
import static dev.evertoken.testing.TokenForms.refresh;
import static dev.evertoken.testing.TokenForms.tokenUrl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.TokenSet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The mocks of LinkedIn and X respond as LinkedIn and X do. */
@WithMockProviders(manualClock = true)
class LinkedInAndXMocksTest {

    @Nested
    class LinkedIn {
        @Test
        void respondsWithTheSameRefreshTokenAndTheRestOfItsLifetime(
                @ProviderId("linkedin") MockProvider linkedIn, ManualClock clock) throws IOException {
            TokenSet tokens = linkedIn.consent("lena");
            assertThat(tokens.refreshTokenExpiresAt()).hasValue(clock.now().plus(Duration.ofDays(365)));
            clock.advance(Duration.ofDays(59));

            HttpResponse<String> response = refresh(linkedIn, tokens);

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(Browser.field(response, "refresh_token"))
                    .isEqualTo(tokens.refreshToken().orElseThrow().reveal());
            assertThat(Browser.field(response, "expires_in")).isEqualTo("5184000");
            assertThat(Browser.field(response, "refresh_token_expires_in")).isEqualTo("26438400");
            assertThat(response.body()).contains("\"scope\":\"openid,profile,w_member_social\"");
        }

        @Test
        void expiresBothTokensTogether(@ProviderId("linkedin") MockProvider linkedIn, ManualClock clock)
                throws IOException {
            TokenSet tokens = linkedIn.consent("lena");
            clock.advance(Duration.ofDays(360));
            HttpResponse<String> last = refresh(linkedIn, tokens);
            assertThat(Browser.field(last, "expires_in")).isEqualTo("432000");
            assertThat(Browser.field(last, "refresh_token_expires_in")).isEqualTo("432000");
            clock.advance(Duration.ofDays(5));

            HttpResponse<String> expired = refresh(linkedIn, tokens);
            assertThat(expired.statusCode()).isEqualTo(400);
            assertThat(expired.body())
                    .contains("The provided authorization grant or refresh token is invalid, expired or revoked");
            assertThat(linkedIn.ledger().isValid(tokens.refreshToken().orElseThrow()))
                    .isFalse();
        }

        @Test
        void showsNoConsentPageForAProofKeyAndReportsADenialInItsOwnWay(@ProviderId("linkedin") MockProvider linkedIn) {
            assertThatThrownBy(() -> linkedIn.approve(consentPage(linkedIn, "&code_challenge=c"), "lena"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the authorization URL has a code_challenge, which makes the code exchange fail");
            assertThat(linkedIn.deny(consentPage(linkedIn, "")).getQuery()).isEqualTo("error=user_cancelled_authorize");
        }

        @Test
        void distinguishesARevokedTokenFromAnExpiredOneAndHasNoRevocation(@ProviderId("linkedin") MockProvider linkedIn)
                throws IOException {
            TokenSet tokens = linkedIn.consent("lena");
            linkedIn.expire("lena");
            assertThat(api(linkedIn, tokens.accessToken().orElseThrow()).body()).contains("\"serviceErrorCode\":65602");
            linkedIn.revoke("lena");
            assertThat(api(linkedIn, tokens.accessToken().orElseThrow()).body()).contains("\"serviceErrorCode\":65601");

            Map<String, String> form = credentials(linkedIn.registration());
            form.put("token", tokens.accessToken().orElseThrow().reveal());
            assertThat(Browser.post(
                                    linkedIn.endpoints()
                                            .address(EndpointKind.REVOKE)
                                            .orElseThrow(),
                                    form)
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    @Nested
    class OnX {
        @Test
        void rejectsASpentRefreshTokenAndKeepsTheGrantValid(@ProviderId("x") MockProvider x) throws IOException {
            TokenSet tokens = x.consent("xena");
            HttpResponse<String> first =
                    refreshAsPublic(x, tokens.refreshToken().orElseThrow().reveal());
            String next = Browser.field(first, "refresh_token");

            HttpResponse<String> reuse =
                    refreshAsPublic(x, tokens.refreshToken().orElseThrow().reveal());

            assertThat(reuse.statusCode()).isEqualTo(400);
            assertThat(Browser.field(reuse, "error_description")).isEqualTo("Value passed for the token was invalid.");
            assertThat(refreshAsPublic(x, next).statusCode()).isEqualTo(200);
        }

        @Test
        void requiresAnAuthorizationHeaderAndTheIdOfAConfidentialClient(@ProviderId("x") MockProvider x)
                throws IOException {
            String token = x.consent("xena").refreshToken().orElseThrow().reveal();
            Map<String, String> form =
                    new LinkedHashMap<>(Map.of("grant_type", "refresh_token", "refresh_token", token));
            String basic = TokenForms.basic(x.registration());

            assertThat(Browser.post(tokenUrl(x), form, "Authorization", basic).body())
                    .contains("Missing required parameter [client_id].");
            form.put("client_id", x.registration().clientId());
            HttpResponse<String> withoutHeader = Browser.post(tokenUrl(x), form);
            assertThat(withoutHeader.statusCode()).isEqualTo(401);
            assertThat(Browser.field(withoutHeader, "error")).isEqualTo("unauthorized_client");
            form.put("client_secret", "in the form");
            assertThat(Browser.post(tokenUrl(x), form).statusCode()).isEqualTo(401);
            form.remove("client_secret");
            assertThat(Browser.post(tokenUrl(x), form, "Authorization", basic).statusCode())
                    .isEqualTo(200);
        }

        @Test
        void issuesTheApplicationsTokenForItsApiKeysOnly(@ProviderId("x") MockProvider x) throws IOException {
            URI url = x.endpoints().address(EndpointKind.CLIENT_CREDENTIALS).orElseThrow();
            Map<String, String> form = Map.of("grant_type", "client_credentials");
            String keys = TokenForms.basic(x.applicationRegistration());

            HttpResponse<String> first = Browser.post(url, form, "Authorization", keys);
            HttpResponse<String> again = Browser.post(url, form, "Authorization", keys);
            HttpResponse<String> wrong = Browser.post(url, form, "Authorization", TokenForms.basic(x.registration()));

            assertThat(first.body()).doesNotContain("expires_in");
            assertThat(Browser.field(again, "access_token")).isEqualTo(Browser.field(first, "access_token"));
            assertThat(wrong.statusCode()).isEqualTo(403);
            assertThat(wrong.body()).contains("\"code\":99");
        }

        private HttpResponse<String> refreshAsPublic(MockProvider x, String token) throws IOException {
            return Browser.post(
                    tokenUrl(x),
                    Map.of(
                            "grant_type",
                            "refresh_token",
                            "refresh_token",
                            token,
                            "client_id",
                            x.publicRegistration().clientId()));
        }
    }

    @Test
    void onlyAProviderWithPublicClientsHasAPublicRegistration(@ProviderId("linkedin") MockProvider linkedIn) {
        assertThatThrownBy(linkedIn::publicRegistration)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("mock provider linkedin has no public clients");
        assertThat(linkedIn.applicationRegistration()).isEqualTo(linkedIn.registration());
    }

    private static URI consentPage(MockProvider mock, String more) {
        return URI.create(mock.endpoints().address(EndpointKind.AUTHORIZATION).orElseThrow()
                + "?response_type=code&client_id=" + mock.registration().clientId()
                + "&redirect_uri=http://127.0.0.1:1/callback" + more);
    }
}
