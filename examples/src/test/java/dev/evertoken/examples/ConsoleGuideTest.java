package dev.evertoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.console.Console;
import dev.evertoken.console.ConsoleHandler;
import dev.evertoken.console.ConsoleRequest;
import dev.evertoken.console.ConsoleResponse;
import dev.evertoken.console.ConsoleUser;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.WithMockProviders;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The examples of the guide to the console. */
@WithMockProviders
class ConsoleGuideTest {

    private static final String SIGNED = "a signature that the proxy adds";

    private static Tokens open(MockProviders providers) {
        return providers
                .configure(Tokens.builder().namespace("console").store(new InMemoryTokenStore()))
                .build();
    }

    @Test
    void theUsersOfAnApplicationAreLetIn(MockProviders providers) throws Exception {
        InetSocketAddress everywhere = new InetSocketAddress(InetAddress.getByName("0.0.0.0"), 0);
        try (Tokens tokens = open(providers)) {
            // docs/console.md begin
            Console console = Console.builder(tokens)
                    .bind(everywhere)
                    .allowedHosts("ops.example.com", "127.0.0.1")
                    .authenticator(this::userOf)
                    .start();
            // docs/console.md end

            assertThat(status(console.address(), "")).isEqualTo(401);
            assertThat(status(console.address(), SIGNED)).isEqualTo(200);
        }
    }

    // docs/console.md begin
    private Optional<ConsoleUser> userOf(ConsoleRequest request) {
        return request.header("X-Signed-User").filter(this::isGenuine).map(ConsoleUser::of);
    }
    // docs/console.md end

    private boolean isGenuine(String header) {
        return header.equals(SIGNED);
    }

    private static int status(URI address, String user) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(address).header("X-Signed-User", user).build();
        return HttpClient.newHttpClient()
                .send(request, BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void anApplicationServesTheConsoleUnderAPathOfItsOwn(MockProviders providers) {
        try (Tokens tokens = open(providers)) {
            // docs/console.md begin
            ConsoleHandler handler = Console.builder(tokens).readOnly().handler("/ops/tokens");
            // docs/console.md end
            Map<String, List<String>> headers = Map.of("Host", List.of("app.example"));
            String target = "/ops/tokens/api/accounts?q=anna";
            String method = "GET";
            byte[] body = {};
            String signedIn = "carla";
            // docs/console.md begin
            ConsoleRequest request = ConsoleRequest.of(method, target, headers, body);
            ConsoleResponse response = handler.handle(request, ConsoleUser.of(signedIn));
            // docs/console.md end

            assertThat(response.status()).isEqualTo(200);
            ConsoleResponse root =
                    handler.handle(ConsoleRequest.of("GET", "/ops/tokens", headers, body), ConsoleUser.of(signedIn));
            assertThat(root.headers()).containsEntry("Location", "/ops/tokens/");
        }
    }
}
