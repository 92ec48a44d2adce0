package dev.evertoken.testing;

import static dev.evertoken.testing.Browser.field;
import static dev.evertoken.testing.TokenForms.api;
import static dev.evertoken.testing.TokenForms.refresh;
import static dev.evertoken.testing.TokenForms.refreshForm;
import static dev.evertoken.testing.TokenForms.tokenUrl;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The mock providers respond as the providers do. */
@WithMockProviders(manualClock = true)
class MockProvidersTest {

    @Nested
    class Google {
        @Test
        void respondsWithoutARefreshTokenAndKeepsTheOldOneValid(@ProviderId("google") MockProvider google)
                throws IOException {
            TokenSet tokens = google.consent("alice");

            HttpResponse<String> first = refresh(google, tokens);
            HttpResponse<String> second = refresh(google, tokens);

            assertThat(first.statusCode()).isEqualTo(200);
            assertThat(first.body()).doesNotContain("refresh_token").contains("\"token_type\":\"Bearer\"");
            assertThat(field(first, "expires_in")).isEqualTo("3599");
            assertThat(field(second, "access_token")).isNotEqualTo(field(first, "access_token"));
            assertThat(google.ledger().isValid(tokens.refreshToken().orElseThrow()))
                    .isTrue();
            assertThat(google.ledger().presented("alice", 1)).isEqualTo(2);
            assertThat(google.ledger().tokenRequests("alice")).isEqualTo(2);
        }

        @Test
        void reportsThatARevokedTokenIsExpiredOrRevoked(@ProviderId("google") MockProvider google) throws IOException {
            TokenSet tokens = google.consent("alice");
            google.revoke("alice");

            HttpResponse<String> response = refresh(google, tokens);

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body())
                    .isEqualTo("{\"error\":\"invalid_grant\",\"error_description\":\"Token has been expired or"
                            + " revoked.\"}");
            assertThat(api(google, tokens.accessToken().orElseThrow()).statusCode())
                    .isEqualTo(401);
        }

        @Test
        void acceptsTheTokensOfAReinstatedAccount(@ProviderId("google") MockProvider google) throws IOException {
            TokenSet tokens = google.consent("alice");
            google.revoke("alice");
            google.reinstate("alice");

            assertThat(api(google, tokens.accessToken().orElseThrow()).statusCode())
                    .isEqualTo(200);
            assertThat(refresh(google, tokens).statusCode()).isEqualTo(200);
            assertThat(google.ledger().validations("alice")).isZero();
        }

        @Test
        void verifiesTheClientByBodyOrHeader(@ProviderId("google") MockProvider google) throws IOException {
            String refreshToken =
                    google.consent("alice").refreshToken().orElseThrow().reveal();
            Map<String, String> form = refreshForm(google, refreshToken);
            form.put("client_secret", TestTokens.clientSecret());
            Map<String, String> bare = Map.of("grant_type", "refresh_token", "refresh_token", refreshToken);

            assertThat(Browser.post(tokenUrl(google), form).body()).contains("The provided client secret is invalid.");
            assertThat(Browser.post(tokenUrl(google), bare).body()).contains("Could not determine client ID");
            assertThat(Browser.post(tokenUrl(google), bare, "Authorization", TokenForms.basic(google.registration()))
                            .statusCode())
                    .isEqualTo(200);
        }

        @Test
        void challengesAnExpiredTokenAndAMissingOneDifferently(@ProviderId("google") MockProvider google)
                throws IOException {
            TokenSet tokens = google.consent("alice");
            assertThat(api(google, tokens.accessToken().orElseThrow()).body()).isEqualTo("{\"account\":\"alice\"}");
            google.expire("alice");

            HttpResponse<String> expired = api(google, tokens.accessToken().orElseThrow());
            HttpResponse<String> missing = Browser.get(google.apiUrl());

            assertThat(expired.headers().firstValue("WWW-Authenticate"))
                    .hasValue("Bearer realm=\"https://accounts.google.com/\", error=\"invalid_token\"");
            assertThat(expired.body()).contains("\"reason\":\"authError\"").contains("\"status\":\"UNAUTHENTICATED\"");
            assertThat(missing.headers().firstValue("WWW-Authenticate"))
                    .hasValue("Bearer realm=\"https://accounts.google.com/\"");
        }

        @Test
        void revokesTheWholeGrantByEitherToken(@ProviderId("google") MockProvider google) throws IOException {
            TokenSet tokens = google.consent("alice");
            Map<String, String> form =
                    Map.of("token", tokens.accessToken().orElseThrow().reveal());
            var revoke = google.endpoints().address(EndpointKind.REVOKE).orElseThrow();

            assertThat(Browser.post(revoke, form).statusCode()).isEqualTo(200);
            assertThat(Browser.post(revoke, form).body()).contains("Token expired or revoked");
            assertThat(google.ledger().isValid(tokens.refreshToken().orElseThrow()))
                    .isFalse();
        }
    }

    @Nested
    class YouTube {
        @Test
        void returnsTheChannelOfAValidTokenUnlessAResponseIsScripted(@ProviderId("youtube") MockProvider youTube)
                throws IOException {
            var channels = youTube.endpoints().address(EndpointKind.API).orElseThrow();
            String bearer = "Bearer "
                    + youTube.consent("dora").accessToken().orElseThrow().reveal();

            HttpResponse<String> channel = Browser.get(channels, "Authorization", bearer);
            assertThat(channel.statusCode()).isEqualTo(200);
            assertThat(channel.body())
                    .matches("\\{\"kind\":\"youtube#channelListResponse\",\"items\":\\[\\{\"kind\":\"youtube#channel\","
                            + "\"id\":\"UC[0-9a-f]{22}\"}]}");
            assertThat(youTube.ledger().apiRequests("dora")).isEqualTo(1);

            youTube.onApi(MockResponse.json(401, "{\"laid\":\"out\"}"));
            assertThat(Browser.get(channels, "Authorization", bearer).body()).isEqualTo("{\"laid\":\"out\"}");
            youTube.expire("dora");
            assertThat(Browser.get(channels, "Authorization", bearer).body()).contains("authError");
            assertThat(Browser.get(channels).body()).contains("Login Required.");
        }
    }

    @Nested
    class Strava {
        @Test
        void returnsTheSameTokensWhileMoreThanAnHourIsLeft(@ProviderId("strava") MockProvider strava, ManualClock clock)
                throws IOException {
            TokenSet tokens = strava.consent("bob");
            clock.advance(Duration.ofHours(4));

            HttpResponse<String> response = refresh(strava, tokens);

            assertThat(Secret.of(field(response, "access_token")))
                    .isEqualTo(tokens.accessToken().orElseThrow());
            assertThat(Secret.of(field(response, "refresh_token")))
                    .isEqualTo(tokens.refreshToken().orElseThrow());
            assertThat(field(response, "expires_in")).isEqualTo("7200");
            assertThat(field(response, "expires_at"))
                    .isEqualTo(Long.toString(tokens.expiresAt().orElseThrow().getEpochSecond()));
        }

        @Test
        void rotatesInTheLastHourAndInvalidatesTheOldRefreshTokenAtOnce(
                @ProviderId("strava") MockProvider strava, ManualClock clock) throws IOException {
            TokenSet tokens = strava.consent("bob");
            clock.advance(Duration.ofHours(5));

            HttpResponse<String> first = refresh(strava, tokens);
            HttpResponse<String> second = refresh(strava, tokens);

            assertThat(Secret.of(field(first, "access_token")))
                    .isNotEqualTo(tokens.accessToken().orElseThrow());
            assertThat(api(strava, tokens.accessToken().orElseThrow()).statusCode())
                    .isEqualTo(200);
            assertThat(second.statusCode()).isEqualTo(400);
            assertThat(second.body())
                    .isEqualTo("{\"message\":\"Bad Request\",\"errors\":[{\"resource\":\"RefreshToken\","
                            + "\"field\":\"refresh_token\",\"code\":\"invalid\"}]}");
            assertThat(strava.ledger().isValid(Secret.of(field(first, "refresh_token"))))
                    .isTrue();
        }

        @Test
        void rejectsCredentialsInAHeader(@ProviderId("strava") MockProvider strava) throws IOException {
            String token = strava.consent("bob").refreshToken().orElseThrow().reveal();

            HttpResponse<String> response = Browser.post(
                    tokenUrl(strava),
                    Map.of("grant_type", "refresh_token", "refresh_token", token),
                    "Authorization",
                    TokenForms.basic(strava.registration()));

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body())
                    .contains("\"resource\":\"Application\",\"field\":\"client_id\",\"code\":\"invalid\"");
        }

        @Test
        void rejectsAWrongSecretWithoutNamingTheField(@ProviderId("strava") MockProvider strava) throws IOException {
            Map<String, String> form = refreshForm(
                    strava, strava.consent("bob").refreshToken().orElseThrow().reveal());
            form.put("client_secret", TestTokens.clientSecret());

            HttpResponse<String> response = Browser.post(tokenUrl(strava), form);

            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(response.body())
                    .isEqualTo("{\"message\":\"Authorization Error\",\"errors\":[{\"resource\":\"Application\","
                            + "\"field\":\"\",\"code\":\"invalid\"}]}");
        }

        @Test
        void rejectsAnExpiredTokenInItsOwnFormatAndWithoutAChallenge(@ProviderId("strava") MockProvider strava)
                throws IOException {
            TokenSet tokens = strava.consent("bob");
            strava.expire("bob");

            HttpResponse<String> response = api(strava, tokens.accessToken().orElseThrow());

            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(response.headers().firstValue("WWW-Authenticate")).isEmpty();
            assertThat(response.body())
                    .isEqualTo("{\"message\":\"Authorization Error\",\"errors\":[{\"resource\":\"Athlete\","
                            + "\"field\":\"access_token\",\"code\":\"invalid\"}]}");
        }
    }

    @Nested
    class Rotating {
        @Test
        void revokesTheGrantWhenASpentRefreshTokenIsReused(@ProviderId("acme") MockProvider acme) throws IOException {
            TokenSet tokens = acme.consent("carol");
            Secret next = Secret.of(field(refresh(acme, tokens), "refresh_token"));
            assertThat(acme.ledger().isValid(next)).isTrue();

            HttpResponse<String> reuse = refresh(acme, tokens);

            assertThat(reuse.statusCode()).isEqualTo(400);
            assertThat(field(reuse, "error")).isEqualTo("invalid_grant");
            assertThat(acme.ledger().isValid(next)).isFalse();
            assertThat(acme.ledger().familiesRevoked()).containsExactly("carol");
            assertThat(acme.ledger().presented("carol", 1)).isEqualTo(2);
        }

        @Test
        void acceptsTheLastSpentRefreshTokenAgainWithinItsGrace(
                @ProviderId("acme") MockProvider acme, ManualClock clock) throws IOException {
            acme.reuseGrace(Duration.ofSeconds(30));
            TokenSet tokens = acme.consent("carol");
            String first = field(refresh(acme, tokens), "refresh_token");
            clock.advance(Duration.ofSeconds(29));

            assertThat(field(refresh(acme, tokens), "refresh_token")).isEqualTo(first);
            clock.advance(Duration.ofSeconds(1));
            assertThat(refresh(acme, tokens).statusCode()).isEqualTo(400);
        }

        @Test
        void expiresAccessTokensByItsOwnClock(@ProviderId("acme") MockProvider acme, ManualClock clock)
                throws IOException {
            acme.tokenLifetime(Duration.ofMinutes(5));
            TokenSet tokens = acme.consent("carol");
            assertThat(tokens.expiresAt()).hasValue(clock.now().plus(Duration.ofMinutes(5)));
            clock.advance(Duration.ofMinutes(5));

            HttpResponse<String> response = api(acme, tokens.accessToken().orElseThrow());

            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(response.headers().firstValue("WWW-Authenticate").orElse(""))
                    .contains("error=\"invalid_token\"");
        }

        @Test
        void keepsAccountsIndependent(@ProviderId("acme") MockProvider acme) throws IOException {
            TokenSet carol = acme.consent("carol");
            TokenSet dave = acme.consent("dave");
            refresh(acme, carol);
            acme.revoke("carol");

            assertThat(refresh(acme, dave).statusCode()).isEqualTo(200);
            assertThat(acme.ledger().issued("carol")).isEqualTo(2);
            assertThat(acme.ledger().tokenRequests("dave")).isEqualTo(1);
            assertThat(acme.ledger().generation(dave.refreshToken().orElseThrow()))
                    .hasValue(1L);
        }
    }
}
