package dev.evertoken.store.gcp;

import static dev.evertoken.store.gcp.Bench.ANNA;
import static dev.evertoken.store.gcp.Bench.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.TokenStore;
import dev.evertoken.testing.Fault;
import dev.evertoken.testing.SampleRecords;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A service that answers from the past costs calls and time, and decides nothing. */
class StaleReadsTest {

    private static final String BEHIND = ANNA + ": the record cannot be read: Secret Manager of project demo-project ";

    private final Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    @Fault("F7")
    void aProcessReadsWhatItHasWrittenAlthoughTheServiceDoesNotShowItYet() {
        bench.service.freezeReads();
        TokenRecord first = bench.written(SampleRecords.full(ANNA));
        assertThat(bench.store.load(ANNA)).contains(first);

        TokenRecord second = bench.rotated(bench.claimed(first));
        assertThat(bench.store.load(ANNA)).contains(second);

        assertThat(bench.store.remove(ANNA, second.revision())).isTrue();
        assertThat(bench.store.load(ANNA)).isEmpty();
    }

    @Test
    @Fault({"F7", "F13"})
    void whoIsShownAnOldStateCannotWriteOverTheNewOne() {
        TokenRecord first = bench.written(SampleRecords.full(ANNA));
        try (GcpSecretStore behind = bench.another()) {
            assertThat(behind.load(ANNA)).contains(first);
            bench.service.freezeReads();
            TokenRecord second = bench.rotated(first);

            assertThat(behind.load(ANNA)).as("one write behind").contains(first);
            assertThat(behind.compareAndSet(ANNA, first.revision(), Bench.claim(first)))
                    .isFalse();
            assertFails(
                    Problem.STORE_UNAVAILABLE,
                    BEHIND + "still shows a state that a later write has replaced",
                    () -> behind.load(ANNA));
            assertThat(behind.compareAndSet(ANNA, first.revision(), Bench.claim(first)))
                    .isFalse();
            assertThat(behind.remove(ANNA, first.revision())).isFalse();

            bench.service.thawReads();
            assertThat(behind.load(ANNA)).contains(second);
            assertThat(behind.compareAndSet(ANNA, second.revision(), Bench.claim(second)))
                    .isTrue();
        }
    }

    @Test
    @Fault("F7")
    void aLagThatEndsSoonIsWaitedFor() {
        TokenRecord first = bench.written(SampleRecords.full(ANNA));
        GcpSecretOptions patient = Bench.HASTY.withStalePatience(Duration.ofSeconds(10));
        try (GcpSecretStore behind = GcpSecretStore.over(bench.client, bench.service.location(), "desk", patient)) {
            behind.load(ANNA);
            bench.service.lag(Duration.ofMillis(700));
            TokenRecord second = bench.rotated(first);
            assertThat(behind.compareAndSet(ANNA, first.revision(), Bench.claim(first)))
                    .isFalse();

            assertThat(behind.load(ANNA)).contains(second);
        }
    }

    @Test
    @Fault("F7")
    void anOldStateWhoseTokensAreDestroyedAlreadyIsNotTakenForALoss() {
        TokenRecord first = bench.written(SampleRecords.full(ANNA));
        try (GcpSecretStore behind = bench.another()) {
            behind.load(ANNA);
            bench.service.freezeReads();
            bench.claimed(bench.rotated(first));
            bench.store.close();
            assertThat(bench.service.liveVersions(Bench.secret(ANNA))).containsExactly(2L);

            assertFails(
                    Problem.STORE_UNAVAILABLE,
                    BEHIND + "still shows version 1 of the account's secret, which is destroyed",
                    () -> behind.load(ANNA));
            assertThat(behind.compareAndSet(ANNA, TokenStore.UNREADABLE, SampleRecords.next(first)))
                    .isFalse();
        }
    }

    @Test
    @Fault("F7")
    void anAccountThatWasConnectedAMomentAgoElsewhereIsNotSaidToBeAbsent() {
        bench.service.freezeReads();
        TokenRecord record = bench.written(SampleRecords.full(ANNA));
        try (GcpSecretStore elsewhere = bench.another()) {
            assertFails(
                    Problem.STORE_UNAVAILABLE,
                    BEHIND + "does not show the account's secret yet",
                    () -> elsewhere.load(ANNA));
            TokenStoreException failure = catchThrowableOfType(
                    TokenStoreException.class,
                    () -> elsewhere.compareAndSet(ANNA, TokenStore.ABSENT, SampleRecords.full(ANNA)));
            assertThat(failure)
                    .hasMessage(
                            ANNA + ": the record cannot be written: Secret Manager of project demo-project says that"
                                    + " there is a secret of that name, and does not show it yet");

            bench.service.thawReads();
            assertThat(elsewhere.load(ANNA)).contains(record);
        }
    }

    @Test
    @Fault("F7")
    void anAccountThatWasRemovedAMomentAgoElsewhereIsNotReadFromThePast() {
        TokenRecord first = bench.written(SampleRecords.full(ANNA));
        try (GcpSecretStore elsewhere = bench.another()) {
            elsewhere.load(ANNA);
            bench.service.freezeReads();
            assertThat(bench.store.remove(ANNA, first.revision())).isTrue();

            assertFails(
                    Problem.STORE_UNAVAILABLE,
                    BEHIND + "still shows version 1 of the account's secret, which is gone",
                    () -> elsewhere.load(ANNA));
            assertThat(elsewhere.compareAndSet(ANNA, first.revision(), SampleRecords.next(first)))
                    .isFalse();
            bench.service.thawReads();
            assertThat(elsewhere.load(ANNA)).isEmpty();
        }
    }

    @Test
    @Fault("F7")
    void aProcessThatHasJustStartedLooksAgainIfThereIsALaterVersion() {
        TokenRecord first = bench.written(SampleRecords.full(ANNA));
        bench.service.lag(Duration.ofMillis(400));
        TokenRecord second = bench.rotated(first);
        GcpSecretOptions patient = Bench.HASTY.withStalePatience(Duration.ofSeconds(10));

        try (GcpSecretStore fresh = GcpSecretStore.over(bench.client, bench.service.location(), "desk", patient)) {
            assertThat(fresh.load(ANNA)).contains(second);
        }
    }

    @Test
    void aVersionThatNobodyPointsAtCostsAProcessItsPatienceOnce() {
        TokenRecord first = bench.written(SampleRecords.full(ANNA));
        bench.service.loseNextAnswer("AddSecretVersion");
        assertThat(catchThrowableOfType(
                        TokenStoreException.class,
                        () -> bench.store.compareAndSet(ANNA, first.revision(), SampleRecords.next(first))))
                .isNotNull();

        try (GcpSecretStore fresh = bench.another()) {
            assertThat(fresh.load(ANNA)).contains(first);
            bench.service.forgetCounts();
            assertThat(fresh.load(ANNA)).contains(first);
            assertThat(bench.service.counts()).containsEntry("GetSecret", 1);
        }
    }

    @Test
    void aWriteWhoseAnswerWasLostIsFoundAgain() {
        TokenRecord first = bench.written(SampleRecords.full(ANNA));
        bench.service.loseNextAnswer("UpdateSecret");
        TokenRecord second = SampleRecords.next(first);

        assertFails(
                Problem.STORE_UNAVAILABLE,
                ANNA + ": the record cannot be written: Secret Manager of project demo-project could not be reached,"
                        + " or broke the connection",
                () -> bench.store.compareAndSet(ANNA, first.revision(), second));

        assertThat(bench.store.load(ANNA)).contains(second);
        bench.store.close();
        assertThat(bench.service.liveVersions(Bench.secret(ANNA)))
                .as("and not destroyed")
                .contains(2L);
    }
}
