package dev.evertoken.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.evertoken.Tokens;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.outbox.FileOutbox;
import dev.evertoken.outbox.InMemoryOutbox;
import dev.evertoken.spi.outbox.Outbox;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.WebhookVerifier;
import dev.evertoken.testing.WithMockProviders;
import dev.evertoken.webhooks.WebhookEndpoint;
import dev.evertoken.webhooks.WebhookEvent;
import dev.evertoken.webhooks.Webhooks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The parts of docs/webhooks.md. */
@WithMockProviders(manualClock = true)
class WebhooksGuideTest {

    private static final TokenKey KEY = TokenKey.of("google", "user-42");
    private static final Pattern ROW = Pattern.compile("^\\| `(connection\\.\\w+)` \\| (.*) \\|$", Pattern.MULTILINE);

    /** A request as a receiver has it. */
    private record Received(Map<String, List<String>> headers, String text) {
        byte[] body() {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        @Nullable
        String header(String name) {
            return headers.entrySet().stream()
                    .filter(entry -> entry.getKey().equalsIgnoreCase(name))
                    .map(entry -> entry.getValue().get(0))
                    .findFirst()
                    .orElse(null);
        }
    }

    @Test
    void theOutboxOfTheGuideOpens(MockProviders providers, @TempDir Path folder) {
        MockProvider google = providers.google();
        Secret secret = WebhookEndpoint.newSecret();
        try (Tokens tokens = google.configure(Tokens.builder().namespace("crm").store("memory:"))
                .build()) {
            // docs/webhooks.md begin
            Outbox outbox = FileOutbox.open(folder.resolve("webhooks.outbox"));
            Webhooks webhooks = Webhooks.builder(tokens)
                    .outbox(outbox)
                    .endpoint("https://crm.example/hooks/connections", secret)
                    .build();
            webhooks.start();
            // docs/webhooks.md end

            assertThat(webhooks.endpoints()).hasSize(1);
            outbox.close();
        }
    }

    @Test
    void anEndpointGetsAPartOfTheEvents() {
        Secret current = WebhookEndpoint.newSecret();
        Secret next = WebhookEndpoint.newSecret();

        // docs/webhooks.md begin
        WebhookEndpoint endpoint = WebhookEndpoint.builder("https://support.example/hooks")
                .secret(current)
                .secret(next)
                .events(Set.of(WebhookEvent.CONNECTION_NEEDS_RECONNECT, WebhookEvent.CONNECTION_EXPIRES_SOON))
                .build();
        // docs/webhooks.md end

        assertThat(endpoint.events()).hasSize(2);
    }

    @Test
    void theMessageOfTheGuideIsTheOneThatArrives(MockProviders providers, ManualClock clock) throws Exception {
        MockProvider google = providers.google();
        Secret secret = WebhookEndpoint.newSecret();
        BlockingQueue<Received> received = new LinkedBlockingQueue<>();
        HttpServer server = receiver(received);
        try (Tokens tokens = google.configure(Tokens.builder()
                        .namespace("crm")
                        .store("memory:")
                        .reconnectUrl(key -> URI.create("https://app.example/reconnect/" + key.registration())))
                .build()) {
            tokens.connect(KEY, google.consent("user-42"));
            Webhooks.builder(tokens)
                    .outbox(new InMemoryOutbox())
                    .endpoint(WebhookEndpoint.builder(
                                    "http://127.0.0.1:" + server.getAddress().getPort() + "/hooks")
                            .secret(secret)
                            .events(Set.of(WebhookEvent.CONNECTION_NEEDS_RECONNECT))
                            .build())
                    .build()
                    .start();
            google.revoke("user-42");
            clock.advance(Duration.ofHours(2));
            assertThatThrownBy(() -> tokens.accessToken(KEY)).isInstanceOf(TokenException.class);
            Received request = received.poll(20, TimeUnit.SECONDS);
            assertThat(request).isNotNull();

            verifies(secret, request, clock);
            assertThat(request.text()).isEqualTo(json());
        } finally {
            server.stop(0);
        }
    }

    private static void verifies(Secret secret, Received request, ManualClock clock) {
        assertThat(WebhookVerifier.of(secret.reveal()).withTime(clock).verify(request::header, request.body()))
                .isEqualTo(WebhookVerifier.Verdict.ACCEPTED);
    }

    @Test
    void aReceiverVerifiesAMessage() throws Exception {
        Secret secret = WebhookEndpoint.newSecret();
        BlockingQueue<Received> received = new LinkedBlockingQueue<>();
        HttpServer server = receiver(received);
        try (MockProviders providers = MockProviders.start();
                Tokens tokens = providers
                        .google()
                        .configure(Tokens.builder().namespace("crm").store("memory:"))
                        .build()) {
            Webhooks.builder(tokens)
                    .outbox(new InMemoryOutbox())
                    .endpoint("http://127.0.0.1:" + server.getAddress().getPort() + "/hooks", secret)
                    .build()
                    .start();
            tokens.connect(KEY, providers.google().consent("user-42"));
            Received request = received.poll(20, TimeUnit.SECONDS);
            assertThat(request).isNotNull();

            // docs/webhooks.md begin
            WebhookVerifier verifier = WebhookVerifier.of(secret.reveal());

            WebhookVerifier.Verdict verdict = verifier.verify(request::header, request.body());

            assertThat(verdict).isEqualTo(WebhookVerifier.Verdict.ACCEPTED);
            // docs/webhooks.md end
        } finally {
            server.stop(0);
        }
    }

    @Test
    void theTableHasTheTypesOfAllEventsInTheirOrder() throws IOException {
        assertThat(ROW.matcher(guide()).results().map(row -> row.group(1)))
                .containsExactlyElementsOf(
                        Stream.of(WebhookEvent.values()).map(WebhookEvent::type).toList());
    }

    private static String guide() throws IOException {
        return Files.readString(DocumentedBlock.CHECKOUT.resolve("docs/webhooks.md"));
    }

    /** Returns the message of the guide in one line, as it is sent. */
    private static String json() throws IOException {
        return DocumentedBlock.of("docs/webhooks.md", "json", "connection.needs_reconnect")
                .text()
                .replaceAll("\\n *", "")
                .replace("\": ", "\":");
    }

    private static HttpServer receiver(BlockingQueue<Received> received) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        server.createContext("/", exchange -> {
            try (exchange) {
                received.add(new Received(
                        Map.copyOf(exchange.getRequestHeaders()),
                        new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
                exchange.sendResponseHeaders(204, -1);
            }
        });
        server.start();
        return server;
    }
}
