package dev.evertoken.providers;

import static dev.evertoken.providers.LoopbackServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenSet;
import dev.evertoken.model.Validation;
import dev.evertoken.model.Validation.Verdict;
import dev.evertoken.providers.description.EndpointRequest;
import dev.evertoken.providers.description.EndpointRequest.Method;
import dev.evertoken.providers.description.EndpointRequest.Parameters;
import dev.evertoken.providers.description.ErrorRule;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.RevokeOutcome;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import dev.evertoken.spi.provider.UserLookupOutcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Revocations, validations and user look-ups in the forms that real servers expect. */
class DescribedEndpointsTest {

    private LoopbackServer server;

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void gitHubRevokesWithADeleteOfAJsonObjectAtAnAddressWithTheClientsId() throws IOException {
        Provider github = answering(204, "")
                .endpoint(EndpointKind.REVOKE, server.uri("/applications/").toString() + "{clientId}/token")
                .revocation(EndpointRequest.of(Method.DELETE, Parameters.JSON)
                        .tokenParameter("access_token")
                        .ofAccessToken())
                .build();

        assertThat(revoke(github)).isEqualTo(new RevokeOutcome.Revoked(false));
        assertThat(last())
                .startsWith("DELETE /applications/client-1/token HTTP/1.1\r\n")
                .contains("Authorization: Basic ")
                .contains("Content-Type: application/json\r\n")
                .endsWith("\r\n\r\n{\"access_token\":\"access-token-before\"}");
    }

    @Test
    void aTokenThatTheRevocationDoesNotFindIsRevokedIfTheDescriptionSaysSo() throws IOException {
        Provider github = answering(404, "{\"message\":\"Not Found\"}")
                .endpoint(EndpointKind.REVOKE, server.uri("/revoke"))
                .error(ErrorRule.of(Kind.GRANT_DEAD).status(404).at(EndpointKind.REVOKE))
                .build();

        assertThat(revoke(github)).isEqualTo(new RevokeOutcome.Revoked(true));
    }

    @Test
    void theUsersTokenAuthorizesARevocationWithoutParameters() throws IOException {
        Provider dropbox = answering(200, "")
                .endpoint(EndpointKind.REVOKE, server.uri("/revoke"))
                .revocation(EndpointRequest.asUser(Method.POST))
                .apiScheme("OAuth")
                .build();

        assertThat(revoke(dropbox)).isEqualTo(new RevokeOutcome.Revoked(false));
        assertThat(last())
                .startsWith("POST /revoke ")
                .contains("Authorization: OAuth access-token-before\r\n")
                .contains("Content-Length: 0\r\n")
                .doesNotContain("Basic");
    }

    @Test
    void aTokenMayBeInTheQueryAndNobodyAuthenticates() throws IOException {
        Provider zoho = answering(200, "{\"status\":\"success\"}")
                .endpoint(EndpointKind.REVOKE, server.uri("/revoke"))
                .authentication(EndpointKind.REVOKE, ClientAuthentication.NONE)
                .revocation(EndpointRequest.of(Method.POST, Parameters.QUERY))
                .build();

        assertThat(revoke(zoho)).isEqualTo(new RevokeOutcome.Revoked(false));
        assertThat(last())
                .startsWith("POST /revoke?token=1%2F%2Frefresh%2Btoken%2Fof%26the%3Dtest HTTP/1.1\r\n")
                .doesNotContain("Authorization");
    }

    @Test
    void aRevocationThatAnswersARefusalInA200IsNotRevoked() throws IOException {
        Provider withings = answering(200, "{\"status\":503}")
                .endpoint(EndpointKind.REVOKE, server.uri("/revoke"))
                .error(ErrorRule.of(Kind.TRANSIENT).member("status", "503"))
                .build();

        assertThat(revoke(withings)).isInstanceOf(RevokeOutcome.Unknown.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | {\"user_id\":\"42\",\"scopes\":[\"a\"],\"expires_in\":60} | VALID | 42",
                "401 | {\"status\":401,\"message\":\"invalid access token\"} | REJECTED |",
                "200 | {} | UNKNOWN |",
                "503 | | UNKNOWN |",
            })
    void aValidationMayBeAGetThatNamesTheUser(int status, String body, Verdict verdict, String user)
            throws IOException {
        Provider twitch = answering(status, body == null ? "" : body)
                .endpoint(EndpointKind.INTROSPECT, server.uri("/validate"))
                .validation(EndpointRequest.asUser(Method.GET), "user_id")
                .lookUpUser()
                .build();

        Validation said = RelocatedProvider.nowhere(twitch).validate();

        assertThat(said.verdict()).isEqualTo(verdict);
        assertThat(said.subject()).isEqualTo(Optional.ofNullable(user));
        assertThat(last())
                .startsWith("GET /validate HTTP/1.1\r\n")
                .contains("Authorization: Bearer access-token-before\r\n");
    }

    @Test
    void anIntrospectionMayBeAuthorizedByTheUsersToken() throws IOException {
        Provider fitbit = answering(200, "{\"active\":true,\"user_id\":\"7\",\"client_id\":\"client-1\"}")
                .endpoint(EndpointKind.INTROSPECT, server.uri("/introspect"))
                .validation(EndpointRequest.asUser(Method.POST, Parameters.FORM))
                .build();

        assertThat(RelocatedProvider.nowhere(fitbit).validate().verdict()).isEqualTo(Verdict.VALID);
        assertThat(last())
                .contains("Authorization: Bearer access-token-before\r\n")
                .endsWith("\r\n\r\ntoken=access-token-before");
    }

    @Test
    void theUserIsLookedUpWithAGetThatCarriesTheTokenLikeTheApi() throws IOException {
        Provider shop = answering(200, "{\"data\":{\"user\":{\"id\":42}}}")
                .userEndpoint(server.uri("/me").toString(), "data", "user", "id")
                .apiHeader("X-Api-Token")
                .build();
        HeldTokens held = RelocatedProvider.nowhere(shop).held();

        UserLookupOutcome found = shop.userLookup().orElseThrow().lookUp(held);

        assertThat(found).isEqualTo(new UserLookupOutcome.Found(Optional.of("42"), Optional.empty()));
        assertThat(last())
                .startsWith("GET /me HTTP/1.1\r\n")
                .contains("X-Api-Token: access-token-before\r\n")
                .doesNotContain("Authorization");
        assertThat(RelocatedProvider.nowhere(shop).validate().subject())
                .as("without an introspection endpoint, the same request validates")
                .contains("42");
    }

    @Test
    void aUserLookUpThatIsRefusedFailsAndNamesTheProblem() throws IOException {
        Provider acme = answering(200, "{\"ok\":false}")
                .userEndpoint(server.uri("/me").toString(), "id")
                .build();

        UserLookupOutcome outcome = acme.userLookup()
                .orElseThrow()
                .lookUp(RelocatedProvider.nowhere(acme).held());

        assertThat(outcome).isEqualTo(new UserLookupOutcome.Failed(Problem.UNRECOGNIZED_RESPONSE, "API answered 200"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"azp\":\"client-1\",\"aud\":\"account\",\"exp\":4102444800} | UNKNOWN",
                "{\"azp\":\"client-1\",\"aud\":[\"account\",\"orders\"],\"exp\":4102444800} | UNKNOWN",
                "{\"azp\":\"client-1\",\"exp\":4102444800} | UNKNOWN",
                "{\"azp\":\"client-1\",\"aud\":[\"account\",\"client-1\"],\"exp\":4102444800} | REJECTED",
                "{\"azp\":\"client-1\",\"aud\":\"account\",\"exp\":1600000000} | REJECTED",
                "{\"azp\":\"client-2\",\"aud\":\"account\",\"exp\":4102444800} | REJECTED",
                "{\"aud\":\"account\"} | REJECTED",
                "not json | REJECTED",
            })
    void notActiveIsExplainedAndNotBelievedIfTheAudienceLacksTheClient(String claims, Verdict verdict)
            throws IOException {
        Provider keycloak = answering(200, "{\"active\":false}")
                .endpoint(EndpointKind.INTROSPECT, server.uri("/introspect"))
                .build();
        RelocatedProvider here = RelocatedProvider.nowhere(keycloak);
        String token = "e30." + Base64.getUrlEncoder().encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + ".sig";
        HeldTokens held = here.held();
        TokenSet tokens = TokenSet.builder(token)
                .issuedAt(Instant.parse("2026-11-20T09:00:00Z"))
                .build();

        Validation said =
                here.validate(new HeldTokens(held.key(), held.client(), tokens, held.callDeadline(), held.time()));

        assertThat(said.verdict()).isEqualTo(verdict);
        assertThat(said.detail().contains("the audience of the token does not contain this client"))
                .isEqualTo(verdict == Verdict.UNKNOWN);
        assertThat(said.scopes()).isEqualTo(Set.of());
    }

    static Stream<Arguments> contradictions() {
        return Stream.of(
                Arguments.of(
                        RelocatedProvider.acme().revocation(EndpointRequest.asUser(Method.DELETE)),
                        "revocation is set, and endpoints has no REVOKE"),
                Arguments.of(
                        RelocatedProvider.acme()
                                .endpoint(EndpointKind.REVOKE, "https://acme.example/revoke")
                                .revocation(EndpointRequest.asUser(Method.DELETE))
                                .authentication(EndpointKind.REVOKE, ClientAuthentication.NONE),
                        "authenticationAt.REVOKE and revocation.authorization USER_TOKEN are two ways to authenticate"),
                Arguments.of(
                        RelocatedProvider.acme()
                                .endpoint(EndpointKind.REVOKE, "https://acme.example/revoke")
                                .revocation(EndpointRequest.asUser(Method.DELETE))
                                .revocationParameter("action", "revoke"),
                        "revocationParameters are set, and revocation.parameters is NONE"),
                Arguments.of(
                        RelocatedProvider.acme().userEndpoint("https://acme.example/me"),
                        "userEndpoint and userAt need each other: the address, and where its response names the user"),
                Arguments.of(
                        RelocatedProvider.acme()
                                .userEndpoint("https://acme.example/me", "id")
                                .lookUpUser(),
                        "userEndpoint and lookUpUser are both set, and one request names the user"),
                Arguments.of(
                        RelocatedProvider.acme().userEndpoint("https://{clientId}.acme.example/me", "id"),
                        "userEndpoint has {clientId} in its host; it can be in the path only"));
    }

    @ParameterizedTest
    @MethodSource("contradictions")
    void aContradictionIsRefusedByName(OAuth2ProviderBuilder builder, String message) throws IOException {
        answering(200, "");
        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessage("provider \"acme\": " + message);
    }

    private OAuth2ProviderBuilder answering(int status, String body) throws IOException {
        server = LoopbackServer.answering(json(status, body));
        return RelocatedProvider.acme().refreshModel(RefreshModel.ROTATING);
    }

    private static RevokeOutcome revoke(Provider provider) {
        return provider.revoker()
                .orElseThrow()
                .revoke(RelocatedProvider.nowhere(provider).held());
    }

    private String last() {
        return server.requests().get(server.requests().size() - 1);
    }
}
