package dev.evertoken.providers;

import static dev.evertoken.providers.LoopbackServer.head;
import static dev.evertoken.providers.RefreshCaller.acme;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenOutcome.Issued;
import dev.evertoken.spi.provider.TokenOutcome.MaybeSent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Responses that are too large or too slow. */
class OversizedResponseTest {

    private static final String GOOD =
            "{\"access_token\":\"at-2\",\"refresh_token\":\"rt-2\",\"expires_in\":3600,\"token_type\":\"bearer\"}";

    private final Provider acme = acme().build();

    @Test
    @Fault("C10")
    void anEndlessResponseIsCutOffAtTheLimit() throws IOException {
        AtomicLong written = new AtomicLong();
        try (LoopbackServer server = new LoopbackServer((it, socket, out) -> {
            out.write(head(200, "Content-Type: application/json", "Connection: close")
                    .getBytes(UTF_8));
            byte[] blanks = " ".repeat(64 * 1024).getBytes(UTF_8);
            while (written.addAndGet(blanks.length) < 1L << 30) {
                out.write(blanks);
            }
        })) {
            MaybeSent outcome = (MaybeSent) RefreshCaller.at(acme, server).refresh();

            assertThat(outcome.verdict().problem()).isEqualTo(Problem.MALFORMED_RESPONSE);
            assertThat(outcome.verdict().detail())
                    .isEqualTo("token endpoint answered 200 with more than 1048576 bytes");
            assertThat(written.get()).isLessThan(64L << 20);
        }
    }

    @Test
    @Fault("C11")
    void aSlowResponseIsCutOffAtTheTotalDeadline() throws IOException {
        try (LoopbackServer server = new LoopbackServer((it, socket, out) -> {
            out.write(head(200, "Content-Length: 100000").getBytes(UTF_8));
            while (!it.isClosedWithin(50)) {
                out.write(' ');
                out.flush();
            }
        })) {
            long began = System.nanoTime();
            TokenOutcome outcome = RefreshCaller.at(acme, server)
                    .within(Duration.ofMillis(500))
                    .refresh();

            assertThat(outcome).isInstanceOf(MaybeSent.class);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    @Fault("C12")
    void theLimitCountsDecodedBytes() throws IOException {
        byte[] bomb = gzip(new byte[64 << 20]);
        assertThat(bomb.length).isLessThan(1 << 17);
        try (LoopbackServer server = new LoopbackServer((it, socket, out) -> {
            out.write(head(200, "Content-Encoding: gzip", "Content-Length: " + bomb.length)
                    .getBytes(UTF_8));
            out.write(bomb);
        })) {
            MaybeSent outcome = (MaybeSent) RefreshCaller.at(acme, server).refresh();

            assertThat(outcome.verdict().detail())
                    .isEqualTo("token endpoint answered 200 with more than 1048576 bytes");
            assertThat(server.requests().get(0)).contains("Accept-Encoding: identity\r\n");
        }
    }

    @Test
    void anUnrequestedCompressedResponseIsRead() throws IOException {
        byte[] small = gzip(GOOD.getBytes(UTF_8));
        try (LoopbackServer server = new LoopbackServer((it, socket, out) -> {
            out.write(head(200, "Content-Encoding: gzip", "Content-Length: " + small.length)
                    .getBytes(UTF_8));
            out.write(small);
        })) {
            assertThat(RefreshCaller.at(acme, server).refresh()).isInstanceOf(Issued.class);
        }
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(plain);
        }
        return bytes.toByteArray();
    }
}
