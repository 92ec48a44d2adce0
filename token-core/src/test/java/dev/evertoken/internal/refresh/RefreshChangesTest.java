package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.record.SampleRecords;
import dev.evertoken.model.Lifetime;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whether it is news when a connection ends. */
class RefreshChangesTest {

    private static final Instant END = NOW.plus(Duration.ofDays(60));

    @Test
    void anEndThatWasNotKnownIsNews() {
        assertThat(news(Optional.empty(), Optional.of(END))).contains(END);
    }

    @Test
    void anEndThatIsNotToldIsNone() {
        assertThat(news(Optional.empty(), Optional.empty())).isEmpty();
        assertThat(news(Optional.of(END), Optional.empty())).isEmpty();
    }

    @Test
    void aNearerEndIsNewsAndOneThatOnlyWaversIsNot() {
        Instant aDayEarlier = END.minus(Duration.ofDays(1));

        assertThat(news(Optional.of(END), Optional.of(aDayEarlier))).contains(aDayEarlier);
        assertThat(news(Optional.of(END), Optional.of(aDayEarlier.plusMillis(1))))
                .isEmpty();
        assertThat(news(Optional.of(END), Optional.of(END))).isEmpty();
        assertThat(news(Optional.of(END), Optional.of(END.plus(Duration.ofDays(9)))))
                .isEmpty();
    }

    private static Optional<Instant> news(Optional<Instant> known, Optional<Instant> told) {
        return RefreshChanges.nearerEnd(endingAt(known), endingAt(told));
    }

    private static TokenRecord endingAt(Optional<Instant> end) {
        Lifetime times = SampleRecords.record().lifetime();
        return SampleRecords.record()
                .next()
                .lifetime(new Lifetime(
                        times.issuedAt(), times.expiresAt(), false, end, times.refreshAt(), Optional.empty()))
                .build(43, NOW);
    }
}
