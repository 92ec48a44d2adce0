package dev.evertoken.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** The runs of the contracts with other versions of Jedis really use them. */
class JedisVersionTest {

    @Test
    void theTestsRunWithTheVersionThatTheirRunNames() {
        String version = System.getProperty("evertoken.jedis", "8.0");

        assertThat(Jedis.class.getProtectionDomain().getCodeSource().getLocation())
                .asString()
                .contains("/jedis-" + version + ".");
    }
}
