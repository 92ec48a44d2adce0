package dev.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.WithMockProviders;
import java.io.IOException;
import java.net.ServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.embedded.RedisServer;

/** An application with the Jedis of this project keeps its tokens in Redis. */
@WithMockProviders
class RedisRoundTripTest {

    private static final TokenKey ANNA = TokenKey.of("google", "anna");

    private int port;
    private RedisServer server;

    @BeforeEach
    void start() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        server = new RedisServer(port);
        server.start();
    }

    @AfterEach
    void stop() throws IOException {
        server.stop();
    }

    @Test
    void aRefreshedTokenIsInTheStoreOfTheNextProcess(MockProviders providers) {
        MockProvider google = providers.google();
        try (Tokens tokens = open(google)) {
            tokens.connect(ANNA, google.consent("anna"));
            google.expire("anna");

            tokens.replace(ANNA, tokens.accessToken(ANNA));

            assertThat(tokens.status(ANNA).generation()).isEqualTo(2);
        }
        try (Tokens tokens = open(google)) {
            assertThat(tokens.status(ANNA).generation()).isEqualTo(2);
            assertThat(tokens.accessToken(ANNA).value()).isNotNull();
            assertThat(google.ledger().tokenRequests("anna")).isEqualTo(1);
        }
    }

    private Tokens open(MockProvider provider) {
        return Tokens.builder()
                .namespace("consumer")
                .store("redis://127.0.0.1:" + port)
                .client(provider.id(), provider.registration())
                .endpoints(provider.id(), provider.endpoints())
                .build();
    }
}
