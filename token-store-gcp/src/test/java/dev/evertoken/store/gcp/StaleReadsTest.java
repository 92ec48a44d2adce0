package dev.evertoken.store.gcp;

import static dev.evertoken.store.gcp.FakeStoreFixture.ANNA;
import static dev.evertoken.store.gcp.FakeStoreFixture.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.SampleRecords;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A service that answers from the past costs calls and time, and decides nothing. */
class StaleReadsTest {

    private static final String BEHIND = ANNA + ": the record cannot be read: Secret Manager of project demo-project ";

    private final FakeStoreFixture fixture = new FakeStoreFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    @Fault("F7")
    void aProcessReadsWhatItHasWrittenAlthoughTheServiceDoesNotShowItYet() {
        fixture.service.freezeReads();
        TokenRecord first = fixture.written(SampleRecords.full(ANNA));
        assertThat(fixture.store.load(ANNA)).contains(first);

        TokenRecord second = fixture.rotated(fixture.claimed(first));
        assertThat(fixture.store.load(ANNA)).contains(second);

        assertThat(fixture.store.remove(ANNA, second.revision())).isTrue();
        assertThat(fixture.store.load(ANNA)).isEmpty();
    }

    @Test
    @Fault({"F7", "F13"})
    void whoIsShownAnOldStateCannotWriteOverTheNewOne() {
        TokenRecord first = fixture.written(SampleRecords.full(ANNA));
        try (GcpSecretStore behind = fixture.another()) {
            assertThat(behind.load(ANNA)).contains(first);
            fixture.service.freezeReads();
            TokenRecord second = fixture.rotated(first);

            assertThat(behind.load(ANNA)).as("one write behind").contains(first);
            assertThat(behind.compareAndSet(ANNA, first.revision(), FakeStoreFixture.claim(first)))
                    .isFalse();
            assertFails(
                    Problem.STORE_UNAVAILABLE,
                    BEHIND + "still returns a state that a later write has replaced",
                    () -> behind.load(ANNA));
            assertThat(behind.compareAndSet(ANNA, first.revision(), FakeStoreFixture.claim(first)))
                    .isFalse();
            assertThat(behind.remove(ANNA, first.revision())).isFalse();

            fixture.service.thawReads();
            assertThat(behind.load(ANNA)).contains(second);
            assertThat(behind.compareAndSet(ANNA, second.revision(), FakeStoreFixture.claim(second)))
                    .isTrue();
        }
    }

    @Test
    @Fault("F7")
    void aLagThatEndsSoonIsWaitedFor() {
        TokenRecord first = fixture.written(SampleRecords.full(ANNA));
        GcpSecretOptions patient = FakeStoreFixture.HASTY.withStalePatience(Duration.ofSeconds(10));
        try (GcpSecretStore behind = GcpSecretStore.over(fixture.client, fixture.service.location(), "desk", patient)) {
            behind.load(ANNA);
            fixture.service.lag(Duration.ofMillis(700));
            TokenRecord second = fixture.rotated(first);
            assertThat(behind.compareAndSet(ANNA, first.revision(), FakeStoreFixture.claim(first)))
                    .isFalse();

            assertThat(behind.load(ANNA)).contains(second);
        }
    }

    @Test
    @Fault("F7")
    void anOldStateWhoseTokensAreDestroyedAlreadyIsNotTakenForALoss() {
        TokenRecord first = fixture.written(SampleRecords.full(ANNA));
        try (GcpSecretStore behind = fixture.another()) {
            behind.load(ANNA);
            fixture.service.freezeReads();
            fixture.claimed(fixture.rotated(first));
            fixture.store.close();
            assertThat(fixture.service.liveVersions(FakeStoreFixture.secret(ANNA)))
                    .containsExactly(2L);

            assertFails(
                    Problem.STORE_UNAVAILABLE,
                    BEHIND + "still returns version 1 of the account's secret, which is destroyed",
                    () -> behind.load(ANNA));
            assertThat(behind.compareAndSet(ANNA, TokenStore.UNREADABLE, SampleRecords.next(first)))
                    .isFalse();
        }
    }

    @Test
    @Fault("F7")
    void anAccountThatWasConnectedAMomentAgoElsewhereIsNotSaidToBeAbsent() {
        fixture.service.freezeReads();
        TokenRecord record = fixture.written(SampleRecords.full(ANNA));
        try (GcpSecretStore elsewhere = fixture.another()) {
            assertFails(
                    Problem.STORE_UNAVAILABLE,
                    BEHIND + "does not return the account's secret yet",
                    () -> elsewhere.load(ANNA));
            TokenStoreException failure = catchThrowableOfType(
                    TokenStoreException.class,
                    () -> elsewhere.compareAndSet(ANNA, TokenStore.ABSENT, SampleRecords.full(ANNA)));
            assertThat(failure)
                    .hasMessage(
                            ANNA + ": the record cannot be written: Secret Manager of project demo-project reports that"
                                    + " the name of the secret exists, but does not return the secret yet");

            fixture.service.thawReads();
            assertThat(elsewhere.load(ANNA)).contains(record);
        }
    }

    @Test
    @Fault("F7")
    void anAccountThatWasRemovedAMomentAgoElsewhereIsNotReadFromThePast() {
        TokenRecord first = fixture.written(SampleRecords.full(ANNA));
        try (GcpSecretStore elsewhere = fixture.another()) {
            elsewhere.load(ANNA);
            fixture.service.freezeReads();
            assertThat(fixture.store.remove(ANNA, first.revision())).isTrue();

            assertFails(
                    Problem.STORE_UNAVAILABLE,
                    BEHIND + "still returns version 1 of the account's secret, which does not exist",
                    () -> elsewhere.load(ANNA));
            assertThat(elsewhere.compareAndSet(ANNA, first.revision(), SampleRecords.next(first)))
                    .isFalse();
            fixture.service.thawReads();
            assertThat(elsewhere.load(ANNA)).isEmpty();
        }
    }

    @Test
    @Fault("F7")
    void aProcessThatHasJustStartedLooksAgainIfThereIsALaterVersion() {
        TokenRecord first = fixture.written(SampleRecords.full(ANNA));
        fixture.service.lag(Duration.ofMillis(400));
        TokenRecord second = fixture.rotated(first);
        GcpSecretOptions patient = FakeStoreFixture.HASTY.withStalePatience(Duration.ofSeconds(10));

        try (GcpSecretStore fresh = GcpSecretStore.over(fixture.client, fixture.service.location(), "desk", patient)) {
            assertThat(fresh.load(ANNA)).contains(second);
        }
    }

    @Test
    void aVersionThatNobodyPointsAtCostsAProcessItsPatienceOnce() {
        TokenRecord first = fixture.written(SampleRecords.full(ANNA));
        fixture.service.loseNextResponse("AddSecretVersion");
        assertThat(catchThrowableOfType(
                        TokenStoreException.class,
                        () -> fixture.store.compareAndSet(ANNA, first.revision(), SampleRecords.next(first))))
                .isNotNull();

        try (GcpSecretStore fresh = fixture.another()) {
            assertThat(fresh.load(ANNA)).contains(first);
            fixture.service.forgetCounts();
            assertThat(fresh.load(ANNA)).contains(first);
            assertThat(fixture.service.counts()).containsEntry("GetSecret", 1);
        }
    }

    @Test
    void aWriteWhoseResponseWasLostIsFoundAgain() {
        TokenRecord first = fixture.written(SampleRecords.full(ANNA));
        fixture.service.loseNextResponse("UpdateSecret");
        TokenRecord second = SampleRecords.next(first);

        assertFails(
                Problem.STORE_UNAVAILABLE,
                ANNA + ": the record cannot be written: Secret Manager of project demo-project could not be reached,"
                        + " or broke the connection",
                () -> fixture.store.compareAndSet(ANNA, first.revision(), second));

        assertThat(fixture.store.load(ANNA)).contains(second);
        fixture.store.close();
        assertThat(fixture.service.liveVersions(FakeStoreFixture.secret(ANNA)))
                .as("and not destroyed")
                .contains(2L);
    }
}
