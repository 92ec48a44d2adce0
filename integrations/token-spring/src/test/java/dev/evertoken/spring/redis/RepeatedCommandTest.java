package dev.evertoken.spring.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.redis.RedisTokenStore;
import dev.evertoken.testing.SampleRecords;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** Lettuce sends a command again when its connection broke before the response. */
class RepeatedCommandTest {

    private static final TokenKey ANNA = TokenKey.of("acme", "anna");

    @Test
    void aWriteWhoseResponseIsLostIsSentTwiceAndReportedAsDone() throws Exception {
        try (LettuceServer server = new LettuceServer();
                LossyProxy proxy = new LossyProxy(server.process.port())) {
            LettuceConnectionFactory factory = LettuceServer.factory(proxy.port());
            try (RedisTokenStore store = LettuceServer.open(factory, LettuceServer.newNamespace())) {
                TokenRecord first = SampleRecords.full(ANNA);
                assertThat(store.compareAndSet(ANNA, TokenStore.ABSENT, first)).isTrue();
                TokenRecord second = SampleRecords.next(first);

                proxy.loseNextResponse();

                assertThat(store.compareAndSet(ANNA, first.revision(), second))
                        .as("the second run finds its own write")
                        .isTrue();
                assertThat(proxy.lost()).isEqualTo(1);
                assertThat(store.load(ANNA)).contains(second);
            } finally {
                factory.destroy();
            }
        }
    }
}
