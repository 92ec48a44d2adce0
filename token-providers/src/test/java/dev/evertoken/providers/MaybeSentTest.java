package dev.evertoken.providers;

import static dev.evertoken.providers.LoopbackServer.head;
import static dev.evertoken.providers.RefreshCaller.acme;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenOutcome.MaybeSent;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Failures after which the refresh request may have reached the provider: no request is sent twice. */
class MaybeSentTest {

    private static final String GOOD =
            "{\"access_token\":\"at-2\",\"refresh_token\":\"rt-2\",\"expires_in\":3600,\"token_type\":\"bearer\"}";

    private final Provider acme = acme().build();

    @Test
    @Fault("B9")
    void aMissingResponseIsMaybeSentAtTheDeadline() throws IOException {
        try (LoopbackServer server = new LoopbackServer((it, socket, out) -> it.isClosedWithin(20_000))) {
            MaybeSent outcome = (MaybeSent) RefreshCaller.at(acme, server)
                    .within(Duration.ofMillis(300))
                    .refresh();

            assertThat(outcome.verdict().kind()).isEqualTo(Kind.TRANSIENT);
            assertThat(outcome.verdict().problem()).isEqualTo(Problem.NETWORK);
            assertThat(outcome.verdict().detail()).isEqualTo("no complete response from 127.0.0.1 within 300 ms");
        }
    }

    @Test
    void theDeadlineAlsoRunsOnTheTimekeeper() throws IOException {
        try (LoopbackServer server = new LoopbackServer((it, socket, out) -> it.isClosedWithin(20_000))) {
            TokenOutcome outcome = RefreshCaller.at(acme, server)
                    .within(Duration.ofMinutes(5))
                    .by(new EagerTimekeeper(server::awaitRequest))
                    .refresh();

            assertThat(outcome).isInstanceOf(MaybeSent.class);
        }
    }

    @Test
    @Fault({"B9", "B10"})
    void aResetAfterTheRequestIsMaybeSentAndNotRetried() throws IOException {
        try (LoopbackServer server = new LoopbackServer((it, socket, out) -> socket.setSoLinger(true, 0))) {
            assertThat(RefreshCaller.at(acme, server).refresh()).isInstanceOf(MaybeSent.class);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @Fault("B10")
    @ValueSource(
            strings = {
                "HTTP/1.1 503 Later\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 408 Slow\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 408 Slow\r\nRetry-After: 0\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 421 Misdirected\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 307 There\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 302 There\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 100 Go on\r\n\r\n",
                "\r\n",
                ""
            })
    void oneAttemptIsOneRequestOnTheWireForAnyResponse(String response) throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(response)) {
            RefreshCaller.at(acme, server).refresh();
            RefreshCaller.at(acme, server).refresh();

            assertThat(server.requests()).hasSize(2);
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    @Fault("C2")
    void aConnectionClosedInsideTheBodyIsMaybeSent() throws IOException {
        try (LoopbackServer server =
                LoopbackServer.answering(head(200, "Content-Length: 500") + GOOD.substring(0, 30))) {
            MaybeSent outcome = (MaybeSent) RefreshCaller.at(acme, server).refresh();

            assertThat(outcome.verdict().problem()).isEqualTo(Problem.MALFORMED_RESPONSE);
        }
    }

    @Test
    void aResetInsideTheBodyIsMaybeSent() throws IOException {
        try (LoopbackServer server = new LoopbackServer((it, socket, out) -> {
            out.write((head(200, "Content-Length: 500") + GOOD.substring(0, 30)).getBytes(UTF_8));
            out.flush();
            it.isClosedWithin(100);
            socket.setSoLinger(true, 0);
        })) {
            assertThat(RefreshCaller.at(acme, server).refresh()).isInstanceOf(MaybeSent.class);
        }
    }

    @Test
    void aResponseThatIsNotHttpIsMaybeSent() throws IOException {
        try (LoopbackServer server = LoopbackServer.answering("SSH-2.0-OpenSSH_9.6\r\n")) {
            MaybeSent outcome = (MaybeSent) RefreshCaller.at(acme, server).refresh();

            assertThat(outcome.verdict().detail()).startsWith("127.0.0.1 answered with broken or incomplete HTTP");
        }
    }
}
