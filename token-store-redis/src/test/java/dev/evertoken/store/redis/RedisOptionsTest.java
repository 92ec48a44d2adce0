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

    @Test
    void waitsForReplicasOutOfRangeAreRefused() {
        assertThat(STANDARD.replicaWait()).isEqualTo(Duration.ofMillis(100));
        assertThat(STANDARD.withReplicaWait(Duration.ZERO).replicaWait()).isZero();
        assertThat(STANDARD.requireReplicas().replicasRequired()).isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> STANDARD.withReplicaWait(Duration.ofMillis(1001)))
                .withMessage("replicaWait PT1.001S is not PT0S to PT1S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> STANDARD.withReplicaWait(Duration.ZERO).requireReplicas())
                .withMessage("replicaWait PT0S never confirms a claim, but replicas are required");
    }

    @Test
    void theWaitForAReplicaEndsBeforeTheCommandTimesOut() {
        assertThat(STANDARD.effectiveReplicaWait()).isEqualTo(Duration.ofMillis(100));
        assertThat(STANDARD.withTimeout(Duration.ofMillis(60)).effectiveReplicaWait())
                .isEqualTo(Duration.ofMillis(30));
    }
}
