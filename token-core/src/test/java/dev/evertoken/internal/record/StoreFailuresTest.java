package dev.evertoken.internal.record;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.TokenKey;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When the store failed, for one account and as a whole; an outage lasts longer than 5 nanoseconds here. */
class StoreFailuresTest {

    private static final TokenKey CARA = TokenKey.of("google", "cara");
    private static final long LONG_AGO = -1_000;

    private final StoreFailures failures = new StoreFailures(Duration.ofNanos(5), 0, 3);

    private void succeeds(Object source, long now) {
        failures.succeeded(source, now, now);
    }

    @Test
    void aFailureCountsForItsOwnAccountFromItsTime() {
        failures.failed(ALICE, 10);

        assertThat(failures.since(ALICE, 10)).isTrue();
        assertThat(failures.since(ALICE, 9)).isTrue();
        assertThat(failures.since(ALICE, 11)).isFalse();
    }

    @Test
    void aLaterSuccessDoesNotUndoAFailure() {
        failures.failed(ALICE, 10);
        succeeds(ALICE, 11);

        assertThat(failures.since(ALICE, 10)).isTrue();
    }

    @Test
    @Fault("L2")
    void aShortFailureOfAnotherAccountDoesNotCount() {
        succeeds(ALICE, 10);
        failures.failed(BOB, 12);
        succeeds(ALICE, 15);

        assertThat(failures.since(ALICE, LONG_AGO)).isFalse();
    }

    @Test
    @Fault("L2")
    void aFailureWithoutAnySuccessAroundItCountsForTheWholeStoreUntilTheNextSuccess() {
        succeeds(ALICE, 10);
        failures.failed(BOB, 12);
        succeeds(CARA, 16);

        assertThat(failures.since(ALICE, 15)).isTrue();
        assertThat(failures.since(ALICE, 16)).as("the store works again").isFalse();
    }

    @Test
    void aSuccessThatBeganBeforeTheFailureProvesNothingAboutTheTimeAfterIt() {
        succeeds(ALICE, 10);
        failures.failed(BOB, 12);
        failures.succeeded(ALICE, 10, 15);
        failures.failed(BOB, 15);
        succeeds(ALICE, 17);

        assertThat(failures.since(CARA, LONG_AGO)).isTrue();
    }

    @Test
    @Fault("L2")
    void anAccountThatKeepsFailingWhileOthersWorkDoesNotCountForThem() {
        succeeds(ALICE, 10);
        failures.failed(BOB, 11);
        succeeds(ALICE, 12);
        for (long now = 20; now < 200; now += 20) {
            failures.failed(BOB, now);
            failures.failed(BOB, now + 1);
            succeeds(ALICE, now + 10);
        }

        assertThat(failures.since(ALICE, LONG_AGO)).isFalse();
        assertThat(failures.since(BOB, 181)).isTrue();
    }

    @Test
    void anAccountThatHasRecoveredCountsAgainWhenItFails() {
        succeeds(ALICE, 10);
        failures.failed(BOB, 11);
        succeeds(ALICE, 12);
        failures.failed(BOB, 13);
        succeeds(BOB, 14);
        failures.failed(BOB, 15);
        succeeds(ALICE, 30);

        assertThat(failures.since(ALICE, 20)).isTrue();
    }

    @Test
    void aQuietTimeWithoutFailuresIsNoOutage() {
        succeeds(ALICE, 10);
        succeeds(ALICE, 1_000);

        assertThat(failures.since(ALICE, LONG_AGO)).isFalse();
    }

    @Test
    void aFailureThatIsForgottenForLackOfSpaceCountsForAll() {
        succeeds(ALICE, 1);
        for (int i = 1; i <= 4; i++) {
            failures.failed(TokenKey.of("google", "account-" + i), i);
        }

        assertThat(failures.since(ALICE, 1)).isTrue();
        assertThat(failures.since(ALICE, 2)).as("only the oldest was forgotten").isFalse();
    }
}
