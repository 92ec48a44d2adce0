package dev.evertoken.spi.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.spi.http.RefreshCoolDowns.Place;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** How long a refresh that did not help is not repeated. */
class RefreshCoolDownsTest {

    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
    private static final Place HERE = new Place("grant-1", "api.example");

    private final RefreshCoolDowns coolDowns = new RefreshCoolDowns();

    @Test
    void aCoolDownLastsAMinuteForOneGrantAtOneHost() {
        assertThat(coolDowns.begin(HERE, NOW)).isEqualTo(NOW.plusSeconds(60));

        assertThat(coolDowns.until(HERE, NOW)).contains(NOW.plusSeconds(60));
        assertThat(coolDowns.until(HERE, NOW.plusMillis(59_999))).isPresent();
        assertThat(coolDowns.until(HERE, NOW.plusSeconds(60))).isEmpty();
        assertThat(coolDowns.until(new Place("grant-2", "api.example"), NOW)).isEmpty();
        assertThat(coolDowns.until(new Place("grant-1", "other.example"), NOW)).isEmpty();
    }

    @Test
    void concurrentFailuresCountOnce() {
        coolDowns.begin(HERE, NOW);

        assertThat(coolDowns.begin(HERE, NOW.plusSeconds(1))).isEqualTo(NOW.plusSeconds(60));
    }

    @Test
    void aCoolDownDoublesUpToAnHour() {
        Instant at = NOW;
        for (long minutes : new long[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            Instant end = coolDowns.begin(HERE, at);
            assertThat(Duration.between(at, end)).isEqualTo(Duration.ofMinutes(minutes));
            at = end;
        }
    }

    @Test
    void aCoolDownIsForgottenAnHourAfterItsEnd() {
        Instant end = coolDowns.begin(HERE, NOW);

        assertThat(coolDowns.begin(HERE, end.plus(RefreshCoolDowns.LONGEST)))
                .isEqualTo(end.plus(RefreshCoolDowns.LONGEST).plusSeconds(60));
    }

    @Test
    void aClockSetBackEndsACoolDown() {
        coolDowns.begin(HERE, NOW);

        assertThat(coolDowns.until(HERE, NOW.minusSeconds(1))).isEmpty();
        assertThat(coolDowns.begin(HERE, NOW.minusSeconds(1))).isEqualTo(NOW.plusSeconds(59));
    }

    @Test
    void theCoolDownThatWasUnusedForTheLongestTimeIsDroppedFirst() {
        Place used = new Place("grant-0", "api.example");
        Place unused = new Place("grant-1", "api.example");
        for (int i = 0; i < 10_000; i++) {
            coolDowns.begin(new Place("grant-" + i, "api.example"), NOW);
        }
        assertThat(coolDowns.until(used, NOW)).isPresent();

        coolDowns.begin(new Place("grant-1", "other.example"), NOW);

        assertThat(coolDowns.until(used, NOW)).isPresent();
        assertThat(coolDowns.until(unused, NOW)).isEmpty();
        assertThat(coolDowns.until(new Place("grant-1", "other.example"), NOW)).isPresent();
    }
}
