package dev.evertoken.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.providers.description.ApiRule;
import dev.evertoken.providers.description.EndpointRequest;
import dev.evertoken.providers.description.ErrorRule;
import dev.evertoken.spi.provider.AuthorizationFlow.Pkce;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile.RevokeScope;
import dev.evertoken.spi.provider.ResourceDialect;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A provider described as data, in JSON and in Java. */
class ProviderDescriptionTest {

    private static final String MINIMAL =
            "\"id\":\"acme\",\"tokenEndpoint\":\"https://token.acme.example/token\",\"refreshModel\":\"ROTATING\"";

    private static final String EVERYTHING = """
            {
              "id": "acme",
              "authorizationEndpoint": "https://login.acme.example/{tenant}/authorize",
              "tokenEndpoint": "https://login.acme.example/{tenant}/token",
              "endpoints": {"REVOKE": "https://login.acme.example/{shop}/revoke",
                  "INTROSPECT": "https://login.acme.example/validate"},
              "values": {"tenant": "common"},
              "accountValues": ["shop"],
              "accountServerAt": "server",
              "accountServers": ["https://login.acme.example", "https://login.acme.example.org"],
              "allowPrivateNetwork": true,
              "refreshModel": "ROTATING",
              "earliestRefreshAge": "PT5M",
              "largestMargin": "PT30M",
              "reuseGrace": "PT30S",
              "grantLifetime": "P365D",
              "grantIdleLifetime": "P90D",
              "defaultLifetime": "PT2H",
              "longestLifetime": "P1D",
              "authentication": "CLIENT_SECRET_POST",
              "authenticationAt": {"REVOKE": "NONE"},
              "clientIdParameter": "client_key",
              "clientSecretParameter": "secret",
              "exchangeParameters": {"action": "requesttoken"},
              "clientCredentialsParameters": {"audience": "orders"},
              "revocationParameters": {"action": "revoke"},
              "requestHeaders": {"User-Agent": "crm/1.0"},
              "jsonRequests": true,
              "scopeSeparator": ",",
              "pkce": "NONE",
              "authorizationParameters": {"audience": "orders"},
              "refreshParameters": {"resource": "orders"},
              "sendScopesOnRefresh": true,
              "redirectName": "Acme_Inc-app",
              "redirectErrors": {"server_busy": "PROVIDER_UNAVAILABLE"},
              "formResponses": true,
              "responseWrapper": "data.tokens",
              "bearerTypes": ["bot", "user"],
              "scopesMember": "scopes",
              "lifetimeMembers": ["expires"],
              "refreshTokenLifetimeMembers": ["x_refresh_token_expires_in"],
              "endlessIfZero": true,
              "subjectAt": ["user", "id"],
              "userEndpoint": "https://api.acme.example/me",
              "userAt": ["data", "id"],
              "revocation": {"method": "DELETE", "parameters": "JSON", "tokenParameter": "access_token",
                  "token": "ACCESS_TOKEN"},
              "validation": {"method": "GET", "parameters": "NONE", "authorization": "USER_TOKEN"},
              "validationUserAt": ["user_id"],
              "userTokenScheme": "OAuth",
              "keep": {"instance_url": "instance_url", "team": "team.id"},
              "keepFromRedirect": ["realmId"],
              "otherGrants": {"user": "authed_user"},
              "accountHosts": ["salesforce.com", "myshopify.com"],
              "accountHostsAt": ["instance_url"],
              "errors": [
                {
                  "kind": "GRANT_DEAD",
                  "members": [{"path": "errors[0].errorType", "values": ["invalid_grant", "expired"]}],
                  "statuses": [400, 401],
                  "endpoints": ["REFRESH"]
                },
                {
                  "kind": "RATE_LIMITED",
                  "problem": "QUOTA_EXCEEDED",
                  "members": [{"path": "status", "values": ["601"]}, {"path": "error", "words": ["too many"]}],
                  "spendsNothing": true,
                  "note": "per minute"
                }
              ],
              "apiHosts": ["api.acme.example"],
              "apiScheme": "Token",
              "apiHeader": "X-Api-Token",
              "apiErrors": [
                {"action": "REFRESH_AND_RETRY", "statuses": [200], "members": [{"path": "ok", "values": ["false"]}]},
                {"action": "PASS", "problem": "SCOPE_MISSING", "challenges": ["insufficient_claims"], "note": "claims"}
              ],
              "revokeScope": "TOKEN"
            }
            """;

    private static OAuth2ProviderBuilder everything() {
        return OAuth2Provider.builder("acme")
                .authorizationEndpoint(URI.create("https://login.acme.example/common/authorize"))
                .tokenEndpoint(URI.create("https://login.acme.example/common/token"))
                .endpoint(EndpointKind.REVOKE, "https://login.acme.example/{shop}/revoke")
                .accountValues("shop")
                .accountServers("server", "https://login.acme.example", "https://login.acme.example.org")
                .allowPrivateNetwork()
                .refreshModel(RefreshModel.ROTATING)
                .earliestRefreshAge(Duration.ofMinutes(5))
                .largestMargin(Duration.ofMinutes(30))
                .reuseGrace(Duration.ofSeconds(30))
                .grantLifetime(Duration.ofDays(365))
                .grantIdleLifetime(Duration.ofDays(90))
                .defaultLifetime(Duration.ofHours(2))
                .longestLifetime(Duration.ofDays(1))
                .authentication(ClientAuthentication.CLIENT_SECRET_POST)
                .authentication(EndpointKind.REVOKE, ClientAuthentication.NONE)
                .clientIdParameter("client_key")
                .clientSecretParameter("secret")
                .exchangeParameter("action", "requesttoken")
                .clientCredentialsParameter("audience", "orders")
                .revocationParameter("action", "revoke")
                .requestHeader("User-Agent", "crm/1.0")
                .jsonRequests()
                .scopeSeparator(",")
                .pkce(Pkce.NONE)
                .authorizationParameter("audience", "orders")
                .refreshParameter("resource", "orders")
                .sendScopesOnRefresh()
                .redirectName("Acme_Inc-app")
                .redirectErrorMeans("server_busy", Problem.PROVIDER_UNAVAILABLE)
                .formResponses()
                .responseWrapper("data.tokens")
                .bearerTypes("bot", "user")
                .scopesMember("scopes")
                .lifetimeMembers("expires")
                .refreshTokenLifetimeMembers("x_refresh_token_expires_in")
                .endlessIfZero()
                .subjectAt("user", "id")
                .userEndpoint("https://api.acme.example/me", "data", "id")
                .revocation(EndpointRequest.of(EndpointRequest.Method.DELETE, EndpointRequest.Parameters.JSON)
                        .tokenParameter("access_token")
                        .ofAccessToken())
                .validation(EndpointRequest.asUser(EndpointRequest.Method.GET), "user_id")
                .endpoint(EndpointKind.INTROSPECT, "https://login.acme.example/validate")
                .keep("instance_url", "instance_url")
                .keep("team", "team.id")
                .keepFromRedirect("realmId")
                .otherGrant("user", "authed_user")
                .accountHosts("salesforce.com", "myshopify.com")
                .accountHostsAt("instance_url")
                .error(ErrorRule.of(Kind.GRANT_DEAD)
                        .member("errors[0].errorType", "invalid_grant", "expired")
                        .status(400, 401)
                        .at(EndpointKind.REFRESH))
                .error(ErrorRule.of(Kind.RATE_LIMITED, Problem.QUOTA_EXCEEDED)
                        .member("status", "601")
                        .memberContains("error", "too many")
                        .spendingNothing()
                        .note("per minute"))
                .apiHosts("api.acme.example")
                .apiScheme("Token")
                .userTokenScheme("OAuth")
                .apiHeader("X-Api-Token")
                .apiError(ApiRule.refresh().status(200).member("ok", "false"))
                .apiError(ApiRule.pass(Problem.SCOPE_MISSING)
                        .challenge("insufficient_claims")
                        .note("claims"))
                .revokeScope(RevokeScope.TOKEN);
    }

    @Test
    void aDescriptionInJsonEqualsTheOneOfTheBuilder() throws IOException {
        ProviderDescription read =
                read(EVERYTHING.replace("{tenant}", "common").replace("\"values\": {\"tenant\": \"common\"},", ""));

        assertThat(read)
                .isEqualTo(everything().description())
                .hasSameHashCodeAs(everything().description());
        assertThat(read).hasToString("ProviderDescription[acme]");
        assertThat(read.toBuilder().description()).isEqualTo(read);
        assertThat(read).isNotEqualTo(everything().pkce(Pkce.S256).description());
    }

    @Test
    void theProviderOfADescriptionHasTheProfileOfTheBuilders() throws IOException {
        Provider described = OAuth2Provider.of(read(EVERYTHING));

        assertThat(described.id()).isEqualTo("acme");
        assertThat(described.profile()).isEqualTo(everything().build().profile());
        assertThat(described.authorizationFlow().orElseThrow().pkce()).isEqualTo(Pkce.NONE);
    }

    @Test
    void theProviderOfAJsonDescriptionJudgesARefusalByItsRules() throws IOException {
        Provider described = OAuth2Provider.of(read(EVERYTHING));
        String body = "{\"errors\":[{\"errorType\":\"invalid_grant\"}]}";

        try (LoopbackServer server = LoopbackServer.answering(LoopbackServer.json(401, body))) {
            TokenOutcome outcome = RefreshCaller.at(described, server).refresh();

            assertThat(outcome)
                    .isEqualTo(RefreshCaller.at(everything().build(), server).refresh());
            assertThat(((TokenOutcome.Refused) outcome).verdict().problem()).isEqualTo(Problem.GRANT_DEAD);
            assertThat(server.requests().get(0))
                    .contains("\"resource\":\"orders\"")
                    .contains("\"scope\":\"read\"");
        }
    }

    @Test
    void aSettingThatIsSetToItsInitialValueMakesNoDifference() throws IOException {
        assertThat(read("{" + MINIMAL + ",\"pkce\":\"S256\",\"defaultLifetime\":\"PT1H\",\"errors\":[]}"))
                .isEqualTo(read("{" + MINIMAL + "}"));
    }

    @Test
    void aPlaceholderNeedsAValueBeforeTheProviderIsBuiltAndNotBefore() throws IOException {
        ProviderDescription open = read(EVERYTHING.replace("\"values\": {\"tenant\": \"common\"},", ""));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> OAuth2Provider.of(open))
                .withMessage("provider \"acme\": authorizationEndpoint has {tenant}, and values.tenant is not set;"
                        + " tokenEndpoint has {tenant}, and values.tenant is not set");
        assertThat(open.toBuilder().value("tenant", "common").description()).isEqualTo(read(EVERYTHING));
    }

    @Test
    void aFileIsReadUnderItsName(@TempDir Path folder) throws IOException {
        Path good = Files.writeString(folder.resolve("good.json"), EVERYTHING);
        Path bad = Files.writeString(folder.resolve("bad.json"), "{\"id\":\"acme\"}");

        assertThat(ProviderDescription.read(good)).isEqualTo(read(EVERYTHING));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProviderDescription.read(bad))
                .withMessage(
                        "bad.json: provider \"acme\": tokenEndpoint is not set; refreshModel is not set; ROTATING if"
                                + " a refresh can return a new refresh token, otherwise STATIC");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"colour\":\"red\" | colour is no member of a description",
                "\"resourceDialect\":\"x\" | resourceDialect is no member of a description",
                "\"pkce\":\"secret-one\" | pkce must be one of [NONE, S256]",
                "\"pkce\":true | pkce must be a string that is not empty",
                "\"reuseGrace\":30 | reuseGrace must be a string that is not empty",
                "\"reuseGrace\":\"30s\" | reuseGrace must be a duration in ISO 8601 such as PT1H",
                "\"lookUpUser\":\"yes\" | lookUpUser must be true or false",
                "\"apiHosts\":\"api.acme.example\" | apiHosts must be an array",
                "\"apiHosts\":[1] | apiHosts[0] must be a string that is not empty",
                "\"endpoints\":[] | endpoints must be an object",
                "\"endpoints\":{\"LOGIN\":\"https://a.example\"} | a member of endpoints must be one of"
                        + " [TEMPORARY_CREDENTIALS, AUTHORIZATION, EXCHANGE, REFRESH, REVOKE, INTROSPECT,"
                        + " CLIENT_CREDENTIALS, API]",
                "\"errors\":[{\"status\":400}] | errors[0] has no member kind",
                "\"errors\":[{\"kind\":\"UNKNOWN\",\"members\":[{\"path\":\"a\",\"is\":\"b\"}]}]"
                        + " | errors[0].members[0].is is no member of a description",
                "\"errors\":[{\"kind\":\"UNKNOWN\",\"members\":[{\"path\":\"a..b\"}]}]"
                        + " | errors[0].members[0] is invalid: path is not a path of members such as errors[0].code",
                "\"errors\":[{\"kind\":\"UNKNOWN\",\"statuses\":[42]}]"
                        + " | errors[0] is invalid: statuses has 42, which is no final HTTP status",
                "\"errors\":[{\"kind\":\"UNKNOWN\",\"statuses\":[4.2]}]"
                        + " | errors[0].statuses[0] must be a number without a fraction",
                "\"apiErrors\":[{\"action\":\"SIGN_AGAIN\",\"statuses\":[401]}] | apiErrors[0] is invalid: action"
                        + " SIGN_AGAIN is not for described providers; use PASS, REFRESH_AND_RETRY or ADOPT_ONLY",
                "\"revocation\":{\"method\":\"GET\"}"
                        + " | revocation is invalid: method GET has no body; set parameters to QUERY or NONE",
                "\"revocation\":{\"parameters\":\"NONE\"} | revocation is invalid: parameters NONE and authorization"
                        + " CLIENT name no token; set authorization to USER_TOKEN",
                "\"pkce\":\"S256\",\"pkce\":\"NONE\" | has a duplicate member at $.pkce",
            })
    void aMemberThatCannotBeReadIsRefusedByNameAndWithoutItsValue(String member, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read("{" + MINIMAL + "," + member + "}"))
                .withMessage("acme.json: " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | is not valid JSON at $",
                "[] | the description must be an object",
                "{\"id\":\"acme\",\"errors\":[{\"kind\":\"UNK | is not valid JSON at $.errors[0].kind",
                "{\"id\":\"acme\"}} | is not valid JSON at $",
            })
    void aTextThatIsCutOffOrNoDescriptionIsRefused(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(text))
                .withMessageStartingWith("acme.json: " + message);
    }

    @Test
    void aTextOfTenMegabytesIsRefusedAndNotReadToItsEnd() {
        ByteArrayInputStream in = new ByteArrayInputStream(
                ("{" + MINIMAL + " ".repeat(10_000_000) + "}").getBytes(StandardCharsets.UTF_8));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProviderDescription.read("acme.json", in))
                .withMessage("acme.json: is longer than 1048576 bytes");
        assertThat(in.available()).isGreaterThan(8_000_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"errors\":[{\"kind\":\"UNKNOWN\"}]"
                        + " | errors[0] matches every response; add a condition on a member or a status",
                "\"errors\":[{\"kind\":\"UNKNOWN\",\"endpoints\":[\"REFRESH\"]}]"
                        + " | errors[0] matches every response; add a condition on a member or a status",
                "\"errors\":[{\"kind\":\"GRANT_DEAD\",\"statuses\":[403]}] | errors[0] ends grants by the HTTP status"
                        + " alone, which a gateway can send as well; add a condition on a member",
                "\"errors\":[{\"kind\":\"RATE_LIMITED\",\"statuses\":[200]}] | errors[0] has no condition on a member,"
                        + " and statuses has a status that is no refusal by itself",
                "\"errors\":[{\"kind\":\"RATE_LIMITED\",\"statuses\":[403]},{\"kind\":\"TRANSIENT\",\"statuses\":[403]}]"
                        + " | errors[1] has the conditions of errors[0], which decides first",
                "\"errors\":[{\"kind\":\"RATE_LIMITED\",\"statuses\":[403],\"endpoints\":[\"API\"]}]"
                        + " | errors[0].endpoints has API; set apiErrors instead",
                "\"apiErrors\":[{\"action\":\"REFRESH_AND_RETRY\"}]"
                        + " | apiErrors[0] matches every refusal; add a condition on a member, a status or a challenge",
                "\"apiErrors\":[{\"action\":\"REFRESH_AND_RETRY\",\"statuses\":[200]}]"
                        + " | apiErrors[0] matches every successful response; add a condition on a member",
                "\"values\":{\"tenant\":\"a/b\"} | values.tenant must be letters, digits, dots, hyphens and underscores,"
                        + " as in a host name or a path; values.tenant is used by no address and host",
                "\"values\":{\"tenant\":\"common\"} | values.tenant is used by no address and host",
                "\"endpoints\":{\"AUTHORIZATION\":\"https://a.example\"}"
                        + " | endpoints has AUTHORIZATION; set authorizationEndpoint instead",
                "\"authorizationEndpoint\":\"ftp://a.example/{tenant}\" | authorizationEndpoint must be an absolute address"
                        + " without user info and fragment, with https, or with http where TransportSettings allow it",
                "\"apiHosts\":[\"*.acme.example\"]"
                        + " | apiHosts entry \"*.acme.example\" is not an exact lower-case host name",
            })
    void aContradictionIsRefusedByName(String member, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read("{" + MINIMAL + "," + member + "}"))
                .withMessage("acme.json: provider \"acme\": " + message);
    }

    @Test
    void aDialectBesideRulesForTheSameResponsesIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        everything().resourceDialect(ResourceDialect.rfc6750()).build())
                .withMessage(
                        "provider \"acme\": apiErrors and resourceDialect are both set, and a response can have one"
                                + " meaning only");
    }

    private static ProviderDescription read(String json) throws IOException {
        return ProviderDescription.read("acme.json", new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
    }
}
