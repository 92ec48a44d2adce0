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

/** When an end of the connection counts as a change. */
class RefreshChangesTest {

    private static final Instant END = NOW.plus(Duration.ofDays(60));

    @Test
    void anEndThatWasUnknownIsAChange() {
        assertThat(change(Optional.empty(), Optional.of(END))).contains(END);
    }

    @Test
    void aResponseWithoutAnEndIsNoChange() {
        assertThat(change(Optional.empty(), Optional.empty())).isEmpty();
        assertThat(change(Optional.of(END), Optional.empty())).isEmpty();
    }

    @Test
    void anEndThatIsADayNearerIsAChangeAndASmallerDifferenceIsNot() {
        Instant aDayEarlier = END.minus(Duration.ofDays(1));

        assertThat(change(Optional.of(END), Optional.of(aDayEarlier))).contains(aDayEarlier);
        assertThat(change(Optional.of(END), Optional.of(aDayEarlier.plusMillis(1))))
                .isEmpty();
        assertThat(change(Optional.of(END), Optional.of(END))).isEmpty();
        assertThat(change(Optional.of(END), Optional.of(END.plus(Duration.ofDays(9)))))
                .isEmpty();
    }

    private static Optional<Instant> change(Optional<Instant> known, Optional<Instant> reported) {
        return RefreshChanges.nearerEnd(endingAt(known), endingAt(reported));
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
