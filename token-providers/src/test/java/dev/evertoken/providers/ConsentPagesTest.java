package dev.evertoken.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.provider.AuthorizationRequest;
import dev.evertoken.spi.provider.Provider;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The exact URLs of consent pages and forms of exchanges. */
class ConsentPagesTest {

    private static final String REDIRECT = "https%3A%2F%2Fapp.example%2Fback%3Ftenant%3D1";

    @Test
    void googlesUrlRequestsOfflineAccessAndConsentEachTime() {
        RelocatedProvider google = RelocatedProvider.nowhere(new Google());
        String mail = "https://mail.google.com/";

        assertThat(google.url(false, false, "openid", mail))
                .isEqualTo(URI.create("https://accounts.google.com/o/oauth2/v2/auth?response_type=code"
                        + "&client_id=client-1&redirect_uri=" + REDIRECT
                        + "&scope=openid+https%3A%2F%2Fmail.google.com%2F&access_type=offline&prompt=consent"
                        + "&include_granted_scopes=true&code_challenge=challenge&code_challenge_method=S256"
                        + "&state=k1.state"));
        assertThat(google.url(false, true, "openid").getRawQuery()).contains("&prompt=select_account+consent&");
        assertThat(google.url(true, false, "openid").getRawQuery()).contains("&prompt=consent&");
    }

    @Test
    void youTubesUrlIsGooglesAndLetsTheUserChooseTheChannelDuringConsent() {
        RelocatedProvider youTube = RelocatedProvider.nowhere(new YouTube());

        assertThat(youTube.url(false, true, YouTubeScopes.UPLOAD, YouTubeScopes.READ_ONLY))
                .isEqualTo(URI.create("https://accounts.google.com/o/oauth2/v2/auth?response_type=code"
                        + "&client_id=client-1&redirect_uri=" + REDIRECT
                        + "&scope=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fyoutube.upload"
                        + "+https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fyoutube.readonly&access_type=offline"
                        + "&prompt=select_account+consent&include_granted_scopes=true&code_challenge=challenge"
                        + "&code_challenge_method=S256&state=k1.state"));
    }

    @Test
    void stravasUrlSeparatesScopesWithCommasAndForcesThePageOnlyOnRequest() {
        RelocatedProvider strava = RelocatedProvider.nowhere(new Strava());

        assertThat(strava.url(false, false, "read", "activity:read"))
                .isEqualTo(URI.create("https://www.strava.com/oauth/authorize?response_type=code&client_id=client-1"
                        + "&redirect_uri=" + REDIRECT + "&scope=read%2Cactivity%3Aread&approval_prompt=auto"
                        + "&state=k1.state"));
        assertThat(strava.url(true, false, "read").getRawQuery()).contains("&approval_prompt=force&");
        assertThat(strava.url(false, true, "read").getRawQuery()).contains("&approval_prompt=force&");
    }

    @Test
    void theUrlOfAnyOtherServerFollowsTheRfcs() {
        RelocatedProvider acme = RelocatedProvider.nowhere(RelocatedProvider.acme()
                .authorizationParameter("audience", "the api")
                .build());

        assertThat(acme.url(false, false, "read", "write"))
                .isEqualTo(URI.create("https://acme.example/authorize?tenant=7&response_type=code&client_id=client-1"
                        + "&redirect_uri=" + REDIRECT + "&scope=read+write&audience=the+api"
                        + "&code_challenge=challenge&code_challenge_method=S256&state=k1.state"));
        assertThat(acme.url(false, false).getRawQuery()).doesNotContain("scope", "prompt");
        assertThat(acme.url(true, false).getRawQuery()).contains("&prompt=consent&");
        assertThat(acme.url(true, true).getRawQuery()).contains("&prompt=select_account+consent&");
        assertThat(acme.url(false, true).getRawQuery()).contains("&prompt=select_account&");
    }

    static Stream<Provider> providersWhosePagesRequireAScope() {
        return Stream.of(new Google(), new YouTube(), new Strava(), new LinkedIn(), new Instagram(), new X());
    }

    @ParameterizedTest
    @MethodSource("providersWhosePagesRequireAScope")
    void aRegistrationWithoutScopesIsRefusedBeforeAUserSeesThePage(Provider provider) {
        RelocatedProvider relocated = RelocatedProvider.nowhere(provider);
        String prefix = provider.id().toUpperCase(Locale.ROOT);

        assertThatThrownBy(() -> relocated.url(false, false))
                .isInstanceOfSatisfying(
                        TokenException.class, e -> assertThat(e.problem()).isEqualTo(Problem.SCOPE_INVALID))
                .hasMessage("registration " + provider.id() + " has no scopes, and " + provider.id()
                        + " requires at least one; set them with ClientRegistration.builder(clientId).scopes(…), or in the"
                        + " variable " + prefix + "_SCOPES for fromEnvironment(\"" + prefix + "\")");
    }

    @Test
    void facebookHasADefaultScope() {
        assertThat(RelocatedProvider.nowhere(new Facebook()).url(false, false).getRawQuery())
                .doesNotContain("scope");
    }

    @Test
    void aMissingConsentPageIsReportedAsNotSupported() {
        RelocatedProvider acme = RelocatedProvider.nowhere(RefreshCaller.acme().build());
        assertThatThrownBy(() -> acme.url(false, false))
                .isInstanceOfSatisfying(
                        TokenException.class, e -> assertThat(e.problem()).isEqualTo(Problem.NOT_SUPPORTED))
                .hasMessage("provider acme has no AUTHORIZATION endpoint");
    }

    @Test
    void aRequestDoesNotShowItsState() {
        AuthorizationRequest request = new AuthorizationRequest(
                RelocatedProvider.nowhere(new Google()).client(),
                RelocatedProvider.REDIRECT,
                "k1.state",
                Set.of("openid"),
                Optional.of("challenge"),
                false,
                false);
        assertThat(request).hasToString("AuthorizationRequest[google, scopes [openid]]");
    }

    @Test
    void parametersThatTheLibrarySetsAreRefused() {
        for (String name : List.of("state", "Scope", "code_challenge", "redirect_uri", " ")) {
            assertThatThrownBy(() -> RelocatedProvider.acme()
                            .authorizationParameter(name, "x")
                            .build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("provider \"acme\": authorizationParameter \"" + name + "\" is set by the library");
        }
    }

    @Test
    void eachProviderGetsItsOwnExchangeForm() throws IOException {
        String code = "grant_type=authorization_code&code=4%2F0a+code%2Bof%26the%3Dtest";
        String redirect = "&redirect_uri=" + REDIRECT;
        String verifier = "&code_verifier=" + RelocatedProvider.VERIFIER;
        String secret = "&client_id=client-1&client_secret=s%3Acr%26t+of%2Bthe%25client";

        assertThat(sent(new Google())).endsWith("\r\n\r\n" + code + redirect + verifier + secret);
        assertThat(sent(new Strava())).endsWith("\r\n\r\n" + code + secret);
        assertThat(sent(RelocatedProvider.acme().build()))
                .contains("Authorization: Basic ")
                .endsWith("\r\n\r\n" + code + redirect + verifier);
    }

    private static String sent(Provider provider) throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(LoopbackServer.json(200, "{\"access_token\":\"a\"}"))) {
            RelocatedProvider.to(server, provider).exchange();
            assertThat(server.requests()).hasSize(1);
            return server.requests().get(0);
        }
    }
}
