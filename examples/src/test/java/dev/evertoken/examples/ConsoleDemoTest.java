package dev.evertoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.testing.ChildJvm;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

/** The console of the demonstration is served at the address that it prints. */
class ConsoleDemoTest {

    private static final String PRINTED = "console: ";

    @Test
    void theAddressThatIsPrintedOpensThePage() throws Exception {
        try (ChildJvm demo = ChildJvm.of(ConsoleDemo.class).start()) {
            URI address = URI.create(demo.awaitLine(PRINTED).substring(PRINTED.length()));
            demo.awaitLine("press Enter");

            HttpResponse<String> opened = get(address, "");
            String cookie = opened.headers().firstValue("Set-Cookie").orElseThrow();
            String accounts = get(address.resolve("/api/accounts"), cookie.replaceFirst(";.*", ""))
                    .body();

            assertThat(accounts)
                    .contains("\"total\":14", "anna@example.com", "shop-page", "\"label\":\"Works until its end\"");
            demo.send("");
            assertThat(demo.awaitEnd()).isZero();
        }
    }

    private static HttpResponse<String> get(URI address, String cookie) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).header("Cookie", cookie).build(), BodyHandlers.ofString());
    }
}
