package dev.evertoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.evertoken.Tokens;
import dev.evertoken.mirror.Mirror;
import dev.evertoken.mirror.receiver.MirrorReceiver;
import dev.evertoken.mirror.receiver.ReceivedRequest;
import dev.evertoken.mirror.receiver.ReceivedVersions;
import dev.evertoken.mirror.receiver.ReceiverReply;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.outbox.FileOutbox;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.MockProviders;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of the guide to the mirror: both sides, over a socket. */
class MirrorGuideTest {

    private static final TokenKey ANNA = TokenKey.of("google", "anna");
    private static final KeyRing MIRROR_KEYS = KeyRing.of("m1", new byte[32]);
    private static final Secret SERVICE_TOKEN = Secret.of("token-of-the-service");

    @TempDir
    Path folder;

    @Test
    void bothSidesOfTheGuideWork() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        try (MockProviders providers = MockProviders.start();
                Tokens tokens = open(providers, "backend");
                Tokens agentTokens = open(providers, "agent");
                ReceivedVersions versions = ReceivedVersions.file(folder.resolve("agent/versions.log"));
                FileOutbox outbox = FileOutbox.open(folder.resolve("backend/outbox.log"))) {
            MirrorReceiver receiver = receiver(agentTokens, versions);
            server.createContext("/", exchange -> respond(receiver, exchange));
            server.start();
            String url = "http://127.0.0.1:" + server.getAddress().getPort();
            Mirror mirror = mirror(tokens, outbox, url);

            tokens.connect(ANNA, providers.google().consent("anna"));
            await(mirror, () -> agentTokens.operations().record(ANNA).isPresent());

            assertThat(agentTokens.accessToken(ANNA).value())
                    .isEqualTo(tokens.accessToken(ANNA).value());
            assertThat(mirror.compare().missing()).isZero();
            assertThat(tokens.disconnect(ANNA)).isTrue();
            await(mirror, () -> agentTokens.operations().record(ANNA).isEmpty());
        } finally {
            server.stop(0);
        }
    }

    private static Tokens open(MockProviders providers, String namespace) {
        return providers
                .google()
                .configure(Tokens.builder().namespace(namespace).store(new InMemoryTokenStore()))
                .build();
    }

    private static Mirror mirror(Tokens tokens, FileOutbox outbox, String url) {
        // docs/mirror.md sender begin
        Mirror mirror = Mirror.builder(tokens)
                .url(url) // System.getenv("GOOGLE_CALENDAR_MICROSERVICE_URL"): null turns the mirror off
                .outbox(outbox) // FileOutbox.open(Path.of("/var/lib/app/outbox.log"))
                .headers(() -> Map.of("Authorization", "Bearer " + SERVICE_TOKEN.reveal()))
                .signing(MIRROR_KEYS) // KeyRing.fromEnvironment("MIRROR_KEYS")
                .comparePath("/api/token-mirror/accounts")
                .build();
        mirror.start();
        // docs/mirror.md sender end
        return mirror;
    }

    private static MirrorReceiver receiver(Tokens agentTokens, ReceivedVersions versions) {
        // docs/mirror.md receiver begin
        MirrorReceiver receiver = MirrorReceiver.builder(agentTokens)
                .accounts((request, userId) ->
                        isTheBackend(request) ? Optional.of(TokenKey.of("google", userId)) : Optional.empty())
                .versions(versions) // ReceivedVersions.file(Path.of("/var/lib/agent/versions.log"))
                .signing(MIRROR_KEYS)
                .comparePath("/api/token-mirror/accounts")
                .build();
        // docs/mirror.md receiver end
        return receiver;
    }

    private static boolean isTheBackend(ReceivedRequest request) {
        return request.header("Authorization")
                .map(Secret::of)
                .filter(Secret.of("Bearer " + SERVICE_TOKEN.reveal())::equals)
                .isPresent();
    }

    // docs/mirror.md route begin
    private static void respond(MirrorReceiver receiver, HttpExchange exchange) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
        String query = exchange.getRequestURI().getRawQuery();
        ReceiverReply reply = receiver.handle(new ReceivedRequest(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().getRawPath(),
                        query == null ? "" : query,
                        headers,
                        exchange.getRequestBody().readNBytes(1 << 17)))
                .orElseGet(() -> new ReceiverReply(404, "{}"));
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(reply.status(), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
    // docs/mirror.md route end

    /** Waits for a state of the other side, and for the acknowledgment to arrive. */
    private static void await(Mirror mirror, BooleanSupplier reached) {
        Instant end = Instant.now().plusSeconds(20);
        while (!reached.getAsBoolean() || mirror.backlog().messages() > 0) {
            assertThat(Instant.now()).isBefore(end);
            Thread.onSpinWait();
        }
    }
}
