package dev.evertoken.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RedisOptionsTest {

    private static final RedisOptions STANDARD = RedisOptions.defaults();

    @Test
    void timeoutsOutOfRangeAreRefused() {
        assertThat(STANDARD.withTimeout(Duration.ofMillis(50)).timeout()).isEqualTo(Duration.ofMillis(50));
        assertThat(STANDARD.withTimeout(Duration.ofMinutes(1)).timeout()).isEqualTo(Duration.ofMinutes(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> STANDARD.withTimeout(Duration.ZERO))
                .withMessage("timeout PT0S is not PT0.05S to PT1M");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> STANDARD.withTimeout(Duration.ofMinutes(2)))
                .withMessage("timeout PT2M is not PT0.05S to PT1M");
    }

    @Test
    void connectionCountsOutOfRangeAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> STANDARD.withConnections(0))
                .withMessage("connections 0 is not 1 to 1000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> STANDARD.withConnections(1001))
                .withMessage("connections 1001 is not 1 to 1000");
    }
}
