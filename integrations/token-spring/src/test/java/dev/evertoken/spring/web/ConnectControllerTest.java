package dev.evertoken.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.redirectedUrl;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.NotConnectedException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.Ledger;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.security.Principal;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.mock.web.MockHttpSession;
import org.springframework.test.web.servlet.MvcResult;
import org.springframework.test.web.servlet.ResultActions;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;
import org.springframework.web.servlet.ModelAndView;

/** The routes of the consent, and the problem details of what fails in them. */
class ConnectControllerTest {

    private static final TokenKey CARLA = TokenKey.of("google", "carla");

    private WebApplication application = new WebApplication();
    private final MockHttpSession session = new MockHttpSession();

    @AfterEach
    void close() {
        application.close();
    }

    private void restart(ConnectOptions options) {
        application.close();
        application = new WebApplication(options);
    }

    private static MockHttpServletRequestBuilder as(String user, MockHttpServletRequestBuilder request) {
        Principal principal = () -> user;
        return request.principal(principal);
    }

    private ResultActions carla(String path) throws Exception {
        return application.browser.perform(as("carla", get(URI.create(path))).session(session));
    }

    private URI consentPage() throws Exception {
        MvcResult begun = carla("/connect/google").andExpect(status().isFound()).andReturn();
        return URI.create(Objects.requireNonNull(begun.getResponse().getRedirectedUrl()));
    }

    /** Returns the path and the query with which the browser returns. */
    private static String target(URI redirect) {
        return redirect.getRawPath() + "?" + redirect.getRawQuery();
    }

    private ConnectionState stateOf(TokenKey key) {
        return application.fixture.tokens.status(key).state();
    }

    private void assertNothingIsStored() {
        assertThatThrownBy(() -> stateOf(CARLA)).isInstanceOf(NotConnectedException.class);
        assertThat(application.fixture.google.ledger().tokenRequests()).isZero();
    }

    @Test
    void aUserConnectsAnAccountAndUsesIt() throws Exception {
        URI redirect = application.fixture.google.approve(consentPage(), "carla");
        carla(target(redirect))
                .andExpect(redirectedUrl("/"))
                .andExpect(header().string("Referrer-Policy", "no-referrer"));

        assertThat(stateOf(CARLA)).isEqualTo(ConnectionState.ACTIVE);
        carla("/calendars").andExpect(status().isOk());
    }

    @Test
    void theSameRedirectAgainReportsTheFirstResult() throws Exception {
        String redirect = target(application.fixture.google.approve(consentPage(), "carla"));
        carla(redirect).andExpect(redirectedUrl("/"));

        carla(redirect).andExpect(redirectedUrl("/"));

        assertThat(stateOf(CARLA)).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void anEarlierAuthorizationOfTheSameSessionCanBeCompletedAfterALaterOneWasStarted() throws Exception {
        URI first = consentPage();
        consentPage();

        carla(target(application.fixture.google.approve(first, "carla"))).andExpect(redirectedUrl("/"));
    }

    @Test
    void aRedirectForAnotherSessionIsRejectedAndNothingIsStored() throws Exception {
        URI redirect = application.fixture.google.approve(consentPage(), "carla");

        application
                .browser
                .perform(as("carla", get(URI.create(target(redirect)))).session(new MockHttpSession()))
                .andExpect(status().isBadRequest())
                .andExpect(content().contentType(MediaType.APPLICATION_PROBLEM_JSON))
                .andExpect(jsonPath("$.type").value("urn:evertoken:problem:callback-rejected"));

        assertNothingIsStored();
    }

    @Test
    void aRedirectForAnotherUserInTheSameSessionIsRejectedAndNothingIsStored() throws Exception {
        URI redirect = application.fixture.google.approve(consentPage(), "carla");

        application
                .browser
                .perform(as("bert", get(URI.create(target(redirect)))).session(session))
                .andExpect(status().isBadRequest());

        assertNothingIsStored();
        assertThatThrownBy(() -> stateOf(TokenKey.of("google", "bert"))).isInstanceOf(NotConnectedException.class);
    }

    @Test
    void aForgedRedirectWithoutAStateIsRejected() throws Exception {
        consentPage();

        carla("/connect/google/callback?code=stolen").andExpect(status().isBadRequest());

        assertNothingIsStored();
    }

    @Test
    void aUserWhoIsNotLoggedInIsToldSo() throws Exception {
        for (MockHttpServletRequestBuilder request : new MockHttpServletRequestBuilder[] {
            get("/connect/google"), get("/connect/google/callback?code=1&state=2"), post("/connect/google/disconnect")
        }) {
            application
                    .browser
                    .perform(request)
                    .andExpect(status().isUnauthorized())
                    .andExpect(jsonPath("$.type").value("urn:evertoken:problem:not-logged-in"))
                    .andExpect(jsonPath("$.detail").value("Log in before you connect or disconnect an account."));
        }
    }

    @Test
    void anUnknownProviderIsNotFound() throws Exception {
        for (String path : new String[] {"/connect/gogle", "/connect/{name}"}) {
            application
                    .browser
                    .perform(as("carla", get(path, "x y\u0000")).session(session))
                    .andExpect(status().isNotFound())
                    .andExpect(jsonPath("$.type").value("urn:evertoken:problem:unknown-registration"));
        }
    }

    @Test
    void aConsentThatTheUserDeniedLeavesAnEarlierConnectionUnchanged() throws Exception {
        carla(target(application.fixture.google.approve(consentPage(), "carla")))
                .andExpect(redirectedUrl("/"));

        carla(target(application.fixture.google.deny(consentPage())))
                .andExpect(status().isConflict())
                .andExpect(jsonPath("$.type").value("urn:evertoken:problem:consent-denied"))
                .andExpect(jsonPath("$.remedy").value("RECONNECT"))
                .andExpect(jsonPath("$.reconnect").value("/connect/google"));

        assertThat(stateOf(CARLA)).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void theApplicationDecidesAboutTheViews() throws Exception {
        restart(ConnectOptions.defaults()
                .withPages(ConnectPages.redirecting("/settings?connected", "/settings?failed")));

        carla(target(application.fixture.google.approve(consentPage(), "carla")))
                .andExpect(redirectedUrl("/settings?connected"));
        carla(target(application.fixture.google.deny(consentPage()))).andExpect(redirectedUrl("/settings?failed"));
    }

    @Test
    void theViewGetsTheScopesThatWereNotGranted() throws Exception {
        restart(ConnectOptions.defaults().withPages(new ConnectPages() {
            @Override
            public ModelAndView connected(HttpServletRequest request, AccountStatus status) {
                return ConnectPages.redirectTo(
                        "/missing/" + status.missingScopes().size());
            }
        }));
        URI page = consentPage();

        carla(target(application.fixture.google.approve(page, "carla", "email")))
                .andExpect(status().isFound());
    }

    @Test
    void aRedirectUriOfTheApplicationReplacesTheOneOfTheRequest() throws Exception {
        restart(ConnectOptions.defaults()
                .withRedirectUri("google", URI.create("https://crm.example/connect/google/callback")));

        assertThat(consentPage().getRawQuery())
                .contains("redirect_uri=https%3A%2F%2Fcrm.example%2Fconnect%2Fgoogle%2Fcallback");
    }

    @Test
    void anAccountOfOAuth1IsConnectedWithTheStateOfTheSession() throws Exception {
        MvcResult begun =
                carla("/connect/x-oauth1").andExpect(status().isFound()).andReturn();
        URI page = URI.create(Objects.requireNonNull(begun.getResponse().getRedirectedUrl()));

        carla(target(application.fixture.x.approve(page, "carla"))).andExpect(redirectedUrl("/"));

        assertThat(stateOf(TokenKey.of("x-oauth1", "carla"))).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aDisconnectedAccountIsForgottenAndOnlyAPostDisconnects() throws Exception {
        carla(target(application.fixture.google.approve(consentPage(), "carla")));

        carla("/connect/google/disconnect").andExpect(status().isMethodNotAllowed());
        assertThat(stateOf(CARLA)).isEqualTo(ConnectionState.ACTIVE);
        application
                .browser
                .perform(as("carla", post("/connect/google/disconnect")).session(session))
                .andExpect(redirectedUrl("/"));

        assertThatThrownBy(() -> stateOf(CARLA)).isInstanceOf(NotConnectedException.class);
    }

    @Test
    void aDisconnectedAccountIsRevokedAtTheProviderIfTheOptionsSaySo() throws Exception {
        restart(ConnectOptions.defaults().revoking());
        carla(target(application.fixture.google.approve(consentPage(), "carla")));

        for (int i = 0; i < 2; i++) {
            application
                    .browser
                    .perform(as("carla", post("/connect/google/disconnect")).session(session))
                    .andExpect(redirectedUrl("/"));
        }

        assertThat(application.fixture.google.ledger().entries())
                .anyMatch(entry ->
                        entry.kind() == Ledger.Kind.REVOKED && entry.account().equals("carla"));
        assertThatThrownBy(() -> stateOf(CARLA)).isInstanceOf(NotConnectedException.class);
    }
}
