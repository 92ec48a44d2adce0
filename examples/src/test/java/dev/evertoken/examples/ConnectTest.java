package dev.evertoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.catalogue.Catalogue;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Secret;
import dev.evertoken.testing.ChildJvm;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.SecretCanary;
import dev.evertoken.testing.WithMockProviders;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A user connects an account with {@link Connect}; the mock providers act as the browser. */
@WithMockProviders
class ConnectTest {

    private static final String PAGE = "http://127.0.0.1";

    @TempDir
    private Path folder;

    private ChildJvm start(String name, MockProvider provider) {
        return start(name, provider, Map.of());
    }

    private ChildJvm start(String name, MockProvider provider, Map<String, String> more) {
        String prefix = name.toUpperCase(Locale.ROOT).replace('-', '_') + "_";
        ChildJvm.Start start = ChildJvm.of(Connect.class)
                .environment(ConnectSettings.KEYS, FreshKeys.ring().reveal())
                .environment(prefix + "CLIENT_ID", provider.registration().clientId())
                .environment(
                        prefix + "CLIENT_SECRET",
                        provider.registration()
                                .clientSecret()
                                .map(Secret::reveal)
                                .orElseThrow())
                .environment(
                        prefix + "SCOPES",
                        String.join(" ", provider.registration().scopes()))
                .environment(prefix + "API_URL", provider.apiUrl().toString());
        provider.endpoints()
                .addresses()
                .forEach((kind, address) -> start.environment(prefix + kind + "_ENDPOINT", address.toString()));
        if (name.equals("oauth2")) {
            start.environment(prefix + "TOKEN_ENDPOINT", address(provider, EndpointKind.REFRESH));
        }
        more.forEach(start::environment);
        return start.start(name, folder.toString());
    }

    private static String address(MockProvider provider, EndpointKind kind) {
        return provider.endpoints().address(kind).orElseThrow().toString();
    }

    /** Follows the redirect as a browser does. */
    private static int follow(URI redirect) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(redirect).build(), BodyHandlers.discarding())
                .statusCode();
    }

    private void connects(String name, MockProvider provider) throws Exception {
        connects(name, provider, "ACTIVE", Map.of());
    }

    private void connects(String name, MockProvider provider, String state, Map<String, String> more) throws Exception {
        try (ChildJvm connect = start(name, provider, more)) {
            URI page = URI.create(connect.awaitLine(PAGE));
            assertThat(follow(provider.approve(page, "me"))).isEqualTo(200);

            String connected = connect.awaitLine("connected ");
            assertThat(connected).startsWith("connected " + name + "/me: " + state);
            assertThat(connect.awaitLine("GET ")).endsWith(" responds with 200");
            assertThat(connect.awaitEnd()).isZero();
            // the URL of an OAuth 1.0a page contains the temporary token (RFC 5849 section 2.2)
            String address = name.equals("x-oauth1") ? "" : page.toString();
            SecretCanary.ofTestTokens().assertNoneIn("the output", address + connected + connect.errors());
            SecretCanary.ofTestTokens().assertNoneBelow(folder);
        }
    }

    @Test
    void connectsAGoogleAccountAndCallsTheApi(MockProviders providers) throws Exception {
        connects("google", providers.google());
    }

    @Test
    void connectsAStravaAccountAndCallsTheApi(MockProviders providers) throws Exception {
        connects("strava", providers.strava());
    }

    @ParameterizedTest
    @ValueSource(strings = {"youtube", "facebook", "instagram", "linkedin", "x", "x-oauth1"})
    void connectsAnAccountOfEveryOtherProviderAndCallsTheApi(String id, MockProviders providers) throws Exception {
        String variable = id.toUpperCase(Locale.ROOT).replace('-', '_') + "_REDIRECT_URI";
        connects(id, providers.provider(id), "ACTIVE", Map.of(variable, "http://127.0.0.1:" + freePort() + "/back"));
    }

    @Test
    void connectsAnAccountOfADescribedServerAndCallsTheApi(MockProviders providers) throws Exception {
        String redirect = "http://127.0.0.1:" + freePort() + "/back";
        connects("fitbit", providers.rotating(), "ACTIVE", Map.of("FITBIT_REDIRECT_URI", redirect));
    }

    @Test
    void everyServerOfTheCatalogueCanBeConnected() {
        assertThat(Catalogue.ids()).allMatch(id -> ConnectSettings.named(id).isPresent());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void connectsAnAccountAtAnyOAuth2ServerFromItsSettings(MockProviders providers) throws Exception {
        connects("oauth2", providers.rotating());
    }

    @Test
    void aRedirectToAnotherMachineIsPasted(MockProviders providers) throws Exception {
        MockProvider google = providers.google();
        try (ChildJvm connect =
                start("google", google, Map.of("GOOGLE_REDIRECT_URI", "https://app.example/connect/back"))) {
            assertThat(connect.readLine()).contains("paste").contains("app.example");
            URI redirect = google.approve(URI.create(connect.awaitLine(PAGE)), "me");

            connect.send("not an address");
            connect.send(redirect.toString());

            connect.awaitLine("not a valid address");
            connect.awaitLine("connected google/me: ACTIVE");
            assertThat(connect.awaitEnd()).isZero();
        }
    }

    @Test
    void ignoresForeignRequestsWhileItWaitsForTheRedirect(MockProviders providers) throws Exception {
        MockProvider google = providers.google();
        try (ChildJvm connect = start("google", google)) {
            URI redirect = google.approve(URI.create(connect.awaitLine(PAGE)), "me");
            assertThat(follow(redirect.resolve("/favicon.ico"))).isEqualTo(404);
            assertThat(follow(redirect.resolve("/callback?code=forged&state=forged")))
                    .isEqualTo(200);
            assertThat(connect.awaitLine("the redirect")).contains("state");

            assertThat(follow(redirect)).isEqualTo(200);

            connect.awaitLine("connected google/me: ACTIVE");
            assertThat(connect.awaitEnd()).isZero();
        }
    }

    @Test
    void reportsTheRemedyIfTheUserDeclines(MockProviders providers) throws Exception {
        MockProvider google = providers.google();
        try (ChildJvm connect = start("google", google)) {
            follow(google.deny(URI.create(connect.awaitLine(PAGE))));

            assertThat(connect.awaitLine("CONSENT_DENIED")).startsWith("CONSENT_DENIED, RECONNECT: google/me: ");
            assertThat(connect.awaitEnd()).isEqualTo(1);
        }
    }

    @Test
    void namesEveryMissingVariable() {
        try (ChildJvm connect = ChildJvm.of(Connect.class).start("google")) {
            assertThat(connect.readLine()).isEqualTo("not set: GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET, EVERTOKEN_KEYS");
            assertThat(connect.awaitEnd()).isEqualTo(2);
        }
        try (ChildJvm connect = ChildJvm.of(Connect.class).start("x-oauth1")) {
            assertThat(connect.readLine())
                    .isEqualTo("not set: X_OAUTH1_CLIENT_ID, X_OAUTH1_CLIENT_SECRET, X_OAUTH1_REDIRECT_URI,"
                            + " EVERTOKEN_KEYS");
            assertThat(connect.awaitLine("X_OAUTH1_REDIRECT_URI")).contains("registered");
            assertThat(connect.awaitEnd()).isEqualTo(2);
        }
    }

    @Test
    void printsItsUsage() {
        try (ChildJvm connect = ChildJvm.of(Connect.class).start("acme")) {
            assertThat(connect.readLine()).startsWith("usage: Connect google|strava|youtube|facebook|");
            assertThat(connect.awaitEnd()).isEqualTo(2);
        }
    }
}
