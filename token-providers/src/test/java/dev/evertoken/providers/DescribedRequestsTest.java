package dev.evertoken.providers;

import static dev.evertoken.providers.LoopbackServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.RevokeOutcome;
import dev.evertoken.spi.provider.TokenOutcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that differ from the RFC as a description says. */
class DescribedRequestsTest {

    private static final String TOKENS = "{\"access_token\":\"at-2\",\"refresh_token\":\"rt-2\"}";

    private LoopbackServer server;

    @BeforeEach
    void start() throws IOException {
        server = LoopbackServer.answering(json(200, TOKENS));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void eachEndpointGetsItsOwnParameters() {
        Provider withings = acme().exchangeParameter("action", "requesttoken")
                .exchangeParameter("audience", "a&b")
                .refreshParameter("action", "refreshtoken")
                .clientCredentialsParameter("audience", "orders")
                .revocationParameter("action", "revoke")
                .authorizationParameter("mode", "demo")
                .build();

        assertThat(exchanged(withings)).contains("action=requesttoken&audience=a%26b&grant_type=authorization_code");
        assertThat(refreshed(withings)).contains("action=refreshtoken&grant_type=refresh_token");
        assertThat(RelocatedProvider.nowhere(withings).clientCredentialsToken())
                .isInstanceOf(TokenOutcome.Issued.class);
        assertThat(last())
                .contains("audience=orders&grant_type=client_credentials")
                .doesNotContain("action");
        assertThat(revoked(withings)).contains("action=revoke&token=1%2F%2Frefresh");
        assertThat(RelocatedProvider.nowhere(withings).url(false, false))
                .hasParameter("mode", "demo")
                .hasNoParameter("action");
    }

    @Test
    void theClientsParametersHaveTheNamesOfTheServer() {
        Provider tiktok = acme().clientIdParameter("client_key")
                .clientSecretParameter("secret")
                .authentication(ClientAuthentication.CLIENT_SECRET_POST)
                .build();

        assertThat(refreshed(tiktok))
                .contains("&client_key=id%3Aof+the+client&secret=s%3Acr%26t")
                .doesNotContain("client_id")
                .doesNotContain("client_secret");
        assertThat(RelocatedProvider.nowhere(tiktok).url(false, false))
                .hasParameter("client_key", "client-1")
                .hasNoParameter("client_id");
    }

    @Test
    void headersAreAddedToEveryRequestOfTheEndpoints() {
        Provider reddit = acme().requestHeader("User-Agent", "crm/1.0 (by acme)")
                .requestHeader("accept", "application/json;charset=UTF-8")
                .build();

        assertThat(refreshed(reddit))
                .contains("User-Agent: crm/1.0 (by acme)\r\n")
                .containsIgnoringCase("accept: application/json;charset=UTF-8\r\n")
                .doesNotContain("Evertoken");
        assertThat(revoked(reddit)).contains("User-Agent: crm/1.0 (by acme)\r\n");
    }

    @Test
    void parametersAreSentAsJsonIfTheServerRequiresIt() {
        Provider business = acme().jsonRequests()
                .clientIdParameter("app_id")
                .clientSecretParameter("secret")
                .authentication(ClientAuthentication.CLIENT_SECRET_POST)
                .build();

        assertThat(refreshed(business))
                .contains("Content-Type: application/json\r\n")
                .endsWith("{\"grant_type\":\"refresh_token\",\"refresh_token\":\"1//refresh+token/of&the=test\","
                        + "\"app_id\":\"id:of the client\",\"secret\":\"s:cr&t of+the%client\"}");
    }

    static Stream<Arguments> headers() {
        String id = "id:of the client";
        String secret = RefreshCaller.CLIENT_SECRET;
        return Stream.of(
                Arguments.of(
                        ClientAuthentication.CLIENT_SECRET_BASIC,
                        "Basic " + base64("id%3Aof+the+client:s%3Acr%26t+of%2Bthe%25client"),
                        false),
                Arguments.of(ClientAuthentication.CLIENT_SECRET_BASIC_RAW, "Basic " + base64(id + ":" + secret), false),
                Arguments.of(ClientAuthentication.CLIENT_SECRET_AS_USER, "Basic " + base64(secret + ":"), false),
                Arguments.of(ClientAuthentication.CLIENT_SECRET_AS_BEARER, "Bearer " + secret, false),
                Arguments.of(ClientAuthentication.CLIENT_SECRET_POST, "", true),
                Arguments.of(ClientAuthentication.CLIENT_ID_ONLY, "", true),
                Arguments.of(ClientAuthentication.NONE, "", false));
    }

    @ParameterizedTest
    @MethodSource("headers")
    void theClientAuthenticatesInTheDescribedWayAndInNoOther(
            ClientAuthentication method, String header, boolean idInForm) {
        String request = refreshed(acme().authentication(method).build());

        if (header.isEmpty()) {
            assertThat(request).doesNotContain("Authorization:");
        } else {
            assertThat(request).contains("Authorization: " + header + "\r\n");
        }
        assertThat(request.contains("client_id=id%3Aof+the+client")).isEqualTo(idInForm);
        assertThat(request.contains("client_secret=")).isEqualTo(method == ClientAuthentication.CLIENT_SECRET_POST);
    }

    @ParameterizedTest
    @EnumSource(
            value = ClientAuthentication.class,
            names = {"CLIENT_SECRET_BASIC_RAW", "CLIENT_SECRET_AS_USER", "CLIENT_SECRET_AS_BEARER"})
    void aClientWithoutASecretSendsItsIdAlone(ClientAuthentication method) {
        Provider provider = acme().authentication(method).build();

        RefreshCaller.at(provider, server)
                .refresh(ClientRegistration.builder("public-client").build());

        assertThat(last()).contains("client_id=public-client").doesNotContain("Authorization:");
    }

    @Test
    void eachEndpointHasItsOwnWayToAuthenticate() {
        Provider calendly = acme().authentication(ClientAuthentication.CLIENT_SECRET_BASIC)
                .authentication(EndpointKind.REVOKE, ClientAuthentication.CLIENT_SECRET_POST)
                .authentication(EndpointKind.INTROSPECT, ClientAuthentication.NONE)
                .build();

        assertThat(refreshed(calendly)).contains("Authorization: Basic ");
        assertThat(revoked(calendly)).contains("client_secret=").doesNotContain("Authorization:");
        RelocatedProvider.nowhere(calendly).validate();
        assertThat(last())
                .startsWith("POST /introspect ")
                .doesNotContain("client_")
                .doesNotContain("Authorization:");
    }

    static Stream<Arguments> contradictions() {
        return Stream.of(
                Arguments.of(
                        acmeNowhere().requestHeader("Authorization", "Bearer x"),
                        "requestHeader \"Authorization\" is set by the library"),
                Arguments.of(
                        acmeNowhere().requestHeader("X-A", "a\r\nB: c"),
                        "requestHeader \"X-A\" is not a header of printable ASCII characters"),
                Arguments.of(
                        acmeNowhere().requestHeader("X A", "a"),
                        "requestHeader \"X A\" is not a header of printable ASCII characters"),
                Arguments.of(
                        acmeNowhere().exchangeParameter("Client_Secret", "x"),
                        "exchangeParameter \"Client_Secret\" is set by the library"),
                Arguments.of(
                        acmeNowhere().clientIdParameter("client_key").refreshParameter("client_key", "x"),
                        "refreshParameter \"client_key\" is set by the library"),
                Arguments.of(
                        acmeNowhere().revocationParameter("token", "x"),
                        "revocationParameter \"token\" is set by the library"),
                Arguments.of(
                        acmeNowhere().clientIdParameter("id").clientSecretParameter("id"),
                        "clientIdParameter and clientSecretParameter are the same"),
                Arguments.of(
                        acmeNowhere().clientIdParameter("client id"),
                        "clientIdParameter \"client id\" is not a parameter's name"),
                Arguments.of(
                        acmeNowhere().apiHeader("Authorization"),
                        "apiHeader is Authorization already; set apiScheme alone"),
                Arguments.of(acmeNowhere().apiHeader("Cookie"), "apiHeader \"Cookie\" is set by the HTTP client"),
                Arguments.of(acmeNowhere().apiHeader("X Token"), "apiHeader \"X Token\" is not the name of a header"),
                Arguments.of(acmeNowhere().apiScheme("Basic"), "apiScheme \"Basic\" is not a word for an access token"),
                Arguments.of(acmeNowhere().apiScheme("DPoP"), "apiScheme DPoP needs a proof with each request"),
                Arguments.of(
                        acmeNowhere().authentication(EndpointKind.API, ClientAuthentication.NONE),
                        "authenticationAt has API, where no client authenticates"));
    }

    @ParameterizedTest
    @MethodSource("contradictions")
    void aContradictionIsRefusedByName(OAuth2ProviderBuilder builder, String message) {
        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessage("provider \"acme\": " + message);
    }

    private OAuth2ProviderBuilder acme() {
        return acmeNowhere()
                .tokenEndpoint(server.uri("/token"))
                .endpoint(EndpointKind.REVOKE, server.uri("/revoke"))
                .endpoint(EndpointKind.INTROSPECT, server.uri("/introspect"));
    }

    private static OAuth2ProviderBuilder acmeNowhere() {
        return RelocatedProvider.acme().refreshModel(RefreshModel.ROTATING);
    }

    private String refreshed(Provider provider) {
        assertThat(RefreshCaller.at(provider, server).refresh()).isInstanceOf(TokenOutcome.Issued.class);
        return last();
    }

    private String exchanged(Provider provider) {
        assertThat(RelocatedProvider.nowhere(provider).exchange()).isInstanceOf(TokenOutcome.Issued.class);
        return last();
    }

    private String revoked(Provider provider) {
        assertThat(provider.revoker()
                        .orElseThrow()
                        .revoke(RelocatedProvider.nowhere(provider).held()))
                .isEqualTo(new RevokeOutcome.Revoked(false));
        return last();
    }

    private String last() {
        return server.requests().get(server.requests().size() - 1);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
