package dev.evertoken.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.testing.RawConnection;
import dev.evertoken.testing.RawRequest;
import dev.evertoken.testing.RawServer;
import dev.evertoken.testing.SecretCanary;
import dev.evertoken.testing.TestTokens;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Online, the doctor compares its clock with those of the token endpoints, and sends no credential. */
class OnlineDoctorTest {

    private final DoctorFixture fixture = new DoctorFixture();
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aClockThatDiffersIsReportedAndNoCredentialIsSent() {
        try (RawServer server = RawServer.start(
                connection -> respond(connection, fixture.clock.now().plus(Duration.ofMinutes(5))))) {
            Tokens tokens = tokens(server.address("/token"));

            DoctorSummary summary = TokenDoctor.of(tokens).online().examine();

            assertThat(summary.findings())
                    .containsExactly(new Finding(FindingCode.CLOCK_OFFSET, "127.0.0.1", "this host is 300 s behind"));
            assertThat(requests).singleElement().asString().startsWith("HEAD /token");
            SecretCanary.ofTestTokens().assertNoneIn("the request", String.join("\n", requests));
        }
    }

    @Test
    void aClockThatDiffersByLessIsNot() {
        try (RawServer server = RawServer.start(
                connection -> respond(connection, fixture.clock.now().minus(Duration.ofSeconds(30))))) {
            assertThat(TokenDoctor.of(tokens(server.address("/token")))
                            .online()
                            .examine()
                            .findings())
                    .isEmpty();
        }
    }

    @Test
    void aServerThatCannotBeReachedIsReported() {
        URI address;
        try (RawServer server = RawServer.start(connection -> {})) {
            address = server.address("/token");
        }

        assertThat(TokenDoctor.of(tokens(address)).online().examine().findings())
                .containsExactly(new Finding(FindingCode.PROVIDER_UNREACHABLE, "127.0.0.1", "ConnectException"));
    }

    @Test
    void offlineNoRequestIsSent() {
        try (RawServer server = RawServer.start(connection -> respond(connection, fixture.clock.now()))) {
            DoctorSummary unused =
                    TokenDoctor.of(tokens(server.address("/token"))).examine();

            assertThat(server.connections()).isZero();
        }
    }

    private Tokens tokens(URI address) {
        return fixture.open(Tokens.builder()
                .namespace("pool")
                .timekeeper(fixture.clock)
                .store(fixture.memory())
                .withoutJournal()
                .encryption(DoctorFixture.KEYS)
                .provider(OAuth2Provider.builder("acme")
                        .tokenEndpoint(address)
                        .refreshModel(RefreshModel.STATIC)
                        .build())
                .client("acme", ClientRegistration.of("pool-acme", TestTokens.clientSecret())));
    }

    private void respond(RawConnection connection, Instant date) throws IOException {
        RawRequest request = connection.readRequest().orElseThrow();
        requests.add(request.method() + " " + request.target() + " " + request.headers() + request.body());
        connection.write("HTTP/1.1 405 Method Not Allowed\r\nDate: "
                + DateTimeFormatter.RFC_1123_DATE_TIME.format(date.atOffset(ZoneOffset.UTC))
                + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }
}
