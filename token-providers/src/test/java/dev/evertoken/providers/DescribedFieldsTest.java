package dev.evertoken.providers;

import static dev.evertoken.providers.LoopbackServer.json;
import static dev.evertoken.providers.RefreshCaller.acme;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Fields of responses that are kept, and hosts that responses name. */
class DescribedFieldsTest {

    @Test
    void namedMembersAreKeptAndAreStillThereAfterAResponseWithoutThem() throws IOException {
        OAuth2ProviderBuilder slack =
                acme().keep("team", "team.id").keep("hub", "hub_id").keep("none", "missing");

        TokenSet first = tokens(slack, "{\"access_token\":\"at-2\",\"team\":{\"id\":\"TEAM-1\"},\"hub_id\":42}");
        TokenSet later =
                issued(slack, "{\"access_token\":\"at-3\",\"hub_id\":43}").applyTo(first);

        assertThat(first.fields()).containsOnly(entry("team", "TEAM-1"), entry("hub", "42"));
        assertThat(later.fields()).containsOnly(entry("team", "TEAM-1"), entry("hub", "43"));
        assertThat(first.toString()).doesNotContain("TEAM-1");
    }

    @Test
    void aFieldBesideTheWrapperIsFoundAndOneInItComesFirst() throws IOException {
        OAuth2ProviderBuilder wrapped =
                acme().responseWrapper("body").keep("id", "id").keep("status", "status");

        assertThat(tokens(wrapped, "{\"id\":1,\"status\":0,\"body\":{\"id\":2,\"access_token\":\"at-2\"}}")
                        .fields())
                .containsOnly(entry("id", "2"), entry("status", "0"));
    }

    @Test
    void aFieldOfUnusualLengthIsNotKept() throws IOException {
        OAuth2ProviderBuilder acme = acme().keep("note", "note");

        assertThat(tokens(acme, "{\"access_token\":\"at-2\",\"note\":\"" + "x".repeat(4097) + "\"}")
                        .fields())
                .isEmpty();
        assertThat(tokens(acme, "{\"access_token\":\"at-2\",\"note\":\"" + "x".repeat(4096) + "\"}")
                        .fields())
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "https://eu5.my.salesforce.com, eu5.my.salesforce.com",
        "https://EU5.my.Salesforce.com/services?x=1, eu5.my.salesforce.com",
        "eu5.my.salesforce.com, eu5.my.salesforce.com",
        "https://salesforce.com, salesforce.com",
        "https://salesforce.com.evil.example,",
        "https://evilsalesforce.com,",
        "https://user@eu5.my.salesforce.com,",
        "http://eu5.my.salesforce.com,",
        "https://evil.example/.salesforce.com,",
        "https://evil.example#.salesforce.com,",
        "https://evil.example\\.salesforce.com,",
        "127.0.0.1,",
        "ftp://eu5.my.salesforce.com,",
    })
    void aHostThatAResponseNamesIsUsedInItsDomainsOnly(String named, String host) throws IOException {
        OAuth2ProviderBuilder salesforce = acme().accountHosts("salesforce.com").accountHostsAt("instance_url");
        String escaped = named.replace("\\", "\\\\");

        TokenSet tokens = tokens(salesforce, "{\"access_token\":\"at-2\",\"instance_url\":\"" + escaped + "\"}");

        assertThat(tokens.hosts()).isEqualTo(host == null ? Set.of() : Set.of(host));
    }

    @Test
    void hostsStayUntilAResponseNamesOthers() throws IOException {
        OAuth2ProviderBuilder zoho =
                acme().accountHosts("zohoapis.com", "zohoapis.eu").accountHostsAt("api_domain", "more[0]");
        TokenSet first = tokens(
                zoho,
                "{\"access_token\":\"at-2\",\"api_domain\":\"https://www.zohoapis.com\",\"more\":[\"x.zohoapis.eu\"]}");

        assertThat(first.hosts()).containsExactly("www.zohoapis.com", "x.zohoapis.eu");
        assertThat(issued(zoho, "{\"access_token\":\"at-3\"}").applyTo(first).hosts())
                .isEqualTo(first.hosts());
        assertThat(issued(zoho, "{\"access_token\":\"at-3\",\"api_domain\":\"https://www.zohoapis.eu\"}")
                        .applyTo(first)
                        .hosts())
                .containsExactly("www.zohoapis.eu");
    }

    static Stream<Arguments> contradictions() {
        return Stream.of(
                Arguments.of(
                        hosts("com"),
                        "accountHosts entry \"com\" is a public suffix, under which anyone can have a host"),
                Arguments.of(
                        hosts("co.uk"),
                        "accountHosts entry \"co.uk\" is a public suffix, under which anyone can have a host"),
                Arguments.of(
                        hosts("github.io"),
                        "accountHosts entry \"github.io\" is a public suffix, under which anyone can have a host"),
                Arguments.of(
                        hosts("10.0.0.1"),
                        "accountHosts entry \"10.0.0.1\" is a public suffix, under which anyone can have a host"),
                Arguments.of(
                        hosts("*.salesforce.com"),
                        "accountHosts entry \"*.salesforce.com\" is not a domain in lower case, without a wildcard"),
                Arguments.of(
                        acme().accountHosts("salesforce.com"),
                        "accountHosts and accountHostsAt need each other: the domains of hosts, and where a response names"
                                + " them"),
                Arguments.of(
                        acme().keep("realmId", "realm").keepFromRedirect("realmId"),
                        "keep and keepFromRedirect both have realmId"),
                Arguments.of(
                        acme().keep("a", "b..c"), "keep.a is not a path of members such as instance_url or team.id"),
                Arguments.of(
                        acme().accountValues("shop"), "accountValues entry \"shop\" is used by no address and host"),
                Arguments.of(
                        acme().accountValues("host").apiHosts("{host}"),
                        "apiHosts[0] has a host that an account's value determines; the value must be followed by a dot"
                                + " and a domain of the provider"),
                Arguments.of(
                        acme().accountValues("dc").apiHosts("api.{dc}.com"),
                        "apiHosts[0] has a host that an account's value determines; the value must be followed by a dot"
                                + " and a domain of the provider"),
                Arguments.of(
                        acme().accountValues("shop")
                                .endpoint(EndpointKind.REVOKE, "https://{shop}x.acme.example/revoke"),
                        "endpoints.REVOKE has a host that an account's value determines; the value must be followed by a"
                                + " dot and a domain of the provider"),
                Arguments.of(
                        acme().accountValues("shop")
                                .apiHosts("{shop}.acme.example")
                                .value("shop", "x"),
                        "accountValues entry \"shop\" is set by values, keep or keepFromRedirect as well"),
                Arguments.of(
                        hosts("acme.example").accountValues("shop").apiHosts("{shop}.acme.example"),
                        "accountHostsAt and a value of the account in apiHosts both name the hosts of an account"),
                Arguments.of(
                        acme().otherGrant("User", "authed_user"),
                        "otherGrants \"User\" is not a name of lower-case letters, digits and hyphens"),
                Arguments.of(
                        acme().otherGrant("user", "authed_user").responseWrapper("authed_user"),
                        "otherGrants.user and responseWrapper are the same object"),
                Arguments.of(
                        acme().keepFromRedirect("a b"),
                        "keepFromRedirect \"a b\" is not a name of letters, digits, dots, hyphens and underscores"));
    }

    @ParameterizedTest
    @MethodSource("contradictions")
    void aContradictionIsRefusedByName(OAuth2ProviderBuilder builder, String message) {
        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessage("provider \"acme\": " + message);
    }

    private static OAuth2ProviderBuilder hosts(String domain) {
        return acme().accountHosts(domain).accountHostsAt("instance_url");
    }

    private static TokenSet tokens(OAuth2ProviderBuilder settings, String body) throws IOException {
        return issued(settings, body).toTokenSet().orElseThrow();
    }

    private static TokenResponse issued(OAuth2ProviderBuilder settings, String body) throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(200, body))) {
            return ((TokenOutcome.Issued)
                            RefreshCaller.at(settings.build(), server).refresh())
                    .response();
        }
    }
}
