package dev.evertoken.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.outbox.InMemoryOutbox;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.WebhookVerifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The whole way of an event, from the engine to a receiver that verifies it. */
class WebhooksTest {

    private static final TokenKey ALICE = TokenKey.of("google", "alice");
    private static final Secret SECRET = WebhookEndpoint.newSecret();

    private final MockProviders providers = MockProviders.start();
    private final MockProvider google = providers.google();
    private final Receiver receiver = Receiver.start();
    private final Tokens tokens = google.configure(
                    Tokens.builder().namespace("crm").store("memory:"))
            .build();

    @AfterEach
    void close() {
        tokens.close();
        receiver.close();
        providers.close();
    }

    @Test
    void aConnectionArrivesAsASignedMessage() throws Exception {
        Webhooks webhooks = Webhooks.builder(tokens)
                .outbox(new InMemoryOutbox())
                .endpoint(receiver.url(), SECRET)
                .build();
        webhooks.start();

        tokens.connect(ALICE, google.consent("alice"));
        Receiver.Message message = receiver.take();

        assertThat(WebhookVerifier.of(SECRET.reveal()).verify(message::header, message.body()))
                .isEqualTo(WebhookVerifier.Verdict.ACCEPTED);
        assertThat(message.header("content-type")).isEqualTo("application/json");
        assertThat(message.text())
                .startsWith("{\"type\":\"connection.created\",\"timestamp\":\"")
                .contains("\"data\":{\"registration\":\"google\",\"account\":\"alice\",\"state\":\"ACTIVE\"");
    }
}
