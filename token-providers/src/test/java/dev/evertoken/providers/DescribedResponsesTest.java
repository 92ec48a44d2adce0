package dev.evertoken.providers;

import static dev.evertoken.providers.LoopbackServer.http;
import static dev.evertoken.providers.LoopbackServer.json;
import static dev.evertoken.providers.RefreshCaller.acme;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Schedule;
import dev.evertoken.model.Secret;
import dev.evertoken.providers.description.ErrorRule;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Token responses that differ from the RFC as a description says. */
class DescribedResponsesTest {

    @Test
    void tokensInAnObjectOfTheResponseAreRead() throws IOException {
        OAuth2ProviderBuilder withings =
                acme().responseWrapper("body").subjectAt("userid").error(refusal());
        String tokens = "\"access_token\":\"at-2\",\"refresh_token\":\"rt-2\",\"expires_in\":10800,\"userid\":\"7\"";

        TokenResponse wrapped = issued(withings, "{\"status\":0,\"body\":{" + tokens + "}}");

        assertThat(wrapped.accessToken()).contains(Secret.of("at-2"));
        assertThat(wrapped.refreshToken()).contains(Secret.of("rt-2"));
        assertThat(wrapped.expiresAt()).contains(wrapped.issuedAt().plusSeconds(10800));
        assertThat(wrapped.subject()).contains("7");
        assertThat(issued(withings, "{" + tokens + "}").accessToken())
                .as("a response without the wrapper is read as well")
                .contains(Secret.of("at-2"));
        assertThat(outcome(withings.build(), json(200, "{\"status\":503,\"body\":{}}")))
                .isInstanceOf(TokenOutcome.Refused.class);
    }

    @Test
    void aWrapperMayBeDeepAndMayBeAnArrayAndTheUserMayBeBesideIt() throws IOException {
        TokenResponse response = issued(
                acme().responseWrapper("data.grants").subjectAt("account", "id"),
                "{\"account\":{\"id\":5},\"data\":{\"grants\":[{\"access_token\":\"at-2\"}]}}");

        assertThat(response.accessToken()).contains(Secret.of("at-2"));
        assertThat(response.subject()).contains("5");
    }

    @Test
    void aFormIsReadIfItIsAnnounced() throws IOException {
        TokenOutcome outcome = outcome(
                acme().formResponses().build(),
                http(200, "text/plain", "access_token=at-2&scope=repo%2Cgist&token_type=bearer"));

        assertThat(((TokenOutcome.Issued) outcome).response().scopes()).contains(Set.of("repo", "gist"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bot", "User", "User Access Token", "bearer"})
    void aDeclaredTokenTypeIsUsedLikeBearer(String type) throws IOException {
        TokenResponse response = issued(
                acme().bearerTypes("bot", "user", "User Access Token"),
                "{\"access_token\":\"at-2\",\"token_type\":\"" + type + "\"}");

        assertThat(response.accessToken()).contains(Secret.of("at-2"));
        assertThat(response.tokenType()).isEqualTo("Bearer");
    }

    @Test
    void aTokenTypeThatIsNotDeclaredIsStillNotUsed() throws IOException {
        assertThat(outcome(
                        acme().bearerTypes("bot").build(),
                        json(200, "{\"access_token\":\"at-2\",\"token_type\":\"mac\"}")))
                .isInstanceOf(TokenOutcome.MaybeSent.class);
    }

    @ParameterizedTest
    @CsvSource({"0, true", "'\"0\"', true", "'\"0.0\"', true", "-1, false", "3600, false"})
    void aLifetimeOfZeroIsEndlessIfDeclaredSo(String lifetime, boolean endless) throws IOException {
        String body = "{\"access_token\":\"at-2\",\"expires_in\":" + lifetime + "}";

        TokenResponse declared = issued(acme().endlessIfZero(), body);

        assertThat(declared.expiresAt().equals(Optional.of(Schedule.NEVER))).isEqualTo(endless);
        assertThat(issued(acme(), body).expiresAt()).isNotEqualTo(Optional.of(Schedule.NEVER));
    }

    @Test
    void aTokenWithoutALifetimeIsEndlessIfDeclaredSo() throws IOException {
        String untold = "{\"access_token\":\"at-2\"}";

        assertThat(issued(acme().endlessIfUntold(), untold).expiresAt()).contains(Schedule.NEVER);
        assertThat(issued(acme(), untold).expiresAt()).isEmpty();
        TokenResponse told = issued(acme().endlessIfUntold(), "{\"access_token\":\"at-2\",\"expires_in\":60}");
        assertThat(told.expiresAt()).contains(told.issuedAt().plusSeconds(60));
    }

    @Test
    void scopesAndLifetimesAreReadUnderTheirOwnNames() throws IOException {
        TokenResponse response = issued(
                acme().scopesMember("scopes")
                        .lifetimeMembers("expires", "expires_in")
                        .refreshTokenLifetimeMembers("x_refresh_token_expires_in"),
                """
                {"access_token":"at-2","scopes":"account email","expires":60,"expires_in":3600,
                 "x_refresh_token_expires_in":8726400,"refresh_token_expires_in":5}
                """);

        assertThat(response.scopes()).contains(Set.of("account", "email"));
        assertThat(response.expiresAt()).contains(response.issuedAt().plusSeconds(60));
        assertThat(response.refreshTokenExpiresAt())
                .contains(response.issuedAt().plusSeconds(8726400));
    }

    @Test
    void anErrorCodeOfTheRedirectMeansWhatTheDescriptionSays() {
        Provider acme = acme().redirectErrorMeans("server_busy", Problem.PROVIDER_UNAVAILABLE)
                .build();

        assertThat(acme.authorizationFlow().orElseThrow().redirectError("server_busy"))
                .contains(Problem.PROVIDER_UNAVAILABLE);
        assertThat(acme.authorizationFlow().orElseThrow().redirectError("access_denied"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | {\"active\":true} | issued",
                "200 | {\"active\":false} | GRANT_DEAD",
                "503 | | NOT_YET",
                "401 | {\"error\":\"invalid_client\"} | CLIENT_INVALID",
            })
    void aTokenThatNeverExpiresIsCheckedInsteadOfRefreshed(int status, String body, String expected)
            throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(status, body == null ? "" : body))) {
            Provider endless = acme().refreshModel(RefreshModel.NON_EXPIRING)
                    .endpoint(EndpointKind.INTROSPECT, server.uri("/introspect"))
                    .build();

            TokenOutcome outcome = RefreshCaller.at(endless, URI.create("https://token.acme.example/token"))
                    .refresh();

            assertThat(endless.profile().earliestRefreshAge()).contains(Duration.ofHours(1));
            assertThat(server.requests().get(0)).startsWith("POST /introspect ").contains("token=access-token-before");
            if (expected.equals("issued")) {
                assertThat(((TokenOutcome.Issued) outcome).response().accessToken())
                        .contains(Secret.of(RefreshCaller.ACCESS_TOKEN));
            } else {
                TokenVerdict verdict = ((TokenOutcome.Refused) outcome).verdict();
                assertThat(verdict.kind()).isEqualTo(Kind.valueOf(expected));
                assertThat(verdict.until().isPresent()).isEqualTo(verdict.kind() != Kind.GRANT_DEAD);
            }
        }
    }

    @Test
    void aTokenThatNobodyCanCheckIsKept() {
        Provider endless = acme().refreshModel(RefreshModel.NON_EXPIRING).build();

        TokenOutcome outcome = RefreshCaller.at(endless, URI.create("https://token.acme.example/token"))
                .refresh();

        TokenVerdict verdict = ((TokenOutcome.Refused) outcome).verdict();
        assertThat(verdict.kind()).isEqualTo(Kind.NOT_YET);
        assertThat(verdict.problem()).isEqualTo(Problem.NOT_SUPPORTED);
    }

    private static ErrorRule refusal() {
        return ErrorRule.of(Kind.TRANSIENT).member("status", "503").spendingNothing();
    }

    private static TokenResponse issued(OAuth2ProviderBuilder settings, String body) throws IOException {
        return ((TokenOutcome.Issued) outcome(settings.build(), json(200, body))).response();
    }

    private static TokenOutcome outcome(Provider provider, String response) throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(response)) {
            return RefreshCaller.at(provider, server).refresh();
        }
    }
}
