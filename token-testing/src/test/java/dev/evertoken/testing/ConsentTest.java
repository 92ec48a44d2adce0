package dev.evertoken.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.EndpointKind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The authorization code flow from an authorization URL to tokens. */
@WithMockProviders
class ConsentTest {
    private static final String REDIRECT = "http://127.0.0.1:1/callback";
    /** The verifier and the challenge are from RFC 7636 appendix B. */
    private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    @Test
    void aCodeIsValidForOneExchangeWithTheRightVerifier(@ProviderId("acme") MockProvider acme) throws IOException {
        URI callback = acme.approve(
                url(acme, "&state=s%201&code_challenge=" + CHALLENGE + "&code_challenge_method=S256"), "alice");

        assertThat(parameter(callback, "state")).isEqualTo("s 1");
        HttpResponse<String> first = exchange(acme, parameter(callback, "code"), VERIFIER);
        HttpResponse<String> again = exchange(acme, parameter(callback, "code"), VERIFIER);

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(Browser.field(first, "scope")).isEqualTo("read write");
        assertThat(Browser.field(again, "error")).isEqualTo("invalid_grant");
    }

    @Test
    void aWrongVerifierInvalidatesTheCode(@ProviderId("acme") MockProvider acme) throws IOException {
        URI callback = acme.approve(url(acme, "&code_challenge=" + CHALLENGE + "&code_challenge_method=S256"), "alice");

        assertThat(exchange(acme, parameter(callback, "code"), "wrong").statusCode())
                .isEqualTo(400);
        assertThat(exchange(acme, parameter(callback, "code"), VERIFIER).statusCode())
                .isEqualTo(400);
    }

    @Test
    void googleIssuesARefreshTokenOnlyIfItIsRequested(@ProviderId("google") MockProvider google) throws IOException {
        String offline = "&access_type=offline";

        assertThat(tokens(google, "")).doesNotContain("refresh_token");
        assertThat(tokens(google, offline + "&prompt=consent")).contains("refresh_token");
        assertThat(tokens(google, offline)).doesNotContain("refresh_token");
    }

    @Test
    void aUserMayGrantFewerScopesOrDecline(@ProviderId("strava") MockProvider strava) throws IOException {
        assertThat(parameter(strava.approve(url(strava, ""), "bob", "read"), "scope"))
                .isEqualTo("read");
        assertThat(parameter(strava.deny(url(strava, "")), "error")).isEqualTo("access_denied");
    }

    @Test
    void anAuthorizationUrlOfAnotherClientGetsNoConsentPage(@ProviderId("acme") MockProvider acme) {
        URI ofAnotherClient = URI.create("http://127.0.0.1/authorize?client_id=other&response_type=code");

        assertThatThrownBy(() -> acme.approve(ofAnotherClient, "alice"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("client_id of the authorization URL is not that of registration()");
    }

    private static String tokens(MockProvider provider, String more) throws IOException {
        URI callback = provider.approve(url(provider, more), "alice");
        return exchange(provider, parameter(callback, "code"), "").body();
    }

    private static HttpResponse<String> exchange(MockProvider provider, String code, String verifier)
            throws IOException {
        Map<String, String> form = TokenForms.credentials(provider.registration());
        form.put("grant_type", "authorization_code");
        form.put("code", code);
        form.put("redirect_uri", REDIRECT);
        form.put("code_verifier", verifier);
        return Browser.post(TokenForms.tokenUrl(provider), form);
    }

    private static URI url(MockProvider provider, String more) {
        URI page = provider.endpoints().address(EndpointKind.AUTHORIZATION).orElseThrow();
        return URI.create(page + "?response_type=code&client_id="
                + provider.registration().clientId() + "&scope=read+write&redirect_uri=" + Browser.encoded(REDIRECT)
                + more);
    }

    private static String parameter(URI callback, String name) {
        return AuthorizationQuery.of(callback).require(name);
    }
}
