package dev.evertoken.jdkhttp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.providers.LoopbackServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The opening handshake of a WebSocket carries the token of the account, like any other request. */
class WebSocketsTest {

    private static final Pattern KEY = Pattern.compile("(?i)sec-websocket-key: (\\S+)");
    private static final Pattern AUTHORIZATION = Pattern.compile("(?i)authorization: ([^\\r\\n]+)");

    private final JdkClientFixture fixture = new JdkClientFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void theHandshakeCarriesTheTokenAndTheSettingsOfTheCaller() throws Exception {
        try (LoopbackServer server = LoopbackServer.playing(WebSocketsTest::accept)) {
            open(
                            fixture.anna()
                                    .newWebSocketBuilder()
                                    .header("X-Trace", "7")
                                    .subprotocols("v2", "v1")
                                    .connectTimeout(Duration.ofSeconds(10)),
                            server)
                    .abort();

            assertThat(server.requests()).hasSize(1);
            assertThat(authorization(server, 0))
                    .isEqualTo("Bearer "
                            + fixture.tokens
                                    .accessToken(JdkClientFixture.ANNA)
                                    .value()
                                    .reveal());
            assertThat(server.requests().get(0)).contains("X-Trace: 7").contains("Sec-WebSocket-Protocol: v2, v1");
        }
    }

    @Test
    @Fault("H1")
    void aRejectedHandshakeIsRepeatedOnceWithAnotherToken() throws Exception {
        try (LoopbackServer server = LoopbackServer.playing((self, socket, out) -> {
            if (self.requests().size() == 1) {
                out.write(LoopbackServer.head(401, "Content-Length: 0").getBytes(UTF_8));
            } else {
                accept(self, socket, out);
            }
        })) {
            open(fixture.anna().newWebSocketBuilder(), server).abort();

            assertThat(server.requests()).hasSize(2);
            assertThat(authorization(server, 1)).isNotEqualTo(authorization(server, 0));
            assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(1);
        }
    }

    @Test
    @Fault("H2")
    void aSecondRejectionIsTheCallers() throws Exception {
        try (LoopbackServer server = LoopbackServer.answering(LoopbackServer.head(401, "Content-Length: 0"))) {
            Throwable failed = cause(() -> open(fixture.anna().newWebSocketBuilder(), server));

            assertThat(failed).isInstanceOf(WebSocketHandshakeException.class);
            assertThat(((WebSocketHandshakeException) failed).getResponse().statusCode())
                    .isEqualTo(401);
            assertThat(server.requests()).hasSize(2);
        }
    }

    @Test
    @Fault("H7")
    void aHandshakeWithAHostThatIsNotAllowedFailsBeforeItIsSent() throws Exception {
        try (LoopbackServer server = LoopbackServer.playing(WebSocketsTest::accept)) {
            URI named = URI.create("ws://localhost:" + server.port() + "/");
            Throwable failed = cause(() -> fixture.anna()
                    .newWebSocketBuilder()
                    .buildAsync(named, new WebSocket.Listener() {})
                    .get(10, TimeUnit.SECONDS));

            assertThat(failed)
                    .isInstanceOf(TokenIOException.class)
                    .hasMessageStartingWith("google/anna: the request to localhost was not sent");
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    @Fault("H10")
    void aHandshakeWithoutATokenIsNotSent() throws Exception {
        HttpClient unknown = TokenHttpClient.of(fixture.plain, fixture.tokens.source(TokenKey.of("google", "nobody")));
        try (LoopbackServer server = LoopbackServer.playing(WebSocketsTest::accept)) {
            Throwable failed = cause(() -> open(unknown.newWebSocketBuilder(), server));

            assertThat(failed).isInstanceOf(TokenIOException.class);
            assertThat(((TokenIOException) failed).reason().problem()).isEqualTo(Problem.NOT_CONNECTED);
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    @Fault("H9")
    void aHandshakeWithAHeaderOfTheCallerIsLeftUnchanged() throws Exception {
        try (LoopbackServer server = LoopbackServer.playing(WebSocketsTest::accept)) {
            open(fixture.anna().newWebSocketBuilder().header("authorization", "Bearer mine"), server)
                    .abort();

            assertThat(authorization(server, 0)).isEqualTo("Bearer mine");
        }
    }

    @Test
    void aSignedHandshakeIsSignedForItsAddress() throws Exception {
        try (LoopbackServer server = LoopbackServer.playing(WebSocketsTest::accept)) {
            open(fixture.xena().newWebSocketBuilder(), server).abort();

            assertThat(authorization(server, 0)).startsWith("OAuth ").contains("oauth_signature=");
        }
    }

    @Test
    void anAddressThatIsNotOfAWebSocketIsRefused() {
        WebSocket.Builder builder = fixture.anna().newWebSocketBuilder();
        URI api = fixture.google.apiUrl();

        assertThatThrownBy(() -> builder.buildAsync(api, new WebSocket.Listener() {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the scheme of a WebSocket address is ws or wss, not http");
    }

    private static WebSocket open(WebSocket.Builder builder, LoopbackServer server) throws Exception {
        URI address = URI.create("ws://127.0.0.1:" + server.port() + "/stream");
        return builder.buildAsync(address, new WebSocket.Listener() {}).get(10, TimeUnit.SECONDS);
    }

    private static Throwable cause(ThrowingCallable call) {
        try {
            call.call();
        } catch (ExecutionException | CompletionException e) {
            return e.getCause() == null ? e : e.getCause();
        } catch (Throwable e) {
            return e;
        }
        throw new AssertionError("the handshake succeeded");
    }

    private static String authorization(LoopbackServer server, int request) {
        return group(AUTHORIZATION, server.requests().get(request));
    }

    /** Accepts the handshake (RFC 6455 section 4.2.2) and keeps the connection until the client ends it. */
    private static void accept(LoopbackServer server, Socket socket, OutputStream out) throws IOException {
        String request = server.requests().get(server.requests().size() - 1);
        String protocol = request.contains("Sec-WebSocket-Protocol") ? "Sec-WebSocket-Protocol: v2\r\n" : "";
        out.write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" + protocol
                        + "Sec-WebSocket-Accept: " + accepted(group(KEY, request)) + "\r\n\r\n")
                .getBytes(UTF_8));
        out.flush();
        var unused = socket.getInputStream().read();
    }

    private static String accepted(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String group(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
        return matcher.group(1);
    }
}
