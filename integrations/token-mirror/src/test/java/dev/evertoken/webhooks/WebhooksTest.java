package dev.evertoken.webhooks;

import static dev.evertoken.webhooks.WebhooksFixture.ALICE;
import static dev.evertoken.webhooks.WebhooksFixture.BOB;
import static dev.evertoken.webhooks.WebhooksFixture.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.Tokens;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.outbox.InMemoryOutbox;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.RawServer;
import dev.evertoken.testing.WebhookVerifier;
import dev.evertoken.testing.WebhookVerifier.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole way of an event, from the engine to a receiver that verifies it. */
class WebhooksTest {

    private final WebhooksFixture fixture = new WebhooksFixture();
    private final Receiver receiver = fixture.receiver;

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    void aConnectionArrivesAsASignedMessage() throws Exception {
        Webhooks webhooks = fixture.webhooks(fixture.tokens);
        webhooks.start();

        fixture.connect(ALICE);
        Receiver.Message message = receiver.take();

        assertThat(fixture.verifier.verify(message::header, message.body())).isEqualTo(Verdict.ACCEPTED);
        assertThat(message.header("content-type")).isEqualTo("application/json");
        assertThat(message.header("webhook-id")).matches("msg_[0-9a-f]{32}");
        assertThat(message.text())
                .startsWith("{\"type\":\"connection.created\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"data\":"
                        + "{\"registration\":\"google\",\"account\":\"alice\",\"state\":\"ACTIVE\"");
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 302, 304, 400, 401, 403, 404, 429, 500, 502, 503, 504})
    void aStatusWithoutSuccessIsSentAgainUnderTheSameId(int status) throws Exception {
        Webhooks webhooks = fixture.webhooks(fixture.tokens);
        receiver.replies(new Receiver.Reply(status, "location", receiver.url()));
        Receiver.Message first = fixture.connectAndDeliver(webhooks, ALICE);
        receiver.replies(204);

        assertThat(fixture.deliverDue(webhooks)).as("before the interval").isZero();
        fixture.clock.advance(Duration.ofSeconds(7));
        assertThat(fixture.deliverDue(webhooks)).isEqualTo(1);

        Receiver.Message second = receiver.take();
        assertThat(receiver.waiting()).as("redirected requests").isZero();
        assertThat(second.header("webhook-id")).isEqualTo(first.header("webhook-id"));
        assertThat(second.text()).isEqualTo(first.text());
        assertThat(second.header("webhook-timestamp")).isNotEqualTo(first.header("webhook-timestamp"));
        assertThat(fixture.verifier.verify(first::header, first.body())).isEqualTo(Verdict.ACCEPTED);
        assertThat(fixture.verifier.verify(second::header, second.body())).isEqualTo(Verdict.REPEATED);
    }

    @Test
    void aReceiverThatAsksForAPauseGetsNothingMeanwhile() throws Exception {
        Webhooks webhooks = fixture.webhooks(fixture.tokens);
        receiver.replies(new Receiver.Reply(429, "retry-after", "3600"));
        Receiver.Message unused = fixture.connectAndDeliver(webhooks, ALICE);
        receiver.replies(204);
        fixture.connect(BOB);
        fixture.deliver(webhooks, 2);

        fixture.clock.advance(Duration.ofMinutes(59));
        assertThat(fixture.deliverDue(webhooks)).isZero();
        assertThat(webhooks.endpoints().get(0).pauseReason()).hasValue("the receiver responded 429");
        fixture.clock.advance(Duration.ofMinutes(2));

        assertThat(fixture.deliverDue(webhooks)).isEqualTo(2);
        assertThat(webhooks.endpoints().get(0).pauseReason()).isEmpty();
    }

    @Test
    void anEndpointThatIsGoneIsSwitchedOffUntilItIsResumed() throws Exception {
        Webhooks webhooks = fixture.webhooks(fixture.tokens);
        receiver.replies(410);
        Receiver.Message unused = fixture.connectAndDeliver(webhooks, ALICE);

        EndpointStatus off = webhooks.endpoints().get(0);
        assertThat(off.gone()).isTrue();
        assertThat(off.pauseReason()).hasValue("the receiver responded 410");
        assertThat(off.host()).isEqualTo("127.0.0.1");
        fixture.connect(BOB);
        fixture.clock.advance(Duration.ofDays(1));
        assertThat(fixture.deliverDue(webhooks)).isZero();
        assertThat(receiver.waiting()).isZero();

        receiver.replies(204);
        webhooks.resume();
        fixture.connect(BOB);
        fixture.deliver(webhooks, 2);
        assertThat(fixture.verified(2)).anyMatch(body -> body.contains("alice")).anyMatch(body -> body.contains("bob"));
        assertThat(webhooks.endpoints().get(0).gone()).isFalse();
    }

    @Test
    void aMessageIsGivenUpAfterTenAttemptsInThreeDays() throws Exception {
        Webhooks webhooks = fixture.webhooks(fixture.tokens);
        receiver.replies(500);
        Receiver.Message unused = fixture.connectAndDeliver(webhooks, ALICE);
        Instant began = fixture.clock.now();

        int attempts = 1;
        while (webhooks.endpoints().get(0).backlog().messages() > 0) {
            fixture.clock.advance(Duration.ofHours(1));
            fixture.deliverDue(webhooks);
            attempts += receiver.waiting();
            while (receiver.waiting() > 0) {
                unused = receiver.take();
            }
        }

        assertThat(attempts).isEqualTo(10);
        assertThat(Duration.between(began, fixture.clock.now())).isBetween(Duration.ofHours(75), Duration.ofHours(92));
    }

    @Test
    void aMessageThatHasWaitedForFourDaysIsNotSentAnyMore() throws Exception {
        Webhooks webhooks = fixture.webhooks(fixture.tokens);
        fixture.connect(ALICE);
        WebhooksFixture.until(() -> webhooks.endpoints().get(0).backlog().messages() == 1);

        fixture.clock.advance(Duration.ofDays(4).plusSeconds(1));

        assertThat(fixture.deliverDue(webhooks)).isZero();
        assertThat(webhooks.endpoints().get(0).backlog().messages()).isZero();
        assertThat(receiver.waiting()).isZero();
    }

    @Test
    void twoProcessesThatShareAnOutboxSendEachMessageOnce() throws Exception {
        Webhooks here = fixture.webhooks(fixture.tokens);
        Webhooks there = fixture.webhooks(fixture.anotherProcess());
        here.start();
        there.start();

        for (int i = 0; i < 20; i++) {
            fixture.connect(TokenKey.of("google", "user-" + i));
        }

        assertThat(fixture.verified(20)).hasSize(20);
        WebhooksFixture.until(() -> here.endpoints().get(0).backlog().messages() == 0);
        assertThat(receiver.waiting()).isZero();
    }

    @Test
    void twoProcessesThatSeeOneFailureSendOneMessage() throws Exception {
        fixture.connect(ALICE);
        Tokens other = fixture.anotherProcess();
        Webhooks here = fixture.webhooks(fixture.tokens);
        Webhooks there = fixture.webhooks(other);
        fixture.google.onToken(MockResponse.status(503), MockResponse.status(503));
        fixture.clock.advance(Duration.ofHours(2));

        assertThatThrownBy(() -> fixture.tokens.accessToken(ALICE)).isInstanceOf(TokenException.class);
        WebhooksFixture.until(() -> here.endpoints().get(0).backlog().messages() == 1);
        fixture.clock.advance(Duration.ofHours(2));
        assertThatThrownBy(() -> other.accessToken(ALICE)).isInstanceOf(TokenException.class);
        other.disconnect(ALICE); // the message that follows the failures

        fixture.deliver(there, 2);
        assertThat(fixture.deliverDue(here)).isZero();
        assertThat(fixture.verified(2).get(0)).contains("connection.refresh_failing");
    }

    @Test
    void aReceiverThatDoesNotRespondHoldsNoOtherOneUp() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (RawServer silent = RawServer.start(connection -> end.await())) {
            Webhooks webhooks = Webhooks.builder(fixture.tokens)
                    .outbox(fixture.outbox)
                    .endpoint(silent.address("/hooks").toString(), SECRET)
                    .endpoint(receiver.url(), SECRET)
                    .build();
            webhooks.start();

            fixture.connect(ALICE);
            fixture.connect(BOB);

            assertThat(fixture.verified(2)).hasSize(2);
            assertThat(silent.connections()).as("attempts that still run").isPositive();
            end.countDown();
        }
    }

    @Test
    void theBodyOfAResponseIsNotReadHoweverLongItIs() throws Exception {
        CountDownLatch delivered = new CountDownLatch(1);
        try (RawServer endless = RawServer.start(connection -> {
            var unused = connection.readRequest();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n{");
            delivered.await(); // the rest never comes
        })) {
            Webhooks webhooks = Webhooks.builder(fixture.tokens)
                    .outbox(fixture.outbox)
                    .endpoint(endless.address("/hooks").toString(), SECRET)
                    .build();
            fixture.connect(ALICE);

            assertThat(fixture.deliver(webhooks, 1)).isEqualTo(1);
            delivered.countDown();
        }
    }

    @Test
    void anEndpointGetsTheEventsThatItWants() throws Exception {
        Webhooks webhooks = Webhooks.builder(fixture.tokens)
                .outbox(fixture.outbox)
                .endpoint(WebhookEndpoint.builder(receiver.url())
                        .secret(SECRET)
                        .events(Set.of(WebhookEvent.CONNECTION_DELETED))
                        .build())
                .build();
        fixture.connect(ALICE);
        fixture.tokens.disconnect(ALICE);

        assertThat(fixture.deliver(webhooks, 1)).isEqualTo(1);
        assertThat(fixture.verified(1).get(0)).startsWith("{\"type\":\"connection.deleted\"");
    }

    @Test
    void duringARotationOldAndNewReceiversAcceptAMessage() throws Exception {
        Secret next = WebhookEndpoint.newSecret();
        Webhooks webhooks = Webhooks.builder(fixture.tokens)
                .outbox(fixture.outbox)
                .endpoint(WebhookEndpoint.builder(receiver.url())
                        .secret(SECRET)
                        .secret(next)
                        .build())
                .build();
        Receiver.Message message = fixture.connectAndDeliver(webhooks, ALICE);

        assertThat(fixture.verifier.verify(message::header, message.body())).isEqualTo(Verdict.ACCEPTED);
        assertThat(WebhookVerifier.of(next.reveal()).withTime(fixture.clock).verify(message::header, message.body()))
                .isEqualTo(Verdict.ACCEPTED);
    }

    @Test
    void aMessageThatTheOutboxDoesNotAcceptIsAddedWhenItWorksAgain() throws Exception {
        FailingOutbox outbox = new FailingOutbox(new InMemoryOutbox());
        Webhooks webhooks = Webhooks.builder(fixture.tokens)
                .outbox(outbox)
                .endpoint(receiver.url(), SECRET)
                .build();
        outbox.failing(true);
        fixture.connect(ALICE);
        outbox.awaitFailure();
        outbox.failing(false);

        WebhooksFixture.until(() -> {
            fixture.clock.advance(UnacceptedMessages.PAUSE); // the pause begins after the failure
            return webhooks.endpoints().get(0).backlog().messages() == 1;
        });
        assertThat(fixture.deliverDue(webhooks)).isEqualTo(1);
        WebhooksFixture.until(() -> webhooks.endpoints().get(0).notAdded() == 0);
    }

    @Test
    void closingTheTokensClosesTheWebhooks() {
        Webhooks webhooks = fixture.webhooks(fixture.tokens);

        fixture.tokens.close();

        assertThatThrownBy(webhooks::start).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void incompleteSettingsAreRefused() {
        Webhooks.Builder empty = Webhooks.builder(fixture.tokens);

        assertThatThrownBy(empty::build).hasMessage("webhooks need an outbox, which keeps messages until they arrive");
        assertThatThrownBy(() -> empty.outbox(fixture.outbox).build()).hasMessage("webhooks need an endpoint");
        assertThatThrownBy(() -> empty.endpoint(receiver.url(), SECRET)
                        .endpoint(receiver.url(), WebhookEndpoint.newSecret())
                        .build())
                .hasMessage(
                        "two webhooks have the same address at 127.0.0.1; give one endpoint all events and secrets");
    }

    @Test
    void aPrivateAddressIsNotCalledUnlessItIsAllowed() throws Exception {
        Webhooks webhooks = Webhooks.builder(fixture.tokens)
                .outbox(fixture.outbox)
                .endpoint("https://10.0.0.1/hooks", SECRET)
                .build();
        fixture.connect(ALICE);

        assertThat(fixture.deliver(webhooks, 1)).isZero();
        assertThat(webhooks.endpoints())
                .extracting(EndpointStatus::pauseReason)
                .isEqualTo(List.of(Optional.of("the receiver did not respond: 10.0.0.1 is in a private"
                        + " network; allow it with allowPrivateNetwork()")));
    }
}
