package dev.evertoken.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.NotConnectedException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.MockProviders;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The console under a path of an application, which has authenticated the user. */
class ConsoleHandlerTest {

    private static final ConsoleUser CARLA = ConsoleUser.of("carla");
    private static final TokenKey OWNER = TokenKey.of("facebook", "owner");
    private static final TokenKey PAGE = TokenKey.of("facebook", "page");

    private static final MockProviders PROVIDERS = MockProviders.start();
    private static Tokens tokens;
    private static ConsoleHandler handler;

    @BeforeAll
    static void connect() {
        tokens = PROVIDERS
                .configure(Tokens.builder().namespace("console").store(new InMemoryTokenStore()))
                .build();
        tokens.connect(OWNER, PROVIDERS.facebook().consent("owner"));
        tokens.connectDerived(PAGE, OWNER, tokens.derivable(OWNER).get(0).id());
        handler = Console.builder(tokens).handler("/ops/tokens");
    }

    @AfterAll
    static void close() {
        tokens.close();
        PROVIDERS.close();
    }

    private static ConsoleResponse get(String target) {
        return handler.handle(request("GET", target, Map.of(), ""), CARLA);
    }

    private static ConsoleRequest request(String method, String target, Map<String, String> more, String body) {
        Map<String, List<String>> headers = new HashMap<>(Map.of("host", List.of("app.example")));
        more.forEach((name, value) -> headers.put(name, List.of(value)));
        return ConsoleRequest.of(method, target, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ConsoleResponse response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static String pageToken(ConsoleUser user) {
        String session = text(handler.handle(request("GET", "/ops/tokens/api/session", Map.of(), ""), user));
        return session.replaceFirst(".*\"token\":\"([^\"]+)\".*", "$1");
    }

    @Test
    void thePageIsBelowThePathOnly() {
        assertThat(get("/ops/tokens").headers()).containsEntry("Location", "/ops/tokens/");
        assertThat(get("/ops/tokens/").status()).isEqualTo(200);
        assertThat(get("/ops/tokens/console.js").status()).isEqualTo(200);
        assertThat(get("/ops/tokensapi/session").status()).isEqualTo(404);
        assertThat(get("/console.js").status()).isEqualTo(404);
        assertThat(get("/ops/tokens/../console.js").status()).isEqualTo(404);
        assertThat(get("/ops/tokens/ConsoleHandler.class").status()).isEqualTo(404);
    }

    @Test
    @Fault("Q1")
    void anAccountNamesItsDerivedAccountsAndADerivedAccountItsParent() {
        assertThat(text(get("/ops/tokens/api/account?registration=facebook&account=owner")))
                .contains("\"derived\":[{\"registration\":\"facebook\",\"account\":\"page\",\"label\":\"Works\"");
        assertThat(text(get("/ops/tokens/api/account?registration=facebook&account=page")))
                .contains("\"parent\":{\"registration\":\"facebook\",\"account\":\"owner\"}", "\"hasEvents\":false");
    }

    @Test
    @Fault("Q3")
    void aForeignOriginIsRefusedAndTheTokenOfThePageIsThatOfTheUser() {
        String body = "{\"registration\":\"facebook\",\"account\":\"page\",\"confirmed\":\"page\"}";
        String target = "/ops/tokens/api/disconnect";
        Map<String, String> foreign = Map.of("Origin", "https://evil.example", "X-Evertoken-Console", pageToken(CARLA));
        Map<String, String> ofAnother = Map.of("X-Evertoken-Console", pageToken(ConsoleUser.of("ben")));

        assertThat(handler.handle(request("POST", target, foreign, body), CARLA).status())
                .isEqualTo(403);
        assertThat(handler.handle(request("POST", target, ofAnother, body), CARLA)
                        .status())
                .isEqualTo(403);
        assertThat(tokens.status(PAGE)).isNotNull();
    }

    @Test
    @Fault("Q4")
    void aReadOnlyUserChangesNothing() {
        ConsoleUser guest = new ConsoleUser("guest", true);
        Map<String, String> headers = Map.of("X-Evertoken-Console", pageToken(guest));
        String body = "{\"registration\":\"facebook\",\"account\":\"page\",\"confirmed\":\"page\"}";

        ConsoleResponse response = handler.handle(request("POST", "/ops/tokens/api/disconnect", headers, body), guest);

        assertThat(response.status()).isEqualTo(403);
        assertThat(text(response)).contains("\"error\":\"read_only\"");
        assertThat(tokens.status(PAGE)).isNotNull();
    }

    @Test
    void aUserOfTheApplicationDisconnectsAnAccountFromItsOwnOrigin() {
        TokenKey other = TokenKey.of("facebook", "other");
        tokens.connect(other, PROVIDERS.facebook().consent("other"));
        Map<String, String> headers = Map.of("Origin", "https://app.example", "X-Evertoken-Console", pageToken(CARLA));
        String body = "{\"registration\":\"facebook\",\"account\":\"other\",\"confirmed\":\"other\"}";

        ConsoleResponse response = handler.handle(request("POST", "/ops/tokens/api/disconnect", headers, body), CARLA);

        assertThat(text(response)).isEqualTo("{\"ok\":true,\"message\":\"The account is disconnected.\"}");
        assertThatThrownBy(() -> tokens.status(other)).isInstanceOf(NotConnectedException.class);
    }

    @Test
    void aPathThatIsNotOneIsRefused() {
        assertThatThrownBy(() -> Console.builder(tokens).handler("ops/"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the path \"ops/\" is not like /ops/tokens");
    }

    @Test
    void theNameOfAUserHasNoLineBreak() {
        assertThatThrownBy(() -> ConsoleUser.of("carla\nWARN everything is lost"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the name of a user is blank, longer than 200 characters or has control characters");
    }
}
