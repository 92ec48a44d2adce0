package dev.evertoken.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.event.CapturedErrors;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The retry times and the warnings of a store that fails for a while. */
class StoreOutagesTest {

    private final TokenStoreException readOnly = TokenStoreException.unavailable(
            "the database accepts no writes: it is read-only", new IOException("planned by a test"));

    private final SteppedTime time = new SteppedTime();
    private final StoreOutages outages = new StoreOutages(time);

    @Test
    @Fault("O3")
    void theRetryTimeMovesAwayWithTheLengthOfTheOutage() {
        assertThat(pause()).isEqualTo(Duration.ofSeconds(2));
        time.advance(Duration.ofSeconds(1));
        assertThat(pause()).isEqualTo(Duration.ofSeconds(2));
        time.advance(Duration.ofSeconds(29));
        assertThat(pause()).isEqualTo(Duration.ofSeconds(30));
        time.advance(Duration.ofHours(1));
        assertThat(pause()).isEqualTo(Duration.ofMinutes(1));

        outages.succeeded("load");
        assertThat(pause())
                .as("that records can be read does not end the failure to save")
                .isEqualTo(Duration.ofMinutes(1));
        outages.succeeded("save");
        assertThat(pause()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    @Fault("O3")
    void theExceptionKeepsItsProblemMessageCauseAndStackTrace() {
        TokenException failure = outages.failed("save", readOnly);

        assertThat(failure).isInstanceOf(TokenStoreException.class).hasMessage(readOnly.getMessage());
        assertThat(failure.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(failure.getCause()).isSameAs(readOnly.getCause());
        assertThat(failure.getStackTrace()).isEqualTo(readOnly.getStackTrace());
    }

    @Test
    void aRetryTimeOfTheStoreIsKept() {
        Instant ofTheStore = time.now().plus(Duration.ofMinutes(7));
        var quota = (TokenStoreException)
                TokenException.about(Problem.STORE_QUOTA).retryAt(ofTheStore).build();

        assertThat(outages.failed("save", quota)).isSameAs(quota);
    }

    @Test
    void aRefusalHasNoRetryTime() {
        TokenStoreException refused =
                TokenStoreException.refused("the table does not exist", new IOException("planned by a test"));

        assertThat(outages.failed("save", refused)).isSameAs(refused);
    }

    @Test
    @Fault("O3")
    void aFailureIsLoggedOnceAMinuteWithTheReasonOfTheStore() {
        try (CapturedErrors logs = CapturedErrors.start()) {
            for (int second = 0; second < 90; second++) {
                TokenException unused = outages.failed("save", readOnly);
                outages.succeeded("load");
                time.advance(Duration.ofSeconds(1));
            }

            assertThat(logs.text().lines().filter(line -> line.contains("WARN")))
                    .hasSize(2)
                    .allMatch(line -> line.contains("the database accepts no writes: it is read-only"))
                    .last()
                    .asString()
                    .contains("59 such failures were not logged");
        }
    }

    private Duration pause() {
        TokenException failure = outages.failed("save", readOnly);
        return Duration.between(time.now(), failure.retryAt().orElseThrow());
    }

    private static final class SteppedTime implements Timekeeper {
        private long nanos = Duration.ofDays(1).toNanos();

        void advance(Duration by) {
            nanos += by.toNanos();
        }

        @Override
        public long millis() {
            return Duration.ofNanos(nanos).toMillis();
        }

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public Scheduled schedule(Duration delay, Runnable task) {
            throw new UnsupportedOperationException("no timers here");
        }

        @Override
        public boolean await(Future<?> event, Duration timeout) {
            throw new UnsupportedOperationException("no waiting here");
        }
    }
}
