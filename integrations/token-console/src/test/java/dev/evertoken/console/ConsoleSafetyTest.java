package dev.evertoken.console;

import static dev.evertoken.console.ConsoleFixture.ANNA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.SecretCanary;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may use a console: every other request is refused, and changes nothing. */
class ConsoleSafetyTest {

    private static final String BODY = "{\"registration\":\"google\",\"account\":\"anna\"}";
    private static final String CONFIRMED = "{\"registration\":\"google\",\"account\":\"anna\",\"confirmed\":\"anna\"}";

    private static ConsoleFixture fixture;

    @BeforeAll
    static void start() {
        fixture = ConsoleFixture.start().open();
        fixture.connect("anna");
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @Test
    @Fault("Q2")
    void onlyTheLoopbackInterfaceIsServedByDefault() throws IOException {
        assertThat(fixture.root.getHost()).isEqualTo("127.0.0.1");
        Console.Builder open = Console.builder(fixture.tokens).bind(new InetSocketAddress("0.0.0.0", 0));

        assertThatThrownBy(open::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the console would be reachable at /0.0.0.0:0 by everybody: set an authenticator");
        open.authenticator(request -> Optional.empty());
        assertThatThrownBy(open::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the console would be reachable at /0.0.0.0:0 under any name: set allowedHosts");
        try (Console console = open.allowedHosts("ops.example.com").start()) {
            assertThat(console.address().getQuery()).as("no token").isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "index.html",
                "console.js",
                "api/session",
                "api/overview",
                "api/accounts",
                "api/account?account=anna"
            })
    @Fault("Q2")
    void withoutASessionThereIsNoPageAndNoData(String path) {
        HttpResponse<String> response = fixture.send(HttpRequest.newBuilder(fixture.root.resolve(path)));

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.body()).doesNotContain("anna");
    }

    @Test
    @Fault("Q2")
    void anAddressOpensOneSessionOnly() {
        URI address = fixture.console.address();

        HttpResponse<String> first = fixture.send(HttpRequest.newBuilder(address));
        HttpResponse<String> second = fixture.send(HttpRequest.newBuilder(address));

        assertThat(first.statusCode()).isEqualTo(303);
        assertThat(first.headers().firstValue("Set-Cookie").orElseThrow())
                .matches("evertoken-console-\\d+=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200");
        assertThat(second.statusCode()).isEqualTo(401);
        assertThat(second.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(second.body()).contains("This address was used");
    }

    @Test
    @Fault("Q2")
    void aWrongTokenOpensNothing() {
        HttpResponse<String> response =
                fixture.send(HttpRequest.newBuilder(fixture.root.resolve("?token=" + RandomText.next())));

        assertThat(response.statusCode()).isEqualTo(401);
    }

    @Test
    @Fault("Q2")
    void anAddressOfMoreThanAnHourAgoIsTooOldAndASessionEndsAfterTwelveHours() {
        try (ConsoleFixture other = ConsoleFixture.start()) {
            URI address = other.console.address();
            other.clock.advance(Duration.ofMinutes(61));
            assertThat(other.send(HttpRequest.newBuilder(address)).statusCode()).isEqualTo(401);

            other.open();
            assertThat(other.get("api/session").statusCode()).isEqualTo(200);
            other.clock.advance(Duration.ofHours(12));
            assertThat(other.get("api/session").statusCode()).isEqualTo(401);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:%d",
                "127.0.0.1.evil.example:%d",
                "127.0.0.1:1",
                "localhost",
                "127.0.0.1:%d\r\nHost: evil.example"
            })
    @Fault("Q3")
    void aForeignHostHeaderIsRefusedEvenWithASession(String host) throws IOException {
        String response = raw("GET /api/accounts HTTP/1.1\r\nHost: " + host.formatted(fixture.root.getPort())
                + "\r\nCookie: " + fixture.cookie() + "\r\nConnection: close\r\n\r\n");

        assertThat(response).matches("(?s)HTTP/1\\.1 40[03] .*").doesNotContain("anna");
    }

    @Test
    @Fault("Q3")
    void aRequestWithoutAHostIsRefused() throws IOException {
        assertThat(raw("GET /api/accounts HTTP/1.0\r\nCookie: " + fixture.cookie() + "\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "null", "http://127.0.0.1", "http://localhost:1"})
    @Fault("Q3")
    void aForeignOriginIsRefused(String origin) {
        HttpResponse<String> read = fixture.send(fixture.request("api/accounts").header("Origin", origin));
        HttpResponse<String> change = fixture.send(fixture.action("disconnect", CONFIRMED)
                .header("X-Evertoken-Console", fixture.pageToken())
                .header("Origin", origin));

        assertThat(List.of(read.statusCode(), change.statusCode())).containsOnly(403);
        assertThat(fixture.tokens.status(ANNA)).isNotNull();
    }

    @Test
    @Fault("Q3")
    void aRequestThatABrowserMarksAsOfAnotherSiteIsRefused() {
        assertThat(fixture.send(fixture.request("api/accounts").header("Sec-Fetch-Site", "same-site"))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    @Fault("Q3")
    void itsOwnOriginIsAccepted() {
        String own = "http://127.0.0.1:" + fixture.root.getPort();

        assertThat(fixture.send(fixture.request("api/accounts").header("Origin", own))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    @Fault("Q3")
    void aChangeNeedsTheTokenOfThePage() {
        HttpResponse<String> without = fixture.send(fixture.action("disconnect", CONFIRMED));
        HttpResponse<String> wrong =
                fixture.send(fixture.action("disconnect", CONFIRMED).header("X-Evertoken-Console", RandomText.next()));
        String tokenOfAnother = ofAnotherSession();
        HttpResponse<String> another =
                fixture.send(fixture.action("disconnect", CONFIRMED).header("X-Evertoken-Console", tokenOfAnother));

        assertThat(List.of(without.statusCode(), wrong.statusCode(), another.statusCode()))
                .containsOnly(403);
        assertThat(fixture.tokens.status(ANNA)).isNotNull();
    }

    private static String ofAnotherSession() {
        HttpResponse<String> opened = fixture.send(HttpRequest.newBuilder(fixture.console.address()));
        String cookie = opened.headers().firstValue("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
        String session = fixture.send(HttpRequest.newBuilder(fixture.root.resolve("api/session"))
                        .header("Cookie", cookie))
                .body();
        return session.replaceFirst(".*\"token\":\"([^\"]+)\".*", "$1");
    }

    @Test
    @Fault("Q3")
    void aChangeIsAPostAndAViewIsAGet() {
        assertThat(fixture.get("api/disconnect?registration=google&account=anna")
                        .statusCode())
                .isEqualTo(405);
        assertThat(fixture.act("accounts", BODY).statusCode()).isEqualTo(405);
        assertThat(fixture.act("revoke", BODY).statusCode()).isEqualTo(405);
    }

    @Test
    @Fault("Q4")
    void aReadOnlyConsoleChangesNothing() {
        try (ConsoleFixture readOnly =
                ConsoleFixture.start(Console.Builder::readOnly).open()) {
            readOnly.connect("anna");

            assertThat(readOnly.json("api/session")).contains("\"readOnly\":true");
            assertThat(readOnly.json("api/accounts")).contains("\"account\":\"anna\"");
            for (String action : List.of("refresh", "validate", "reconnect", "disconnect")) {
                assertThat(readOnly.act(action, CONFIRMED).statusCode()).isEqualTo(403);
            }
            assertThat(readOnly.tokens.status(ANNA).generation()).isEqualTo(1);
        }
    }

    @Test
    @Fault("Q4")
    void theAuthenticatorOfTheApplicationDecidesAndMayMakeAUserReadOnly() {
        ConsoleAuthenticator byHeader = request -> {
            if (request.header("X-User").filter("broken"::equals).isPresent()) {
                throw new IllegalStateException("no directory");
            }
            return request.header("X-User").map(name -> new ConsoleUser(name, name.equals("guest")));
        };
        try (ConsoleFixture console = ConsoleFixture.start(settings -> settings.authenticator(byHeader))) {
            console.connect("anna");

            assertThat(console.get("api/accounts").statusCode()).isEqualTo(401);
            assertThat(ofUser(console, "broken").statusCode()).isEqualTo(401);
            assertThat(ofUser(console, "guest").body()).contains("\"user\":\"guest\",\"readOnly\":true");
            assertThat(ofUser(console, "carla").body()).contains("\"user\":\"carla\",\"readOnly\":false");
        }
    }

    private static HttpResponse<String> ofUser(ConsoleFixture console, String name) {
        return console.send(console.request("api/session").header("X-User", name));
    }

    @Test
    @Fault("Q4")
    void noResponseContainsASecret() {
        try (ConsoleFixture console = ConsoleFixture.start().open()) {
            console.connect("anna");
            console.connect("ben");
            console.clock.advance(Duration.ofHours(2));
            console.google.onTokenOf("ben", MockResponse.json(400, "{\"error\":\"invalid_grant\"}"));
            console.act("refresh", BODY);
            console.act("refresh", "{\"registration\":\"google\",\"account\":\"ben\"}");
            console.act("validate", BODY);
            console.act("reconnect", BODY);
            for (String path : List.of(
                    "",
                    "console.js",
                    "console.css",
                    "icon.svg",
                    "api/session",
                    "api/overview",
                    "api/accounts",
                    ConsoleFixture.account(ANNA),
                    "api/account?registration=google&account=ben",
                    "nothing")) {
                console.get(path);
            }
            console.act("disconnect", CONFIRMED);

            assertThat(console.sent).hasSizeGreaterThan(15);
            console.sent.forEach(response -> SecretCanary.ofTestTokens().assertNoneIn("a response", response));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "console.js", "console.css", "api/accounts", "nothing", "?token=x"})
    @Fault("Q4")
    void everyResponseForbidsInlineScriptsFramesAndCaches(String path) {
        HttpResponse<String> response = fixture.get(path);

        assertThat(response.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe", "data:", "http");
        assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(response.headers().firstValue("Referrer-Policy")).contains("no-referrer");
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(response.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control"));
    }

    @Test
    @Fault("Q4")
    void thePageHasNoInlineScriptOrStyleAndNothingOfAnotherServer() {
        String page = fixture.json("");
        String script = fixture.json("console.js");

        assertThat(page).doesNotContain("<style", "style=", "onclick", "javascript:", "http:", "https:");
        assertThat(page.split("<script", -1)).hasSize(2);
        assertThat(script)
                .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "import");
        assertThat(script.replace("http://www.w3.org/2000/svg", "")).doesNotContain("http:", "https:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{}",
                "{\"registration\":\"google\"}",
                "{\"registration\":{},\"account\":7}",
                "{\"registration\":\"google\",\"account\":\"a\\u0000b\"}"
            })
    void aMalformedActionIsRefused(String body) {
        assertThat(fixture.act("refresh", body).statusCode()).isEqualTo(400);
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() {
        assertThat(fixture.act("refresh", "{\"account\":\"" + "x".repeat(20_000) + "\"}")
                        .statusCode())
                .isEqualTo(413);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api/accounts?state=NO_STATE",
                "api/accounts?page=-1",
                "api/accounts?page=x",
                "api/accounts?size=100000",
                "api/accounts?sort=secret",
                "api/account",
                "api/account?registration=google"
            })
    void aMalformedViewIsRefused(String path) {
        assertThat(fixture.get(path).statusCode()).isEqualTo(400);
    }

    @Test
    void aDisconnectHasToBeConfirmed() {
        HttpResponse<String> response = fixture.act("disconnect", BODY);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("\"error\":\"not_confirmed\"");
        assertThat(fixture.tokens.status(ANNA)).isNotNull();
    }

    @Test
    void neitherTheTokenOfAnAddressNorACookieIsPrinted() {
        assertThat(fixture.console.toString()).isEqualTo("Console[" + fixture.root + "]");
        assertThat(ConsoleRequest.of("GET", "/?token=abc", Map.of(), new byte[0]))
                .hasToString("ConsoleRequest[GET /]");
    }

    private static String raw(String request) throws IOException {
        try (Socket socket = new Socket(fixture.root.getHost(), fixture.root.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
