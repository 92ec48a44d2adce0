package dev.evertoken.providers;

import static dev.evertoken.providers.Ask.acme;
import static dev.evertoken.providers.LoopbackServer.head;
import static dev.evertoken.providers.LoopbackServer.http;
import static dev.evertoken.providers.LoopbackServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Provider;
import dev.evertoken.spi.RefreshOutcome;
import dev.evertoken.spi.RefreshOutcome.Answered;
import dev.evertoken.spi.RefreshOutcome.MaybeSent;
import dev.evertoken.spi.RefreshOutcome.NotSent;
import dev.evertoken.spi.RefreshOutcome.Refused;
import dev.evertoken.spi.TokenVerdict;
import dev.evertoken.spi.TokenVerdict.Kind;
import dev.evertoken.testing.Fault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over the wire when a token is refreshed, and what is made of what comes back. */
class RefreshWireTest {

    private static final String GOOD =
            "{\"access_token\":\"at-2\",\"refresh_token\":\"rt-2\",\"expires_in\":3600,\"token_type\":\"bearer\"}";

    private final Provider acme = acme().build();

    // ---- the request

    @Test
    void aRefreshIsOneFormPostAndItsAnswerBringsTheNextTokens() throws IOException {
        Provider posting = acme().authentication(ClientAuthentication.CLIENT_SECRET_POST)
                .refreshParameter("resource", "https://api.acme.example")
                .sendScopesOnRefresh()
                .build();
        try (LoopbackServer server = LoopbackServer.answering(json(200, GOOD))) {
            Instant before = Instant.now();
            Answered answered = (Answered) Ask.at(posting, server).refresh();

            assertThat(answered.answer().accessToken()).contains(Secret.of("at-2"));
            assertThat(answered.answer().refreshToken()).contains(Secret.of("rt-2"));
            assertThat(answered.answer().expiresAt())
                    .contains(answered.answer().issuedAt().plusSeconds(3600));
            assertThat(answered.answer().issuedAt())
                    .isBetween(before.truncatedTo(java.time.temporal.ChronoUnit.MILLIS), Instant.now());
            assertThat(server.requests()).hasSize(1);
            assertThat(server.requests().get(0))
                    .startsWith("POST /token HTTP/1.1\r\n")
                    .contains("Content-Type: application/x-www-form-urlencoded\r\n", "Accept: application/json\r\n")
                    .doesNotContain("Authorization", "Cookie")
                    .endsWith("\r\n\r\nresource=https%3A%2F%2Fapi.acme.example&grant_type=refresh_token"
                            + "&refresh_token=1%2F%2Frefresh%2Btoken%2Fof%26the%3Dtest&scope=read"
                            + "&client_id=id%3Aof+the+client&client_secret=s%3Acr%26t+of%2Bthe%25client");
        }
    }

    @Test
    void basicAuthenticationEncodesIdAndSecretAsAFormFirst() throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(200, GOOD))) {
            Ask.at(acme, server).refresh();

            String pair = "id%3Aof+the+client:s%3Acr%26t+of%2Bthe%25client";
            assertThat(server.requests().get(0))
                    .contains("Authorization: Basic "
                            + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII)) + "\r\n")
                    .doesNotContain("client_secret", "client_id");
        }
    }

    @Test
    void aPublicClientSendsItsIdAlone() throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(200, GOOD))) {
            Ask.at(acme, server).refresh(ClientRegistration.ofPublic("mobile-app"));

            assertThat(server.requests().get(0))
                    .endsWith("&client_id=mobile-app")
                    .doesNotContain("Authorization");
        }
    }

    @Test
    void theClientsOwnWayOfProvingItselfWins() throws IOException {
        ClientRegistration none = ClientRegistration.builder("gateway-client")
                .clientSecret("behind-the-gateway")
                .authentication(EndpointKind.REFRESH, ClientAuthentication.NONE)
                .build();
        try (LoopbackServer server = LoopbackServer.answering(json(200, GOOD))) {
            Ask.at(acme, server).refresh(none);

            assertThat(server.requests().get(0)).doesNotContain("client_id", "client_secret", "Authorization");
        }
    }

    @Test
    void withoutARefreshTokenNothingIsSent() throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(200, GOOD))) {
            TokenSet accessOnly = TokenSet.builder("at-1").build();
            RefreshOutcome outcome =
                    acme.refresher().refresh(Ask.at(acme, server).request(accessOnly, Ask.CLIENT));

            assertThat(outcome)
                    .isEqualTo(new NotSent(Problem.NO_REFRESH_TOKEN, "there is no refresh token to present"));
            assertThat(server.connections()).isZero();
        }
    }

    // ---- sent or not sent

    @Test
    @Fault("B8")
    void aRefusedConnectionIsNotSent() throws IOException {
        URI nobody;
        try (ServerSocket closing = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = URI.create("http://127.0.0.1:" + closing.getLocalPort() + "/token");
        }
        assertThat(Ask.at(acme, nobody).refresh())
                .isEqualTo(new NotSent(Problem.NETWORK, "no connection to 127.0.0.1: ConnectException"));
    }

    @Test
    @Fault({"B8", "C15"})
    void aFailingTlsHandshakeIsNotSentAndNoReasonToReconnect() throws IOException {
        try (LoopbackServer plain = LoopbackServer.answering("no TLS here")) {
            NotSent outcome = (NotSent) Ask.at(acme, URI.create("https://127.0.0.1:" + plain.port() + "/token"))
                    .refresh();

            assertThat(outcome.problem()).isEqualTo(Problem.TLS);
            assertThat(outcome.problem().remedy()).isEqualTo(Remedy.RETRY);
            assertThat(outcome.detail()).startsWith("the TLS handshake with 127.0.0.1 failed: SSL");
        }
    }

    @Test
    void thePermitIsAskedOnceTheConnectionStandsAndNothingLeavesIfItIsRefused() throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(200, GOOD))) {
            AtomicBoolean asked = new AtomicBoolean();
            RefreshOutcome outcome = Ask.at(acme, server)
                    .permittedBy(() -> {
                        server.awaitConnection();
                        asked.set(true);
                        return false;
                    })
                    .refresh();

            assertThat(asked).isTrue();
            assertThat(outcome)
                    .isEqualTo(new NotSent(
                            Problem.NETWORK, "connecting to 127.0.0.1 took too long for the claim; nothing was sent"));
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    @Fault("B9")
    void silenceAfterTheRequestIsMaybeSentWhenTheDeadlineEnds() throws IOException {
        try (LoopbackServer server = new LoopbackServer((it, socket, out) -> it.isClosedWithin(20_000))) {
            MaybeSent outcome = (MaybeSent)
                    Ask.at(acme, server).within(Duration.ofMillis(300)).refresh();

            assertThat(outcome.verdict().kind()).isEqualTo(Kind.TRANSIENT);
            assertThat(outcome.verdict().problem()).isEqualTo(Problem.NETWORK);
            assertThat(outcome.verdict().detail()).isEqualTo("no whole answer from 127.0.0.1 within 300 ms");
        }
    }

    @Test
    void theDeadlineAlsoRunsOnTheTimekeeper() throws IOException {
        try (LoopbackServer server = new LoopbackServer((it, socket, out) -> it.isClosedWithin(20_000))) {
            RefreshOutcome outcome = Ask.at(acme, server)
                    .within(Duration.ofMinutes(5))
                    .by(new EagerAlarm(server::awaitRequest))
                    .refresh();

            assertThat(outcome).isInstanceOf(MaybeSent.class);
        }
    }

    @Test
    @Fault({"B9", "B10"})
    void aResetAfterTheRequestIsMaybeSentAndTheRequestIsNotSentAgain() throws IOException {
        try (LoopbackServer server = new LoopbackServer((it, socket, out) -> socket.setSoLinger(true, 0))) {
            assertThat(Ask.at(acme, server).refresh()).isInstanceOf(MaybeSent.class);
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
    void oneAttemptIsOneRequestOnTheWireWhateverIsAnswered(String answer) throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(answer)) {
            Ask.at(acme, server).refresh();
            Ask.at(acme, server).refresh();

            assertThat(server.requests()).hasSize(2);
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    @Fault("C2")
    void aConnectionClosedInsideTheBodyIsMaybeSent() throws IOException {
        try (LoopbackServer server =
                LoopbackServer.answering(head(200, "Content-Length: 500") + GOOD.substring(0, 30))) {
            MaybeSent outcome = (MaybeSent) Ask.at(acme, server).refresh();

            assertThat(outcome.verdict().problem()).isEqualTo(Problem.MALFORMED_ANSWER);
        }
    }

    @Test
    void aResetInsideTheBodyIsMaybeSent() throws IOException {
        try (LoopbackServer server = new LoopbackServer((it, socket, out) -> {
            out.write((head(200, "Content-Length: 500") + GOOD.substring(0, 30)).getBytes(StandardCharsets.UTF_8));
            out.flush();
            it.isClosedWithin(100);
            socket.setSoLinger(true, 0);
        })) {
            assertThat(Ask.at(acme, server).refresh()).isInstanceOf(MaybeSent.class);
        }
    }

    @Test
    void whatIsNotHttpIsMaybeSent() throws IOException {
        try (LoopbackServer server = LoopbackServer.answering("SSH-2.0-OpenSSH_9.6\r\n")) {
            MaybeSent outcome = (MaybeSent) Ask.at(acme, server).refresh();

            assertThat(outcome.verdict().detail()).startsWith("127.0.0.1 answered with broken or incomplete HTTP");
        }
    }

    // ---- too much, too slow

    @Test
    @Fault("C10")
    void anAnswerWithoutEndIsCutAtTheLimit() throws IOException {
        AtomicLong written = new AtomicLong();
        try (LoopbackServer server = new LoopbackServer((it, socket, out) -> {
            out.write(head(200, "Content-Type: application/json", "Connection: close")
                    .getBytes(StandardCharsets.UTF_8));
            byte[] blanks = " ".repeat(64 * 1024).getBytes(StandardCharsets.UTF_8);
            while (written.addAndGet(blanks.length) < 1L << 30) {
                out.write(blanks);
            }
        })) {
            MaybeSent outcome = (MaybeSent) Ask.at(acme, server).refresh();

            assertThat(outcome.verdict().problem()).isEqualTo(Problem.MALFORMED_ANSWER);
            assertThat(outcome.verdict().detail())
                    .isEqualTo("token endpoint answered 200 with more than 1048576 bytes");
            assertThat(written.get()).isLessThan(64L << 20);
        }
    }

    @Test
    @Fault("C11")
    void anAnswerThatDripsIsCutAtTheTotalDeadline() throws IOException {
        try (LoopbackServer server = new LoopbackServer((it, socket, out) -> {
            out.write(head(200, "Content-Length: 100000").getBytes(StandardCharsets.UTF_8));
            while (!it.isClosedWithin(50)) {
                out.write(' ');
                out.flush();
            }
        })) {
            long began = System.nanoTime();
            RefreshOutcome outcome =
                    Ask.at(acme, server).within(Duration.ofMillis(500)).refresh();

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
                    .getBytes(StandardCharsets.UTF_8));
            out.write(bomb);
        })) {
            MaybeSent outcome = (MaybeSent) Ask.at(acme, server).refresh();

            assertThat(outcome.verdict().detail())
                    .isEqualTo("token endpoint answered 200 with more than 1048576 bytes");
            assertThat(server.requests().get(0)).contains("Accept-Encoding: identity\r\n");
        }
    }

    @Test
    void aServerThatCompressesUnaskedIsReadAllTheSame() throws IOException {
        byte[] small = gzip(GOOD.getBytes(StandardCharsets.UTF_8));
        try (LoopbackServer server = new LoopbackServer((it, socket, out) -> {
            out.write(head(200, "Content-Encoding: gzip", "Content-Length: " + small.length)
                    .getBytes(StandardCharsets.UTF_8));
            out.write(small);
        })) {
            assertThat(Ask.at(acme, server).refresh()).isInstanceOf(Answered.class);
        }
    }

    // ---- redirects

    @ParameterizedTest
    @Fault("C13")
    @ValueSource(ints = {301, 302, 303})
    void aRedirectIsNotFollowedButReportedWithItsTarget(int status) throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(
                head(status, "Location: https://sso.acme.example/login?return=secret", "Content-Length: 0"))) {
            Refused outcome = (Refused) Ask.at(acme, server).refresh();

            assertThat(outcome.verdict().kind()).isEqualTo(Kind.CLIENT_INVALID);
            assertThat(outcome.verdict().problem()).isEqualTo(Problem.ENDPOINT_MOVED);
            assertThat(outcome.verdict().detail())
                    .isEqualTo("token endpoint answered " + status
                            + " with an empty body: it redirects to sso.acme.example/login, which is not followed");
        }
    }

    @ParameterizedTest
    @Fault("C14")
    @ValueSource(ints = {307, 308})
    void aRedirectThatKeepsTheMethodReachesNoOtherHost(int status) throws IOException {
        try (LoopbackServer other = LoopbackServer.answering(json(200, GOOD));
                LoopbackServer server = LoopbackServer.answering(
                        head(status, "Location: " + other.uri("/token"), "Content-Length: 0"))) {
            assertThat(Ask.at(acme, server).refresh()).isInstanceOf(Refused.class);
            assertThat(other.connections()).isZero();
        }
    }

    // ---- good answers that are none

    @Test
    @Fault("C1")
    void aLoginPageIsAPassingFailureAndNothingOfItIsQuoted() throws IOException {
        String page = "<!doctype html><title>Log in to ACME intranet</title>";
        try (LoopbackServer server = LoopbackServer.answering(http(200, "text/html; charset=utf-8", page))) {
            MaybeSent outcome = (MaybeSent) Ask.at(acme, server).refresh();

            assertThat(outcome.verdict())
                    .isEqualTo(TokenVerdict.of(
                            Kind.TRANSIENT,
                            Problem.MALFORMED_ANSWER,
                            "token endpoint answered 200 with text/html of 53 characters"));
        }
    }

    @ParameterizedTest
    @Fault("C2")
    @ValueSource(ints = {200, 204})
    void anEmptyGoodAnswerMayHaveSpentTheToken(int status) throws IOException {
        String answer = status == 204 ? head(204) : head(200, "Content-Length: 0");
        try (LoopbackServer server = LoopbackServer.answering(answer)) {
            MaybeSent outcome = (MaybeSent) Ask.at(acme, server).refresh();

            assertThat(outcome.verdict().problem()).isEqualTo(Problem.MALFORMED_ANSWER);
            assertThat(outcome.verdict().detail())
                    .isEqualTo("token endpoint answered " + status + " with an empty body");
        }
    }

    @Test
    @Fault("C3")
    void anErrorInABodyCountsWhateverTheStatusLineSays() throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(200, "{\"error\":\"invalid_grant\"}"))) {
            assertThat(Ask.at(acme, server).refresh())
                    .isEqualTo(new Refused(TokenVerdict.of(
                            Kind.GRANT_DEAD, Problem.GRANT_DEAD, "token endpoint answered 200 invalid_grant")));
        }
    }

    @Test
    @Fault("C23")
    void anAnswerThatSaysLaterIsAPassingFailure() throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(202, "{\"status\":\"pending\"}"))) {
            MaybeSent outcome = (MaybeSent) Ask.at(acme, server).refresh();

            assertThat(outcome.verdict().kind()).isEqualTo(Kind.TRANSIENT);
            assertThat(outcome.verdict().problem().remedy()).isEqualTo(Remedy.RETRY);
        }
        try (LoopbackServer server = LoopbackServer.answering(json(200, "{\"status\":\"pending\"}"))) {
            MaybeSent outcome = (MaybeSent) Ask.at(acme, server).refresh();

            assertThat(outcome.verdict().kind()).isEqualTo(Kind.UNKNOWN);
            assertThat(outcome.verdict().problem().remedy()).isEqualTo(Remedy.RETRY);
        }
    }

    @Test
    void aServerErrorIsMaybeSentAndAKnownRefusalIsNot() throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(503, "{\"error\":\"temporarily_unavailable\"}"))) {
            assertThat(Ask.at(acme, server).refresh()).isInstanceOf(MaybeSent.class);
        }
        try (LoopbackServer server = LoopbackServer.answering(json(400, "{\"error\":\"invalid_request\"}"))) {
            assertThat(Ask.at(acme, server).refresh()).isInstanceOf(Refused.class);
        }
        try (LoopbackServer server = LoopbackServer.answering(json(400, "{\"error\":\"never_heard_of\"}"))) {
            assertThat(Ask.at(acme, server).refresh())
                    .isEqualTo(new Refused(TokenVerdict.of(
                            Kind.UNKNOWN, Problem.UNRECOGNISED_ANSWER, "token endpoint answered 400 never_heard_of")));
        }
    }

    @Test
    @Fault("C20")
    void aFormEncodedAnswerIsReadOnlyWhereTheProvidersDataSaysSo() throws IOException {
        String form = "access_token=at%2D2&refresh_token=rt-2&expires_in=3600&token_type=bearer";
        for (String type : new String[] {"application/x-www-form-urlencoded", "text/plain;charset=UTF-8"}) {
            try (LoopbackServer server = LoopbackServer.answering(http(200, type, form))) {
                Answered read =
                        (Answered) Ask.at(acme().formAnswers().build(), server).refresh();

                assertThat(read.answer().accessToken()).contains(Secret.of("at-2"));
                assertThat(Ask.at(acme, server).refresh()).isInstanceOf(MaybeSent.class);
            }
        }
    }

    // ---- secrets

    @ParameterizedTest
    @Fault("C22")
    @ValueSource(strings = {Ask.REFRESH_TOKEN, Ask.ACCESS_TOKEN, Ask.CLIENT_SECRET, "abcdef"})
    void secretsEchoedByAServerReachNoMessage(String secret) throws IOException {
        TokenSet tokens =
                Ask.TOKENS.toBuilder().attribute("extra", Secret.of("abcdef")).build();
        String[] answers = {
            json(400, "{\"error\":\"" + secret + "\",\"error_description\":\"" + secret + "\"}"),
            json(400, "{\"error\":{\"status\":\"" + secret + "\"}}"),
            json(400, "{\"errors\":[{\"resource\":\"" + secret + "\",\"field\":\"x\",\"code\":\"y\"}]}"),
            http(200, secret + "/html", "<html>" + secret),
            head(302, "Location: https://" + "acme.example/" + Form.encoded(secret), "Content-Length: 0"),
            head(
                    302,
                    "Location: https://" + Form.encoded(secret).replaceAll("[^a-z]", "x") + ".example/",
                    "Content-Length: 0"),
            "HTTP/1.1 " + secret + "\r\n\r\n"
        };
        for (String answer : Arrays.copyOf(answers, secret.equals("abcdef") ? 7 : 5)) {
            try (LoopbackServer server = LoopbackServer.answering(answer)) {
                RefreshOutcome outcome =
                        acme.refresher().refresh(Ask.at(acme, server).request(tokens, Ask.CLIENT));

                assertThat(outcome.toString()).doesNotContain(secret, Form.encoded(secret));
            }
        }
    }

    @Test
    void noPartOfACallPrintsWhatItCarries() {
        Form form = Form.of(java.util.Map.of("refresh_token", Ask.REFRESH_TOKEN));
        TokenCall call = new TokenCall(
                URI.create("https://acme.example/token"),
                form,
                Optional.of(Secret.of("Basic abc")),
                Duration.ofSeconds(1),
                () -> true,
                new EagerAlarm(() -> {}));

        assertThat(call.toString()).doesNotContain(Ask.REFRESH_TOKEN, "Basic abc");
        assertThat(form).hasToString("Form[refresh_token]");
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(plain);
        }
        return bytes.toByteArray();
    }
}
